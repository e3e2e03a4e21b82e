"""Refresh a plan: what a person changed stays, what they left alone follows the facts.

Three plans as plain data meet: the one we derived last time (kept under .migrate/), the one on disk with a person's
edits, and the one derived now. Lists of named things are merged by their names.
"""

from __future__ import annotations

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


def merge(before: Any, edited: Any, now: Any) -> Any:
    """The new plan as plain data.

    :param before: what was derived last; ``edited``: what is on disk; ``now``: what is derived from today's facts.
    """
    if edited == before:
        return now
    if now == before:
        return edited
    if isinstance(edited, dict) and isinstance(now, dict):
        return _mappings(before if isinstance(before, dict) else {}, edited, now)
    if isinstance(edited, list) and isinstance(now, list):
        return _lists(before if isinstance(before, list) else [], edited, now)
    return edited


def _mappings(before: dict[Any, Any], edited: dict[Any, Any], now: dict[Any, Any]) -> dict[Any, Any]:
    merged: dict[Any, Any] = {}
    for key in [*now, *(key for key in edited if key not in now)]:
        if key in edited and key in now:
            merged[key] = merge(before.get(key), edited[key], now[key])
        elif key in now and key not in before:
            merged[key] = now[key]
        elif key in edited and (key not in before or edited[key] != before[key]):
            merged[key] = edited[key]
    return merged


def _lists(before: list[Any], edited: list[Any], now: list[Any]) -> list[Any]:
    key = _key(before, edited, now)
    if key is None:
        return edited
    merged = _mappings(_by(before, key), _by(edited, key), _by(now, key))
    return list(merged.values())


def _by(items: list[Any], key: _Key) -> dict[Any, Any]:
    return {_value(item, key): item for item in items}


def _value(item: Any, key: _Key) -> tuple[Any, ...]:
    return tuple(repr(item.get(field)) for field in key)


def _key(*lists: list[Any]) -> _Key | None:
    """The fields that tell the items apart, or None where they are plain values or nothing does."""
    items = [item for one in lists for item in one]
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    return next((key for key in _KEYS if all(_tells_apart(one, key) for one in lists)), None)


def _tells_apart(items: list[Any], key: _Key) -> bool:
    named = all(any(item.get(field) is not None for field in key) for item in items)
    return named and len({_value(item, key) for item in items}) == len(items)
