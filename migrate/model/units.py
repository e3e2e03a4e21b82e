"""Units of systemd that are no services: what starts services, mounts, groups, and where things are enabled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Unit:
    """A socket, path, mount, automount, swap, target, slice or timer, or a template of services.

    Timers that run are jobs of the schedule; those here are the others that a person made.

    :ivar kind: the extension of its name; ``template`` for ``name@.service``.
    :ivar activates: the service that a socket or path starts; ``app@.service`` has one for each connection.
    :ivar listens: of a socket: ("stream", "9100"), ("stream", "/run/x.sock"), ("fifo", "/run/x").
    :ivar watches: of a path: ("PathExistsGlob", "/srv/inbox/*.xml").
    :ivar what: what a mount puts at ``where``.
    :ivar wanted_by: the targets and other units in which it is enabled.
    :ivar instances: of a template: those that are enabled or there.
    """

    name: str
    kind: str
    manager: str = "systemd"  # or systemd-user
    user: str | None = None  # whose manager it is
    description: str | None = None
    active: bool = False
    enabled: bool | None = None
    state: str | None = None  # listening, waiting, mounted, dead, masked, …
    file: str | None = None
    drop_ins: tuple[str, ...] = ()
    activates: str | None = None
    listens: tuple[tuple[str, str], ...] = ()
    accept: bool | None = None
    watches: tuple[tuple[str, str], ...] = ()
    what: str | None = None
    where: str | None = None
    filesystem: str | None = None
    options: tuple[str, ...] = ()
    wanted_by: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    origin: str | None = None  # distribution or person
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Want:
    """One place where a unit is enabled: ``nginx.service`` in ``multi-user.target``."""

    unit: str
    by: str
    how: str = "wants"  # or requires, upholds


@dataclass(frozen=True, slots=True)
class Units:
    scope: ClassVar[str] = "units"

    units: tuple[Unit, ...] = ()
    wants: tuple[Want, ...] = ()
    target: str | None = None  # that is reached at boot, where one was chosen: multi-user.target
