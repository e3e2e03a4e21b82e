"""What the kernel was set up for. Containers share their host's, so what an application may need is asked about."""

from __future__ import annotations

from migrate.emission.fates import ASK, CARRIED, DROPPED, Case, Entries, joined
from migrate.model.facts import Network
from migrate.model.kernel import Kernel, Limit, Module, Tunable
from migrate.model.plan import Workload

# Values that applications ask for in their manuals, so that one which nobody wrote down may still be needed.
_ASKED_FOR = (
    "kernel.sem kernel.shmall kernel.shmmax kernel.shmmni net.core.somaxconn net.ipv4.ip_nonlocal_bind "
    "net.ipv6.ip_nonlocal_bind vm.max_map_count vm.nr_hugepages vm.overcommit_memory"
).split()
_PLACED = ("isolcpus", "nohz_full", "rcu_nocbs", "hugepages", "hugepagesz", "default_hugepagesz", "maxcpus", "mem")
_KERNEL = "containers run on the kernel of their host"


def kernel(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Kernel)
    by_person = {key for key, _ in case.snapshot.inventory.get(Network).sysctl}
    for one in facts.tunables:
        yield case.entry(f"kernel:sysctl/{one.key}", *_tunable(one, by_person))
    for word in facts.command_line:
        placed = word.partition("=")[0] in _PLACED
        because = "processors or memory were set apart: see for whom" if placed else _KERNEL
        yield case.entry(f"kernel:command-line/{word}", ASK if placed else DROPPED, "", because)
    for module in facts.modules:
        yield case.entry(f"kernel:module/{module.name}", *_module(module))
    for setting in facts.module_settings:
        yield case.entry(f"kernel:module-setting/{setting.seen}", DROPPED, "", _KERNEL)
    for name in facts.dkms:
        yield case.entry(f"kernel:dkms/{name}", DROPPED, "", "built for the old kernel; see the module itself")
    for limit in facts.limits:
        yield case.entry(f"kernel:limit/{limit.seen}", *_limit(case, limit))
    for written in facts.manager:
        yield case.entry(f"kernel:manager/{written.seen}/{written.key}", DROPPED, "", "the platform supervises")
    for pool in facts.huge_pages:
        text = (
            f"{pool.total} huge pages of {pool.size} bytes were set aside: the new host needs them if a workload does"
        )
        yield case.entry(f"kernel:huge-pages/{pool.size}", ASK, "", text)
    yield from _rest(case, facts)


def _tunable(one: Tunable, by_person: set[str]) -> tuple[str, str, str]:
    if one.key in by_person:
        return DROPPED, "", f"see network:sysctl/{one.key}"
    if one.key in _ASKED_FOR and one.value not in one.usual:
        return ASK, "", f"{one.key} is {one.value}, which no person's file sets: see whether an application needs it"
    return DROPPED, "", _KERNEL


def _module(module: Module) -> tuple[str, str, str]:
    if module.taints and set(module.taints) & set("OP"):
        return ASK, "", "not part of the kernel: the new host needs it, with its device, if a workload does"
    return DROPPED, "", _KERNEL


def _limit(case: Case, limit: Limit) -> tuple[str, str, str]:
    given = [one.name for one in case.workloads if _reaches(limit, one)]
    if given:
        return CARRIED, joined(given), f"{limit.item} {limit.value}: it is started with that"
    accounts = {account.name: one.name for one in case.workloads for account in one.accounts}
    if limit.domain in accounts and limit.domain != "root":
        where = accounts[limit.domain]
        return (
            ASK,
            where,
            f"{limit.item} {limit.value} for logins of {limit.domain}: a service may have been started so",
        )
    return DROPPED, "", "for logins; containers have none"


def _reaches(limit: Limit, workload: Workload) -> bool:
    """Whether a workload is started with what a line says: for all, for a group, or for a user that it has."""
    if not any(item == limit.item and limit.plain in value.split(":") for item, value in workload.limits):
        return False
    return limit.domain.startswith(("*", "@")) or limit.domain in {one.name for one in workload.accounts}


def _rest(case: Case, facts: Kernel) -> Entries:
    if facts.selinux or facts.apparmor is not None:
        yield case.entry("kernel:confinement", DROPPED, "", "the container runtime confines with a policy of its own")
    if facts.transparent_huge_pages:
        yield case.entry("kernel:transparent-huge-pages", DROPPED, "", _KERNEL)
    if facts.tainted:
        yield case.entry("kernel:tainted", DROPPED, "", _KERNEL)
    if facts.entropy is not None:
        yield case.entry("kernel:entropy", DROPPED, "", _KERNEL)
    if facts.clock.source or facts.clock.daemons:
        yield case.entry("kernel:clock", DROPPED, "", "containers have the clock of their host, which keeps it right")
    if facts.processor.model:
        yield case.entry("kernel:processor", DROPPED, "", "images are built for the same architecture")


FATES = {"kernel": kernel}
