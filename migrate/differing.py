"""What differs between two inventories: two hosts, a host over time, a host and a container. Pure.

What differs by nature is left out: process ids, times, counters, sizes of what grows, who is connected just now.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from migrate.model.inventory import Inventory, Scope

APPEARED, VANISHED, CHANGED = "appeared", "vanished", "changed"
_EVIDENCE = frozenset(("answers", "ownership"))  # read for planning and comparing, not about the host itself


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a fact; the values as inventory.json has them."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that only one side has, or that differs.

    :ivar part: the list of the scope that it is in.
    :ivar what: what it is called on both sides; "" for the scope itself.
    :ivar how: appeared (only the second has it), vanished, changed.
    """

    scope: str
    part: str
    what: str
    how: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class FileChange:
    """The lines of a captured text that differ, as a unified diff."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """:ivar before: and ``after``: what was compared, with the time of each.

    :ivar unknown: scopes that can't be compared, and why.
    """

    before: str
    after: str
    changes: tuple[Change, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    files: tuple[FileChange, ...] = ()


# Fields that differ by nature, whatever they belong to, and those of one type.
_NOISE = frozenset(
    "pid ppid pids main_pid started cpu rss pss peak threads uptime clock newest mtime used seconds seen line because "
    "last_run again again_status peer_port open connections clients entropy".split()
)
_NOISE_OF = {
    "Service": frozenset(("memory", "cgroup")),
    "Process": frozenset(("mapped", "open_files")),
    "Socket": frozenset(("count",)),
    "Database": frozenset(("size",)),
    "Secret": frozenset(("id",)),
    "Module": frozenset(("users",)),
    "HugePages": frozenset(("free",)),
    "Tool": frozenset(("last",)),
    "LogFile": frozenset(("size",)),
    "SharedMemory": frozenset(("attached",)),
}
_OF_A_SESSION = re.compile(
    r"INVOCATION_ID|JOURNAL_STREAM|NOTIFY_SOCKET|SYSTEMD_EXEC_PID|MEMORY_PRESSURE_\w+|SSH_\w+|XDG_SESSION_ID|SHLVL|OLDPWD|_"
)
_GROWING = frozenset(("log", "cache", "data", "runtime", "home", "backup"))  # roles of trees

# What makes two facts the same one, where the general rule of _identity does not tell.
_SAME = {
    "Process": ("exe", "name", "argv", "uid"),
    "Socket": ("protocol", "state", "address", "port", "path"),
    "Left": ("name", "command", "user"),
    "Unit": ("manager", "user", "name"),
    "Want": ("unit", "by", "how"),
    "Package": ("manager", "name", "arch"),
    "Repository": ("kind", "url", "suite"),
    "Job": ("source", "name", "command", "user"),
    "Secret": ("where", "path", "key", "kind"),
    "Site": ("server", "ports", "names", "root"),
    "HostName": ("address",),
    "Tree": ("root.path",),
    "Rule": ("family", "table", "chain", "text"),
    "Route": ("destination", "interface"),
    "Export": ("path", "client"),
    "Tunable": ("key",),
    "Written": ("key",),
    "SshSetting": ("match", "key"),
    "Rotation": ("patterns",),
}


def compare(before: Inventory, after: Inventory) -> Difference:
    """Every difference, scope by scope in the order of the first inventory."""
    old, new = _scopes(before), _scopes(after)
    changes: list[Change] = []
    unknown: list[tuple[str, str]] = []
    for name in dict.fromkeys((*old, *new)):
        one, other = old.get(name), new.get(name)
        if one is None or other is None or one.facts is None or other.facts is None:
            unknown.append((name, _why_unknown(one, other, before, after)))
        else:
            changes += _facts(name, one.facts, other.facts)
    return Difference(_label(before), _label(after), tuple(changes), tuple(unknown))


def _scopes(inventory: Inventory) -> dict[str, Scope]:
    return {scope.name: scope for scope in inventory.scopes if scope.name not in _EVIDENCE}


def _label(inventory: Inventory) -> str:
    return f"{inventory.host} ({inventory.collected})"


def _why_unknown(one: Scope | None, other: Scope | None, before: Inventory, after: Inventory) -> str:
    missing = [host.host for scope, host in ((one, before), (other, after)) if scope is None or scope.facts is None]
    return f"not read of {' and '.join(missing)}"


def _facts(scope: str, before: Any, after: Any) -> Iterator[Change]:
    alone: list[FieldChange] = []
    for field in dataclasses.fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if field.name in _NOISE:
            continue
        if _listed(old) or _listed(new):
            yield from _lists(scope, field.name, old, new)
        elif isinstance(old, tuple):
            yield from _sets(scope, field.name, old, new)
        elif old != new:
            alone.append(FieldChange(field.name, old, new))
    if alone:
        yield Change(scope, "", "", CHANGED, tuple(alone))


def _listed(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and dataclasses.is_dataclass(value[0])


def _sets(scope: str, part: str, old: Sequence[object], new: Sequence[object]) -> Iterator[Change]:
    yield from (Change(scope, part, _word(one), VANISHED) for one in old if one not in new)
    yield from (Change(scope, part, _word(one), APPEARED) for one in new if one not in old)


def _lists(scope: str, part: str, old: Iterable[Any], new: Iterable[Any]) -> Iterator[Change]:
    groups: dict[str, tuple[list[Any], list[Any]]] = defaultdict(lambda: ([], []))
    for side, facts in enumerate((old, new)):
        for fact in facts:
            if not _passing(fact):
                groups[identity(fact)][side].append(_settled(fact))
    for what, (before, after) in groups.items():
        left = [one for one in before if one not in after]
        right = [one for one in after if one not in before]
        for one, other in zip(left, right, strict=False):
            yield Change(scope, part, what, CHANGED, tuple(_fields(one, other)))
        # Another number of the same (workers of a server) is no difference, none at all is.
        if not before or not after:
            yield Change(scope, part, what, APPEARED if after else VANISHED)


def _fields(before: Any, after: Any) -> Iterator[FieldChange]:
    for field in dataclasses.fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new:
            continue
        if isinstance(old, tuple) and isinstance(new, tuple):  # only what is not on both sides
            old, new = tuple(x for x in old if x not in new), tuple(x for x in new if x not in old)
        yield FieldChange(field.name, old, new)


def identity(fact: Any) -> str:
    """What a fact is called, the same on both sides."""
    names = _SAME.get(type(fact).__name__) or _identity(fact)
    return " ".join(word for word in (_word(attrgetter(name)(fact)) for name in names) if word)


def _identity(fact: Any) -> tuple[str, ...]:
    """An id; else a path and a name with what kind it is of; else the first two fields."""
    has = [field.name for field in dataclasses.fields(fact)]
    if "id" in has:
        return ("id",)
    known = [name for name in ("kind", "manager", "engine", "path", "name", "names", "address", "port") if name in has]
    told = [name for name in known if getattr(fact, name) not in (None, "", ())]
    return tuple(told) if set(told) - {"kind", "manager", "engine"} else tuple(has[:3])


def _word(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(_word(one) for one in value)
    if dataclasses.is_dataclass(value):
        return identity(value)
    return "" if value is None else str(value)


def _passing(fact: Any) -> bool:
    """Whether it is there for a moment only: a connection, a login and what it runs."""
    kind = type(fact).__name__
    if kind == "Socket":
        return bool(fact.state == "established")
    return kind == "Process" and str(fact.unit).startswith("session-")


def _settled(fact: Any) -> Any:
    """The fact without what differs by nature: such fields are at their default."""
    kind = type(fact).__name__
    noise = _NOISE | _NOISE_OF.get(kind, frozenset())
    if kind == "Tree" and fact.role in _GROWING:
        noise |= {"size", "count"}
    changed: dict[str, Any] = {}
    for field in dataclasses.fields(fact):
        value = getattr(fact, field.name)
        if field.name in noise:
            changed[field.name] = 0 if field.default is dataclasses.MISSING else field.default
        elif dataclasses.is_dataclass(value):
            changed[field.name] = _settled(value)
        elif _listed(value):
            changed[field.name] = tuple(_settled(one) for one in value)
        elif field.name == "environment" and isinstance(value, tuple):
            changed[field.name] = tuple(pair for pair in value if not _OF_A_SESSION.fullmatch(pair[0]))
    return dataclasses.replace(fact, **changed) if changed else fact
