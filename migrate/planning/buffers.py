"""What databases and caches were told that they may keep in memory, full or not when they were looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from migrate.detectors import Candidate
from migrate.model.applications import Application, Applications
from migrate.model.facts import Databases
from migrate.model.plan import Variable
from migrate.planning.index import Index

_MIB = 1024 * 1024
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "kb": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "g": 1 << 30, "gb": 1 << 30,
          "t": 1 << 40, "tb": 1 << 40}  # fmt: skip
_PROGRAM = 64 * _MIB  # the server beside its buffers
_OVERHEAD = 1.1  # of a buffer: what keeps account of its pages; 5 to 10 % by InnoDB's and PostgreSQL's manuals


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Memory that a program may come to use by its settings.

    :ivar environment: what it has to be told so that it keeps to that.
    """

    size: int
    because: str
    environment: tuple[Variable, ...] = ()


Settings = Mapping[str, str]


def ceilings(host: Index, candidate: Candidate) -> tuple[Ceiling, ...]:
    """By what kind of server it is, with the settings that the server told or its files say."""
    engine, settings = _server(host, candidate)
    if engine == "memcached":
        settings = _options(candidate) | settings
    read = _ENGINES.get(engine)
    found = read(settings) if read else None
    return (found,) if found else ()


def size_of(text: str | None) -> int | None:
    """Bytes of ``128M``, ``64MB``, ``8192 x 8kB`` (pages of PostgreSQL), ``1073741824``."""
    found = re.fullmatch(r"\s*'?(\d+)\s*(?:x\s*(\d+))?\s*([kmgt]?b?)'?\s*", text or "", re.IGNORECASE)
    return int(found[1]) * int(found[2] or 1) * _UNITS[found[3].lower()] if found else None


def mine(applications: Iterable[Application], candidate: Candidate) -> tuple[Application, ...]:
    """Those whose processes are the candidate's."""
    pids = {process.pid for process in candidate.processes}
    return tuple(one for one in applications if pids & set(one.pids))


def _server(host: Index, candidate: Candidate) -> tuple[str, dict[str, str]]:
    inventory = host.snapshot.inventory
    pids = {process.pid for process in candidate.processes}
    unit = candidate.service.name if candidate.service else None
    for server in inventory.get(Databases).servers:
        if server.pid in pids or (unit is not None and server.unit == unit):
            return _family(server.engine), _named(server.settings)
    for one in mine(inventory.get(Applications).applications, candidate):
        if _family(one.kind) in _ENGINES:
            return _family(one.kind), _named(one.settings)
    return "", {}


def _family(engine: str) -> str:
    if engine in ("mysql", "mariadb", "percona"):
        return "mysql"
    return "redis" if engine in ("valkey", "keydb") else engine


def _named(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By name; what the server itself said stands first and counts."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name.replace("-", "_").lower(), value)
    return found


def _options(candidate: Candidate) -> dict[str, str]:
    argv = candidate.main.argv if candidate.main else ()
    words = dict(pairwise(argv))
    joined = next((word[2:] for word in argv if re.fullmatch(r"-m\d+[kmg]?", word)), None)
    value = words.get("-m") or words.get("--memory-limit") or joined
    return {"m": value} if value else {}


def _mysql(settings: Settings) -> Ceiling:
    pool = size_of(settings.get("innodb_buffer_pool_size")) or 128 * _MIB  # its default
    keys = size_of(settings.get("key_buffer_size")) or 16 * _MIB
    clients = int(settings.get("max_connections", "151")) if settings.get("max_connections", "151").isdigit() else 151
    names = {"sort_buffer_size": 256, "join_buffer_size": 256, "read_buffer_size": 128, "read_rnd_buffer_size": 256,
             "thread_stack": 256}  # fmt: skip
    each = sum(size_of(settings.get(name)) or kib << 10 for name, kib in names.items())
    return Ceiling(
        int(pool * _OVERHEAD) + keys + clients * each + _PROGRAM,
        f"a buffer pool of {pool // _MIB} MiB and {clients} connections of {each / _MIB:.1f} MiB",
    )


def _postgresql(settings: Settings) -> Ceiling:
    shared = size_of(settings.get("shared_buffers")) or 128 * _MIB
    work = size_of(settings.get("work_mem")) or 4 * _MIB
    upkeep = size_of(settings.get("maintenance_work_mem")) or 64 * _MIB
    said = settings.get("max_connections", "100")
    clients = int(said) if said.isdigit() else 100
    return Ceiling(
        int(shared * _OVERHEAD) + clients * work + upkeep + _PROGRAM,
        f"shared_buffers of {shared // _MIB} MiB and {clients} connections that sort in {work // _MIB or 1} MiB each",
    )


def _redis(settings: Settings) -> Ceiling | None:
    """Twice its content: while it saves, what clients change is there twice (redis.io, FAQ on background saving)."""
    most = size_of(settings.get("maxmemory"))
    if not most:
        return None
    return Ceiling(2 * most + _PROGRAM, f"maxmemory of {most // _MIB} MiB, which may be there twice while it saves")


def _memcached(settings: Settings) -> Ceiling:
    said = settings.get("m") or settings.get("memory_limit") or settings.get("memory") or "64"
    most = int(said) * _MIB if said.isdigit() else size_of(said) or 64 * _MIB
    return Ceiling(int(most * _OVERHEAD) + _PROGRAM, f"a cache of {most // _MIB} MiB, full or not")


_ENGINES: Mapping[str, Callable[[Settings], Ceiling | None]] = {
    "mysql": _mysql,
    "postgresql": _postgresql,
    "redis": _redis,
    "memcached": _memcached,
}
