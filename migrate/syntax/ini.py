"""INI files, as MySQL, PHP, Samba and many daemons write them; tolerant of what a strict reader refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One line.

    :ivar section: "" before the first one.
    :ivar value: without quotes and trailing comment; None for a key alone (``skip-networking``).
    :ivar raw: the value as it stands in the line.
    """

    section: str
    key: str
    value: str | None
    line: int
    raw: str = ""


def read(text: str) -> tuple[Setting, ...]:
    """Every setting in its order; keys that stand twice are there twice."""
    return tuple(_read(text))


def section(text: str, *names: str) -> dict[str, str | None]:
    """The settings of these sections together, later ones counting; ``-`` and ``_`` in keys are one (``-``)."""
    return {one.key.replace("_", "-"): one.value for one in read(text) if one.section in names}


def _read(text: str) -> Iterator[Setting]:
    current = ""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and "]" in line:
            current = line[1 : line.index("]")].strip()
            continue
        key, equals, value = _split(line)
        yield Setting(current, key, _plain(value) if equals else None, number, value)


def _split(line: str) -> tuple[str, str, str]:
    equals, colon = line.find("="), line.find(":")
    mark = ":" if colon >= 0 and (equals < 0 or (colon < equals and line[colon + 1 : colon + 2] == " ")) else "="
    key, found, value = line.partition(mark)
    return key.strip(), found, value.strip()


def _plain(value: str) -> str:
    if value[:1] in {'"', "'"} and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    for mark in (" #", " ;", "\t#", "\t;"):
        value = value.split(mark)[0]
    return value.strip()
