"""Secrets in captured texts, environments and command lines. Pure; nothing here shows or keeps a value.

What is a secret follows three signs: the name of the setting (``dbPassword``, ``requirepass``), a shape (private keys,
password hashes, ``//user:password@host``, the known forms of tokens), or a form that a program has for it
(``stats auth user:password``). References (``${X}``), placeholders, keywords and paths are not. In comments,
translations, templates and documents only a value that is surely no example counts: mixed, at least eight characters,
without the words that examples are made of.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from migrate.planning.secrets import directives, manners, pairs, printing, shapes, values
from migrate.planning.secrets.commands import find_in_argv, find_in_command, find_in_variables
from migrate.planning.secrets.found import Found
from migrate.planning.secrets.shapes import Hit
from migrate.planning.secrets.syntaxes import Manner
from migrate.planning.secrets.whole import private_file
from migrate.syntax import comments

__all__ = ["Found", "find", "find_in_argv", "find_in_command", "find_in_variables", "private_file"]


def find(path: str, data: bytes) -> tuple[Found, ...]:
    """Secrets in a file, in the order of its lines; none where it is binary (see :func:`private_file`)."""
    text = _text(data)
    if text is None:
        return ()
    how = manners.manner(path, text)
    commented = _Comments(text, path)
    hits = [
        *pairs.find(text, how, commented),
        *directives.find(path, text, doubtful=how.doubtful),
        *_shapes(text, commented, how),
    ]
    starts = _line_starts(text) if hits else []
    found = [Found(hit.kind, hit.key, bisect_right(starts, hit.start), hit.value) for hit in _outermost(hits)]
    found += printing.find(path, text)
    if manners.shell(path, text) or manners.crontab(path):
        found += find_in_command(text)
    elif manners.commands(path):
        found += find_in_command(_COMMAND.sub("", text))
    return _unique(found)


# What stands before a command line in a unit or in a check: "ExecStart=", "command[check_mysql]=".
_COMMAND = re.compile(r"^[ \t]*[\w.\[\]-]+[ \t]*=[-+!@:]*[ \t]*", re.MULTILINE)


def _text(data: bytes) -> str | None:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    return None if b"\0" in data[:8192] else data.decode("utf-8", "surrogateescape")


class _Comments:
    """Whether a place lies in a comment; looked up only where somebody asks, which most texts never need."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._plain: str | None = None

    def __call__(self, at: int) -> bool:
        if self._plain is None:
            self._plain = comments.blank(self._text, self._path)
        return self._plain[at : at + 1] != self._text[at : at + 1]


def _shapes(text: str, commented: _Comments, how: Manner) -> Iterable[Hit]:
    for hit in shapes.find(text):
        example = hit.kind in {"credentials-url", "password"} and not values.strong(hit.value)
        shipped = hit.kind == "password-hash" and how.sample
        if not shipped and not (example and (how.doubtful or commented(hit.start))):
            yield hit


def _outermost(hits: Iterable[Hit]) -> list[Hit]:
    """By place, without those that lie inside another."""
    kept: list[Hit] = []
    end = -1
    for hit in sorted(hits, key=lambda one: (one.start, -len(one.value), one.key is None)):
        if hit.start >= end:
            kept.append(hit)
            end = hit.start + len(hit.value)
    return kept


def _line_starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def _unique(found: Iterable[Found]) -> tuple[Found, ...]:
    seen: dict[tuple[int | None, str], Found] = {}
    for one in found:
        seen.setdefault((one.line, one.value), one)
    return tuple(sorted(seen.values(), key=lambda one: one.line or 0))
