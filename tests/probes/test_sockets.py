from __future__ import annotations

from migrate.model.facts import Socket
from migrate.probes.sections import SUDOERS
from migrate.probes.sockets import PROBE
from tests.probes.samples import section


def test_sockets_with_their_processes() -> None:
    parsed = PROBE.parse(
        section(
            machine="x86_64",
            inet="tcp 0100007F:1538 00000000:0000 0A 100\n"
            "tcp 0100007F:1538 0100007F:9C40 01 101\n"
            "tcp6 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 102\n"
            "tcp6 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000200000A:C350 01 0\n"
            "udp 00000000:0035 00000000:0000 07 103\n"
            "tcp nonsense",
            unix="0000000000000000: 00000002 00000000 00010000 0001 01 200 /run/x y.sock\n"
            "0000000000000000: 00000002 00000000 00000000 0002 01 201 /dev/log\n"
            "0000000000000000: 00000003 00000000 00000000 0001 03 202 @abstract\n"
            "0000000000000000: 00000003 00000000 00000000 0001 03 203",
            holders="/proc/84/fd/5 socket:[100]\n/proc/90/fd/5 socket:[100]\n/proc/7/fd/1 socket:[102]\n"
            "/proc/8/fd/1 socket:[103]\n/proc/9/fd/3 socket:[200]",
            who="0",
        )
    )
    assert parsed.facts.sockets == (
        Socket("tcp", "listen", "127.0.0.1", 5432, pids=(84, 90)),
        Socket("tcp", "established", "127.0.0.1", 5432, "127.0.0.1", 40000),
        Socket("tcp", "listen", "::", 80, pids=(7,)),
        Socket("tcp", "established", "127.0.0.1", 8080, "10.0.0.2", 50000),
        Socket("udp", "unconnected", "0.0.0.0", 53, pids=(8,)),
        Socket("unix", "listen", path="/run/x y.sock", pids=(9,)),
        Socket("unix", "unconnected", path="/dev/log"),
        Socket("unix", "established", path="@abstract"),
    )
    assert parsed.gaps == ()


def test_a_big_endian_machine_writes_addresses_the_other_way() -> None:
    parsed = PROBE.parse(section(machine="s390x", inet="tcp 7F000001:0050 00000000:0000 0A 1"))
    assert parsed.facts.sockets[0].address == "127.0.0.1"


def test_listeners_whose_process_is_hidden_are_a_gap_with_its_cure() -> None:
    parsed = PROBE.parse(section(machine="x86_64", inet="tcp 00000000:0050 00000000:0000 0A 1", who="1000"))
    assert (parsed.gaps[0].what, parsed.gaps[0].remedy) == ("processes of 1 listening sockets", SUDOERS)
