"""What is known of one kind of workload. One module for each kind, ending in ``DETECTOR = Detector(…)``.

The generic planning works for any service; a detector adds what can't be seen from outside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from migrate.model.facts import Process, Service, Socket
from migrate.model.inventory import Snapshot
from migrate.model.paths import above
from migrate.model.plan import Health, LogFile, Port, Step, Variable, Volume
from migrate.quoting import shell


@dataclass(frozen=True, slots=True)
class Part:
    """One of several applications of a server, where each is to be a workload of its own.

    :ivar name: what a person calls it.
    :ivar path: of URLs that lead to it: /shop, or / for all that lead to no other one.
    :ivar own: folders and files that it has, alone or with some of the others.
    :ivar others: those that only other applications have.
    :ivar count: how many applications the server had.
    """

    name: str
    path: str
    own: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    count: int = 1

    def foreign(self, path: str) -> bool:
        """Whether a path is another application's: by what is nearest to it."""
        nearest = next((one for one in above(path) if one in self.own or one in self.others), None)
        return nearest in self.others


@dataclass(frozen=True, slots=True)
class Candidate:
    """A supervised process tree that may become a workload.

    :ivar part: the application that it is to be alone, of those that the processes run.
    """

    name: str
    service: Service | None
    processes: tuple[Process, ...] = ()  # the main process first
    sockets: tuple[Socket, ...] = ()  # of these processes
    part: Part | None = None

    def foreign(self, path: str) -> bool:
        """Whether a path belongs to another application of its server."""
        return self.part is not None and self.part.foreign(path)

    @property
    def main(self) -> Process | None:
        return self.processes[0] if self.processes else None

    @property
    def known(self) -> Process:
        """The main process, where a detector has recognised the candidate by it.

        :raises LookupError: there is none.
        """
        if not self.processes:
            raise LookupError(f"{self.name} has no process")
        return self.processes[0]

    @property
    def listening(self) -> tuple[Socket, ...]:
        return tuple(socket for socket in self.sockets if socket.state == "listen" and socket.port)


@dataclass(frozen=True, slots=True)
class Advice:
    """What a detector adds to, or puts in the place of, what generic planning found.

    Fields left at their default say nothing; tuples are added to what was found.
    """

    name: str | None = None
    command: tuple[str, ...] = ()  # in the foreground
    entrypoint: str | None = None
    user: str | None = None  # "" for root
    stop_signal: str | None = None
    health: Health | None = None
    init: bool = False
    packages: tuple[tuple[str, str], ...] = ()  # (name, because), beside those that the processes show
    files: tuple[tuple[str, str], ...] = ()  # (captured path, because)
    passes_on: tuple[str, ...] = ()  # suffixes of programs that it hands to another server, and never runs itself
    exclude: tuple[str, ...] = ()  # paths that must not go into the image: work folders, exploded copies
    whole: tuple[str, ...] = ()  # directories in which whatever is there is started: what the host has there, no more
    volumes: tuple[Volume, ...] = ()
    logs: tuple[LogFile, ...] = ()
    log_directories: tuple[str, ...] = ()  # written at run time, start empty
    confined: str | None = None  # why it writes nowhere else, even as root
    steps: tuple[Step, ...] = ()
    locales: tuple[str, ...] = ()  # that it can't start without
    environment: tuple[Variable, ...] = ()
    archives: tuple[str, ...] = ()
    privileges: tuple[str, ...] = ()
    stateless: str | None = None  # why more than one replica would do
    accounts: tuple[str, ...] = ()  # users that it serves, and groups, by name: recipients, those who log in
    ports: tuple[Port, ...] = ()  # beside those that it was seen to listen on: passive FTP
    own_environment: bool = False  # it made the environment of its process itself: nothing of that is carried
    without: Part | None = None  # what other applications of its server have is not its own
    local_peers_only: bool = False  # the server treats loopback clients differently: bring connections in locally


def emptied(directory: str, because: str) -> tuple[Step, ...]:
    """Takes what a package put into a data directory out of the image; nothing that lies closer to the root."""
    deep = directory.startswith("/") and directory.strip("/").count("/") >= 1 and ".." not in directory.split("/")
    system = directory.startswith(("/etc/", "/usr/", "/lib", "/bin/", "/sbin/", "/proc/", "/sys/", "/dev/", "/boot/"))
    return (Step(f"rm -rf {shell(directory)}", because),) if deep and not system else ()


@dataclass(frozen=True, slots=True)
class Detector:
    """One kind of workload.

    :ivar kind: the field's name for it: nginx, tomcat, postgresql, cron.
    :ivar recognise: why the candidate is of this kind, or None.
    :ivar advise: what is known, given a candidate that was recognised.
    """

    kind: str
    recognise: Callable[[Candidate, Snapshot], str | None]
    advise: Callable[[Candidate, Snapshot], Advice]
