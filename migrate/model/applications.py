"""What runs as an application: servers, what is deployed in them, and what it is built from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Component:
    """A framework, library, plug-in or module that an application is made of."""

    name: str
    version: str | None = None
    path: str | None = None  # of the jar, the folder, the manifest it was read from
    kind: str = "library"  # framework, library, module, plugin, theme
    coordinates: str | None = None  # group:artifact of Maven, where the archive says
    licence: str | None = None  # as the library names it


@dataclass(frozen=True, slots=True)
class Resource:
    """A thing outside itself that an application is told to use: a data source, a queue, a cache, a mail server.

    Passwords are masked in ``url``.
    """

    kind: str  # database, ldap, mail, queue, cache, http, file, …
    name: str | None = None  # the JNDI name, the key of the setting
    url: str | None = None  # as written
    user: str | None = None
    seen: str = ""  # file:line


@dataclass(frozen=True, slots=True)
class Application:
    """A server, or an application deployed in one. Only what was seen: a field is known or absent.

    :ivar kind: nginx, apache, tomcat, wildfly, spring-boot, war, wordpress, django, puma, postfix, vsftpd, …
    :ivar role: web-server, application-server, application, proxy, cache, database, queue, directory, mail, ftp, dns,
        file-server, monitoring, other.
    :ivar name: what a person calls it: the instance, the context path, the site, the project.
    :ivar home: where the program is; ``base`` where this instance is, when that is another place.
    :ivar within: the ``name`` of the application that it is deployed in.
    """

    kind: str
    role: str
    name: str
    version: str | None = None
    home: str | None = None
    base: str | None = None
    unit: str | None = None
    user: str | None = None
    pids: tuple[int, ...] = ()
    ports: tuple[int, ...] = ()
    runtime: str | None = None  # "java 11", "php 7.4", "python 3.9", with the version that runs it where known
    within: str | None = None
    paths: tuple[str, ...] = ()  # URL paths, context paths
    configuration: tuple[str, ...] = ()  # files, the main one first
    data: tuple[str, ...] = ()  # directories and files that it writes
    logs: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    resources: tuple[Resource, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()  # what else a container has to be told: heap, workers, modules
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Applications:
    scope: ClassVar[str] = "applications"

    applications: tuple[Application, ...] = ()
