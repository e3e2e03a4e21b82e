from __future__ import annotations

from dataclasses import replace

from migrate.ledger import ledger
from migrate.model.facts import Network
from migrate.model.kernel import Clock, HugePages, Kernel, Limit, Module, Tunable
from migrate.model.plan import Account, Sysctl
from tests.emission.sample import snapshot, sources, workload

APP = workload(accounts=(Account("oracle", 500, 500, "dba", "/home/oracle", "/bin/sh"),))


def fates(facts: Kernel, *others: Network) -> dict[str, str]:
    given = sources(APP, seen=snapshot((), {}, facts, *others))
    return {one.fact.removeprefix("kernel:"): one.fate for one in ledger(given, []) if one.fact.startswith("kernel:")}


def test_a_value_is_asked_about_once_and_only_where_applications_may_need_it() -> None:
    found = fates(
        Kernel(
            tunables=(
                Tunable("kernel.panic", "1", None, ("0",)),
                Tunable("kernel.shmmax", "999", None, ("1",)),
                Tunable("vm.max_map_count", "999", "999", ("65530",), "/etc/sysctl.conf:1"),
            )
        ),
        Network(sysctl=(("vm.max_map_count", "999"),)),
    )
    assert found == {
        "sysctl/kernel.panic": "dropped",
        "sysctl/kernel.shmmax": "needs-a-person",
        "sysctl/vm.max_map_count": "dropped",
    }


def test_modules_from_outside_huge_pages_and_processors_set_apart_need_a_person() -> None:
    found = fates(
        Kernel(
            modules=(Module("nvidia", 1, "POE"), Module("ext4", 1)),
            command_line=("quiet", "isolcpus=2"),
            huge_pages=(HugePages(2 << 20, 10),),
            limits=(Limit("oracle", "-", "memlock", "unlimited", "/l:1"), Limit("*", "-", "core", "0", "/l:2")),
            clock=Clock(source="tsc"),
            selinux="enforcing",
        )
    )
    assert found == {
        "module/nvidia": "needs-a-person",
        "module/ext4": "dropped",
        "command-line/quiet": "dropped",
        "command-line/isolcpus=2": "needs-a-person",
        "huge-pages/2097152": "needs-a-person",
        "limit//l:1": "needs-a-person",
        "limit//l:2": "dropped",
        "clock": "dropped",
        "confinement": "dropped",
    }


def test_what_tunes_the_machine_is_dropped_and_what_an_application_may_need_is_asked_about() -> None:
    keys = "vm.swappiness net.ipv4.conf.all.rp_filter net.ipv4.conf.lo.arp_ignore net.core.somaxconn vm.max_map_count"
    given = sources(APP, seen=snapshot((), {}, Network(sysctl=tuple((key, "1") for key in keys.split()))))
    found = {one.fact: one.fate for one in ledger(given, []) if one.fact.startswith("network:sysctl/")}
    assert [found[f"network:sysctl/{key}"] for key in keys.split()] == ["dropped", "dropped", *["needs-a-person"] * 3]


def test_limits_and_settings_that_a_workload_is_started_with_are_carried() -> None:
    limits = (Limit("oracle", "soft", "memlock", "64", "/l:1"), Limit("oracle", "-", "nofile", "9", "/l:2"))
    told = Network(sysctl=(("net.core.somaxconn", "512"), ("kernel.sem", "1 2 3 4")))
    started = replace(APP, limits=(("memlock", "65536"),), sysctls=(Sysctl("net.core.somaxconn", "512"),))
    given = sources(started, seen=snapshot((), {}, Kernel(limits=limits), told))
    found = {one.fact: one.fate for one in ledger(given, []) if one.fact.startswith(("kernel:limit", "network:sysctl"))}
    assert found == {
        "kernel:limit//l:1": "carried",
        "kernel:limit//l:2": "needs-a-person",
        "network:sysctl/net.core.somaxconn": "carried",
        "network:sysctl/kernel.sem": "needs-a-person",
    }
