"""What looks after a host from outside: configuration management, provisioning, fleets' consoles; and what it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that has left its traces on the host."""

    name: (
        str  # puppet, chef, salt, cfengine, ansible, cloud-init, kickstart, autoyast, preseed, fai, landscape, rhsm, …
    )
    node: str | None = None  # the host's name there
    server: str | None = None  # master, chef server, console
    environment: str | None = None
    roles: tuple[str, ...] = ()  # classes, run list, roles
    keeps: tuple[str, ...] = ()  # files and services that it says it keeps: /etc/ntp.conf, service[ntp]
    version: str | None = None
    last: float | None = None  # when it ran last, or wrote its traces
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Management:
    scope: ClassVar[str] = "management"

    tools: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class ManagedFile:
    """A file that says by whom it is kept."""

    path: str
    tool: str
    said: str = ""  # the line that says so
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Managed:
    scope: ClassVar[str] = "managed"

    files: tuple[ManagedFile, ...] = ()
