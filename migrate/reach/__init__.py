"""The ways to a host. One module for each, ending in ``TRANSPORT = Transport(…)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from migrate.errors import HostError
from migrate.model.target import Access, Target


@dataclass(frozen=True, slots=True)
class Ended:
    """How a remote command ended. ``status`` is None where the connection ended first."""

    status: int | None
    err: bytes  # the last 64 KiB of standard error


class Stream(Protocol):
    """A TCP connection that starts at the host."""

    def sendall(self, data: bytes, /) -> object: ...
    def recv(self, size: int, /) -> bytes: ...
    def settimeout(self, seconds: float | None, /) -> None: ...
    def close(self) -> None: ...


class Connection(Protocol):
    """An open way to one host.

    :ivar label: for messages: ``admin@web01:2222``.
    :ivar elevation: how commands run: root (we are), sudo, none.
    """

    label: str
    elevation: str

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,
        idle: float = 120.0,
        stdin: bytes = b"",
    ) -> Ended:
        """Run a POSIX sh program and hand its standard output to ``sink`` as it comes.

        It runs as root where the connection is elevated. The program travels on standard input of ``exec sh -s``;
        ``stdin`` is only for transports that can follow the program with data (raises ValueError elsewhere).

        :param deadline: seconds for the whole; ``idle`` seconds without output. Either ends the command, with
            status None.
        :raises ConnectionLost: the connection broke; ``sink`` has had all that arrived.
        """
        ...

    def open_tcp(self, host: str, port: int, timeout: float = 10.0) -> Stream:
        """Connect to ``host:port`` as the host itself would, loopback included.

        :raises OSError: refused, timed out, or forwarding is not allowed there.
        """
        ...

    def close(self) -> None: ...


class ProgramTooLong(HostError):
    """A way to a host that takes no program of this length: who can ask in parts does so."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a way to a host can't do.

    :ivar stream: bytes of captured files that it can bring; None for any number.
    :ivar tcp: whether ``open_tcp`` works at all.
    :ivar instead: what to try where that is not enough.
    """

    stream: int | None = None
    tcp: bool = True
    instead: str = ""


def bounds(connection: Connection) -> Bounds:
    """The bounds of a connection: its attribute of that name, or none."""
    found: Bounds = getattr(connection, "bounds", Bounds())
    return found


@runtime_checkable
class Recalled(Protocol):
    """A connection to what was recorded of a host, in the host's place.

    :ivar origin: the host's folder, and the target as it was named, when it was recorded.
    """

    origin: tuple[str, str]

    def answers(self) -> Any:
        """The answers of its listeners, as JSON; None where none were recorded."""
        ...


@dataclass(frozen=True, slots=True)
class Transport:
    """A way to reach hosts of one kind of target.

    :ivar kind: the target's kind it serves.
    :ivar open: connects; raises an error of the HostError branch.
    :ivar load: imports what that takes.
    """

    kind: str
    open: Callable[[Target, Access], Connection]
    load: Callable[[], object] = lambda: None
