"""Java runtimes: those that programs run on, those that are installed beside them."""

from __future__ import annotations

from migrate.model.applications import Application
from migrate.probes.applications import Found
from migrate.probes.java import machines, runtimes
from migrate.probes.java.runtimes import Runtime
from migrate.probes.servers import Seen


def find(seen: Seen) -> Found:
    pids: dict[Runtime, list[int]] = {}
    for machine in machines(seen):
        runtime = runtimes.of(machine, seen)
        if runtime.home:
            pids.setdefault(runtime, []).extend(machine.pids)
    found = list(pids)
    for one in runtimes.installed(seen):
        known = any(one.seen == other.seen or (one.home and one.home == other.home) for other in found)
        same = one.home is None and any(one.version == other.version for other in found)
        if not known and not same:
            found.append(one)
    return Found(tuple(_application(one, pids.get(one, [])) for one in found))


def _application(one: Runtime, pids: list[int]) -> Application:
    maker = f" ({one.vendor})" if one.vendor else ""
    title = f"Java {one.version}{maker}" if one.version else one.home or one.seen
    settings = (("java.vendor", one.vendor),) if one.vendor else ()
    return Application(
        "java-runtime", "other", title, one.version, one.home, pids=tuple(sorted(pids)),
        runtime=f"java {one.version}" if one.version else None, settings=settings, seen=one.seen,
    )  # fmt: skip


FIND = find
