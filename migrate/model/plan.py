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
    :ivar os_id: the distribution, as os-release has it: debian, rhel, alpine, …
    :ivar version: its release: 11, 8.9, …
    :ivar codename: its code name, where it has one: bullseye.
    :ivar because: why this base was chosen.
    :ivar choice: faithful: the host's own release; upstream: the official image of what runs, in the host's version.
        Write another and run ``migrate plan``: image, packages and steps follow.
    """

    image: str
    family: str
    os_id: str
    version: str
    codename: str | None = None
    because: str = ""
    choice: str = "faithful"


@dataclass(frozen=True, slots=True)
class PackageChoice:
    """A package to install.

    :ivar name: as the distribution calls it.
    :ivar version: as on the host; taken where a mirror still has it.
    :ivar because: what needs it.
    """

    name: str
    version: str | None  # as on the host; taken where a mirror still has it
    because: str


@dataclass(frozen=True, slots=True)
class FileChoice:
    """Captured files that go into the image: one file, or everything captured below a directory.

    :ivar path: as on the host and in the image.
    :ivar because: what needs it.
    :ivar exclude: paths below, left out (state, logs, secrets are left out anyway).
    """

    path: str
    because: str
    exclude: tuple[str, ...] = ()  # paths below, left out (state, logs, secrets are left out anyway)


@dataclass(frozen=True, slots=True)
class Account:
    """A user that the workload needs, with the host's ids.

    :ivar name: of the user.
    :ivar uid: its number on the host.
    :ivar gid: the number of its primary group.
    :ivar group: name of the primary group.
    :ivar home: its home directory.
    :ivar shell: its login shell.
    :ivar gecos: its full name.
    :ivar groups: supplementary groups, by name.
    :ivar because: what needs it.
    """

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
    """A group that the workload needs, with the host's id.

    :ivar name: of the group.
    :ivar gid: its number on the host.
    """

    name: str
    gid: int


@dataclass(frozen=True, slots=True)
class DirectoryChoice:
    """A directory that has to exist, with its owner; empty in the image unless files go there.

    :ivar path: as on the host.
    :ivar uid: its owner.
    :ivar gid: its group.
    :ivar mode: permission bits, in octal: 0755.
    :ivar because: what needs it.
    """

    path: str
    uid: int
    gid: int
    mode: int
    because: str


@dataclass(frozen=True, slots=True)
class Step:
    """One shell command while the image is built, after the packages are installed.

    :ivar command: run by /bin/sh, as root.
    :ivar because: what needs it.
    """

    command: str
    because: str


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable.

    :ivar name: of the variable.
    :ivar value: never a secret: those stand under ``secrets``.
    :ivar because: where it was set.
    """

    name: str
    value: str  # never a secret: those are SecretUse
    because: str = ""


