"""Fetch large things from a host: framed programs whose sections stream into files."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from migrate import files
from migrate.errors import ConnectionLost, MigrateError
from migrate.framing import Frames, Section, nonce
from migrate.quoting import terminal
from migrate.reach import Connection
from migrate.stores import SavedFile

_WEEK = 7 * 86400.0
# A server that adds up a large table says nothing meanwhile.
_SILENCE = 12 * 3600.0
_GZIP = b"\x1f\x8b"

FRAME = r"""
# Sections without a time limit, and with standard error left open: dumps take what they take.
framed() {
    now
    printf '\n%s begin %s %s %s\n' "$MARK" "$1" "$2" "$NOW"
    ("$3")
    status_=$?
    now
    printf '\n%s end %s %s %s\n' "$MARK" "$1" "$status_" "$NOW"
    return "$status_"
}
finished() { printf '\n%s done %s\n' "$MARK" "$1"; }
fail() { printf '%s\n' "$1" >&2; exit 9; }
squeeze() { if have gzip; then gzip -1; else cat; fi; }
# packed COMMAND…: its output, compressed; its own status.
packed() {
    { status_=$({ { "$@" 4>&-; echo "$?" >&4; } | squeeze >&3 4>&-; } 4>&1); } 3>&1
    return "${status_:-1}"
}
"""


def fetch(
    connection: Connection,
    names: Sequence[str],
    body: str,
    what: str,
    sinks: Mapping[str, Callable[[bytes], object]] | None = None,
) -> dict[str, Section]:
    """Run a program on the host that frames the sections ``names`` in order.

    :param body: sh that defines ``main``: it calls ``framed NUMBER NAME FUNCTION`` for each, then ``finished COUNT``.
    :param what: is fetched, for messages.
    :raises MigrateError: a section failed or did not come; with what the host said.
    :raises ConnectionLost: the connection broke.
    """
    word = nonce()
    prelude = Path(__file__).parent.parent.joinpath("probes", "prelude.sh").read_text("utf-8")
    head = f"unset MARK\nMARK=@@{word}\n"
    text = "\n".join((head, prelude, FRAME, body, "who_are_we; gently", "main </dev/null; exit"))
    frames = Frames(names, word, sinks=sinks)
    program = text.encode("utf-8", "surrogateescape")
    ended = connection.run(program, frames.feed, deadline=_WEEK, idle=_SILENCE)
    sections = {section.name: section for section in frames.finish()}
    broken = [section for section in sections.values() if not section.complete or section.status != 0]
    if broken or not frames.done:
        if ended.status is None:
            raise ConnectionLost(f"{connection.label}: the connection ended in the middle of {what}", "run it again")
        raise MigrateError(f"{connection.label}: {what} failed: {_reason(ended.err, broken)}")
    return sections


def _reason(err: bytes, broken: Sequence[Section]) -> str:
    lines = [terminal(line) for line in err.decode("utf-8", "replace").strip().splitlines()]
    if lines:
        return " / ".join(lines[-3:])
    return f"its part {broken[0].name!r} ended early" if broken else "it ended early"


class Keeper:
    """A gzip file that is filled from a stream; what comes unpacked is packed here."""

    def __init__(self, path: Path, on_bytes: Callable[[int], object]) -> None:
        self.path = path
        self.unpacked = 0
        self._on_bytes = on_bytes
        self._size, self._sum = 0, hashlib.sha256()
        self._packer: zlib._Compress | None = None
        self._reader = zlib.decompressobj(31)
        self._head: bytes | None = b""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        with files.explained(path):
            self._file = os.fdopen(os.open(path, flags, 0o600), "wb")

    def write(self, data: bytes) -> None:
        """Take the next bytes. :raises MigrateError: they are damaged. :raises WorkspaceError: the disk is full."""
        if self._head is not None:
            data = self._head + data
            if len(data) < len(_GZIP):
                self._head = data
                return
            if not data.startswith(_GZIP):
                self._packer = zlib.compressobj(1, wbits=31)
            self._head = None  # it is decided
        if self._packer is not None:
            self.unpacked += len(data)
            data = self._packer.compress(data)
        else:
            self._check(data)
        self._put(data)

    def finish(self) -> SavedFile:
        """:raises MigrateError: the stream ended before its end."""
        if self._packer is not None:
            self._put(self._packer.flush())
        elif not self._reader.eof:
            raise MigrateError(f"{self.path.name}: what the host sent ended before its end", "run it again")
        with files.explained(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return SavedFile(self.path.name, self._size, self._sum.hexdigest())

    def close(self) -> None:
        if not self._file.closed:
            try:
                self._file.close()
            except OSError:  # a full disk was reported already
                return

    def _put(self, data: bytes) -> None:
        with files.explained(self.path):
            self._file.write(data)
        self._sum.update(data)
        self._size += len(data)
        self._on_bytes(self.unpacked)

    def _check(self, data: bytes) -> None:
        try:
            self.unpacked += len(self._reader.decompress(data))
        except zlib.error as error:
            raise MigrateError(f"{self.path.name}: what the host sent is damaged: {error}") from error


@contextmanager
def keeping(path: Path, on_bytes: Callable[[int], object]) -> Iterator[Keeper]:
    """A :class:`Keeper` that is closed in any case; ``finish`` it inside."""
    keeper = Keeper(path, on_bytes)
    try:
        yield keeper
    finally:
        keeper.close()


def unpacked(path: Path) -> Iterator[bytes]:
    """The bytes of a gzip file, in pieces. :raises MigrateError: it is damaged."""
    reader = zlib.decompressobj(31)
    with files.explained(path, "can't read"), path.open("rb") as file:
        while data := file.read(1 << 18):
            while data:
                try:
                    yield reader.decompress(data, 1 << 20)
                except zlib.error as error:
                    raise MigrateError(f"{path} is damaged: {error}", "run migrate sync again") from error
                data = reader.unconsumed_tail
    yield reader.flush()
    if not reader.eof:
        raise MigrateError(f"{path} is cut off", "run migrate sync again")


def sha256_of(path: Path) -> str:
    with files.explained(path, "can't read"), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
