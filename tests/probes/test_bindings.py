from __future__ import annotations

import pytest

from migrate.model.bindings import (
    Bindings,
    Confined,
    Device,
    Hardware,
    Multicast,
    RawSocket,
    Scheduling,
    SharedMemory,
    User,
)
from migrate.probes.bindings import PROBE
from migrate.probes.dongles import dongle
from tests.probes.samples import section

SHOP = User(12, "shopd", "shop.service")
ABOUT = "B\t12\tshopd\t0::/system.slice/shop.service"


def bindings(**parts: str) -> Bindings:
    facts = PROBE.parse(section(**parts)).facts
    assert isinstance(facts, Bindings)
    return facts


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/dev/ttyUSB0", "serial"),
        ("/dev/nvidia0", "gpu"),
        ("/dev/net/tun", "tun"),
        ("/dev/snd/pcmC0D0p", "sound"),
        ("/dev/sg3", "scsi"),
        ("/dev/nst0", "tape"),
        ("/dev/lp0", "printer"),
        ("/dev/bus/usb/001/004", "usb"),
        ("/dev/xconsole", "other"),
    ],
)
def test_a_device_that_is_held_open_has_its_kind_and_its_process(path: str, kind: str) -> None:
    assert bindings(links=f"{ABOUT}\nF\t12\t{path}\nF\t12\t{path}").devices == (Device(path, kind, SHOP),)


# The file and its byte order: recorded on x86-64; big-endian after net/ipv4/igmp.c, which prints the word as it stands.
@pytest.mark.parametrize(
    ("kernel", "group"),
    [
        ("G\teth0\t010000E0\nG\teth0\t030201EF\nU\t030201EF:15B3\t77", "239.1.2.3"),
        ("G\teth0\tE0000001\nG\teth0\tEF010203\nU\tEF010203:15B3\t77", "239.1.2.3"),
        ("H\teth0\tff0500000000000000000000000000fb", "ff05::fb"),
    ],
)
def test_a_group_that_was_joined_names_the_process_that_is_bound_to_it(kernel: str, group: str) -> None:
    (one,) = bindings(kernel=kernel, links=f"{ABOUT}\nF\t12\tsocket:[77]").multicast
    assert one == Multicast(group, "eth0", (SHOP,) if "U" in kernel else ())


def test_who_may_have_joined_where_no_socket_is_bound_to_the_group() -> None:
    rows = "G\teth0\t010000E0\nG\teth0\t030201EF\nG\teth0\tFB0000E0\nW\t154D\t77\nW\t007B\t78"
    ours, ntp = bindings(kernel=rows, links=f"{ABOUT}\nF\t12\tsocket:[77]\nB\t13\tntpd\t\nF\t13\tsocket:[78]").multicast
    assert (ours.group, ours.users, ours.possible) == ("239.1.2.3", (), (SHOP,))
    assert (ntp.group, ntp.possible) == ("224.0.0.251", ())


def test_raw_sockets_with_their_processes() -> None:
    facts = bindings(
        kernel="R\traw\t0001\t77\nR\tpacket\t0003\t78", links=f"{ABOUT}\nF\t12\tsocket:[77]\nF\t12\tsocket:[99]"
    )
    assert facts.raw_sockets == (RawSocket("raw", 1, (SHOP,)), RawSocket("packet", 3))


def test_scheduling_that_is_not_as_others() -> None:
    rows = "S\t12\t2\t10\t-5\t0-3\t1024\t2048\nS\t13\t0\t0\t0\tmask 00000003\t\t\n" + ABOUT
    assert bindings(kernel=rows).scheduling == (
        Scheduling(SHOP, "round-robin", 10, -5, "0-3", 1024 << 10, 2048 << 10),
    ), "13 ended before it could be named"


