from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.framing import Question
from migrate.model.facts import Socket
from migrate.probes.sections import SUDOERS
from migrate.probes.sockets import PROBE
from migrate.probing import ask
from tests.probes.samples import section
from tests.probes.shells import SHELLS, Here, present


def test_sockets_with_their_processes() -> None:
    parsed = PROBE.parse(
        section(
            machine="x86_64",
            sockets="I tcp 0100007F:1538 00000000:0000 0A 100 106 1\n"
            "I tcp 0100007F:1538 0100007F:9C40 01 101 106 1\n"
            "I tcp6 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 102 0 1\n"
            "I tcp6 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000200000A:C350 01 0 0 1\n"
            "I udp 00000000:0035 00000000:0000 07 103 0 1\n"
            "I tcp nonsense\n"
            "U 00010000 0001 01 200 1 /run/x y.sock\n"
            "U 00000000 0002 01 201 1 /dev/log\n"
            "U 00000000 0001 03 202 7 @abstract\n"
            "H 84 100\nH 90 100\nH 7 102\nH 8 103\nH 9 200",
            who="0",
        )
    )
    assert parsed.facts.sockets == (
        Socket("tcp", "listen", "127.0.0.1", 5432, pids=(84, 90), uid=106, loopback=True),
        Socket("tcp", "established", "127.0.0.1", 5432, "127.0.0.1", 40000, uid=106, loopback=True),
        Socket("tcp", "listen", "::", 80, pids=(7,), uid=0, loopback=False),
        Socket("tcp", "established", "127.0.0.1", 8080, "10.0.0.2", 50000, uid=0, loopback=True),
        Socket("udp", "unconnected", "0.0.0.0", 53, pids=(8,), uid=0, loopback=False),
        Socket("unix", "unconnected", path="/dev/log"),
        Socket("unix", "listen", path="/run/x y.sock", pids=(9,)),
        Socket("unix", "established", path="@abstract", count=7),
    )
    assert parsed.gaps == ()


def test_a_big_endian_machine_writes_addresses_the_other_way() -> None:
    parsed = PROBE.parse(section(machine="s390x", sockets="I tcp 7F000001:0050 00000000:0000 0A 1 0 1"))
    assert parsed.facts.sockets[0].address == "127.0.0.1"


def test_listeners_whose_process_is_hidden_are_a_gap_with_its_cure() -> None:
    parsed = PROBE.parse(section(machine="x86_64", sockets="I tcp 00000000:0050 00000000:0000 0A 1 0 1", who="1000"))
    assert (parsed.gaps[0].what, parsed.gaps[0].remedy) == ("processes of 1 listening sockets", SUDOERS)


def test_connections_that_were_counted_together_have_no_port_of_the_peer() -> None:
    parsed = PROBE.parse(
        section(machine="x86_64", sockets="I tcp 0100007F:1538 0200000A:* 01 5 106 900\nX 12 connections", who="0")
    )
    (one,) = parsed.facts.sockets
    assert (one.port, one.peer_address, one.peer_port, one.count) == (5432, "10.0.0.2", None, 900)
    assert [gap.what for gap in parsed.gaps] == ["12 connections"]


def test_what_is_neither_tcp_nor_udp() -> None:
    # After net/sctp/proc.c, net/ipv4/raw.c and net/packet/af_packet.c of Linux.
    parsed = PROBE.parse(
        section(
            machine="x86_64",
            sockets="I raw 00000000:0001 00000000:0000 07 300 0 1\nS 3868 0 301 *10.0.0.5 ::1 odd\nP 0 302\nH 5 302",
            who="0",
        )
    )
    assert parsed.facts.sockets == (
        Socket("raw", "unconnected", "0.0.0.0", ip_protocol=1, uid=0, loopback=False),
        Socket("sctp", "listen", "10.0.0.5", 3868, uid=0, loopback=False),
        Socket("sctp", "listen", "::1", 3868, uid=0, loopback=True),
        Socket("packet", "unconnected", pids=(5,), uid=0),
    )


@given(st.binary())
def test_nothing_makes_the_parser_raise(noise: bytes) -> None:
    assert isinstance(PROBE.parse(section(machine="x86_64", sockets=b"I tcp " + noise + b"\nU " + noise)).gaps, tuple)


@contextmanager
def _connections(count: int) -> Iterator[int]:
    """So many connections to a port of this machine."""
    with ExitStack() as held, socket.create_server(("127.0.0.1", 0), backlog=count) as server:
        port: int = server.getsockname()[1]
        for _ in range(count):
            held.enter_context(socket.create_connection(("127.0.0.1", port)))
            held.enter_context(server.accept()[0])
        yield port


@pytest.mark.parametrize("shell", present())
def test_many_connections_are_counted_and_none_is_lost(shell: str) -> None:
    with _connections(450) as port:
        data = ask(Here(SHELLS[shell]), [Question("sockets", PROBE.shell)])["sockets"].data
    found = [one for one in PROBE.parse(data).facts.sockets if port in (one.port, one.peer_port)]
    assert sum(one.count for one in found if one.state == "established") == 900
    assert len(found) < 500
    assert all(one.pids for one in found)
    assert not [gap for gap in PROBE.parse(data).gaps if "connections" in gap.what]


def test_udp_that_is_connected_and_a_name_with_odd_letters(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("s") / "a b\u2028c.sock")
    with (
        socket.socket(socket.AF_UNIX) as named,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        named.bind(path)
        named.listen()
        udp.connect(("127.0.0.1", 9))
        data = ask(Here(SHELLS[present()[0]]), [Question("sockets", PROBE.shell)])["sockets"].data
        port = udp.getsockname()[1]
    found = PROBE.parse(data).facts.sockets
    assert [one.state for one in found if one.path == path] == ["listen"]
    assert [(one.state, one.peer_port) for one in found if one.protocol == "udp" and one.port == port] == [
        ("established", 9)
    ]


def test_a_machine_whose_find_can_not_print() -> None:
    """The other way, by ``ls``, must say the same as the usual one."""
    usual = "if find /proc/self/stat -maxdepth 0 -printf ''"
    assert usual in PROBE.shell
    here = Here(SHELLS[present()[0]])
    with socket.create_server(("127.0.0.1", 0)) as server:
        data = ask(here, [Question("sockets", PROBE.shell.replace(usual, "if false"))])["sockets"].data
        port = server.getsockname()[1]
    (one,) = [one for one in PROBE.parse(data).facts.sockets if one.port == port and one.state == "listen"]
    assert one.pids
