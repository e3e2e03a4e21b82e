"""One running shell, wherever it runs: what is written to it, what it says, how it ends."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from migrate import process
from migrate.reach import Ended

TAIL = 64 * 1024
_CHUNK = 64 * 1024
# After the program's exit something that it left behind may hold the outputs open for ever.
_GRACE = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What one exchange brought. ``over``: nothing will come any more."""

    sent: int = 0
    out: bytes = b""
    err: bytes = b""
    over: bool = False


class Conduit(Protocol):
    def exchange(self, data: bytes | memoryview, wait: float) -> Heard:
        """Write what fits of ``data`` and take what has come; wait up to ``wait`` seconds where there is neither.

        :raises ConnectionLost: the way to the program broke, and all that had arrived was handed out before.
        """
        ...

    def end_input(self) -> None: ...

    def status(self) -> int | None:
        """The exit status once it is known; -1 for a program ended by a signal."""
        ...

    def close(self) -> None: ...


def converse(
    conduit: Conduit, data: bytes, sink: Callable[[bytes], None], *, deadline: float, idle: float, eof: bool = True
) -> Ended:
    """Hand ``data`` to the program and its output to ``sink``, to its end, a deadline or a silence.

    :param eof: close its input after ``data``.
    :return: with status None where time ran out; the program then still runs.
    """
    pending, tail = memoryview(data), bytearray()
    ends_at = time.monotonic() + deadline
    quiet_at = time.monotonic() + idle
    exited_at: float | None = None
    while True:
        heard = conduit.exchange(pending, 0.25)
        now = time.monotonic()
        pending = pending[heard.sent :]
        if eof and not pending:
            conduit.end_input()
            eof = False
        if heard.out:
            sink(heard.out)
        tail += heard.err
        del tail[:-TAIL]
        if heard.sent or heard.out or heard.err:
            quiet_at, exited_at = now + idle, None
        elif conduit.status() is not None:
            exited_at = exited_at or now
        if heard.over or (exited_at is not None and now - exited_at > _GRACE):
            return Ended(conduit.status(), bytes(tail))
        if now > ends_at or now > quiet_at:
            return Ended(None, bytes(tail))


class ProcessConduit:
    """A program on this machine."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        self._program = program
        self._selector = selectors.DefaultSelector()
        for stream in (program.stdout, program.stderr):
            if stream is not None:
                self._selector.register(stream, selectors.EVENT_READ)
        if program.stdin is not None:
            os.set_blocking(program.stdin.fileno(), False)

    def exchange(self, data: bytes | memoryview, wait: float) -> Heard:
        sent = self._write(data)
        if not self._selector.get_map():
            return Heard(sent, over=True) if self._gone(wait) else Heard(sent)
        # A full pipe is looked at again soon; it is not waited for with the outputs.
        ready = self._selector.select(0 if sent else min(wait, 0.01) if len(data) else wait)
        got = {key.fileobj: os.read(key.fd, _CHUNK) for key, _ in ready}
        for stream in [stream for stream, part in got.items() if not part]:
            self._selector.unregister(stream)
        out = got.get(self._program.stdout, b"") if self._program.stdout else b""
        err = got.get(self._program.stderr, b"") if self._program.stderr else b""
        return Heard(sent, out, err)

    def end_input(self) -> None:
        if self._program.stdin is not None and not self._program.stdin.closed:
            self._program.stdin.close()

    def status(self) -> int | None:
        status = self._program.poll()
        return status if status is None or status >= 0 else -1

    def close(self) -> None:
        self.end_input()
        if self._program.poll() is None:
            process.end(self._program)
        self._selector.close()
        for stream in (self._program.stdout, self._program.stderr):
            if stream is not None:
                stream.close()

    def _write(self, data: bytes | memoryview) -> int:
        stdin = self._program.stdin
        if not len(data) or stdin is None or stdin.closed:
            return len(data)
        try:
            return os.write(stdin.fileno(), data[:_CHUNK])
        except BlockingIOError:
            return 0
        except BrokenPipeError:  # it ended without reading on: its status tells why
            return len(data)

    def _gone(self, wait: float) -> bool:
        try:
            self._program.wait(wait)
        except subprocess.TimeoutExpired:
            return False
        return True
