"""What was saved against what is there after loading, item by item."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Check
from migrate.quoting import terminal
from migrate.stores import Group, Item, Place

_SHOWN = 20


def compared(place: Place, group: Group, found: Iterable[Item] | None, why: str = "") -> Check:
    """The check of one group.

    :param found: the items that are there now; None where they could not be had, for the reason ``why``.
    """
    name = f"state:{place.workload.name}:{place.volume.name}"
    ident = name if group.kind == "tree" else f"{name}:{terminal(group.name)}"
    label = f"{group.kind} {terminal(group.name)}"
    if found is None:
        return Check(ident, place.workload.name, "state", FAILED, f"{label}: could not be compared", why)
    problems = differences(group.items, found)
    detail = "\n".join(
        [*problems[:_SHOWN], *([f"… and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else [])]
    )
    if problems:
        return Check(ident, place.workload.name, "state", FAILED, f"{label}: {len(problems)} differ", detail)
    if any(item.checksum is None and item.upto is None for item in group.items):
        said = f"{label}: {_amount(group)} there; contents were not fixed while they were counted"
        return Check(ident, place.workload.name, "state", UNVERIFIED, said, place.saved.how)
    return Check(ident, place.workload.name, "state", PASSED, f"{label}: {_amount(group)}, all equal", _listing(group))


def differences(expected: Iterable[Item], found: Iterable[Item]) -> list[str]:
    """What is missing, more, or other; in the order of ``expected``."""
    there = {(item.kind, item.name): item for item in found}
    problems = []
    for item in expected:
        other = there.pop((item.kind, item.name), None)
        label = f"{item.kind} {terminal(item.name)}"
        if other is None:
            problems.append(f"{label}: missing")
        elif problem := _difference(item, other):
            problems.append(f"{label}: {problem}")
    problems.extend(f"{kind} {terminal(name)}: was not there before" for kind, name in sorted(there))
    return problems


def _difference(item: Item, other: Item) -> str | None:
    if item.upto is not None:
        low, high = sorted((item.count, item.upto))
        return None if low <= other.count <= high else f"expected {low} to {high}, found {other.count}"
    if item.checksum is None:  # counted at another moment than dumped
        return None
    if item.count != other.count:
        return f"expected {item.count}, found {other.count}"
    if item.checksum != other.checksum:
        return f"as many ({item.count}), but with other contents"
    return None


def _amount(group: Group) -> str:
    counts: dict[str, int] = {}
    for item in group.items:
        counts[item.kind] = counts.get(item.kind, 0) + 1
    words = [
        f"{number} {kind}{'s' if number != 1 and not kind.endswith('s') else ''}" for kind, number in counts.items()
    ]
    rows = sum(item.count for item in group.items if item.kind == "table")
    return ", ".join(words) + (f" with {rows} rows" if "table" in counts else "")


def _listing(group: Group) -> str:
    return "\n".join(f"{item.kind} {terminal(item.name)}: {item.count}" for item in group.items[:200])
