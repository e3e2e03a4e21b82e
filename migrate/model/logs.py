"""Where a host writes its logs, who rotates them, and where they go from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file that is logged to: a process holds it open, or syslog's configuration names it."""

    path: str
    size: int | None = None
    pids: tuple[int, ...] = ()  # processes that hold it open for writing
    names: tuple[str, ...] = ()  # of these processes
    units: tuple[str, ...] = ()
    rotated: str | None = None  # file:line of the rule that rotates it
    seen: str = ""  # of syslog's rule: file:line


@dataclass(frozen=True, slots=True)
class Rotation:
    """One rule of logrotate, with the defaults of its file where it has none of its own."""

    patterns: tuple[str, ...]
    period: str | None = None  # daily, weekly, monthly, yearly, hourly
    size: str | None = None  # 10M: rotated when it is larger
    keep: int | None = None
    days: int | None = None  # maxage
    options: tuple[str, ...] = ()  # compress, copytruncate, su user group, …
    command: str | None = None  # first command after the rotation
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Forward:
    """What syslog sends to one place: a file, another machine, a program."""

    selector: str  # mail.*, an expression, or the names of syslog-ng's sources
    target: str  # a path; host:port; a command
    kind: str  # file, remote, program, pipe, users, console, database
    protocol: str | None = None  # udp, tcp, relp, tls
    program: str = "syslog"  # rsyslog, syslog-ng, syslog, busybox, journald
    seen: str = ""


@dataclass(frozen=True, slots=True)
class JournalSetting:
    key: str
    value: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Logs:
    scope: ClassVar[str] = "logs"

    files: tuple[LogFile, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    forwards: tuple[Forward, ...] = ()
    journal: tuple[JournalSetting, ...] = ()
