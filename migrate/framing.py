"""One framed shell program out of several questions, and the reader of what it says.

Each section of the stream stands between a ``begin`` and an ``end`` mark that hold a nonce; whatever else arrives (a
banner, the output of profile scripts, a name that looks like a mark) is either skipped or stays data. A section
without its end mark is incomplete, never empty.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"[a-z][a-z0-9_-]*\Z")
_LONGEST_MARK = 4096
_MARK_OF = re.compile(rb"^MARK=@@([0-9a-z]+)$", re.MULTILINE)
_CALL_OF = re.compile(rb"^section [0-9]+ ([a-z][a-z0-9_-]*) [0-9]+ (?:[a-z]+ )*section_[0-9]+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Question:
    """One section to ask for.

    :ivar name: lower-case letters, digits, dashes; unique in a program.
    :ivar shell: the body of a shell function, as in :class:`migrate.probes.Probe`.
    :ivar budget: seconds it may take on the host.
    :ivar packed: its output is compressed there, where gzip is; :func:`migrate.probes.sections.split` reads both.
    """

    name: str
    shell: str
    budget: float = 20.0
    packed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What the host said to one question.

    :ivar data: its output; empty where a sink took it.
    :ivar complete: its end mark was seen. ``status`` is the shell function's; above 128 it was ended by a signal.
    :ivar seen: it had begun.
    :ivar absent: why it was never asked, where whoever answers knows that.
    """

    name: str
    data: bytes = b""
    seen: bool = False
    complete: bool = False
    status: int | None = None
    seconds: float | None = None
    absent: str | None = None


class TooMuch(Exception):
    """More came than any honest answer has: whoever listens stops listening."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a framed program asks, and the nonce of its marks."""

    word: str
    names: tuple[str, ...]


def nonce() -> str:
    """A word that no host can guess."""
    return secrets.token_hex(12)


def script(questions: Sequence[Question], word: str) -> bytes:
    """The program that answers ``questions`` in order.

    Indentation and lines that are only a comment don't travel (bash reads its standard input byte by byte), so
    no question may have a quoted text that goes over several lines and begins them with blanks or ``#``.
    """
    for question in questions:
        if not _NAME.match(question.name):
            raise ValueError(f"not a section's name: {question.name!r}")
    prelude = Path(__file__).parent.joinpath("probes", "prelude.sh").read_text("utf-8")
    functions = [f"section_{index}() {{\n{question.shell}\n:\n}}" for index, question in enumerate(questions)]
    calls = [
        f"section {index} {question.name} {max(1, round(question.budget))} {'packed ' * question.packed}section_{index}"
        for index, question in enumerate(questions)
    ]
    # Unset first: a variable of that name in the login's environment would stay exported.
    head = f"unset MARK\nMARK=@@{word}"
    done = f"printf '\\n%s done %s\\n' \"$MARK\" {len(questions)}"
    main = "\n".join(["main() {", "who_are_we", "gently", "know_gzip", "start_ticker", *calls, "end_ticker", done, "}"])
    # `exec </dev/null` in a program that is read from standard input would end it in bash, mksh and yash.
    text = "\n".join([head, prelude, *functions, main, "main </dev/null; exit", ""])
    return _lean(text).encode("utf-8")


def understand(program: bytes) -> Program | None:
    """What a program of :func:`script` asks; None for any other one."""
    word = _MARK_OF.search(program)
    names = tuple(name.decode() for name in _CALL_OF.findall(program))
    return Program(word[1].decode(), names) if word and names else None


def _lean(text: str) -> str:
    lines = (line.lstrip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("#")) + "\n"


class Frames:
    """Reads the stream as it comes. ``feed`` it, ``finish`` it, and look at ``sections``.

    :param names: the questions' names, in order.
    :param word: the nonce of the program.
    :param on_begin: called with a section's name when it begins; ``on_end`` with each that is whole.
    :param sinks: where the data of the sections named goes, in the place of memory.
    :param most: bytes of the whole stream, beyond which :class:`TooMuch` is raised.
    """

    def __init__(
        self,
        names: Sequence[str],
        word: str,
        on_begin: Callable[[str], None] | None = None,
        sinks: Mapping[str, Callable[[bytes], object]] | None = None,
        most: int | None = None,
        on_end: Callable[[Section], object] | None = None,
    ) -> None:
        self._left = most
        self._names = tuple(names)
        self._mark = f"\n@@{word} ".encode()
        self._on_begin, self._on_end = on_begin, on_end
        self._sinks = dict(sinks or {})
        self._sections = [Section(name) for name in self._names]
        self._pending = b""
        self._kept: list[bytes] = []
        self._open: int | None = None
        self._began: float | None = None
        self.done = False

    @property
    def sections(self) -> tuple[Section, ...]:
        """One for each name; those that never began are not ``seen``."""
        return tuple(self._sections)

    def feed(self, data: bytes) -> None:
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise TooMuch
        self._pending += data
        while (at := self._pending.find(self._mark)) >= 0:
            end = self._pending.find(b"\n", at + 1)
            if end < 0:
                if len(self._pending) - at < _LONGEST_MARK:
                    self._keep(at)
                    return
                end = at + len(self._mark)
            self._keep(at)
            line, self._pending = self._pending[: end - at + 1], self._pending[end - at + 1 :]
            self._read_mark(line)
        self._keep(max(0, len(self._pending) - len(self._mark) + 1))

    def finish(self) -> tuple[Section, ...]:
        """The stream ended: what is open stays incomplete."""
        at = self._pending.find(self._mark)
        if at < 0:
            sizes = range(min(len(self._pending), len(self._mark)), 0, -1)
            cut = next((size for size in sizes if self._mark.startswith(self._pending[-size:])), 0)
            at = len(self._pending) - cut
        self._keep(at)
        self._pending = b""
        self._close(complete=False)
        return self.sections

    def _keep(self, size: int) -> None:
        data, self._pending = self._pending[:size], self._pending[size:]
        self._put(data)

    def _put(self, data: bytes) -> None:
        if self._open is None or not data:
            return
        sink = self._sinks.get(self._names[self._open])
        if sink is None:
            self._kept.append(data)
        else:
            sink(data)

    def _read_mark(self, line: bytes) -> None:
        words = line.decode("ascii", "replace").split()
        match words[1:]:
            case ["begin", index, name, uptime] if self._is(index, name):
                self._close(complete=False)
                self._open, self._began, self._kept = int(index), _seconds(uptime), []
                if self._on_begin:
                    self._on_begin(name)
            case ["end", index, status, uptime] if index == str(self._open) and status.isdecimal():
                self._close(complete=True, status=int(status), now=_seconds(uptime))
            case ["absent", index, *why] if index.isdecimal() and int(index) < len(self._names) and self._open is None:
                self._sections[int(index)] = Section(self._names[int(index)], absent=" ".join(why))
            case ["done", count] if count == str(len(self._names)):
                self.done = True
            case _:
                self._put(line)

    def _is(self, index: str, name: str) -> bool:
        return index.isdecimal() and int(index) < len(self._names) and self._names[int(index)] == name

    def _close(self, *, complete: bool, status: int | None = None, now: float | None = None) -> None:
        if self._open is None:
            return
        took = round(now - self._began, 2) if now is not None and self._began is not None else None
        name = self._names[self._open]
        section = Section(name, b"".join(self._kept), True, complete, status, took)
        self._sections[self._open] = section
        self._open, self._kept = None, []
        if complete and self._on_end:
            self._on_end(section)


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
