"""Putting another host into a line, so that nothing else in it changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from migrate.model.plan import Rewrite
from migrate.planning.couplings.reference import Reference

_WORD = re.compile(r"[A-Za-z0-9_]{2}")


@dataclass(frozen=True, slots=True)
class Change:
    """A reference that is to name ``host`` instead."""

    reference: Reference
    host: str
    because: str


@dataclass(frozen=True, slots=True)
class _Edit:
    """``line[start:end]`` becomes ``new``; ``low`` and ``high`` bound the words that say so."""

    start: int
    end: int
    new: str
    low: int
    high: int
    because: str


def rewrites(path: str, line: str, changes: Sequence[Change], secret: bool = False) -> tuple[Rewrite, ...] | None:
    """The rewrites that make these changes in ``line``, or None where words for it can't be found.

    ``old`` is never longer than what is needed to be unmistakable in its line.

    :param secret: the line holds a secret: ``old`` must not grow into what stands beside a reference.
    """
    if not changes:
        return ()
    edits = sorted({_edit(change) for change in changes}, key=lambda one: one.start)
    wanted = _done(line, edits)
    number = changes[0].reference.line
    found = []
    for edit in edits:
        window = _window(line, edit, edits, grow=not secret)
        if window is None:
            return None
        if any(one is not edit and one.start < window[1] and window[0] < one.end for one in edits):
            return None  # one would undo the other, depending on which comes first
        old = line[window[0] : window[1]]
        new = _done(old, [_moved(edit, -window[0])])
        found.append(Rewrite(path, number, old, new, edit.because))
    unique = tuple({(one.old, one.new): one for one in found}.values())
    return unique if apply_line(line, unique) == wanted == _at_once(line, unique) else None


def _edit(change: Change) -> _Edit:
    reference = change.reference
    low = reference.column - 1
    start = low + reference.at
    return _Edit(start, start + reference.length, change.host, low, low + len(reference.text), change.because)


def _moved(edit: _Edit, by: int) -> _Edit:
    return _Edit(edit.start + by, edit.end + by, edit.new, edit.low + by, edit.high + by, edit.because)


def _done(text: str, edits: Iterable[_Edit]) -> str:
    for edit in sorted(edits, key=lambda one: -one.start):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def _window(line: str, edit: _Edit, edits: Sequence[_Edit], grow: bool) -> tuple[int, int] | None:
    """The words around an edit which stand in the line only where the same is to be done."""
    low, high = edit.low, edit.high
    while True:
        if _unmistakable(line, low, high, edit, edits):
            return low, high
        if not grow or (low == 0 and high == len(line)):
            return None
        rightwards = high < len(line) and (low == 0 or high - edit.high <= edit.low - low)
        low, high = (low, high + 1) if rightwards else (low - 1, high)
        if low == 0 and high < len(line) and high - edit.high > 40:
            return None


def _unmistakable(line: str, low: int, high: int, edit: _Edit, edits: Sequence[_Edit]) -> bool:
    old = line[low:high]
    # Whole words only: whoever applies this may look for old as a word.
    if _WORD.match(old[:1] + line[max(0, low - 1) : low]) or _WORD.match(old[-1:] + line[high : high + 1]):
        return False
    same = {one.start - (edit.start - low) for one in edits if one.new == edit.new}
    return all(match.start() in same for match in re.finditer(f"(?={re.escape(old)})", line))


def apply_line(line: str, changes: Iterable[Rewrite]) -> str:
    """``line`` with its rewrites done, in their order."""
    for one in changes:
        line = line.replace(one.old, one.new)
    return line


def _at_once(line: str, changes: Iterable[Rewrite]) -> str:
    """The same in one pass, as emitters may do it: what shares a character can't both be found."""
    table = {one.old: one.new for one in changes}
    pattern = "|".join(re.escape(old) for old in sorted(table, key=len, reverse=True))
    return re.sub(pattern, lambda match: table[match.group()], line) if table else line


def apply(text: str, changes: Iterable[Rewrite]) -> str:
    """A captured text with the rewrites of its path done; line ends stay as they are."""
    by_line: dict[int, list[Rewrite]] = {}
    for one in changes:
        by_line.setdefault(one.line, []).append(one)
    lines = text.split("\n")
    for number, here in by_line.items():
        if 0 < number <= len(lines):
            lines[number - 1] = apply_line(lines[number - 1], here)
    return "\n".join(lines)
