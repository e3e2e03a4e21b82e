"""Tomcat's configuration: server.xml, context descriptors, web.xml's resource references."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from migrate.syntax import numbers, xml

_VARIABLE = re.compile(r"\$\{([^}:]+)(?::-([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Connector:
    """A port that Tomcat listens on.

    :ivar protocol: as written: HTTP/1.1, AJP/1.3, or a class name.
    """

    port: int
    line: int
    address: str | None = None
    protocol: str = "HTTP/1.1"
    tls: bool = False

    @property
    def ajp(self) -> bool:
        return "ajp" in self.protocol.lower()


@dataclass(frozen=True, slots=True)
class Resource:
    """A JNDI resource; its password is not read."""

    name: str
    line: int
    kind: str | None = None
    url: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """A web application that a descriptor or server.xml names.

    :ivar path: None where the file's name gives it.
    :ivar base: docBase as written: absolute, or relative to the host's appBase.
    """

    line: int
    path: str | None = None
    base: str | None = None
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class Host:
    name: str
    line: int
    base: str = "webapps"
    aliases: tuple[str, ...] = ()
    contexts: tuple[Context, ...] = ()
    default: bool = False  # answers for names that no other host has


@dataclass(frozen=True, slots=True)
class Engine:
    """One Service of a server: its connectors and its hosts."""

    name: str
    connectors: tuple[Connector, ...] = ()
    hosts: tuple[Host, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    engines: tuple[Engine, ...] = ()
    resources: tuple[Resource, ...] = ()  # global ones
    shutdown_port: int | None = None
    included: tuple[tuple[str, str], ...] = ()  # external entities: not read


def read_server(text: str, variables: Mapping[str, str] | None = None) -> Server:
    """server.xml. ``variables`` stand for ``${…}``: system properties and catalina.properties."""
    root = xml.parse(text)
    known = variables or {}
    if root is None:
        return Server(included=xml.included(text))
    engines = tuple(_service(one, known) for one in xml.elements(root, "Service"))
    named = next(xml.elements(root, "GlobalNamingResources"), None)
    resources = tuple(_resource(one, known) for one in xml.children(named, "Resource")) if named is not None else ()
    return Server(engines, resources, _port(_value(root, "port", known)), xml.included(text))


def read_context(text: str, variables: Mapping[str, str] | None = None) -> Context | None:
    """A context descriptor, or context.xml."""
    root = xml.parse(text)
    return _context(root, variables or {}) if root is not None and xml.local(root) == "Context" else None


def resource_references(text: str) -> tuple[str, ...]:
    """Names of the resources that a web.xml asks for."""
    root = xml.parse(text)
    if root is None:
        return ()
    references = xml.elements(root, "resource-ref", "resource-env-ref")
    names = (next(xml.elements(one, "res-ref-name", "resource-env-ref-name"), None) for one in references)
    return tuple(found for found in map(xml.words, names) if found)


def context_path(stem: str) -> str:
    """The path that a descriptor's or archive's name gives: ``ROOT``, ``a#b`` and ``shop##2`` are "", /a/b, /shop."""
    name = stem.split("##")[0]
    return "" if name == "ROOT" else "/" + name.replace("#", "/")


def _service(element: etree._Element, known: Mapping[str, str]) -> Engine:
    engine = next(xml.children(element, "Engine"), None)
    found = (_connector(one, known) for one in xml.children(element, "Connector"))
    hosts: tuple[Host, ...] = ()
    if engine is not None:
        default = _value(engine, "defaultHost", known)
        hosts = tuple(_host(one, default, known) for one in xml.children(engine, "Host"))
    return Engine(_value(element, "name", known) or "", tuple(one for one in found if one), hosts)


def _connector(element: etree._Element, known: Mapping[str, str]) -> Connector | None:
    port = _port(_value(element, "port", known))
    if port is None:
        return None
    tls = (_value(element, "SSLEnabled", known) or "").lower() == "true"
    protocol = _value(element, "protocol", known) or "HTTP/1.1"
    return Connector(port, xml.line(element), _value(element, "address", known), protocol, tls)


def _host(element: etree._Element, default: str | None, known: Mapping[str, str]) -> Host:
    name = _value(element, "name", known) or ""
    aliases = tuple(filter(None, (xml.words(one) for one in xml.children(element, "Alias"))))
    contexts = tuple(_context(one, known) for one in xml.children(element, "Context"))
    base = _value(element, "appBase", known) or "webapps"
    return Host(name, xml.line(element), base, aliases, contexts, name == default)


def _context(element: etree._Element, known: Mapping[str, str]) -> Context:
    resources = tuple(_resource(one, known) for one in xml.children(element, "Resource"))
    return Context(xml.line(element), _value(element, "path", known), _value(element, "docBase", known), resources)


def _resource(element: etree._Element, known: Mapping[str, str]) -> Resource:
    name = _value(element, "name", known) or ""
    user = _value(element, "username", known) or _value(element, "user", known)
    return Resource(name, xml.line(element), _value(element, "type", known), _value(element, "url", known), user)


def _value(element: etree._Element, name: str, known: Mapping[str, str]) -> str | None:
    value = xml.attribute(element, name)
    if value is None:
        return None
    return _VARIABLE.sub(lambda match: known.get(match[1]) or match[2] or match[0], value).strip()


def _port(value: str | None) -> int | None:
    return numbers.port(value)
