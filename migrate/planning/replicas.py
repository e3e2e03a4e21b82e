"""What would break at two replicas of a workload, by name; two are only set where nothing would.

Two processes that keep something for themselves (sessions, a cache, a lock, the time of a job) disagree, and two that
write to one place damage it. What is looked for here is what a person would ask about before saying "scale it".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from migrate.detectors import Candidate
from migrate.model.applications import Application, Applications
from migrate.model.bindings import Bindings
from migrate.model.facts import Databases, Process
from migrate.model.inventory import F
from migrate.model.libraries import Libraries
from migrate.model.licences import Licences
from migrate.model.plan import Breaks, Workload
from migrate.planning.buffers import mine
from migrate.planning.index import Index, below
from migrate.planning.workloads import Draft

# Servers of Java that keep sessions in their own memory unless a store was configured.
_CONTAINERS = frozenset(
    "tomcat tomee jetty jboss wildfly glassfish payara weblogic websphere liberty resin geronimo jonas".split()
)
_STORES = re.compile(r"redis|memcached|jdbc|persistent|cluster|hazelcast|infinispan|mongo", re.IGNORECASE)
_CACHES = re.compile(
    r"/(ehcache|hazelcast|infinispan|ignite|jcs|terracotta|oscache|jgroups)[\w.-]*\.jar$", re.IGNORECASE
)
_TIMERS = re.compile(r"/(quartz|jobrunr|db-scheduler|shedlock)[\w.-]*\.jar$", re.IGNORECASE)
_SCHEDULERS = re.compile(
    r"\bcelery\b.*\s(beat\b|-B\b|--beat\b)|\bcelerybeat\b|\brqscheduler\b|\bresque[:-]scheduler\b|\bclockwork\b"
    r"|\bschedule:work\b|\bsupercronic\b|\bapscheduler\b|\bairflow scheduler\b|\bjobber\b|\byacron\b"
)
_LOCK = re.compile(r"\.(lock|lck)$|/lock$|/LOCK$")
# Web servers and proxies that keep nothing, as long as no script of theirs does.
_PASSING = frozenset("nginx haproxy apache lighttpd varnish traefik envoy squid pound hitch stunnel caddy".split())


@dataclass(frozen=True, slots=True)
class Case:
    """A draft on its host."""

    host: Index
    draft: Draft

    @property
    def workload(self) -> Workload:
        return self.draft.workload

    @property
    def processes(self) -> tuple[Process, ...]:
        return self.draft.candidate.processes if self.draft.candidate else ()

    def facts(self, kind: type[F]) -> F:
        return self.host.snapshot.inventory.get(kind)

    def applications(self) -> tuple[Application, ...]:
        return mine(self.facts(Applications).applications, self.draft.candidate or Candidate("", None))


def decide(host: Index, drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """The drafts with what would break at two, and how many there are to be."""
    return tuple(replace(draft, workload=_decided(Case(host, draft))) for draft in drafts)


def _decided(case: Case) -> Workload:
    workload = case.workload
    if workload.jobs:
        found: tuple[Breaks, ...] = (Breaks("scheduler", "each replica would run the jobs at their times"),)
    else:
        found = tuple(dict.fromkeys(one for look in _LOOKS for one in look(case)))
    if found:
        because = "; ".join(f"{one.what}: {one.because}" for one in found)
        return replace(workload, breaks_at_two=found, replicas=1, replicas_because=because)
    if _passes_on(case):
        why = "it keeps nothing between two requests: no state, sessions, cache or lock was found"
        return replace(workload, replicas=2, replicas_because=why)
    return replace(
        workload, replicas_because="nothing was found that breaks at two, and nothing shows that it would do"
    )


def _passes_on(case: Case) -> bool:
    """A web server or proxy, by its kind or by what its processes are, without scripts that run inside of it."""
    servers = [one for one in case.applications() if one.kind in _PASSING]
    names = {one.name for one in servers}
    inside = [one for one in case.facts(Applications).applications if one.within in names]
    return (case.workload.kind in _PASSING or bool(servers)) and not inside


def _sticky(case: Case) -> Iterator[Breaks]:
    """Tables of HAProxy that say which client goes where: each instance has its own."""
    for one in case.applications():
        for path in one.configuration if one.kind == "haproxy" else ():
            if re.search(r"(?m)^\s*stick-table\b", case.host.snapshot.text(path) or ""):
                yield Breaks("sessions", f"{path} keeps a table of which client goes where, in memory")


def _volumes(case: Case) -> Iterator[Breaks]:
    for volume in case.workload.volumes:
        if volume.name.startswith("php-sessions"):
            yield Breaks("sessions", f"PHP keeps them in files in {volume.path}; both would have to share it")
        elif volume.kind == "upload":
            yield Breaks("uploads", f"files that users send lie in {volume.path}")
        elif volume.kind == "spool":
            yield Breaks("spool", f"{volume.path} is worked off by one")
        elif volume.kind in ("data", "shared") and not volume.read_only:
            yield Breaks("state", f"{volume.path} is written by one process at a time")


def _sessions(case: Case) -> Iterator[Breaks]:
    if case.workload.kind not in _CONTAINERS and not any(one.kind in _CONTAINERS for one in case.applications()):
        return
    stores = [
        f"{name} {value}"
        for one in case.applications()
        for name, value in one.settings
        if name in ("manager", "cluster", "session store") and _STORES.search(f"{name} {value}")
    ]
    if not stores:
        yield Breaks("sessions", "the servlet container keeps them in its own memory: no store is configured")


def _node_sessions(case: Case) -> Iterator[Breaks]:
    """express-session without a store of its own keeps them in the process."""
    main = next(iter(case.processes), None)
    if main is None or not re.search(r"(^|/)node(js)?$", main.exe or ""):
        return
    places = {file.path for file in case.workload.files} | ({main.cwd} if main.cwd else set())
    named = {
        library.name
        for library in case.facts(Libraries).libraries
        if any(below(library.place, place) for place in places if place != "/")
    }
    if "express-session" in named and not any(
        re.match(r"connect-|.*session-(store|sequelize|file)", one) for one in named
    ):
        yield Breaks("sessions", "express-session keeps them in the process: no store is installed")


def _caches(case: Case) -> Iterator[Breaks]:
    if case.workload.kind == "memcached":
        yield Breaks("cache", "what one of them knows the other one would not: clients pick one by its address")
    elif case.workload.kind == "redis":
        yield Breaks("state", "two of them would each keep a part of the keys")
    yield from _jars(case, _CACHES, "cache", "a cache in the process: two would hold different answers")


def _schedulers(case: Case) -> Iterator[Breaks]:
    for process in case.processes:
        found = _SCHEDULERS.search(" ".join(process.argv[:64]))
        if found:
            yield Breaks("scheduler", f"process {process.pid} starts jobs at their times: each would run twice")
    yield from _jars(case, _TIMERS, "scheduler", "a scheduler in the process: each job may run twice")


def _jars(case: Case, pattern: re.Pattern[str], what: str, why: str) -> Iterator[Breaks]:
    for process in case.processes:
        paths = {*process.mapped, *(file.path for file in process.open_files)}
        found = sorted(path for path in paths if pattern.search(path))
        if found:
            yield Breaks(what, f"{found[0].rpartition('/')[2]} is loaded, {why}")


def _locks(case: Case) -> Iterator[Breaks]:
    kept = [volume.path for volume in case.workload.volumes if volume.kind in ("data", "shared", "spool", "upload")]
    for process in case.processes:
        written = (file.path for file in process.open_files if file.writable and _LOCK.search(file.path))
        held = sorted({path for path in written if any(below(path, place) for place in kept)})
        if held:
            yield Breaks("lock", f"process {process.pid} holds {_first(held)}")


def _embedded(case: Case) -> Iterator[Breaks]:
    roots = [file.path for file in case.workload.files] + [volume.path for volume in case.workload.volumes]
    found: dict[str, list[str]] = {}
    for one in case.facts(Databases).embedded:
        used = any(unit in text for unit in case.workload.services for text in one.processes)
        if used or any(below(one.path, root) for root in roots):
            found.setdefault(one.engine, []).append(one.path)
    for engine, paths in sorted(found.items()):
        yield Breaks("database", f"{engine} in the file {_first(sorted(paths))} has one writer")


def _first(paths: list[str]) -> str:
    return f"{paths[0]} and {len(paths) - 1} more" if len(paths) > 1 else paths[0]


def _ties(case: Case) -> Iterator[Breaks]:
    pids = set(case.workload.pids)
    bound = case.facts(Bindings)
    for device in bound.devices:
        if device.user.pid in pids:
            yield Breaks("device", f"it holds {device.path} open, of which there is one")
    for group in bound.multicast:
        if pids & {user.pid for user in group.users}:
            yield Breaks("multicast", f"both would receive what is sent to {group.group}")
    for daemon in case.facts(Licences).daemons:
        if daemon.pid in pids:
            yield Breaks("licence", f"{daemon.product} gives licences for one machine")


def _relations(case: Case) -> Iterator[Breaks]:
    for coupling in case.workload.couplings:
        if coupling.how == "volume" and coupling.path and coupling.to:
            yield Breaks("socket", f"{coupling.path} of {coupling.to} is reached on the same machine only")


_LOOKS: tuple[Callable[[Case], Iterator[Breaks]], ...] = (
    _volumes,
    _sessions,
    _node_sessions,
    _sticky,
    _caches,
    _schedulers,
    _locks,
    _embedded,
    _ties,
    _relations,
)
