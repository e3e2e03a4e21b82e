"""Who is connected to whom over a socket in the file system: /proc does not tell it, ``ss`` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class UnixConnection:
    """Connections of the same two sides: ``count`` of them.

    :ivar pids: of the side that listens; ``clients`` are those of the other one. () where they may not be seen.
    """

    path: str  # "@name" for an abstract one
    pids: tuple[int, ...] = ()
    clients: tuple[int, ...] = ()
    count: int = 1
    seen: str = "ss -xnp"


@dataclass(frozen=True, slots=True)
class Connections:
    scope: ClassVar[str] = "connections"

    unix: tuple[UnixConnection, ...] = ()
