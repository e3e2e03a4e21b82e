"""What runs although nothing would start it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Left:
    """A program that a person, a job or a script of boot time started and left running: nobody keeps it.

    :ivar by: what it was started from, where that shows: cron, login, rc.local, at, screen, tmux.
    """

    pid: int
    name: str
    command: tuple[str, ...] = ()
    user: str | None = None
    by: str | None = None
    directory: str | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Unsupervised:
    scope: ClassVar[str] = "unsupervised"

    left: tuple[Left, ...] = ()
