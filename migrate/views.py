"""Facts and differences as tables of text for a terminal. Pure; whoever prints makes the text harmless."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from migrate.differing import APPEARED, CHANGED, VANISHED, Change, Difference
from migrate.model.inventory import Inventory, Scope

_WIDEST = 60
_SIGNS = {APPEARED: "+", VANISHED: "-", CHANGED: "~"}


def scopes(inventory: Inventory, names: Sequence[str], limit: int | None) -> str:
    """The facts of some scopes (all where ``names`` is empty), each list as a table of at most ``limit`` rows."""
    wanted = [scope for scope in inventory.scopes if not names or scope.name in names]
    blocks = [f"{inventory.host}  ({inventory.collected})", *(_scope(scope, limit) for scope in wanted)]
    return "\n\n".join(blocks)


def _scope(scope: Scope, limit: int | None) -> str:
    took = f", {scope.seconds} s" if scope.seconds is not None else ""
    lines = [f"== {scope.name} ({scope.status}{took})"]
    lines += [
        f"  ! {one_line(gap.what)}: {one_line(gap.why)}" + (f" ({one_line(gap.remedy)})" if gap.remedy else "")
        for gap in scope.gaps
    ]
    if scope.facts is not None:
        lines += _facts(scope.facts, limit)
    return "\n".join(lines)


def _facts(facts: Any, limit: int | None) -> list[str]:
    """Single values first, then each list."""
    values = [(field.name, getattr(facts, field.name)) for field in dataclasses.fields(facts)]
    plain = [(name, value) for name, value in values if not _is_list(value) and value not in (None, "", ())]
    lines = [f"  {name:18} {text(value)}" for name, value in plain]
    for name, value in values:
        if _is_list(value):
            lines += ["", f"  {name} ({len(value)})", *_table(value, limit)]
    return lines


def _is_list(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and dataclasses.is_dataclass(value[0])


def _table(facts: Sequence[Any], limit: int | None) -> list[str]:
    shown = facts[:limit] if limit else facts
    columns = [
        field.name
        for field in dataclasses.fields(shown[0])
        if any(getattr(fact, field.name) not in (None, "", (), False) for fact in shown)
    ]
    rows = [columns, *([_cut(_cell(name, getattr(fact, name))) for name in columns] for fact in shown)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(columns))]
    lines = [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    more = len(facts) - len(shown)
    return [*lines, f"  … and {more} more (--all, or --json)"] if more else lines


def _cell(name: str, value: Any) -> str:
    """Of what a package depends on, each item is a choice of names."""
    return " ".join("|".join(map(one_line, names)) for names in value) if name == "depends" else text(value)


def text(value: object) -> str:
    """A value of a fact on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, (tuple, list)):
        return _several(value)
    if dataclasses.is_dataclass(value):
        told = (getattr(value, field.name) for field in dataclasses.fields(value))
        return ":".join(text(one) for one in told if one not in (None, "", (), False))
    return one_line(str(value))


def _several(values: Sequence[object]) -> str:
    nested = any(isinstance(one, tuple) for one in values)
    return ("; " if nested else " ").join(_pair(one) for one in values)


def _pair(value: object) -> str:
    """``NAME=VALUE`` of a name and its value."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        return f"{text(value[0])}={text(value[1])}"
    return text(value)


def one_line(words: str) -> str:
    """A host's text can't begin a line of its own, or move along in one."""
    return words.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def _cut(words: str) -> str:
    return words if len(words) <= _WIDEST else words[: _WIDEST - 1] + "…"


# --- differences -----------------------------------------------------------------------------------------------------


def difference(found: Difference) -> str:
    """One line for each change, by scope; a summary at the end."""
    lines = [f"--- {one_line(found.before)}", f"+++ {one_line(found.after)}"]
    scope = ""
    for change in found.changes:
        if change.scope != scope:
            scope = change.scope
            lines += ["", f"== {scope}"]
        lines += _change(change)
    for file in found.files:
        lines += ["", f"== content of {one_line(file.path)}", *(f"  {one_line(line)}" for line in file.lines)]
    if found.unknown:
        lines += ["", "not compared: " + ", ".join(f"{name} ({one_line(why)})" for name, why in found.unknown)]
    return "\n".join([*lines, "", _summary(found.changes)])


def _change(change: Change) -> list[str]:
    part = f"{change.part} " if change.part else ""
    if not change.fields:
        return [f"{_SIGNS[change.how]} {part}{_cut(one_line(change.what))}"]
    told = [f"{one.name}: {_side(one.before)} → {_side(one.after)}" for one in change.fields]
    head = f"{_SIGNS[change.how]} {part}{_cut(one_line(change.what))}".rstrip()
    return [f"{head}: {told[0]}"] if len(told) == 1 else [head, *(f"    {line}" for line in told)]


def _side(value: object) -> str:
    return _cut(text(value)) or "nothing"


def _summary(changes: Iterable[Change]) -> str:
    counts = Counter(change.how for change in changes)
    if not counts:
        return "no difference"
    return ", ".join(f"{counts[how]} {how}" for how in (APPEARED, VANISHED, CHANGED) if counts[how])
