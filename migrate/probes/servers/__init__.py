"""How each kind of web or application server says which sites it has.

One module for each kind, ending in ``SITES``: a function from what was seen of the host to the server's sites. Where
the configuration begins is told by the running process first, then by its unit, then by custom.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename, isabs, join, normpath

from migrate.model.facts import (
    Accounts,
    Content,
    Ownership,
    Packages,
    Process,
    Processes,
    Services,
    Site,
    Sockets,
)  # fmt: skip
from migrate.model.inventory import Gap, Snapshot
from migrate.syntax import links


@dataclass(frozen=True, slots=True)
class Read:
    sites: tuple[Site, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """A server that runs, or that a unit would start.

    :ivar argv: its words; a title that the process gave itself is taken apart.
    :ivar pids: its processes; ``uids`` whom they run as, the main one's first.
    :ivar unit: the service that it belongs to; ``user`` whom that names where nothing runs.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: str | None = None
    exe: str | None = None
    pids: tuple[int, ...] = ()
    uids: tuple[int, ...] = ()
    unit: str | None = None
    user: str | None = None

    def option(self, *names: str) -> str | None:
        """The value of the first of these options, as ``-c X``, ``-cX`` or ``--config=X``."""
        for at, word in enumerate(self.argv):
            for name in names:
                if word == name and at + 1 < len(self.argv):
                    return self.argv[at + 1]
                if word.startswith(name + "=") or (len(name) == 2 and word.startswith(name) and len(word) > 2):
                    return word[len(name) :].removeprefix("=")
        return None

    def path(self, path: str, base: str = "/") -> str:
        """``path`` as an absolute one."""
        return normpath(path if isabs(path) else join(base, path))


@dataclass(frozen=True, slots=True)
class Seen:
    """What readers look at.

    :ivar texts: captured texts by every name that links give them.
    :ivar paths: of the captured texts themselves, sorted.
    :ivar owners: the package of each path that is known to have one; ``versions`` the version of each package.
    :ivar users: names by number.
    """

    snapshot: Snapshot
    texts: Mapping[str, str]
    targets: Mapping[str, str]
    paths: Sequence[str] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)

    def instances(self, *names: str) -> tuple[Instance, ...]:
        """Servers whose program has one of these names: running ones; else what active or enabled units start."""
        running = self.running(lambda one: _is(one, names))
        return running or self.started(lambda argv: basename(argv[0]) in names)

    def running(self, match: Callable[[Process], bool]) -> tuple[Instance, ...]:
        """What runs and matches: the topmost process of each tree, with those below that match, too."""
        return tuple(self._running(match))

    def started(self, match: Callable[[tuple[str, ...]], bool]) -> tuple[Instance, ...]:
        """What active or enabled units start and whose words match."""
        return tuple(self._units(match))

    def ports(self, pids: Iterable[int]) -> tuple[int, ...]:
        """TCP ports that these processes listen on."""
        wanted = set(pids)
        sockets = self.snapshot.inventory.get(Sockets).sockets
        found = {
            one.port for one in sockets if one.protocol == "tcp" and one.state == "listen" and wanted & set(one.pids)
        }
        return tuple(sorted(port for port in found if port))

    def first(self, paths: Iterable[str]) -> str | None:
        """The first of these that was captured."""
        return next((path for path in paths if path in self.texts), None)

    def below(self, folder: str) -> Sequence[str]:
        """Paths of the captured texts below a folder."""
        return links.below(self.paths, folder.rstrip("/") + "/")

    def real(self, path: str) -> str:
        return links.real(path, self.targets)

    def _running(self, match: Callable[[Process], bool]) -> Iterator[Instance]:
        processes = self.snapshot.inventory.get(Processes).processes
        services = self.snapshot.inventory.get(Services).services
        units = {one.main_pid: one.name for one in services if one.main_pid}
        ours = {one.pid: one for one in processes if match(one)}
        for one in processes:
            if one.pid in ours and one.ppid not in ours:
                below = [other for other in ours.values() if other.pid == one.pid or _descends(other, one, ours)]
                unit = one.unit if one.unit and one.unit.endswith(".service") else units.get(one.pid)
                yield Instance(
                    _words(one.argv), dict(one.environment), one.cwd, one.exe, tuple(other.pid for other in below),
                    tuple(dict.fromkeys((one.uid, *(other.uid for other in below)))), unit,
                )  # fmt: skip

    def _units(self, match: Callable[[tuple[str, ...]], bool]) -> Iterator[Instance]:
        for service in self.snapshot.inventory.get(Services).services:
            for argv in service.exec_start:
                if (service.active or service.enabled) and argv and match(argv):
                    yield Instance(
                        argv, dict(service.environment), service.working_directory, argv[0], unit=service.name,
                        user=service.user,
                    )  # fmt: skip


def see(snapshot: Snapshot) -> Seen:
    targets = links.targets(snapshot.inventory.get(Content).entries)
    inventory = snapshot.inventory
    return Seen(
        snapshot, links.named(snapshot.texts, targets), targets, sorted(snapshot.texts),
        {one.path: one.package for one in inventory.get(Ownership).owners},
        {one.name: one.version for one in inventory.get(Packages).packages},
        {one.uid: one.name for one in reversed(inventory.get(Accounts).users)},
    )  # fmt: skip


def _is(process: Process, names: tuple[str, ...]) -> bool:
    """Not the small servers inside busybox, which have the names of others."""
    program = basename(process.exe or "")
    return (process.name in names or program in names) and program not in ("busybox", "toybox")


def _descends(process: Process, root: Process, among: Mapping[int, Process]) -> bool:
    for _ in range(64):
        if process.ppid == root.pid:
            return True
        if process.ppid not in among:
            return False
        process = among[process.ppid]
    return False


def _words(argv: tuple[str, ...]) -> tuple[str, ...]:
    """``nginx: master process /usr/sbin/nginx -c /x`` as the words of its command line."""
    if len(argv) == 1 and " process " in argv[0]:
        title = argv[0].split(" process ", 1)[1]
        try:
            return tuple(shlex.split(title))
        except ValueError:
            return tuple(title.split())
    return argv
