"""Ask the host for what was chosen, and keep the tar stream that comes back in a private file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from migrate import files
from migrate.capture.choose import LARGEST_ALL, LARGEST_FILE, Choice
from migrate.errors import HostError
from migrate.framing import Question
from migrate.probing import ask
from migrate.reach import Connection, bounds

Progress = Callable[[int, int | None], None]
"""Called with the bytes that have come, and how many will in about."""

_HERE = Path(__file__).parent
_WORDS = 60  # names in one command of the program
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:=@~")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is captured of one host, by what the way to it can bring.

    :ivar remedy: what to do where that is not enough.
    """

    file: int = LARGEST_FILE
    all: int = LARGEST_ALL
    remedy: str = "they are state, or belong into a volume: copy them with migrate sync"

    @classmethod
    def of(cls, connection: Connection) -> Limits:
        bound = bounds(connection)
        if bound.stream is None:
            return cls()
        return cls(min(LARGEST_FILE, bound.stream), min(LARGEST_ALL, bound.stream), bound.instead)

    def why(self, word: str) -> str:
        """Why a file was left behind, from the word of the program."""
        if word == "large":
            return f"a file of more than {self.file >> 20} MiB"
        return f"beyond the {self.said} that are captured of one host" if word == "full" else word

    @property
    def most(self) -> int:
        """Bytes of the whole stream, with all that tar adds for as many small files as there may be."""
        return 2 * self.all + (512 << 20)

    @property
    def said(self) -> str:
        return f"{self.all >> 30} GiB" if self.all >= 1 << 30 else f"{self.all >> 20} MiB"


@dataclass(slots=True)
class Received:
    """What came beside the tar stream.

    :ivar packages: which package owns a path; ``directories`` in /etc are a package's with all below.
    :ivar too_many: files that were left behind because all of them together were too much.
    :ivar lost: why the stream ended early, or None.
    :ivar begun: the stream itself began.
    """

    packages: dict[str, str] = field(default_factory=dict)
    directories: dict[str, str] = field(default_factory=dict)
    omitted: list[tuple[str, str]] = field(default_factory=list)
    tar: str = ""
    expected: int | None = None
    too_many: int = 0
    lost: str | None = None
    begun: bool = False
    limits: Limits = field(default_factory=Limits)


def receive(connection: Connection, choice: Choice, spool: Path, on_progress: Progress | None) -> Received:
    """Fill ``spool`` with the tar stream of what was chosen.

    :raises WorkspaceError: it could not be written.
    """
    received = Received(limits=Limits.of(connection))
    with files.explained(spool), os.fdopen(os.open(spool, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
        reader = _Reader(received, sink, on_progress)
        question = Question("capture", program(choice, received.limits), 7200)
        try:
            sinks, most = {"capture": reader.feed}, received.limits.most
            said = ask(connection, [question], sinks=sinks, deadline=7300, idle=300, most=most)
        except HostError as error:
            received.lost = error.message
            return received
    section = said["capture"]
    if not section.complete:
        received.lost = said.lost or f"the program on the host ended with status {section.status}"
    return received


def program(choice: Choice, limits: Limits | None = None) -> str:
    """The shell of the question. Names are octal where they are not plain, so that any bytes survive the way."""
    shell = (_HERE / "capture.sh").read_text("utf-8")
    limits = limits or Limits()
    marks = {"@LARGEST_FILE@": str(limits.file), "@LARGEST_ALL@": str(limits.all)}
    for mark, value in marks.items():
        shell = shell.replace(mark, value)
    lists = {"trees": choice.trees, "single": choice.single, "without": choice.without, "users": choice.users}
    functions = [f"wanted_{name}() {{\n:\n{_prints(paths)}\n}}" for name, paths in lists.items()]
    return "\n".join([(_HERE.parent / "probes" / "paths.sh").read_text("utf-8"), *functions, shell])


def _prints(paths: Iterable[str]) -> str:
    lines = [_octal(os.fsencode(path).replace(b"\n", b"\x01")) + "\\n" for path in paths]
    return "\n".join(f"printf '{''.join(lines[at : at + _WORDS])}'" for at in range(0, len(lines), _WORDS))


def _octal(name: bytes) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in name)


class _Reader:
    """Takes the lines before the stream apart, and passes the stream on."""

    def __init__(self, received: Received, sink: BinaryIO, on_progress: Progress | None) -> None:
        self._received, self._sink, self._on_progress = received, sink, on_progress
        self._pending = b""
        self._size = 0

    def feed(self, data: bytes) -> None:
        if self._received.begun:
            self._pass(data)
            return
        self._pending += data
        for line in self._lines():
            if line == b".":
                self._received.begun = True
                self._pass(self._pending)
                return
            self._read(line.decode("utf-8", "surrogateescape"))

    def _lines(self) -> Iterator[bytes]:
        while b"\n" in self._pending:
            line, _, self._pending = self._pending.partition(b"\n")
            yield line

    def _pass(self, data: bytes) -> None:
        self._sink.write(data)
        self._size += len(data)
        if self._on_progress:
            self._on_progress(self._size, self._received.expected)

    def _read(self, line: str) -> None:
        match line.split("\t"):
            case ["K", package, path] if path.startswith("/"):
                self._received.packages[_name(path)] = package
            case ["D", package, path] if path.startswith("/"):
                self._received.directories[_name(path)] = package
            case ["O", why, path]:
                self._received.omitted.append((_name(path), self._received.limits.why(why)))
            case ["N", _, size, full] if size.isdecimal() and full.isdecimal():
                self._received.expected, self._received.too_many = int(size), int(full)
            case [word] if word.startswith("tar "):
                self._received.tar = word[4:]


def _name(line: str) -> str:
    return line.replace("\x01", "\n")
