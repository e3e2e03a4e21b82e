"""The recorded conversation with a host: every program that was sent, every byte that came back, and how it ended.

A tape is a file of JSON lines (packed where it begins as gzip does):

    {"migrate-raw": 1, "host": …, "target": …, "label": …, "elevation": …}
    {"run": "the program"}              and behind it what it said, in pieces,
    {"out": "text"} or {"bytes": "base64"}
    {"end": status, "err": "base64"}    or {"lost": "why"}
    {"answers": …}                      what the HTTP listeners answered
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from migrate.errors import ConnectionLost, InputError
from migrate.framing import understand
from migrate.reach import Connection, Ended, Stream, bounds

MARK = "migrate-raw"
VERSION = 1
_LONGEST = 64 << 20
_HEADER = ("host", "target", "label", "elevation")


class Taped:
    """A connection whose conversation is written down as it goes.

    :param sink: where to; what is written is as secret as what the host says.
    :param content: with the stream of captured files.
    """

    def __init__(
        self, connection: Connection, sink: BinaryIO, host: str, target: str, *, content: bool, packed: bool = False
    ) -> None:
        self._connection, self._content = connection, content
        self._sink: Any = gzip.GzipFile("", "wb", 5, sink, mtime=0) if packed else sink
        self._packed = packed
        self.label, self.elevation = connection.label, connection.elevation
        self.bounds = bounds(connection)
        self._write({MARK: VERSION, "host": host, "target": target, "label": self.label, "elevation": self.elevation})

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,
        idle: float = 120.0,
        stdin: bytes = b"",
    ) -> Ended:
        taped = self._content or not _content(script)
        self._write({"run": script.decode("utf-8", "surrogateescape")} if taped else {"left out": "content"})

        def both(data: bytes) -> None:
            if taped:
                self._write(_piece(data))
            sink(data)

        try:
            ended = self._connection.run(script, both, deadline=deadline, idle=idle, stdin=stdin)
        except ConnectionLost as error:
            self._write({"lost": error.message})
            raise
        self.elevation = self._connection.elevation
        self._write({"end": ended.status, "err": base64.b64encode(ended.err).decode()})
        return ended

    def answers(self, answers: Any) -> None:
        """Keep what the listeners answered, as JSON."""
        self._write({"answers": answers})

    def open_tcp(self, host: str, port: int, timeout: float = 10.0) -> Stream:
        return self._connection.open_tcp(host, port, timeout)

    def close(self) -> None:
        """End the tape, and only that: whoever made the connection closes it."""
        if self._packed:
            self._sink.close()

    def _write(self, record: Mapping[str, Any]) -> None:
        self._sink.write(json.dumps(record, ensure_ascii=True).encode("ascii") + b"\n")


def _content(script: bytes) -> bool:
    program = understand(script)
    return program is not None and "capture" in program.names


def _piece(data: bytes) -> dict[str, str]:
    try:
        return {"out": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"bytes": base64.b64encode(data).decode("ascii")}


def header(path: Path) -> dict[str, str]:
    """The first line of a tape.

    :raises InputError: it is none, or a later one than we know.
    """
    first = next(_lines(path), {})
    if first.get(MARK) != VERSION:
        raise InputError(f"{path} is not a recording of migrate discover --save-raw, or of a later version")
    return {name: str(first.get(name, "")) for name in _HEADER}


def records(path: Path) -> Iterator[tuple[str, Any]]:
    """Kind and value of each line behind the first: ``run`` and ``out`` (bytes), ``end`` (Ended), ``lost``, …

    :raises InputError: the file is damaged.
    """
    for number, line in enumerate(_lines(path), 1):
        try:
            yield from _record(line)
        except (ValueError, TypeError, binascii.Error) as error:
            raise InputError(f"{path}:{number}: not a line of a recording: {error}") from error


def _record(line: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    match line:
        case {"run": str(program)}:
            yield "run", program.encode("utf-8", "surrogateescape")
        case {"out": str(text)}:
            yield "out", text.encode("utf-8")
        case {"bytes": str(text)}:
            yield "out", base64.b64decode(text, validate=True)
        case {"end": int() | None as status, "err": str(err)}:
            yield "end", Ended(status, base64.b64decode(err, validate=True))
        case {"lost": str(why)}:
            yield "lost", why
        case {"left out": str()}:
            yield "run", b""
        case {"answers": answers}:
            yield "answers", answers


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            stream: Any = gzip.GzipFile(fileobj=file) if packed else file
            while line := stream.readline(_LONGEST):
                value: object = json.loads(line)
                if not isinstance(value, dict):
                    raise ValueError("no object")
                yield value
    except EOFError:  # packed, and cut off: what is there counts
        return
    except (OSError, ValueError) as error:
        raise InputError(f"the recording {path} can't be read: {error}") from error
