from __future__ import annotations

from migrate.ledger import ledger
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
from migrate.model.facts import Process, Processes
from tests.emission.sample import snapshot, sources, workload

APP = workload(pids=(12,), services=("shop.service",))
PROCESSES = Processes(
    (
        Process(12, 1, "shopd", (), 0, 0, unit="shop.service"),
        Process(13, 12, "child", (), 0, 0),
        Process(14, 1, "other", (), 0, 0),
    )
)
MINE, CHILD, OTHER = User(12, "shopd"), User(13, "child"), User(14, "other")


def fates(facts: Bindings) -> dict[str, tuple[str, str]]:
    given = sources(APP, seen=snapshot((), {}, facts, PROCESSES))
    found = [one for one in ledger(given, []) if one.fact.startswith("bindings:")]
    return {one.fact.removeprefix("bindings:"): (one.fate, one.where) for one in found}


def test_what_a_workload_holds_needs_a_person_and_what_others_hold_does_not() -> None:
    found = fates(
        Bindings(
            devices=(Device("/dev/ttyS0", "serial", CHILD), Device("/dev/sda", "disk", OTHER)),
            raw_sockets=(RawSocket("raw", 1, (MINE,)), RawSocket("packet", 3, (OTHER,))),
            scheduling=(Scheduling(MINE, "fifo", 10), Scheduling(CHILD, nice=-5), Scheduling(OTHER, "fifo", 99)),
            ipc=(SharedMemory("shared-memory", "01", 0, 0o600, 1, 1, MINE), SharedMemory("messages", "02", 0, 0o600)),
        )
    )
    assert found == {
        "device//dev/ttyS0/13": ("needs-a-person", "app"),
        "device//dev/sda/14": ("dropped", ""),
        "raw-socket/1": ("needs-a-person", "app"),
        "packet-socket/3": ("dropped", ""),
        "scheduling/12/shopd": ("needs-a-person", "app"),
        "scheduling/13/child": ("dropped", ""),
        "scheduling/14/other": ("dropped", ""),
        "shared-memory/01/0": ("carried", "app"),
        "messages/02/0": ("dropped", ""),
    }


def test_a_server_that_spreads_its_workers_over_the_processors_does_so_again() -> None:
    spread = fates(Bindings(scheduling=(Scheduling(MINE, processors="0"), Scheduling(CHILD, processors="1"))))
    assert {fate for fate, _ in spread.values()} == {"dropped"}
    bound = fates(Bindings(scheduling=(Scheduling(MINE, processors="0"), Scheduling(CHILD, processors="0"))))
    assert {fate for fate, _ in bound.values()} == {"needs-a-person"}


def test_dongles_groups_and_containers_need_a_person_whoever_uses_them() -> None:
    found = fates(
        Bindings(
            hardware=(Hardware("usb", "0529", "0001", "licence-dongle", "Aladdin HASP", place="1-1"),
                      Hardware("usb", "046d", "c31c", place="1-2")),
            multicast=(Multicast("239.1.2.3", "eth0"), Multicast("224.0.0.251", "eth0")),
            confined=(Confined("docker", "web", "nginx:1"), Confined("chroot", root="/srv", users=(MINE,)),
                      Confined("namespaces", users=(OTHER,))),
        )
    )  # fmt: skip
    assert found == {
        "usb/1-1": ("needs-a-person", ""),
        "usb/1-2": ("dropped", ""),
        "multicast/239.1.2.3/eth0": ("needs-a-person", ""),
        "multicast/224.0.0.251/eth0": ("dropped", ""),
        "docker/web": ("needs-a-person", ""),
        "chroot//srv": ("carried", "app"),
        "namespaces/other": ("dropped", ""),
    }
