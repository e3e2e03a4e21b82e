"""Superservers: inetd in its kinds, and xinetd. What they start has no process that could be seen."""

from __future__ import annotations

import re

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.facts import Content, Ownership, Service, Services
from migrate.model.inventory import Snapshot

_PROGRAM = re.compile(r"(x?)(?:(?:open|free)?bsd-|inetutils-|rl)?inetd\Z")
# Both read ports by name, and a person's own names stand there.
_TOO = ("/etc/services", "/etc/xinetd.conf", "/etc/inetd.conf", "/etc/hosts.allow", "/etc/hosts.deny")


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and _PROGRAM.match(_name(candidate)):
        return f"process {main.pid} executes {main.exe or main.name}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """The tables that name its services, the programs that these start, and the packages of these."""
    started = _started(candidate, snapshot)
    captured = {entry.path for entry in snapshot.inventory.get(Content).entries}
    tables = dict.fromkeys((*(one.unit_file or "" for one in started), *_TOO))
    programs = dict.fromkeys(
        word for one in started for argv in one.exec_start for word in argv if word.startswith("/")
    )
    owners = {owned.path: owned.package for owned in snapshot.inventory.get(Ownership).commands}
    because = "a service of it is started from there"
    return Advice(
        command=_foreground(candidate),
        files=(
            *((path, "it reads it to know what to start") for path in tables if path in captured),
            *((path, because) for path in programs if path in captured),
        ),
        packages=tuple((owners[path], because) for path in programs if path in owners),
    )


def _name(candidate: Candidate) -> str:
    main = candidate.known
    return (main.exe or main.name).rpartition("/")[2]


def _started(candidate: Candidate, snapshot: Snapshot) -> tuple[Service, ...]:
    match = _PROGRAM.match(_name(candidate))
    manager = "xinetd" if match and match[1] else "inetd"
    return tuple(one for one in snapshot.inventory.get(Services).services if one.manager == manager and one.active)


def _foreground(candidate: Candidate) -> tuple[str, ...]:
    """Of xinetd, whose options are the same everywhere; the others are watched as they run."""
    main = candidate.known
    if not _name(candidate).startswith("xinetd"):
        return ()
    at = main.argv.index("-f") if "-f" in main.argv[:-1] else None
    settings = ("-f", main.argv[at + 1]) if at is not None else ()
    return (main.exe or main.argv[0], "-dontfork", *settings)


DETECTOR = Detector("inetd", recognise, advise)
