"""The facts of a host, one type for each scope.

A scope's type carries its name in ``scope`` and has a default for every field, so that ``Packages()`` says
"nothing is known". Paths are text as Python's ``os.fsdecode`` gives it (surrogateescape for bytes that are not
UTF-8). Sizes are bytes, times are seconds since the epoch unless a name says otherwise. ``seen`` names the file
or command a fact was read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from migrate.model.applications import Component, Resource
from migrate.model.databases import DatabaseServer, EmbeddedDatabase
from migrate.model.packages import Pin


@dataclass(frozen=True, slots=True)
class System:
    """The machine as a whole."""

    scope: ClassVar[str] = "system"

    hostname: str = ""
    fqdn: str | None = None
    os_id: str = ""  # ID of os-release: debian, ubuntu, rhel, centos, alpine, …
    os_version: str = ""  # VERSION_ID: "11", "22.04", "7.9"
    os_codename: str | None = None  # VERSION_CODENAME: bullseye
    os_like: tuple[str, ...] = ()  # ID_LIKE
    os_name: str = ""  # PRETTY_NAME
    kernel: str = ""
    arch: str = ""  # uname -m
    virtualization: str | None = None
    init: str | None = None  # systemd, sysv, openrc, upstart, busybox
    cpus: int | None = None
    memory: int | None = None
    timezone: str | None = None  # Europe/Berlin
    locale: str | None = None  # LANG of the system
    locales: tuple[str, ...] = ()  # generated ones: en_US.utf8
    uptime: float | None = None  # seconds
    clock: float | None = None  # the host's time of day when probed
    privileged: bool = False  # the probe ran as root
    hardware: str | None = None  # maker and model of the machine, virtual ones included


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    arch: str
    manager: str  # dpkg, rpm, apk
    manual: bool | None = None  # asked for by a person; None where the manager does not tell
    essential: bool = False  # Essential: yes, or Priority: required
    section: str | None = None
    source: str | None = None
    depends: tuple[tuple[str, ...], ...] = ()  # Pre-Depends and Depends; each an "or" of names
    provides: tuple[str, ...] = ()
    held: bool = False
    state: str | None = None  # half-configured, unpacked, …; None where it is installed as it should be
    leaf: bool | None = None  # nothing else needs it: an estimate, where the manager does not tell who asked for it
    vendor: str | None = None  # rpm's Vendor; the maintainer of a .deb, where that is nobody of the distribution
    origin: str | None = None  # the repository that offers it, where that is not the distribution's
    third_party: bool | None = None  # not of the distribution; None where nothing tells
    signature: str | None = None  # the id of the key that signed an rpm, or "none"
    licence: str | None = None  # as the package names it; of several " and " stands between
    files: tuple[str, ...] = ()  # of packages that came without what the distribution's all have


@dataclass(frozen=True, slots=True)
class Repository:
    """One package source line, as apt, yum or apk knows it. Credentials in the URL are masked."""

    kind: str  # deb, rpm, apk
    url: str
    suite: str | None = None
    components: tuple[str, ...] = ()
    key: str | None = None  # path of the signing key, where named
    enabled: bool = True
    seen: str = ""
    name: str | None = None  # what it calls itself: yum's name, the Label of apt
    origin: str | None = None  # Origin of a Release file
    third_party: bool | None = None  # not of the distribution; None where nothing tells
    priority: int | None = None  # of yum, dnf and zypper: 1 is first
    excludes: tuple[str, ...] = ()  # packages that are not taken from it
    architectures: tuple[str, ...] = ()
    verified: bool | None = None  # False where signatures are not asked for


@dataclass(frozen=True, slots=True)
class Packages:
    scope: ClassVar[str] = "packages"

    manager: str | None = None
    packages: tuple[Package, ...] = ()
    repositories: tuple[Repository, ...] = ()
    pins: tuple[Pin, ...] = ()
    removed: tuple[Package, ...] = ()  # gone, with configuration left behind; or never wholly there
    architectures: tuple[str, ...] = ()  # that the package manager was told to take, the machine's own first


@dataclass(frozen=True, slots=True)
class Service:
    """A unit of the init system, or an init script."""

    name: str  # nginx.service, tomcat9.service; an init script's name for SysV
    manager: str  # systemd, systemd-user, sysv, openrc, upstart, inittab, supervisor, runit, xinetd, pm2, …
    description: str | None = None
    active: bool = False
    enabled: bool | None = None
    state: str | None = None  # running, exited, dead, failed
    kind: str | None = None  # systemd Type=: simple, forking, notify, oneshot, …
    main_pid: int | None = None
    cgroup: str | None = None
    unit_file: str | None = None  # or the path of the init script
    drop_ins: tuple[str, ...] = ()
    exec_start: tuple[tuple[str, ...], ...] = ()  # each command as argv
    exec_start_pre: tuple[tuple[str, ...], ...] = ()
    exec_stop: tuple[tuple[str, ...], ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    environment_files: tuple[str, ...] = ()
    user: str | None = None
    group: str | None = None
    supplementary_groups: tuple[str, ...] = ()
    working_directory: str | None = None
    pid_file: str | None = None
    umask: str | None = None  # octal
    kill_signal: str | None = None  # SIGTERM, …
    limits: tuple[tuple[str, str], ...] = ()  # (LimitNOFILE, 65535)
    runtime_directories: tuple[str, ...] = ()  # names below /run
    state_directories: tuple[str, ...] = ()  # names below /var/lib
    cache_directories: tuple[str, ...] = ()
    logs_directories: tuple[str, ...] = ()
    restart: str | None = None
    memory: int | None = None  # MemoryCurrent
    triggered_by: tuple[str, ...] = ()  # sockets, timers
    runlevels: tuple[str, ...] = ()  # of SysV ("2", "3") and OpenRC ("default") in which it is started
    instances: int | None = None  # how many of it are to run, where that is more than one
    pids: tuple[int, ...] = ()  # the main process of each, where that is more than one
    listens: tuple[str, ...] = ()  # where its supervisor waits for it: "tcp 70", "tcp 127.0.0.1:70", "unix /run/x"
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    scope: ClassVar[str] = "services"

    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenFile:
    path: str
    writable: bool


@dataclass(frozen=True, slots=True)
class Process:
    pid: int
    ppid: int
    name: str  # comm
    argv: tuple[str, ...]
    uid: int
    gid: int
    exe: str | None = None  # without " (deleted)"
    cwd: str | None = None
    groups: tuple[int, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()  # secret values are replaced by ${secret:ID}
    unit: str | None = None  # from the cgroup: nginx.service
    started: float | None = None  # seconds after boot
    cpu: float | None = None  # seconds of user and system time
    threads: int | None = None
    rss: int | None = None
    pss: int | None = None
    peak: int | None = None  # VmHWM
    umask: str | None = None
    limits: tuple[tuple[str, str], ...] = ()  # (nofile, 1024)
    capabilities: str | None = None  # CapEff, hexadecimal
    mapped: tuple[str, ...] = ()  # files mapped (libraries, jars, locale archives)
    open_files: tuple[OpenFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Processes:
    """User-space processes; kernel threads and our own are left out."""

    scope: ClassVar[str] = "processes"

    processes: tuple[Process, ...] = ()


@dataclass(frozen=True, slots=True)
class Socket:
    protocol: str  # tcp, udp, udplite, sctp, raw, packet (whole frames), unix
    state: str  # listen, established, unconnected
    address: str | None = None  # "*" never: 0.0.0.0 and :: are kept as they are
    port: int | None = None
    peer_address: str | None = None
    peer_port: int | None = None
    path: str | None = None  # of a Unix socket; "@name" for an abstract one
    pids: tuple[int, ...] = ()
    uid: int | None = None  # of who made it; known even where the processes are not
    loopback: bool | None = None  # whether only this machine itself reaches it; None for what has no address
    ip_protocol: int | None = None  # of a raw socket: 1 is ICMP
    count: int = (
        1  # that look the same: where there are hundreds, those of one peer are counted together, without its port
    )


@dataclass(frozen=True, slots=True)
class Sockets:
    scope: ClassVar[str] = "sockets"

    sockets: tuple[Socket, ...] = ()


@dataclass(frozen=True, slots=True)
class User:
    name: str
    uid: int
    gid: int
    gecos: str = ""
    home: str = "/"
    shell: str = ""
    source: str | None = None  # the directory (sss, ldap, …) that a running process's account was looked up in


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    gid: int
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accounts:
    scope: ClassVar[str] = "accounts"

    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """Something that runs at a time, whoever keeps the time."""

    source: str  # the crontab's path, or the timer unit's
    schedule: str  # five cron fields, @daily, @reboot and the like, an OnCalendar expression, or a time (ISO 8601, UTC)
    kind: str  # cron, fcron, anacron, periodic (a script in cron.daily and the like), timer, at, batch, boot (rc.local)
    command: str
    user: str = "root"
    name: str | None = None  # a timer's unit, a script's name
    environment: tuple[tuple[str, str], ...] = ()
    line: int | None = None
    package: str | None = None  # the package that brought the file, where it is unchanged since
    origin: str | None = None  # distribution or person: who brought it
    delay: str | None = None  # that is added to its time: "5 minutes", "up to 12h"
    persistent: bool | None = None  # whether it is made up for when the machine was off at its time
    directory: str | None = None  # in which it runs


@dataclass(frozen=True, slots=True)
class Schedule:
    scope: ClassVar[str] = "schedule"

    jobs: tuple[Job, ...] = ()
    allowed: tuple[str, ...] | None = None  # by cron.allow to have crontabs; None where there is no such file
    denied: tuple[str, ...] = ()  # by cron.deny


@dataclass(frozen=True, slots=True)
class Mount:
    device: str
    path: str
    filesystem: str
    options: tuple[str, ...] = ()
    size: int | None = None
    used: int | None = None


@dataclass(frozen=True, slots=True)
class Mounts:
    scope: ClassVar[str] = "mounts"

    mounts: tuple[Mount, ...] = ()


@dataclass(frozen=True, slots=True)
class HostName:
    """One line of /etc/hosts."""

    address: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assigned:
    """An address of an interface."""

    interface: str
    address: str
    prefix: int | None = None
    scope: str | None = None  # global, link, host, site


@dataclass(frozen=True, slots=True)
class Network:
    scope: ClassVar[str] = "network"

    addresses: tuple[str, ...] = ()  # of the host itself, without prefix lengths, loopback left out
    hosts: tuple[HostName, ...] = ()
    nameservers: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    sysctl: tuple[tuple[str, str], ...] = ()  # set in /etc/sysctl.conf and sysctl.d by a person
    assigned: tuple[Assigned, ...] = ()  # addresses with their interfaces, loopback too, where that is told


@dataclass(frozen=True, slots=True)
class FileFact:
    path: str
    kind: str  # file, directory, link, fifo, socket, block, character
    mode: int  # permission bits, set-id bits included
    uid: int
    gid: int
    size: int = 0
    mtime: int = 0
    target: str | None = None  # of a link
    package: str | None = None  # that owns the path, for changed files
    change: str | None = None  # changed, missing, metadata; for changed files
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """Something that no package owns: one file, or a directory with all below it."""

    root: FileFact
    role: str  # application, configuration, data, log, cache, home, backup, junk, runtime
    because: str = ""
    count: int = 1  # files below, the root included
    size: int = 0  # bytes below
    newest: int = 0  # newest mtime below
    complete: bool = True  # False where the time budget ended the count
    open: int = 0  # files of it that processes had open
    generated: bool = False  # in /etc, made while packages were installed, and not changed since


@dataclass(frozen=True, slots=True)
class Files:
    """What differs from a clean install of the host's packages."""

    scope: ClassVar[str] = "files"

    changed_configuration: tuple[FileFact, ...] = ()
    changed_packaged: tuple[FileFact, ...] = ()
    unmanaged: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Owned:
    path: str
    package: str


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which package owns the paths that processes use, and every command on the usual PATH."""

    scope: ClassVar[str] = "ownership"

    # Sorted by path; paths as the host resolves them (/usr/bin/bash). A directory may be that of several packages.
    owners: tuple[Owned, ...] = ()
    commands: tuple[Owned, ...] = ()  # executables of packages in bin and sbin directories
    modules: tuple[Owned, ...] = ()  # what scripts import: top level of dist-packages, perl5, node_modules, ruby, php


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """One entry of content.tar.gz, or of secrets/ when it holds a secret."""

    path: str  # on the host, absolute
    kind: str  # file, directory, link
    mode: int
    uid: int
    gid: int
    size: int = 0
    mtime: int = 0
    target: str | None = None
    sha256: str | None = None
    package: str | None = None  # that owns the path, where it is a changed package file
    secrets: tuple[str, ...] = ()  # ids of the secrets inside; such a file is kept in secrets/ only


@dataclass(frozen=True, slots=True)
class Content:
    """The index of everything that was captured, and what was left behind on purpose."""

    scope: ClassVar[str] = "content"

    entries: tuple[CapturedFile, ...] = ()  # sorted by path
    omitted: tuple[tuple[str, str], ...] = ()  # (path, why)


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that was found; its value is in secrets.json only."""

    id: str
    kind: str  # password, token, private-key, password-hash, credentials-url, …
    path: str | None = None  # the file that holds it
    line: int | None = None
    key: str | None = None  # the setting's name
    where: str = "file"  # file, environment, command-line, cron


