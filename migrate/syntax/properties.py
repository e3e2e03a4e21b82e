"""Java .properties files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"(?P<key>(?:\\.|[^\\:=\s])*)(?:[ \t\f]*[=:][ \t\f]*|[ \t\f]+|$)(?P<value>.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Property:
    """One setting.

    :ivar line: where it begins, counted from 1; ``last`` is where it ends.
    :ivar raw: the value as written, escapes and all (continued lines joined).
    """

    key: str
    value: str
    line: int
    last: int
    raw: str


def read(text: str) -> tuple[Property, ...]:
    """Every setting in its order; a key that stands twice is there twice (Java takes the last)."""
    found = []
    for first, last, line in _logical(text):
        match = _LINE.fullmatch(line)
        if match:
            found.append(Property(unescape(match["key"]), unescape(match["value"]), first, last, match["value"]))
    return tuple(found)


def values(text: str) -> dict[str, str]:
    """The settings that count."""
    return {one.key: one.value for one in read(text)}


def _logical(text: str) -> Iterator[tuple[int, int, str]]:
    pending, first = "", 0
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        line = raw.lstrip(" \t\f")
        if not pending and (not line or line[0] in "#!"):
            continue
        first = first if pending else number
        if (len(line) - len(line.rstrip("\\"))) % 2:
            pending += line[:-1] or "\0"
            continue
        yield first, number, (pending + line).replace("\0", "")
        pending = ""
    if pending:
        yield first, first, pending.replace("\0", "")


def unescape(text: str) -> str:
    r"""``\u00e4``, ``\:``, ``\t`` and the like as what they stand for."""

    def plain(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else _PLAIN.get(match[2], match[2])

    return _ESCAPE.sub(plain, text)
