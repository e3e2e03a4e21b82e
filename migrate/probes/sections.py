"""How parsers take a section apart: its parts, lines, records and files, as ``prelude.sh`` prints them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from migrate.model.inventory import Gap

SUDOERS = "USER ALL=(root) NOPASSWD: /bin/sh"
"""The sudoers line that opens everything; USER stands for the one who logs in."""

LARGEST_SECTION = 256 << 20
"""More than that a packed section does not become."""

Lines = list[tuple[int, str]]
"""Lines of a file with their numbers."""

Files = Mapping[str, Lines]
"""Such lines by path."""

_FIRST = re.compile(rb"\n(@@[0-9a-z]+) (?:part |gap |packed\n)")


@dataclass(frozen=True, slots=True)
class Parts:
    """A section by the names that ``part`` gave. What was cut off in the middle of a line or record is left out."""

    blocks: Mapping[str, bytes]
    gaps: tuple[Gap, ...] = ()

    def block(self, name: str) -> bytes:
        return self.blocks.get(name, b"")

    def lines(self, name: str) -> list[str]:
        return [text(line) for line in self.block(name).split(b"\n")[:-1]]

    def line(self, name: str) -> str:
        """The first line, or ""."""
        return next(iter(self.lines(name)), "")

    def records(self, name: str) -> list[bytes]:
        """What ended in NUL."""
        return self.block(name).split(b"\0")[:-1]

    def pairs(self, name: str) -> Iterator[tuple[str, str]]:
        """Two records at a time: a link and its target."""
        records = [text(record) for record in self.records(name)]
        return zip(records[::2], records[1::2], strict=False)

    def table(self, name: str) -> Iterator[list[str]]:
        """Lines as their tab-separated fields."""
        return (line.split("\t") for line in self.lines(name))

    def files(self, name: str) -> dict[str, list[str]]:
        """The lines of each file that ``show`` printed."""
        found: dict[str, list[str]] = {}
        current: list[str] = []
        for line in self.lines(name):
            if line.startswith(">"):
                current = found.setdefault(line[1:].replace("\x01", "\n"), [])
            elif line.startswith("|"):
                current.append(line[1:])
        return found

    def numbered(self, name: str) -> dict[str, list[tuple[int, str]]]:
        """The lines of each file that ``bare`` printed, each with its number."""
        found: dict[str, list[tuple[int, str]]] = {}
        current: list[tuple[int, str]] = []
        for line in self.lines(name):
            if line.startswith(">"):
                # Anew: a file that two names led to is printed twice.
                current = found[line[1:].replace("\x01", "\n")] = []
                continue
            at, bar, rest = line.partition("|")
            if bar and (line_number := number(at)) is not None:
                current.append((line_number, rest.rstrip("\r")))
        return found


def shell_of(module: str) -> str:
    """The shell that lies beside a probe's module: ``shell_of(__file__)``."""
    return Path(module).with_suffix(".sh").read_text("utf-8")


def text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def split(data: bytes) -> Parts:
    """Take a section apart at its own marks, which its first bytes show."""
    first = _FIRST.match(data)
    if not first:
        return Parts({})
    mark = b"\n" + first[1] + b" "
    blocks: dict[str, bytes] = {}
    gaps: dict[Gap, None] = {}
    name = ""
    for piece in _unpacked(data, mark).split(mark)[1:]:
        kind, _, rest = piece.partition(b" ")
        line, newline, body = rest.partition(b"\n")
        if not newline:
            continue
        if kind == b"part":
            name = text(line)
        elif kind == b"gap":
            gaps.setdefault(_gap(text(line)))
        blocks[name] = blocks.get(name, b"") + body
    return Parts(blocks, tuple(gaps))


def _unpacked(data: bytes, mark: bytes) -> bytes:
    """What ``packed`` compressed, as it was; of a cut stream what came of it."""
    head = b"packed\n"
    first, *pieces = data.split(mark)
    return first + b"".join(
        _inflated(piece.removeprefix(head), mark) if piece.startswith(head) else mark + piece for piece in pieces
    )


def _inflated(data: bytes, mark: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    try:
        whole = inflater.decompress(data, LARGEST_SECTION)
    except zlib.error:
        return b""
    if inflater.eof:
        return whole
    sizes = range(min(len(whole), len(mark)), 0, -1)  # a mark that was cut is no line
    return whole[: len(whole) - next((size for size in sizes if mark.startswith(whole[-size:])), 0)]


def _gap(line: str) -> Gap:
    what, _, why = line.partition("\t")
    if why == "root":
        return Gap(what, "only root may read it", SUDOERS)
    if why == "permission":
        return Gap(what, "permission denied", SUDOERS)
    return Gap(what, why)


def number(word: str) -> int | None:
    """A decimal number of a host, or None; never one that is absurdly long."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 20 else None


def unquoted(word: str) -> str:
    """A value of a shell-like settings file without its quotes."""
    word = word.strip()
    if len(word) >= 2 and word[0] == word[-1] and word[0] in "'\"":
        return re.sub(r"\\([\\$\"`])", r"\1", word[1:-1]) if word[0] == '"' else word[1:-1]
    return word


def settings(lines: list[str]) -> dict[str, str]:
    """NAME=VALUE lines of a shell-like settings file; the last one of a name holds."""
    found: dict[str, str] = {}
    for line in lines:
        match = re.match(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)", line)
        if match:
            found[match[1]] = unquoted(match[2])
    return found
