"""What is a comment in a text, by the kind of file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import basename, splitext

_MARKUP = frozenset(
    ".xml .html .htm .xhtml .jsp .jspx .config .tld .svg .xsd .xsl .xslt .wsdl .ftl .vm .fo .jnlp".split()
)
_SLASHES = frozenset(
    ".java .js .mjs .ts .c .h .cc .cpp .go .groovy .gradle .kt .scala .cs .rs .swift .scss .policy .json5 .zone".split()
)
_DASHES = frozenset(".sql .lua .hs .psql .ddl".split())
_NONE = frozenset(".json .md .txt .rst .csv .log .pem .crt .key .css".split())
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_BLOCK = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK_AT_START = re.compile(r"^[ \t]*/\*.*?\*/", re.DOTALL | re.MULTILINE)
_MARKED = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Style:
    """How a format marks comments.

    :ivar lines: marks that make a comment of the line they begin.
    :ivar inline: marks that make a comment of the rest of the line, at its start or after white space.
    """

    lines: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()
    block: re.Pattern[str] | None = None


_STYLES = {
    "markup": Style(block=_MARKED),
    "slashes": Style(lines=("//",), inline=("//",), block=_BLOCK),
    "php": Style(lines=("//", "#"), inline=("//", "#"), block=_BLOCK),
    "dashes": Style(lines=("--",), inline=("--",), block=_BLOCK),
    "properties": Style(lines=("#", "!")),
    "ini": Style(lines=("#", ";"), inline=(";",)),
    "bind": Style(lines=("#", "//"), inline=("#", "//"), block=_BLOCK),
    "table": Style(lines=("#",)),
    "plain": Style(lines=("#", ";", "//"), inline=("#",), block=_BLOCK_AT_START),
    "none": Style(),
}


def style(path: str, text: str) -> Style:
    """How comments are marked in ``text``, which was read from ``path`` ("" where it came from no file)."""
    return _STYLES[_kind(path, text)]


def _kind(path: str, text: str) -> str:
    name = basename(path).lower()
    suffix = splitext(name)[1]
    start = text[:200].lstrip("\ufeff \t\r\n")
    if suffix in {".php", ".inc", ".phtml", ".php5", ".php7"} or start.startswith("<?php"):
        return "php"
    if suffix in _MARKUP or start.startswith(("<?xml", "<!DOCTYPE", "<!--")):
        return "markup"
    if name.startswith(("named.conf", "rndc.")) or "/bind/" in path:
        return "bind"
    if name in {"fstab", "mtab", "vfstab", "crypttab", "exports"}:
        return "table"  # a line may begin with "//server/share"
    named = {".properties": "properties", ".ini": "ini", ".cnf": "plain"}
    if suffix in named:
        return named[suffix]
    groups = (("slashes", _SLASHES), ("dashes", _DASHES), ("none", _NONE))
    return next((kind for kind, suffixes in groups if suffix in suffixes), "plain")


def blank(text: str, path: str = "") -> str:
    """``text`` with its comments made of spaces, so that every offset and line number stays."""
    how = style(path, text)
    if how.block:
        text = how.block.sub(_spaces, text)
    marks = (*how.lines, *how.inline)
    if not any(mark in text for mark in marks):
        return text
    return "".join(_without(line, how) for line in text.splitlines(keepends=True))


def _spaces(match: re.Match[str]) -> str:
    return re.sub(r"[^\r\n]", " ", match.group())


def _without(line: str, how: Style) -> str:
    body = line.rstrip("\r\n")
    start = _comment_start(body, how)
    return line if start is None else line[:start] + " " * (len(body) - start) + line[len(body) :]


def _comment_start(line: str, how: Style) -> int | None:
    lead = len(line) - len(line.lstrip())
    if line[lead:].startswith(how.lines):
        return lead
    if not any(mark in line for mark in how.inline):
        return None
    unquoted = _QUOTED.sub(lambda match: "q" * len(match.group()), line)
    starts = [unquoted.find(mark, at) for mark in how.inline for at in _after_space(unquoted, mark)]
    return min(starts, default=None)


def _after_space(line: str, mark: str) -> list[int]:
    return [at for at in _places(line, mark) if at == 0 or line[at - 1].isspace()]


def _places(line: str, mark: str) -> list[int]:
    found, at = [], line.find(mark)
    while at >= 0:
        found.append(at)
        at = line.find(mark, at + 1)
    return found
