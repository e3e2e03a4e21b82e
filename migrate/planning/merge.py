"""Refresh a plan: what a person changed stays, what they left alone follows the facts.

Three plans as plain data meet: the one we derived last time (kept under .migrate/), the one on disk with a person's
edits, and the one derived now. Lists of named things are merged by their names.
"""

from __future__ import annotations

from typing import Any

_KEYS = ("name", "path", "id", "port", "what", "command")


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


def _mappings(before: dict[str, Any], edited: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key in [*now, *(key for key in edited if key not in now)]:
        if key in edited and key in now:
            merged[key] = merge(before.get(key), edited[key], now[key])
        elif key in now and key not in before:
            merged[key] = now[key]
        elif key in edited and (key not in before or edited[key] != before[key]):
            merged[key] = edited[key]
    return merged


def _lists(before: list[Any], edited: list[Any], now: list[Any]) -> list[Any]:
    key = _key([*before, *edited, *now])
    if key is None:
        return edited
    merged = _mappings(_by(before, key), _by(edited, key), _by(now, key))
    return list(merged.values())


def _by(items: list[Any], key: str) -> dict[str, Any]:
    return {str(item[key]): item for item in items}


def _key(items: list[Any]) -> str | None:
    """The field that tells the items apart, or None where they are plain values."""
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    for key in _KEYS:
        if all(key in item for item in items):
            return key
    return None
