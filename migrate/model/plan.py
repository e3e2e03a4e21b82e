"""The plan: the workloads of the inventoried hosts and every decision about them.

We write it, people edit it (plan.yaml); field names here are the keys there. Every decision says ``because``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PLAN_VERSION = 1


@dataclass(frozen=True, slots=True)
class Base:
    """What an image starts from.

    :ivar image: the public image, a default of the Dockerfile's build argument: ``debian:11``.
    :ivar family: how packages are installed: dpkg, rpm, apk.
    """

    image: str
    family: str
    os_id: str
    version: str
    codename: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class PackageChoice:
    name: str
    version: str | None  # as on the host; taken where a mirror still has it
    because: str


@dataclass(frozen=True, slots=True)
class FileChoice:
    """Captured files that go into the image: one file, or everything captured below a directory."""

    path: str
    because: str
    exclude: tuple[str, ...] = ()  # paths below, left out (state, logs, secrets are left out anyway)


@dataclass(frozen=True, slots=True)
class Account:
    """A user that the workload needs, with the host's ids."""

    name: str
    uid: int
    gid: int
    group: str  # name of the primary group
    home: str
    shell: str
    gecos: str = ""
    groups: tuple[str, ...] = ()  # supplementary, by name
    because: str = ""


@dataclass(frozen=True, slots=True)
class GroupChoice:
    name: str
    gid: int


@dataclass(frozen=True, slots=True)
class DirectoryChoice:
    """A directory that has to exist, with its owner; empty in the image unless files go there."""

    path: str
    uid: int
    gid: int
    mode: int
    because: str


@dataclass(frozen=True, slots=True)
class Step:
    """One shell command while the image is built, after the packages are installed."""

    command: str
    because: str


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    value: str  # never a secret: those are SecretUse
    because: str = ""


@dataclass(frozen=True, slots=True)
class Port:
    """A port the workload listens on.

    :ivar address: as on the host; a loopback one is not published.
    :ivar publish: the port of the new host it is published on by default, None for not at all.
    """

    port: int
    protocol: str = "tcp"
    address: str = "0.0.0.0"
    publish: int | None = None
    name: str | None = None  # http, postgresql, …
    because: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """How to know that the workload serves.

    :ivar kind: tcp (port accepts), http (GET path answers with ``status``), command (exit status 0).
    :ivar start_period: seconds that a start may take.
    """

    kind: str
    port: int | None = None
    path: str | None = None
    host: str | None = None  # Host header
    status: int | None = None
    command: tuple[str, ...] = ()
    start_period: int = 60
    because: str = ""


