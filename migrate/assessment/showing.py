"""Facts as text: ``{path} ({size|bytes})`` with the fields of a fact in their places."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from migrate.assessment.world import values

FIELD = re.compile(r"\{([\w.]+)(?:\|(\w+))?\}")
_MOST, _LONGEST = 5, 160


def shown(template: str, value: Any) -> str:
    """The template filled in, on one line."""
    text = FIELD.sub(lambda match: _joined(values(value, match[1]), match[2]), template)
    return " ".join(text.split())


def fields(template: str) -> Iterator[tuple[str, str | None]]:
    """(field, how it is written) of a template."""
    return ((match[1], match[2]) for match in FIELD.finditer(template))


def _joined(found: tuple[Any, ...], how: str | None) -> str:
    write = WRITTEN[how] if how else _plain
    texts = [write(one) for one in found]
    more = f" and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
    return ", ".join(texts[:_MOST]) + more if texts else "unknown"


def _plain(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _bytes(value: Any) -> str:
    size, unit = float(value), "B"
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            break
        size /= 1024
    return f"{size:.0f} {unit}" if size >= 10 or unit == "B" else f"{size:.1f} {unit}"


def _day(value: Any) -> str:
    return dt.datetime.fromtimestamp(min(max(float(value), 0), 1 << 37), dt.UTC).date().isoformat()


def _first(value: Any) -> str:
    return _plain(str(value).partition(" ")[0])


WRITTEN: Mapping[str, Callable[[Any], str]] = {"bytes": _bytes, "date": _day, "first": _first}
