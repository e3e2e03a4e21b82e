"""What is in use, and until when it gets security updates, by the tables of dates in the rule files.

A program of the distribution's own package is kept by the distribution until its own end, whatever the program's makers
do; one that came another way ends with its makers' support. Dates are compared with the time of the inventory.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrate.assessment.world import instant
from migrate.model.applications import Application, Applications
from migrate.model.assessment import Cycle, Lifetime, Software
from migrate.model.facts import Databases, Files, Ownership, Packages, Processes, System
from migrate.model.inventory import Snapshot

_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Host:
    """What is asked again and again."""

    tables: Mapping[str, Lifetime]
    every: tuple[Lifetime, ...]
    now: dt.datetime
    system: Cycle | None
    foreign: frozenset[str]  # packages that are not the distribution's
    owners: Mapping[str, str]
    trees: tuple[str, ...]
    programs: Mapping[int, str]


def software(tables: Iterable[Lifetime], snapshot: Snapshot) -> tuple[Software, ...]:
    """Products of the tables that the host has, each once for each unit and version."""
    host = _host(tuple(tables), snapshot)
    inventory = snapshot.inventory
    found = [*_distribution(host, inventory.get(System))]
    for one in inventory.get(Applications).applications:
        found += _application(host, one)
    for server in inventory.get(Databases).servers:
        pids = (server.pid,) if server.pid else ()
        found += _product(host, server.engine, server.version, server.unit, pids, server.seen, None)
    found += _packages(host, inventory.get(Packages))
    return tuple({(one.product, one.cycle, one.unit or one.pids): one for one in reversed(found)}.values())[::-1]


def _host(tables: tuple[Lifetime, ...], snapshot: Snapshot) -> _Host:
    inventory = snapshot.inventory
    named = {name: table for table in tables for name in table.names}
    system = inventory.get(System)
    table = named.get(system.os_id)
    return _Host(
        tables=named,
        every=tables,
        now=instant(inventory.collected),
        system=_cycle(table, system.os_version) if table else None,
        foreign=frozenset(one.name for one in inventory.get(Packages).packages if one.third_party),
        owners={one.path: one.package for one in inventory.get(Ownership).owners},
        trees=tuple(tree.root.path for tree in inventory.get(Files).unmanaged),
        programs={one.pid: one.exe for one in inventory.get(Processes).processes if one.exe},
    )


def _distribution(host: _Host, system: System) -> Iterator[Software]:
    table = host.tables.get(system.os_id)
    if table is None or table.kind != "distribution" or not system.os_version:
        return
    cycle = host.system
    if cycle is not None:
        state = _state(cycle, host.now)
        yield Software(
            table.product, table.kind, system.os_name or f"{table.product} {system.os_version}", cycle.version, True,
            state, state, cycle.ends, cycle.extended, cycle.by, _until(cycle), seen="/etc/os-release",
        )  # fmt: skip


def _application(host: _Host, one: Application) -> Iterator[Software]:
    if one.role != "application":  # the version of one is its own, whatever language it is written in
        yield from _product(host, one.kind, one.version, one.unit, one.pids, one.seen, one.home)
    name, _, version = (one.runtime or "").partition(" ")
    if version:
        yield from _product(host, name, version, one.unit, one.pids, one.seen, None)


def _product(
    host: _Host,
    name: str,
    version: str | None,
    unit: str | None,
    pids: tuple[int, ...],
    seen: str,
    home: str | None,
) -> Iterator[Software]:
    table = host.tables.get(name)
    if table is None or table.kind == "distribution" or not version:
        return
    cycle = _cycle(table, _bare(version))
    if cycle is not None:
        yield _software(host, table, cycle, version, _packaged(host, home, pids), unit, pids, seen)


def _software(
    host: _Host,
    table: Lifetime,
    cycle: Cycle,
    version: str,
    packaged: bool,
    unit: str | None,
    pids: tuple[int, ...],
    seen: str,
) -> Software:
    counts = host.system if packaged and host.system else cycle
    return Software(
        table.product, table.kind, version, cycle.version, packaged, _state(counts, host.now), _state(cycle, host.now),
        cycle.ends, cycle.extended, cycle.by, _until(cycle), unit, pids, seen,
    )  # fmt: skip


def _packages(host: _Host, packages: Packages) -> Iterator[Software]:
    """Libraries that no application tells of: by the version of their package, without epoch and revision."""
    for table in host.every:
        for one in packages.packages if table.packages else ():
            if re.fullmatch(table.packages or "", one.name):
                version = re.sub(r"^\d+:", "", one.version).partition("-")[0]
                cycle = _cycle(table, version)
                if cycle is not None:
                    packaged = one.name not in host.foreign
                    yield _software(host, table, cycle, version, packaged, None, (), f"package {one.name}")


def _packaged(host: _Host, home: str | None, pids: tuple[int, ...]) -> bool:
    """Whether the distribution brought it: its folder and its program lie in no tree that no package owns."""
    places = [home] if home else [host.programs[pid] for pid in pids if pid in host.programs]
    for place in places:
        if any(place == tree or place.startswith(tree.rstrip("/") + "/") for tree in host.trees):
            return False
        if host.owners.get(place) in host.foreign:
            return False
        if not home and place.startswith(("/opt/", "/usr/local/", "/home/", "/srv/")):
            return False
    return bool(places) or not pids


def _bare(version: str) -> str:
    """``1.8.0_392`` is Java 8; the rest as it is."""
    found = re.match(r"1\.(\d)\.0(?:_(\d+))?", version)
    return (
        f"{found[1]}.{found[2] or 0}"
        if found and version.startswith(("1.4.", "1.5.", "1.6.", "1.7.", "1.8."))
        else version
    )


def _cycle(table: Lifetime, version: str) -> Cycle | None:
    """The most specific release that the version is of."""
    fitting = [
        one
        for one in table.cycles
        if version == one.version or re.match(rf"{re.escape(one.version)}(?![0-9])", version)
    ]
    return max(fitting, key=lambda one: len(one.version), default=None)


def _until(cycle: Cycle) -> str:
    later = f" ({cycle.by or 'with a subscription'}: {cycle.extended})" if cycle.extended else ""
    return f"until {cycle.ends}{later}" if cycle.ends else "until a day that nobody has named"


def _state(cycle: Cycle, now: dt.datetime) -> str:
    if cycle.ends is None:
        return "unknown"
    ends = instant(cycle.ends)
    return "ended" if ends < now else "ending" if ends < now + _YEAR else "supported"
