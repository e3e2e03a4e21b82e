"""Database servers: who may come in, who does, and what a move has to know beside the databases themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DatabaseUser:
    """An account of a database server. Its password never leaves the server; not even as a hash."""

    name: str
    host: str | None = None  # from where, in MySQL
    plugin: str | None = None  # how it proves itself: mysql_native_password, unix_socket, …
    password: bool | None = None  # it has one
    superuser: bool | None = None
    login: bool | None = None  # False for roles
    databases: tuple[str, ...] = ()  # that it was given rights on by name
    member_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatabaseClient:
    """Somebody who was connected, or whose configuration says that it connects.

    :ivar address: where it came from; None for a Unix socket.
    :ivar process: of this host, with its unit where it has one.
    :ivar seen: the server itself, sockets, or file:line of a setting.
    """

    address: str | None = None
    user: str | None = None
    database: str | None = None
    process: str | None = None
    unit: str | None = None
    connections: int = 0
    seen: str = ""


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A server of databases, directories, queues or caches, as it says itself or as it looks from outside.

    :ivar answered: it answered questions; otherwise this is what processes, files and sockets show.
    :ivar role: primary, replica, standalone.
    :ivar replicas: addresses of those that copy from it; ``primary`` the one that it copies from.
    :ivar persistence: how a store in memory keeps its content.
    :ivar password: it asks for one, where that is all there is (Redis, memcached).
    :ivar access: who may come in from where, as pg_hba.conf has it: "host all all 10.0.0.0/8 md5".
    :ivar places: tablespaces and the like outside the data directory, as (name, path).
    """

    engine: str
    version: str | None = None
    answered: bool = False
    pid: int | None = None
    unit: str | None = None
    user: str | None = None
    ports: tuple[int, ...] = ()
    addresses: tuple[str, ...] = ()
    socket: str | None = None
    directory: str | None = None
    size: int | None = None
    configuration: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    users: tuple[DatabaseUser, ...] = ()
    extensions: tuple[str, ...] = ()  # plugins and modules that were loaded
    settings: tuple[tuple[str, str], ...] = ()  # those that somebody set, or that decide how data is kept
    role: str | None = None
    primary: str | None = None
    replicas: tuple[str, ...] = ()
    persistence: str | None = None
    password: bool | None = None
    access: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    clients: tuple[DatabaseClient, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class EmbeddedDatabase:
    """A database in a file, which a program opens itself: SQLite, H2, HSQLDB, Derby, Firebird."""

    engine: str
    path: str
    size: int | None = None
    processes: tuple[str, ...] = ()  # that have it open, with their units
    named: tuple[str, ...] = ()  # settings that name it, as file:line
