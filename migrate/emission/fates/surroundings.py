"""The machine around it all: system, users, network, web sites."""

from __future__ import annotations

import re

from migrate.emission.addresses import outside
from migrate.emission.fates import ASK, CARRIED, CHANGED, DROPPED, Case, Entries, joined
from migrate.emitters import Sources
from migrate.model.facts import Accounts, Network, Sites, System, User

_PEOPLE = 1000
# Settings of a whole machine: how it swaps, what it logs, what it refuses. No application asks for these.
_MACHINE = re.compile(
    r"vm\.(?:swappiness|dirty_|vfs_cache|min_free|laptop|panic|stat_)|kernel\.(?:sysrq|panic|printk|core|randomize|kptr"
    r"|dmesg|yama|unprivileged|kexec|perf|hung|watchdog|nmi)|fs\.(?:protected|suid)|dev\.|net\.ipv[46]\.(?:icmp"
    r"|conf\.(?!.*\.(?:forwarding|arp_\w+|disable_ipv6)$)|tcp_syncookies|tcp_rfc1337|route\.)|net\.core\.(?:bpf|default_qdisc)|net\.bridge\."
)


def system(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(System)
    bases = joined([workload.base.image for workload in case.workloads])
    if facts.os_id:
        fate = CARRIED if case.workloads else DROPPED
        because = case.workloads[0].base.because if case.workloads else "nothing is built for this host"
        yield case.entry("system:os", fate, bases, because)
    if facts.kernel:
        yield case.entry("system:kernel", DROPPED, "", "containers run on the kernel of their host")
    if facts.init:
        yield case.entry("system:init", DROPPED, "", "the container platform starts and supervises")
    if facts.hostname:
        yield case.entry(
            "system:hostname", CARRIED if case.workloads else DROPPED, "compose.yaml", "the containers' host name"
        )
    if facts.timezone:
        users = [f"images/{one.name}/Dockerfile" for one in case.workloads if one.timezone == facts.timezone]
        yield case.entry(
            "system:timezone", CARRIED if users else DROPPED, joined(users), "set where it was the workload's"
        )
    if facts.locale:
        yield case.entry("system:locale", *_locale(case, facts.locale))
    if facts.memory or facts.cpus:
        yield case.entry("system:size", DROPPED, "", "each workload asks for what it was measured to use")


def _locale(case: Case, locale: str) -> tuple[str, str, str]:
    users = [
        f"images/{one.name}/Dockerfile"
        for one in case.workloads
        if any(variable.value == locale for variable in one.environment)
        or any(locale in step.command for step in one.steps)
    ]
    if users:
        return CARRIED, joined(users), "workloads had it in their environment"
    return DROPPED, "", "no workload had it in its environment"


def accounts(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Accounts)
    users = {account.name: account for workload in case.workloads for account in workload.accounts}
    groups = {group.name for workload in case.workloads for group in workload.groups}
    groups |= {account.group for account in users.values()}
    for user in facts.users:
        fact = f"accounts:user/{user.name}"
        if user.name in users:
            where = [f"images/{one.name}" for one in case.workloads if any(a.name == user.name for a in one.accounts)]
            yield case.entry(fact, CARRIED, joined(where), users[user.name].because or "with its ids")
        else:
            yield case.entry(fact, *_user(user))
    for group in facts.groups:
        fact = f"accounts:group/{group.name}"
        if group.name in groups:
            where = [f"images/{one.name}" for one in case.workloads if _has_group(one.accounts, one.groups, group.name)]
            yield case.entry(fact, CARRIED, joined(where), "with its id")
        else:
            yield case.entry(fact, DROPPED, "", "no workload needs it")


def _has_group(people: tuple[object, ...], groups: tuple[object, ...], name: str) -> bool:
    return name in {getattr(one, "group", None) for one in people} | {getattr(one, "name", None) for one in groups}


def _user(user: User) -> tuple[str, str, str]:
    if user.uid in (0, 65534):
        return CARRIED, "base image", "every base has it"
    if user.uid >= _PEOPLE:
        return DROPPED, "", "a login; containers have none, and no workload runs as it or owns its files"
    return DROPPED, "", "no workload runs as it or has files of it"


def network(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Network)
    aliases = {name: one.name for one in case.workloads for name in (*one.aliases, one.name)}
    kept = _kept(case)
    for line in facts.hosts:
        for name in line.names:
            fact = f"network:hosts/{line.address}/{name}"
            if name in aliases:
                yield case.entry(fact, CHANGED, aliases[name], f"a network name of {aliases[name]} now")
            elif (line.address, name) in kept:
                yield case.entry(fact, CARRIED, "compose.yaml", "a name of another machine, given to the containers")
            else:
                yield case.entry(fact, DROPPED, "", "the machine itself, or a name that every container has")
    for address in facts.addresses:
        yield case.entry(f"network:address/{address}", *_address(case, address))
    for server in facts.nameservers:
        yield case.entry(f"network:nameserver/{server}", DROPPED, "", "the platform's resolver answers")
    for domain in facts.search:
        yield case.entry(
            f"network:search/{domain}", ASK, "compose.yaml", "short names in it resolve only where the platform has it"
        )
    for key, value in facts.sysctl:
        given = [one.name for one in case.workloads if key in {each.name for each in one.sysctls}]
        told = (CARRIED, joined(given), f"{key} = {value} in its own namespace") if given else _sysctl(key, value)
        yield case.entry(f"network:sysctl/{key}", *told)


def _sysctl(key: str, value: str) -> tuple[str, str, str]:
    if _MACHINE.match(key):
        return DROPPED, "", f"{key} = {value} tunes or guards the machine; the new host has its own"
    if key.startswith(("net.", "kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")):
        return ASK, "", f"{key} = {value}: see whether a workload needs it; a container may be given it alone (sysctls)"
    return ASK, "", f"{key} = {value} is a setting of the kernel: see whether the new host needs it"


def _kept(case: Case) -> set[tuple[str, str]]:
    sources = Sources(case.plan, {case.host: case.snapshot}, {})
    lines = outside(sources, case.workloads, case.host) if case.workloads else ()
    return {(line.address, name) for line in lines for name in line.names}


def _address(case: Case, address: str) -> tuple[str, str, str]:
    changes = [rewrite for one in case.workloads for coupling in one.couplings for rewrite in coupling.rewrites]
    places = [rewrite.path for rewrite in changes if address in rewrite.old]
    if places:
        return CHANGED, joined(places), "where files named it, they name the workload now"
    return DROPPED, "", "the new host has its own"


def sites(case: Case) -> Entries:
    for site in case.snapshot.inventory.get(Sites).sites:
        fact = f"sites:{site.server}/{site.seen}/{','.join(site.names) or '*'}"
        served = [one.name for one in case.workloads if one.kind == site.server]
        if served:
            yield case.entry(fact, CARRIED, joined(served), "with the configuration of its server")
        else:
            yield case.entry(fact, DROPPED, "", f"no {site.server} is carried")


FATES = {
    "system": system,
    "sites": sites,
    "accounts": accounts,
    "network": network,
}