@dataclass(frozen=True, slots=True)
class Secrets:
    scope: ClassVar[str] = "secrets"

    secrets: tuple[Secret, ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    """A Java archive that is deployed or run."""

    path: str
    kind: str  # war, ear, jar; exploded directories too
    size: int = 0
    sha256: str | None = None
    title: str | None = None  # Implementation-Title or display-name
    version: str | None = None
    main_class: str | None = None
    servlet_version: str | None = None
    java_level: int | None = None  # of the newest class: 8, 11, 17
    resources: tuple[str, ...] = ()  # resource-ref names of web.xml
    libraries: tuple[str, ...] = ()  # jars inside
    url_patterns: tuple[str, ...] = ()
    context_path: str | None = None  # where a descriptor inside names one
    components: tuple[Component, ...] = ()  # the libraries with their versions, frameworks first
    uses: tuple[Resource, ...] = ()  # what its descriptors and settings ask for or name
    settings: tuple[tuple[str, str], ...] = ()  # of web.xml, the manifest and application settings
    natives: tuple[str, ...] = ()  # shared libraries inside
    logs: tuple[str, ...] = ()  # that its logging is told to write, as written
    data: tuple[str, ...] = ()  # files that it is told to write, as written
    modules: tuple[tuple[str, str], ...] = ()  # of an EAR: (path inside, context path or kind)
    coordinates: str | None = None  # group:artifact of Maven, where the archive says
    licence: str | None = None  # as the archive names it


@dataclass(frozen=True, slots=True)
class Archives:
    scope: ClassVar[str] = "archives"

    archives: tuple[Archive, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A virtual host of a web server, or a web application of an application server."""

    server: str  # nginx, apache, tomcat, …
    ports: tuple[int, ...] = ()
    names: tuple[str, ...] = ()  # host names; () is "any"
    tls: bool = False
    root: str | None = None  # document root, or the application's base
    paths: tuple[str, ...] = ()  # locations, aliases, context paths
    upstreams: tuple[str, ...] = ()  # host:port or unix:PATH, as written
    seen: str = ""  # file:line
    folders: tuple[str, ...] = ()  # served besides the root: aliases, and the roots of locations


@dataclass(frozen=True, slots=True)
class Sites:
    scope: ClassVar[str] = "sites"

    sites: tuple[Site, ...] = ()


@dataclass(frozen=True, slots=True)
class Database:
    """A database server's databases, as its own tools tell (read-only questions)."""

    engine: str  # postgresql, mariadb, …
    name: str
    port: int | None = None
    socket: str | None = None
    directory: str | None = None  # data directory
    version: str | None = None
    owner: str | None = None
    encoding: str | None = None
    collation: str | None = None
    size: int | None = None
    extensions: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()  # of the extensions
    tables: tuple[tuple[str, int], ...] = ()  # how many by storage engine; VIEW for views
    routines: int | None = None
    events: int | None = None
    keys: int | None = None  # of a key-value store


@dataclass(frozen=True, slots=True)
class Databases:
    scope: ClassVar[str] = "databases"

    databases: tuple[Database, ...] = ()
    servers: tuple[DatabaseServer, ...] = ()
    embedded: tuple[EmbeddedDatabase, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One recorded HTTP answer of the host; its body is in answers/ by digest."""

    port: int
    host: str  # the Host header that was sent
    path: str  # with query
    status: int
    address: str = "127.0.0.1"  # where it was asked
    tls: bool = False
    headers: tuple[tuple[str, str], ...] = ()  # lower-case names, in order; Set-Cookie by name only
    body: str | None = None  # sha256 of the raw body
    size: int = 0
    again: str | None = None  # sha256 of the body of the second asking, where it differed
    again_status: int | None = None  # status of the second asking, where it differed
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    scope: ClassVar[str] = "answers"

    answers: tuple[Answer, ...] = ()
