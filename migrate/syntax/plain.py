"""What most daemons' configuration files have in common: a setting a line, perhaps in sections.

``key value``, ``key = value``, ``key: value``, with or without ``;`` at the end, in ``[section]`` or ``section {``. It
is read for settings whose names are known; a syntax that matters more has a reader of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(
    r"(?:-\s+)?[\"']?(?P<key>[@!$]?[A-Za-z_][\w.\-/\[\]]*)[\"']?\s*(?P<sign>:?=|:(?!//)|\s)\s*(?P<value>.*)"
)
_OPENED = re.compile(r"(?P<head>[^{}]*?)\s*(?:[:=]\s*)?\{\s*(?P<rest>.*)")
_COMMENT = re.compile(r"(?:^|\s)(?:#|;|//).*")
_LARGEST = 20_000  # lines


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    :ivar section: names of the sections around it, outer ones first, each with its words.
    :ivar value: without quotes, and without ``;`` or ``,`` at its end.
    """

    section: tuple[str, ...]
    key: str
    value: str
    line: int


def read(text: str) -> tuple[Setting, ...]:
    """Every setting in its order."""
    return tuple(_read(text))


def _read(text: str) -> Iterator[Setting]:
    top: tuple[str, ...] = ()
    stack: list[str] = []
    before = ""  # a section's name may stand in the line before its brace
    for number, raw in enumerate(text.split("\n")[:_LARGEST], 1):
        line = raw.strip()
        if not line or line[0] in "#;" or line.startswith("//"):
            continue
        if line[0] == "[" and line.rstrip().endswith("]"):
            top, stack = (line.strip("[]").strip(),), []
            continue
        opened = _OPENED.fullmatch(line) if "{" in line else None
        if opened and not opened["head"].count('"') % 2:
            stack = [*stack, opened["head"].strip() or before][:20]
            line = opened["rest"].strip()
        while line.startswith("}"):
            stack, line = stack[:-1], line[1:].lstrip(" ;,")
        before = line
        yield from _setting((*top, *stack), line, number)
        stack = stack[: len(stack) - _closed(line)] if _closed(line) else stack


def _closed(line: str) -> int:
    """Sections that end in a line behind a setting: ``type master; };``."""
    plain = re.sub(r'"[^"]*"', "", line)
    return max(0, plain.count("}") - plain.count("{"))


def _setting(section: tuple[str, ...], line: str, number: int) -> Iterator[Setting]:
    for part in line.split(";") if section and line.count(";") > 1 else [line]:
        match = _LINE.fullmatch(part.strip().rstrip("};,").strip())
        if match:
            yield Setting(section, match["key"], _plain(match["value"]), number)
        elif word := re.fullmatch(r"([A-Za-z_][\w.-]*)\s*;?", part.strip()):
            yield Setting(section, word[1], "", number)


def _plain(value: str) -> str:
    value = value.strip()
    if value[:1] in {'"', "'"} and (end := value.find(value[0], 1)) > 0:
        return value[1:end] if not value[end + 1 :].strip(" ;,") or "#" in value[end:] else value
    return _COMMENT.sub("", value).rstrip(" ;,").strip()
