"""What runs in Java virtual machines: what the finders of Java servers and applications have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname, isabs, join, normpath

from migrate.model.facts import Accounts, Process, Processes, Service, Services
from migrate.probes.java import kinds
from migrate.probes.java.kinds import Kind
from migrate.probes.servers import Seen
from migrate.syntax import java_command
from migrate.syntax.java_command import Command

_PROGRAM = re.compile(r"javaw?|jsvc(\.exec)?|java-?\d+|jre|tomcat\d*|j9vm.*")
_MACHINE = re.compile(r".*/(libjvm|libj9vm\d*)\.so")
_CATALINA = frozenset(("catalina.sh", "startup.sh", "tomcat-start.sh", "tomcat.sh"))
_LOG = re.compile(r"(?i).*[._-]log([._-].*)?|.*\.out|.*\.txt")
_MARK = re.compile(r"(?i).*\.(lock|lck|pid|pipe)|\.?lock|\.sLock|.*\.cache")
_PASSING = ("/proc/", "/dev/", "/sys/", "/run/", "/var/run/", "/tmp/", "/var/tmp/", "/memfd:", "socket:", "pipe:", "[")
_MOST_FILES = 30


@dataclass(frozen=True, slots=True)
class Machine:
    """A virtual machine that runs, or that a unit would start.

    :ivar pids: its processes, the one that does the work first; none where it does not run.
    :ivar mapped: files that it has mapped or open for reading.
    :ivar written: files that it has open for writing.
    """

    command: Command
    kind: Kind
    environment: Mapping[str, str]
    cwd: str
    seen: str
    exe: str | None = None
    pids: tuple[int, ...] = ()
    unit: str | None = None
    user: str | None = None
    mapped: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    argv: tuple[str, ...] = ()

    def path(self, path: str, base: str | None = None) -> str:
        """``path`` as an absolute one; ``file:`` in front of it is nothing."""
        plain = re.sub(r"^file:(//(?=/))?", "", path)
        return normpath(plain if isabs(plain) else join(base or self.cwd, plain)).replace("//", "/")

    def place(self, *names: str) -> str | None:
        """The directory or file that the first of these system properties or variables names."""
        given = self.command.property(*names)
        given = given or next((self.environment[name] for name in names if self.environment.get(name)), None)
        return self.path(given) if given else None

    @property
    def jar(self) -> str | None:
        return self.path(self.command.jar) if self.command.jar else None

    @property
    def classpath(self) -> tuple[str, ...]:
        return tuple(self.path(one) for one in self.command.classpath)

    @property
    def logs(self) -> tuple[str, ...]:
        return _collapsed(one for one in self.written if _LOG.fullmatch(basename(one)))

    @property
    def data(self) -> tuple[str, ...]:
        ours = (one for one in self.written if not _MARK.fullmatch(basename(one)))
        return _collapsed(one for one in ours if not _LOG.fullmatch(basename(one)))


def machines(seen: Seen, *wanted: str) -> tuple[Machine, ...]:
    """All virtual machines, or those of the kinds ``wanted``."""
    found = (*_running(seen), *_units(seen))
    return tuple(one for one in found if not wanted or one.kind.name in wanted)


def is_java(process: Process) -> bool:
    """Whether a process is a virtual machine: by its program, or by the library that it has mapped."""
    names = (process.name, basename(process.exe or ""), basename(process.argv[0]) if process.argv else "")
    if any(map(_MACHINE.fullmatch, process.mapped)):
        return True
    return any(_PROGRAM.fullmatch(name) for name in names[1:]) or (not process.exe and names[0] == "java")


def _running(seen: Seen) -> Iterator[Machine]:
    processes = seen.snapshot.inventory.get(Processes).processes
    users = {user.uid: user.name for user in seen.snapshot.inventory.get(Accounts).users}
    ours = [one for one in processes if one.argv and is_java(one)]
    controlled = {one.ppid: one for one in ours if _same(one, ours)}
    for one in ours:
        if one.pid in controlled:  # jsvc's first process only waits for the second
            continue
        above = (one.ppid,) if one.ppid in controlled else ()
        yield _machine(one, (one.pid, *above), users.get(one.uid, str(one.uid)), seen)


def _same(one: Process, others: Sequence[Process]) -> bool:
    return any(other.pid == one.ppid and other.argv == one.argv for other in others)


def _machine(process: Process, pids: tuple[int, ...], user: str, seen: Seen) -> Machine:
    environment = dict(process.environment)
    cwd = process.cwd or "/"
    command = java_command.read(process.argv, environment, lambda path: seen.texts.get(normpath(join(cwd, path))))
    exe = process.exe if process.exe and basename(process.exe) else process.argv[0]
    read = (one.path for one in process.open_files if not one.writable)
    written = (one.path for one in process.open_files if one.writable and not one.path.startswith(_PASSING))
    unit = process.unit if process.unit and process.unit.endswith(".service") else None
    return Machine(
        command, kinds.kind(command, environment, process.argv), environment, cwd, f"process {process.pid}", exe, pids,
        unit, user, tuple(dict.fromkeys((*process.mapped, *read))), tuple(dict.fromkeys(written)), process.argv,
    )  # fmt: skip


def _units(seen: Seen) -> Iterator[Machine]:
    """What units would start that don't run now."""
    running = {one.unit for one in seen.snapshot.inventory.get(Processes).processes}
    for service in seen.snapshot.inventory.get(Services).services:
        if service.name in running or not (service.active or service.enabled):
            continue
        for argv in service.exec_start:
            if argv and _PROGRAM.fullmatch(basename(argv[0])):
                yield _unit(service, argv, seen)
            elif argv and basename(argv[0]) in _CATALINA:
                yield _unit(service, ("java", "org.apache.catalina.startup.Bootstrap", *_homes(service, argv[0])), seen)


def _homes(service: Service, script: str) -> tuple[str, ...]:
    """Where a Tomcat is that its scripts would start: as its unit says, or where the script is."""
    given = dict(service.environment)
    home = given.get("CATALINA_HOME") or dirname(dirname(script))
    base = given.get("CATALINA_BASE") or home
    return f"-Dcatalina.home={home}", f"-Dcatalina.base={base}"


def _unit(service: Service, argv: tuple[str, ...], seen: Seen) -> Machine:
    environment = dict(service.environment)
    command = java_command.read(argv, environment, seen.texts.get)
    return Machine(
        command, kinds.kind(command, environment, argv), environment, service.working_directory or "/",
        service.unit_file or service.name, argv[0], (), service.name, service.user, argv=argv,
    )  # fmt: skip


def _collapsed(paths: Iterable[str]) -> tuple[str, ...]:
    """The files, or, where these are many, the directories that they are in."""
    found = tuple(dict.fromkeys(paths))
    return found if len(found) <= _MOST_FILES else tuple(dict.fromkeys(map(dirname, found)))[:_MOST_FILES]