@dataclass(frozen=True, slots=True)
class Volume:
    """State, or something written at run time, at a path of the workload.

    Workloads that name the same volume share it.

    :ivar kind: data (must move), spool, upload, log, cache, runtime (sockets and pid files), shared.
    :ivar method: how state moves: copy, dump:postgresql, dump:mariadb, …, or none (starts empty).
    :ivar seed: captured files start the volume's content in the image, as Docker's named volumes take them over.
    """

    name: str
    path: str
    kind: str
    method: str
    uid: int
    gid: int
    mode: int
    because: str
    size: int | None = None  # on the host
    read_only: bool = False
    seed: bool = False
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecretUse:
    """A secret at its place in the container.

    :ivar ids: ids of secrets.json; several when one file holds several.
    :ivar path: the file it is mounted as (the whole captured file, after rewrites), or None.
    :ivar variable: the environment variable that carries it, or None.
    """

    name: str  # file name below generated/secrets/<workload>/
    ids: tuple[str, ...]
    path: str | None = None
    variable: str | None = None
    uid: int = 0
    gid: int = 0
    mode: int = 0o400
    because: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A change to a captured file: every ``old`` on ``line`` becomes ``new``."""

    path: str
    line: int  # counted from 1, in the captured file
    old: str
    new: str
    because: str


@dataclass(frozen=True, slots=True)
class Coupling:
    """A place where the workload depended on its surroundings, and how that is met now.

    :ivar to: the workload it leads to, or None for something outside.
    :ivar how: rewrite, forward (a forwarder offers the old address), alias (a network alias), volume (a shared
        socket or directory), external (reached outside, by name), none (needs nothing). On the side of a server that
        only its own machine reaches: forward-in (a forwarder beside it brings connections in locally), with the
        server itself as ``to``.
    :ivar address: the old address or host name; ``port`` or ``path`` (of a Unix socket) beside it.
    """

    to: str | None
    how: str
    because: str
    address: str | None = None
    port: int | None = None
    path: str | None = None
    rewrites: tuple[Rewrite, ...] = ()


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log file that becomes standard output or standard error."""

    path: str
    stream: str = "stdout"
    because: str = ""


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A command of a job workload.

    :ivar schedule: five cron fields.
    :ivar command: as the crontab had it, run by ``/bin/sh -c`` (``%`` already resolved).
    """

    name: str
    schedule: str
    command: str
    user: str
    environment: tuple[Variable, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Resources:
    """What was measured, and what is asked for. Bytes and cores."""

    memory_request: int | None = None
    memory_limit: int | None = None
    cpu_request: float | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Breaks:
    """What would break if there were two of a workload.

    :ivar what: state, uploads, spool, sessions, cache, scheduler, lock, database, device, licence, multicast, socket.
    """

    what: str
    because: str


@dataclass(frozen=True, slots=True)
class Workload:
    """One thing that becomes one container.

    :ivar entrypoint: text of a POSIX sh entrypoint where one is needed; it ends in ``exec "$@"``.
    :ivar command: the foreground command, as argv; empty for job workloads, which have ``jobs``.
    :ivar user: the name (or uid) it runs as; None for root.
    """

    name: str
    host: str
    kind: str
    because: str
    base: Base
    migrate: bool = True
    services: tuple[str, ...] = ()  # units of the host that it stands for
    pids: tuple[int, ...] = ()  # processes seen
    packages: tuple[PackageChoice, ...] = ()
    accounts: tuple[Account, ...] = ()
    groups: tuple[GroupChoice, ...] = ()
    files: tuple[FileChoice, ...] = ()
    directories: tuple[DirectoryChoice, ...] = ()
    steps: tuple[Step, ...] = ()
    entrypoint: str | None = None
    command: tuple[str, ...] = ()
    environment: tuple[Variable, ...] = ()
    user: str | None = None
    working_directory: str | None = None
    umask: str | None = None
    stop_signal: str | None = None
    limits: tuple[tuple[str, str], ...] = ()  # (nofile, 65535)
    init: bool = False  # forks per connection: wants an init as process 1
    ports: tuple[Port, ...] = ()
    health: Health | None = None
    volumes: tuple[Volume, ...] = ()
    secrets: tuple[SecretUse, ...] = ()
    couplings: tuple[Coupling, ...] = ()
    aliases: tuple[str, ...] = ()  # other names under which it is found on the network
    logs: tuple[LogFile, ...] = ()
    jobs: tuple[ScheduledJob, ...] = ()
    timezone: str | None = None
    resources: Resources = field(default_factory=Resources)
    replicas: int = 1
    replicas_because: str = ""
    breaks_at_two: tuple[Breaks, ...] = ()
    stateful: bool = False  # owns state: one instance, started after the old one ended
    privileges: tuple[str, ...] = ()  # Linux capabilities beyond none: NET_BIND_SERVICE, …
    archives: tuple[str, ...] = ()  # WAR, EAR, JAR files it runs


@dataclass(frozen=True, slots=True)
class SetAside:
    """A service, job, process or tree that is not migrated."""

    what: str  # scope:key, as in the ledger
    because: str


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can decide; asked once."""

    id: str
    text: str
    default: str
    because: str
    answer: str | None = None
    workload: str | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """Where one fact went, when planning already knows: the ledger takes it over."""

    fact: str  # scope:key, such as files:/etc/nginx/nginx.conf
    fate: str  # carried, changed, dropped, needs-a-person
    where: str  # workload, file, or question id
    because: str


@dataclass(frozen=True, slots=True)
class Plan:
    hosts: tuple[str, ...]
    workloads: tuple[Workload, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    questions: tuple[Question, ...] = ()
    version: int = PLAN_VERSION
