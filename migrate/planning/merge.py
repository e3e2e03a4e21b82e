"""Refresh a plan: what a person changed stays, what they left alone follows the facts.

Three plans as plain data meet: the one we derived last time (kept under .migrate/), the one on disk with a person's
edits, and the one derived now. Lists of named things are merged by their names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# Which fields may tell the items of a list apart; the first that does so in all three lists is taken.
_KEYS = (
    ("name",),
    ("id",),
    ("what",),
    ("path", "line", "old"),
    ("to", "how", "address", "port", "path"),
    ("port", "protocol"),
    ("port", "protocol", "address"),
    ("path",),
    ("command",),
)
_Key = tuple[str, ...]
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A person's edit, which stays, where the facts changed as well.

    :ivar now: what would stand there without the edit; None where the facts have it no more.
    """

    place: Place
    edited: Any
    now: Any


def merge(before: Any, edited: Any, now: Any, conflicts: list[Conflict] | None = None, place: Place = ()) -> Any:
    """The new plan as plain data.

    :param before: what was derived last; ``edited``: what is on disk; ``now``: what is derived from today's facts.
    :param conflicts: takes where the last two disagree.
    """
    if edited in (before, now):
        return now
    if now == before:
        return edited
    said = [] if conflicts is None else conflicts
    if isinstance(edited, dict) and isinstance(now, dict):
        return _mappings(before if isinstance(before, dict) else {}, edited, now, said, place)
    if isinstance(edited, list) and isinstance(now, list):
        return _lists(before if isinstance(before, list) else [], edited, now, said, place)
    said.append(Conflict(place, edited, now))
    return edited


def _mappings(
    before: dict[Any, Any], edited: dict[Any, Any], now: dict[Any, Any], said: list[Conflict], place: Place
) -> dict[Any, Any]:
    merged: dict[Any, Any] = {}
    for key in [*now, *(key for key in edited if key not in now)]:
        inside = (*place, _word(key))
        if key in edited and key in now:
            merged[key] = merge(before.get(key), edited[key], now[key], said, inside)
        elif key in now and key not in before:
            merged[key] = now[key]
        elif key in now and now[key] != before[key]:
            said.append(Conflict(inside, None, now[key]))  # taken away by a person, and changed since
        elif key in edited and (key not in before or edited[key] != before[key]):
            merged[key] = edited[key]
            if key in before:
                said.append(Conflict(inside, edited[key], None))
    return merged


def _word(key: Any) -> str:
    return "/".join(str(one) for one in key if one is not None) if isinstance(key, tuple) else str(key)


def _lists(before: list[Any], edited: list[Any], now: list[Any], said: list[Conflict], place: Place) -> list[Any]:
    key = _key(before, edited, now)
    if key is None:
        said.append(Conflict(place, edited, now))
        return edited
    merged = _mappings(_by(before, key), _by(edited, key), _by(now, key), said, place)
    return list(merged.values())


def items(*lists: list[Any]) -> tuple[dict[str, Any], ...] | None:
    """The items of lists by what tells them apart, or None where nothing does."""
    if not all(isinstance(one, list) for one in lists) or (key := _key(*lists)) is None:
        return None
    return tuple({_word(name): item for name, item in _by(one, key).items()} for one in lists)


def _by(found: list[Any], key: _Key) -> dict[Any, Any]:
    return {_value(item, key): item for item in found}


def _value(item: Any, key: _Key) -> tuple[Any, ...]:
    return tuple(item.get(field) for field in key)


def _key(*lists: list[Any]) -> _Key | None:
    """The fields that tell the items apart, or None where they are plain values or nothing does."""
    found = [item for one in lists for item in one]
    if not found or not all(isinstance(item, dict) for item in found):
        return None
    return next((key for key in _KEYS if all(_tells_apart(one, key) for one in lists)), None)


def _tells_apart(found: Iterable[Any], key: _Key) -> bool:
    named = all(any(item.get(field) is not None for field in key) for item in found)
    values = [_value(item, key) for item in found]
    return named and len({repr(value) for value in values}) == len(values)
