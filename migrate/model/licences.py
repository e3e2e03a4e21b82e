"""What makes commercial programs run on this machine only: licence files, servers that give licences, who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class LicenceFile:
    """A file of a licence manager, without the keys in it."""

    path: str
    kind: str  # flexlm, rlm
    hosts: tuple[str, ...] = ()  # host names of its SERVER lines
    host_ids: tuple[str, ...] = ()  # what binds it: a MAC address, a dongle's number, …; ANY is not among them
    ports: tuple[int, ...] = ()
    vendors: tuple[str, ...] = ()  # vendor daemons
    features: tuple[str, ...] = ()
    expires: tuple[str, ...] = ()  # as written
    bound_here: bool | None = None  # an id is the MAC address of one of the host's interfaces
    seen: str = ""


@dataclass(frozen=True, slots=True)
class LicenceDaemon:
    """A process that gives licences, or talks to a dongle."""

    name: str  # lmgrd, rlm, hasplmd, …
    product: str
    pid: int
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class LicenceServer:
    """Where processes ask for licences."""

    address: str  # 27000@licences.corp
    variable: str  # LM_LICENSE_FILE
    users: tuple[str, ...] = ()  # units or names of processes


@dataclass(frozen=True, slots=True)
class Licences:
    scope: ClassVar[str] = "licences"

    files: tuple[LicenceFile, ...] = ()
    daemons: tuple[LicenceDaemon, ...] = ()
    servers: tuple[LicenceServer, ...] = ()
