"""What rules look at: a host's facts, its workloads, what runs out, what could not be read, lines of its texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.model.assessment import Line, Owner, Software, Unread
from migrate.model.inventory import Scope, Snapshot
from migrate.model.plan import Workload

PLAN = "plan.workloads"
_KEYS = (
    "path",
    "name",
    "id",
    "key",
    "device",
    "group",
    "module",
    "product",
    "kind",
    "pid",
    "what",
    "address",
    "source",
)


@dataclass(frozen=True, slots=True)
class World:
    """One host.

    :ivar workloads: those of it that are migrated.
    """

    host: str
    snapshot: Snapshot
    workloads: tuple[Workload, ...]
    software: tuple[Software, ...] = ()

    @property
    def now(self) -> dt.datetime:
        """When the host was looked at: the only time that anything is compared with."""
        return instant(self.snapshot.inventory.collected)

    def scope(self, name: str) -> Scope | None:
        return next((one for one in self.snapshot.inventory.scopes if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Item:
    """A fact, and the workload that it is of where the plan says so."""

    scope: str
    value: Any
    workload: str | None = None

    @property
    def fact(self) -> str:
        """``files:/etc/x``, as in the ledger; of the plan with the workload: ``plan:nginx:/run/x``."""
        named = (getattr(self.value, name, None) for name in _KEYS)
        key = next((str(one) for one in named if one not in (None, "", ())), self.workload or "")
        whose = f"{self.workload}:" if self.workload is not None and key != self.workload else ""
        return f"{self.scope}:{whose}{key}"


def instant(text: str) -> dt.datetime:
    """An ISO 8601 time; the first of all times where it can't be read."""
    try:
        read = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def items(world: World, path: str) -> Iterator[Item]:
    """The facts at ``path``: a scope, and fields of it."""
    if path == PLAN or path.startswith(f"{PLAN}."):
        for workload in world.workloads:
            for value in values(workload, path[len(PLAN) + 1 :]):
                yield Item("plan", value, workload.name)
        return
    name, _, rest = path.partition(".")
    if name in _DERIVED:
        yield from (Item(name, one) for one in _DERIVED[name](world))
        return
    scope = world.scope(name)
    if scope is not None and scope.facts is not None:
        yield from (Item(name, value) for value in values(scope.facts, rest))


def values(value: Any, path: str) -> tuple[Any, ...]:
    """What lies at ``path`` below ``value``; lists on the way are gone through, and lists of pairs by name."""
    found = [value]
    for step in path.split(".") if path else ():
        found = [inner for one in found for inner in _step(one, step)]
    return tuple(found)


def _step(value: Any, name: str) -> Iterable[Any]:
    if isinstance(value, dict):
        return (value[name],) if name in value else ()
    inner = getattr(value, name, None) if hasattr(value, "__dataclass_fields__") else None
    if isinstance(inner, tuple):
        return (dict(inner),) if _pairs(inner) else inner
    return () if inner is None else (inner,)


def _pairs(value: tuple[Any, ...]) -> bool:
    if not value or not isinstance(value[0], tuple):
        return False
    return all(isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str) for one in value)


def owners(world: World, item: Item, of: Owner) -> tuple[str, ...]:
    """The workloads that a fact is of."""
    if item.workload is not None:
        return (item.workload,)
    units = set(values(item.value, of.unit)) if of.unit else set()
    pids = set(values(item.value, of.pid)) if of.pid else set()
    paths = values(item.value, of.path) if of.path else ()
    return tuple(
        one.name
        for one in world.workloads
        if units & set(one.services) or pids & set(one.pids) or any(_holds(one, str(path)) for path in paths)
    )


def _holds(workload: Workload, path: str) -> bool:
    places = [file.path for file in workload.files] + [volume.path for volume in workload.volumes]
    places += [use.path for use in workload.secrets if use.path]
    return any(path == place or path.startswith(place.rstrip("/") + "/") for place in places)


def _gaps(world: World) -> Iterator[Unread]:
    for scope in world.snapshot.inventory.scopes:
        if scope.status in ("failed", "skipped"):
            first = next(iter(scope.gaps), None)
            why, remedy = (first.why, first.remedy) if first else ("it was not read", None)
            yield Unread(scope.name, scope.status, "all of it", why, remedy)
        else:
            yield from (Unread(scope.name, scope.status, gap.what, gap.why, gap.remedy) for gap in scope.gaps)


_DERIVED = {"software": lambda world: world.software, "gaps": _gaps}
DERIVED: Mapping[str, type[Any]] = {"software": Software, "gaps": Unread, "lines": Line}
"""What is no scope of an inventory, by name."""
