"""A host on one screen: what it is, what runs on it, what binds it, and what could not be read. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from migrate.model.applications import Application, Applications
from migrate.model.bindings import Bindings
from migrate.model.certificates import Certificates
from migrate.model.facts import (
    Archives,
    Content,
    Databases,
    Files,
    Packages,
    Processes,
    Schedule,
    Secrets,
    Services,
    Sites,
    Sockets,
    System,
)
from migrate.model.inventory import Inventory
from migrate.model.libraries import Libraries
from migrate.model.licences import Licences
from migrate.model.management import Management
from migrate.views import one_line

_MOST = 12  # names on one line
_MOST_GAPS = 15

Row = tuple[str, str]


def overview(inventory: Inventory) -> str:
    """One line for each subject that has something to say, the gaps last."""
    rows = [*_machine(inventory), *_running(inventory), *_content(inventory), *_ties(inventory)]
    lines = [f"{inventory.host}  ({inventory.collected})"]
    lines += [f"  {name:12} {one_line(text)}" for name, text in rows if text]
    return "\n".join([*lines, *_unread(inventory)])


def _machine(inventory: Inventory) -> Iterator[Row]:
    system = inventory.get(System)
    yield "system", f"{system.os_name or system.os_id}, {system.arch}, kernel {system.kernel}"
    manual = [package for package in inventory.get(Packages).packages if package.manual]
    packages = f"{len(inventory.get(Packages).packages)}"
    yield "packages", packages + (f", {len(manual)} of them asked for" if manual else "")
    libraries = inventory.get(Libraries).libraries
    yield "libraries", _counts(one.manager for one in libraries)
    tools = inventory.get(Management).tools
    yield "managed by", _names(one.name for one in tools)


def _running(inventory: Inventory) -> Iterator[Row]:
    services = inventory.get(Services).services
    running = [service.name.removesuffix(".service") for service in services if service.active]
    yield "services", f"{len(running)} active: {_names(running)}"
    yield "processes", str(len(inventory.get(Processes).processes))
    listening = [one for one in inventory.get(Sockets).sockets if one.state == "listen" and one.port]
    yield "listening", ", ".join(sorted({f"{one.address}:{one.port}/{one.protocol}" for one in listening}))
    jobs = inventory.get(Schedule).jobs
    own = [job for job in jobs if job.origin == "person"]
    yield "jobs", f"{len(jobs)}, {len(own)} of them by people" if jobs else ""
    yield "applications", _names(_application(one) for one in inventory.get(Applications).applications)
    yield "sites", _names(name for site in inventory.get(Sites).sites for name in site.names)
    yield "databases", _names(f"{one.engine}/{one.name}" for one in inventory.get(Databases).databases)


def _application(one: Application) -> str:
    name = one.name if one.kind in (one.name, "service") else f"{one.kind} {one.name}"
    return f"{name} {one.version}" if one.version else name


def _content(inventory: Inventory) -> Iterator[Row]:
    files = inventory.get(Files)
    yield (
        "changed",
        f"{len(files.changed_configuration)} configuration and {len(files.changed_packaged)} package files",
    )
    roles = _counts(tree.role for tree in files.unmanaged)
    yield "unmanaged", f"{len(files.unmanaged)} trees: {roles}" if files.unmanaged else ""
    yield (
        "archives",
        _names(one.path.rpartition("/")[2] for one in inventory.get(Archives).archives if one.kind != "jar"),
    )
    yield "captured", f"{len(inventory.get(Content).entries)} files"
    secrets = inventory.get(Secrets).secrets
    yield "secrets", f"{len(secrets)}, kept apart: {_counts(one.kind for one in secrets)}" if secrets else ""
    ends = sorted(one.not_after for one in inventory.get(Certificates).certificates if one.not_after and one.uses)
    yield "certificates", f"{len(ends)} in use, the first ends {_day(ends[0])}" if ends else ""


def _day(seconds: int) -> str:
    return dt.datetime.fromtimestamp(min(seconds, 1 << 37), dt.UTC).date().isoformat()


def _ties(inventory: Inventory) -> Iterator[Row]:
    """What binds software to this machine."""
    bound = inventory.get(Bindings)
    told = {
        "devices": len(bound.devices),
        "licence dongles": len([one for one in bound.hardware if one.kind == "licence-dongle"]),
        "multicast groups": len(bound.multicast),
        "raw sockets": len(bound.raw_sockets),
        "real-time processes": len([one for one in bound.scheduling if one.priority]),
        "licence files": len([one for one in inventory.get(Licences).files if one.host_ids]),
    }
    yield "bound to", ", ".join(f"{count} {what}" for what, count in told.items() if count)


def _unread(inventory: Inventory) -> Iterator[str]:
    for scope in inventory.scopes:
        if scope.status in ("failed", "skipped"):
            yield f"  ! {scope.name}: {scope.status}"
    gaps = [(scope.name, gap) for scope in inventory.scopes for gap in scope.gaps]
    for name, gap in gaps[:_MOST_GAPS]:
        remedy = f" ({gap.remedy})" if gap.remedy else ""
        yield f"  ! {name}: {one_line(f'{gap.what}: {gap.why}{remedy}')}"
    if len(gaps) > _MOST_GAPS:
        yield f"  ! and {len(gaps) - _MOST_GAPS} gaps more: migrate show {inventory.host} --all"


def _names(names: Iterable[str]) -> str:
    every = list(dict.fromkeys(names))
    more = f" and {len(every) - _MOST} more" if len(every) > _MOST else ""
    return ", ".join(every[:_MOST]) + more


def _counts(values: Iterable[str]) -> str:
    return ", ".join(f"{count} {value}" for value, count in sorted(Counter(values).items()))
