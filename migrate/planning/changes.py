"""What is different in a refreshed plan, workload by workload, for a person to read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.model import codec
from migrate.model.plan import Plan
from migrate.planning.merge import Conflict, items

# What changes with every look at a host, and reasons, which follow what they are reasons for.
_QUIET = frozenset(("pids", "because", "replicas_because", "size", "exclude", "version"))


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    :ivar workload: None for what concerns the whole plan.
    :ivar what: added, vanished, changed, kept (a person's, although the hosts say something else).
    :ivar field: the key, such as ``ports[80]``; "" for the workload itself.
    """

    workload: str | None
    what: str
    field: str = ""
    old: str = ""
    new: str = ""


def changes(before: Plan, after: Plan, conflicts: tuple[Conflict, ...] = ()) -> tuple[Change, ...]:
    """From the plan as it was on disk to the one that is written now.

    :param conflicts: where a person's edit and new facts disagree.
    """
    old = {one.name: codec.dump(one) for one in before.workloads}
    new = {one.name: codec.dump(one) for one in after.workloads}
    found = [Change(name, "vanished") for name in old if name not in new]
    for name, workload in new.items():
        if name not in old:
            found.append(Change(name, "added", new=workload["because"]))
            continue
        found += [Change(name, *rest) for rest in _within(old[name], workload, "")]
    for scope, one, other in (
        ("set_aside", before.set_aside, after.set_aside),
        ("questions", before.questions, after.questions),
    ):
        found += [Change(None, *rest) for rest in _differences(codec.dump(one), codec.dump(other), scope)]
    return (*found, *(_conflict(one) for one in conflicts))


def _conflict(one: Conflict) -> Change:
    name = one.place[1] if one.place[:1] == ("workloads",) and len(one.place) > 1 else None
    field = ".".join(one.place[2:] if name else one.place)
    return Change(name, "kept", field, _shown(one.edited), _shown(one.now))


def _within(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str, str]]:
    for key in dict.fromkeys((*old, *new)):
        if key in _QUIET or key == "name":
            continue
        yield from _differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)


def _differences(old: Any, new: Any, path: str) -> Iterator[tuple[str, str, str, str]]:
    if old == new:
        return
    if isinstance(old or {}, dict) and isinstance(new or {}, dict) and (old or new):
        if old and new:
            yield from _within(old, new, path)
        else:
            yield ("changed", path, _shown(old), _shown(new))
    elif (named := items(old or [], new or [])) is not None:
        yield from _listed(named[0], named[1], path)
    else:
        yield ("changed", path, _shown(old), _shown(new))


def _listed(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str, str]]:
    for name in dict.fromkeys((*old, *new)):
        place = f"{path}[{name}]"
        if name not in new:
            yield ("vanished", place, "", "")
        elif name not in old:
            yield ("added", place, "", _shown(new[name].get("because", "")))
        else:
            yield from _within(old[name], new[name], place)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, dict):
        return " ".join(f"{key}={_shown(one)}" for key, one in value.items() if key not in _QUIET)
    return str(value)