@dataclass(frozen=True, slots=True)
class Port:
    """A port the workload listens on.

    :ivar address: as on the host; a loopback one is not published.
    :ivar publish: the port of the new host it is published on by default, None for not at all.
    :ivar port: the number it listens on in the container.
    :ivar protocol: tcp or udp, and what else a socket may be.
    :ivar name: what is spoken there: http, postgresql, …
    :ivar because: how it is known.
    :ivar on_demand: it is listened on only while somebody is to connect there: data of passive FTP.
    """

    port: int
    protocol: str = "tcp"
    address: str = "0.0.0.0"
    publish: int | None = None
    name: str | None = None  # http, postgresql, …
    because: str = ""
    on_demand: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """How to know that the workload serves.

    :ivar kind: tcp (port accepts), http (GET path answers with ``status``), command (exit status 0).
    :ivar start_period: seconds that a start may take.
    :ivar port: for tcp and http.
    :ivar path: for http.
    :ivar host: the Host header, for http.
    :ivar status: that is expected, for http.
    :ivar command: for command, word by word.
    :ivar because: how it is known.
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

    :ivar kind: data (must move), spool, upload, log, cache, runtime (sockets and pid files), shared, temporary (written
        at run time over a read-only root; with ``seed`` it begins with what the image has there).
    :ivar method: how state moves: copy, dump:postgresql, dump:mariadb, …, or none (starts empty).
    :ivar seed: captured files start the volume's content in the image, as Docker's named volumes take them over.
    :ivar name: unique among the volumes, unless workloads share it.
    :ivar path: in the container, as on the host.
    :ivar uid: its owner.
    :ivar gid: its group.
    :ivar mode: permission bits, in octal: 0750.
    :ivar because: how it is known.
    :ivar size: on the host: bytes, or as in 52Mi.
    :ivar read_only: mounted so that the workload can't write.
    :ivar exclude: paths below that do not move.
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
    :ivar uid: its owner in the container.
    :ivar gid: its group in the container.
    :ivar mode: permission bits, in octal: 0400.
    :ivar because: how it is known.
    :ivar name: the file below generated/secrets/<workload>/.
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
    """A change to a captured file: every ``old`` on ``line`` becomes ``new``.

    :ivar path: the captured file, ``environment:NAME`` or ``command:NAME``.
    :ivar line: counted from 1, in the captured file.
    :ivar old: what stands there.
    :ivar new: what is put in its place.
    :ivar because: why.
    """

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
    :ivar because: where it was seen.
    :ivar port: of the old address.
    :ivar path: of a Unix socket or a directory.
    :ivar rewrites: the changes that meet it, for rewrite.
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
    """A log file that becomes standard output or standard error.

    :ivar path: on the host; of settings that are changed, the file that they stand in.
    :ivar stream: stdout or stderr.
    :ivar because: how it is known.
    :ivar rewrites: changes to settings, so that the program writes there itself; without them a link stands there.
    """

    path: str
    stream: str = "stdout"
    because: str = ""
    rewrites: tuple[Rewrite, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A command of a job workload.

    :ivar schedule: five cron fields.
    :ivar command: as the crontab had it, run by ``/bin/sh -c`` (``%`` already resolved).
    :ivar name: unique in the workload.
    :ivar user: it runs as.
    :ivar environment: what its crontab set.
    :ivar because: where it was found.
    """

    name: str
    schedule: str
    command: str
    user: str
    environment: tuple[Variable, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Resources:
    """What was measured, and what is asked for. Bytes and cores.

    :ivar memory_request: what it is promised: bytes, or as in 256Mi.
    :ivar memory_limit: what it may not exceed: bytes, or as in 512Mi.
    :ivar cpu_request: cores, such as 0.25.
    :ivar because: what was measured.
    """

    memory_request: int | None = None
    memory_limit: int | None = None
    cpu_request: float | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Sysctl:
    """A kernel setting that a container may have for itself.

    :ivar name: such as net.core.somaxconn.
    :ivar value: as the host's files set it.
    :ivar because: what it acts on.
    """

    name: str
    value: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Breaks:
    """What would break if there were two of a workload.

    :ivar what: state, uploads, spool, sessions, cache, scheduler, lock, database, device, licence, multicast, socket.
    :ivar because: the evidence.
    """

    what: str
    because: str


@dataclass(frozen=True, slots=True)
class Workload:
    """One thing that becomes one container.

    :ivar entrypoint: text of a POSIX sh entrypoint where one is needed; it ends in ``exec "$@"``.
    :ivar command: the foreground command, as argv; empty for job workloads, which have ``jobs``.
    :ivar user: the name (or uid) it runs as; None for root.
    :ivar name: of the service, its image and its folder; rename it here and all that refers to it follows.
    :ivar host: the folder of the host below inventory/.
    :ivar kind: which detector knows it; service, cron, or router.
    :ivar because: why it is a workload.
    :ivar base: what the image starts from; take another one here, such as a newer release.
    :ivar migrate: false leaves it out of the bundle, and keeps it here.
    :ivar services: units of the host that it stands for.
    :ivar pids: processes seen.
    :ivar packages: what the package manager is told to install.
    :ivar accounts: users that the image needs, with the host's ids.
    :ivar groups: groups that the image needs.
    :ivar files: captured files that go into the image.
    :ivar directories: directories that have to exist.
    :ivar steps: commands while the image is built.
    :ivar environment: variables.
    :ivar working_directory: where it starts.
    :ivar umask: for what it creates, in octal.
    :ivar stop_signal: what stops it cleanly.
    :ivar limits: names and values of resource limits: [nofile, '65535'].
    :ivar sysctls: kernel settings of its own namespaces.
    :ivar init: it forks and leaves children: wants an init as process 1.
    :ivar ports: where it listens; ``publish`` is the port on the new host.
    :ivar health: how to know that it serves.
    :ivar volumes: what changes while it runs.
    :ivar secrets: which secrets it gets, and where.
    :ivar couplings: where it depends on its surroundings.
    :ivar aliases: other names under which it is found on the network.
    :ivar logs: log files that become standard output.
    :ivar jobs: what runs at times, for kind cron.
    :ivar timezone: such as Europe/Berlin.
    :ivar resources: what was measured, and what is asked for.
    :ivar replicas: how many of it run.
    :ivar replicas_because: why so many.
    :ivar stateful: owns state: one instance, started after the old one ended.
    :ivar privileges: Linux capabilities beyond none: NET_BIND_SERVICE, …
    :ivar read_only: its root file system can't be written: what it writes lies in volumes.
    :ivar read_only_because: why it can, or can't, be so.
    :ivar archives: WAR, EAR, JAR files it runs.
    :ivar breaks_at_two: what would break if there were two of it.
    :ivar runtime_class: the sandbox it runs in on Kubernetes, by the name of its RuntimeClass: gvisor, kata, …
    :ivar called: the name that planning gave it, where you chose another; written by migrate plan.
    :ivar gone: why it is kept although no host has it any more; written by migrate plan.
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
    sysctls: tuple[Sysctl, ...] = ()
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
    read_only: bool = False
    read_only_because: str = ""
    archives: tuple[str, ...] = ()  # WAR, EAR, JAR files it runs
    runtime_class: str | None = None
    called: str | None = None
    gone: str | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A service, job, process or tree that is not migrated.

    :ivar what: the fact, as the ledger names it: scope:key.
    :ivar because: why it is not migrated.
    """

    what: str  # scope:key, as in the ledger
    because: str


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can decide; asked once.

    :ivar id: stable: the same question keeps it.
    :ivar text: what is asked.
    :ivar default: taken until it is answered.
    :ivar because: the evidence.
    :ivar answer: yours; write it here, then run ``migrate plan``.
    :ivar workload: that it is about.
    :ivar kind: yes-no, choice, number or text: what an answer may be.
    :ivar choices: the answers to choose from, for choice.
    """

    id: str
    text: str
    default: str
    because: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    answer: str | None = None
    workload: str | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """Where one fact went, when planning already knows: the ledger takes it over.

    :ivar fact: scope:key, such as files:/etc/nginx/nginx.conf.
    :ivar fate: carried, changed, dropped, needs-a-person.
    :ivar where: workload, file, or question id.
    :ivar because: why.
    """

    fact: str  # scope:key, such as files:/etc/nginx/nginx.conf
    fate: str  # carried, changed, dropped, needs-a-person
    where: str  # workload, file, or question id
    because: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """What the cluster offers: read for the production overlay and the chart.

    :ivar registry: where the images are pushed, before their names: registry.example.com/team.
    :ivar tag: of the images in production.
    :ivar storage_class: of the claims; the cluster's own default where not given.
    :ivar ingress_class: of the Ingress; the cluster's own default where not given.
    :ivar gateway_class: of the Gateway, for `migrate generate --target gateway`.
    :ivar runtime_class: of every pod that says none of its own: gvisor, kata, …
    """

    registry: str | None = None
    tag: str | None = None
    storage_class: str | None = None
    ingress_class: str | None = None
    gateway_class: str | None = None
    runtime_class: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is decided about the hosts of a workspace.

    :ivar hosts: the hosts that this plan is for.
    :ivar workloads: what becomes a container each.
    :ivar set_aside: what is not migrated, with the reason.
    :ivar questions: what only a person can decide.
    :ivar project: the name of the whole: of the Compose project, the namespace, the images; the hosts' where not given.
    :ivar targets: what is generated beside Dockerfiles, compose.yaml and the kustomize base, as `migrate generate
        --target` asks for it: quadlet, ecs, …
    :ivar cluster: where it will run, as far as Kubernetes is meant.
    :ivar version: of the format of this file.
    """

    hosts: tuple[str, ...]
    workloads: tuple[Workload, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    questions: tuple[Question, ...] = ()
    project: str | None = None
    targets: tuple[str, ...] = ()
    cluster: Cluster = field(default_factory=Cluster)
    version: int = PLAN_VERSION
