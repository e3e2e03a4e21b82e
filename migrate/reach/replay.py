"""A recorded conversation in the place of its host: today's programs are answered by what the host said then.

Sections are matched by name. One that was not asked for when the tape was made is named as not recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from migrate.errors import ConnectionLost, HostError
from migrate.framing import Frames, Program, understand
from migrate.model.target import Access, Target
from migrate.reach import Connection, Ended, Stream, Transport, tape


class ReplayConnection:
    """:ivar origin: the host's folder and target when it was recorded."""

    def __init__(self, path: Path) -> None:
        self._path = path
        first = tape.header(path)
        self.label = f"the recording of {first['label']}"
        self.elevation = first["elevation"]
        self.origin = (first["host"], first["target"])

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,  # noqa: ARG002  # nothing here takes long
        idle: float = 120.0,  # noqa: ARG002
        stdin: bytes = b"",  # noqa: ARG002
    ) -> Ended:
        asked = understand(script)
        if asked is None:
            raise HostError(f"{self.label}: only what discovery asks is recorded", "name the host itself")
        player = _Player(asked, sink)
        for kind, value in tape.records(self._path):
            player.hear(kind, value)
        return player.finish()

    def answers(self) -> Any:
        return next((value for kind, value in tape.records(self._path) if kind == "answers"), None)

    def open_tcp(self, host: str, port: int, timeout: float = 10.0) -> Stream:  # noqa: ARG002
        raise ConnectionRefusedError(f"{host} port {port} is not there: this is a recording")

    def close(self) -> None:
        """There is nothing to close."""


class _Player:
    """Puts what was recorded of each wanted section into the frame of the program that asks now."""

    def __init__(self, asked: Program, sink: Callable[[bytes], None]) -> None:
        self._asked, self._sink = asked, sink
        self._frames: Frames | None = None
        self._recorded: set[str] = set()
        self._open = ""
        self._ended: Ended | None = None
        self._lost: str | None = None
        self._whole = True

    def hear(self, kind: str, value: Any) -> None:
        if kind == "run":
            self._close("the recording ends here")
            self._begin(understand(value))
        elif kind == "out" and self._frames is not None:
            self._frames.feed(value)
        elif kind in ("end", "lost"):
            self._end(value)

    def finish(self) -> Ended:
        """Name what was not recorded, and end as the host did.

        :raises ConnectionLost: it was lost then, too.
        """
        self._close("the recording ends here")
        for index, name in enumerate(self._asked.names):
            if name not in self._recorded:
                self._mark(f"absent {index} not recorded")
        if self._lost is not None:
            raise ConnectionLost(self._lost)
        if self._whole:
            self._mark(f"done {len(self._asked.names)}")
        return self._ended or Ended(0, b"")

    def _begin(self, then: Program | None) -> None:
        wanted = [name for name in then.names if name in self._asked.names] if then else []
        if then and wanted:
            self._recorded.update(wanted)
            # The marks inside a section stay as they were: its parser looks at what the first one is.
            sinks = {name: self._sink if name in wanted else _drop for name in then.names}
            self._frames = Frames(then.names, then.word, self._begun, sinks)

    def _begun(self, name: str) -> None:
        self._section_over()
        if name in self._asked.names:
            self._open = name
            self._mark(f"begin {self._asked.names.index(name)} {name} 0.00")

    def _section_over(self) -> None:
        name, self._open = self._open, ""
        if not name or self._frames is None:
            return
        section = next(one for one in self._frames.sections if one.name == name)
        if section.complete:
            took = "-" if section.seconds is None else f"{section.seconds:.2f}"
            self._mark(f"end {self._asked.names.index(name)} {section.status} {took}")

    def _end(self, value: Any) -> None:
        if self._frames is None:
            return
        self._frames.finish()
        self._section_over()
        self._whole = self._whole and self._frames.done
        self._frames = None
        if isinstance(value, Ended):
            self._ended = value
        else:
            self._lost = value

    def _close(self, why: str) -> None:
        if self._frames is not None:
            self._end(why)

    def _mark(self, words: str) -> None:
        self._sink(f"\n@@{self._asked.word} {words}\n".encode())


def _drop(data: bytes) -> None:
    """For sections that nobody asks for any more."""


def _open(target: Target, access: Access) -> Connection:  # noqa: ARG001  # nobody is let in
    return ReplayConnection(Path(target.name))


TRANSPORT = Transport("replay", _open)