def test_objects_of_system_v() -> None:
    facts = bindings(kernel=f"C\tshm\t4660\t1640\t0\t4096\t1\t12\nC\tsem\t-1\t600\t26\t3\t\t\n{ABOUT}")
    assert facts.ipc == (
        SharedMemory("shared-memory", "00001234", 0, 0o640, 4096, 1, SHOP),
        SharedMemory("semaphores", "ffffffff", 26, 0o600, 3),
    )


def test_dongles_and_cards_that_programs_need() -> None:
    facts = bindings(
        kernel="X\t/sys/bus/usb/devices/1-1.2\t0529\t0001\tAKS\tHASP 2.17\t\n"
        "X\t/sys/bus/usb/devices/1-3\t046d\tc31c\tLogitech\tUSB Keyboard\tAB1\n"
        "Y\t/sys/bus/pci/devices/0000:03:00.0\t0x10de\t0x1eb8\t0x030200\n"
        "Y\t/sys/bus/pci/devices/0000:00:02.0\t0x15ad\t0x0405\t0x030000\n"
        "Y\t/sys/bus/pci/devices/0000:00:04.0\t0x1af4\t0x1003\t0x078000"
    )
    assert facts.hardware == (
        Hardware("usb", "0529", "0001", "licence-dongle", "Aladdin HASP", None, "1-1.2"),
        Hardware("usb", "046d", "c31c", None, "Logitech USB Keyboard", "AB1", "1-3"),
        Hardware("pci", "10de", "1eb8", "gpu", place="0000:03:00.0"),
        Hardware("pci", "15ad", "0405", "display", place="0000:00:02.0"),
    )


def test_any_product_of_a_maker_of_dongles_alone_is_one() -> None:
    assert dongle("064f", "9999") == "WIBU-Systems CodeMeter/WibuKey"
    assert dongle("0a89", "0030") is None, "Rutoken is a smart card of the same maker"


# Control groups of Docker (cgroupfs, systemd), podman, LXC and Kubernetes after what each makes; Docker's recorded.
@pytest.mark.parametrize(
    ("cgroup", "expected"),
    [
        ("9:name=systemd:/docker/" + "a1" * 32, ("docker", "web")),
        ("0::/system.slice/docker-" + "a1" * 32 + ".scope", ("docker", "web")),
        ("0::/machine.slice/libpod-" + "b2" * 32 + ".scope", ("podman", "b2" * 32)),
        ("0::/lxc.payload.mail/init.scope", ("lxc", "mail")),
        ("4:memory:/lxc/mail", ("lxc", "mail")),
        ("0::/kubepods/besteffort/pod1/" + "c3" * 32, ("kubernetes", "c3" * 32)),
        ("0::/machine.slice/systemd-nspawn@ci.service", ("nspawn", "ci")),
        ("0::/system.slice/rtkit.service", ("namespaces", None)),
    ],
)
def test_containers_that_run_there_already(cgroup: str, expected: tuple[str, str | None]) -> None:
    known = "docker\t" + "a1" * 32 + "\tweb\tnginx:1.19\ttrue"
    facts = bindings(links=f"B\t12\tshopd\t{cgroup}\nM\t12\tmnt pid", containers=known)
    (one,) = facts.confined
    assert (one.kind, one.name, one.namespaces) == (*expected, ("mnt", "pid"))
    assert one.image == ("nginx:1.19" if one.kind == "docker" else None)


def test_a_machine_that_is_a_container_is_not_one_of_its_own() -> None:
    own = "0::/docker/" + "a1" * 32
    facts = bindings(links=f"B\t1\tinit\t{own}\nB\t12\tshopd\t{own}\nM\t12\tnet")
    assert [one.kind for one in facts.confined] == ["namespaces"]


def test_a_stopped_container_and_a_chroot() -> None:
    facts = bindings(
        links=f"{ABOUT}\nO\t12\t/var/spool/postfix", containers="docker\t" + "a1" * 32 + "\told\timage:1\tfalse"
    )
    assert facts.confined == (
        Confined("chroot", root="/var/spool/postfix", users=(SHOP,)),
        Confined("docker", "old", "image:1"),
    )
