"""Tomcat and TomEE: each instance with its connectors and realms, and the web applications in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from migrate.model.applications import Application, Resource
from migrate.model.inventory import Gap
from migrate.probes.applications import Found
from migrate.probes.java import Machine, machines, told, versions
from migrate.probes.java.deployed import Deployment, captured, deployed
from migrate.probes.servers import Instance, Seen
from migrate.probes.servers import tomcat as places
from migrate.probes.servers.tomcat import Place
from migrate.syntax import java_logging, java_resources, tomcat, xml
from migrate.syntax.tomcat import Server

_CLASSES = ("Realm", "Valve", "Cluster", "Listener", "Manager")
_USUAL = re.compile(
    r"org\.apache\.catalina\.(core|startup|mbeans|security)\.\w+Listener|.*\.LockOutRealm|.*\.AccessLogValve"
)


def find(seen: Seen) -> Found:
    found: list[Application] = []
    gaps: list[Gap] = []
    for machine in machines(seen, "tomcat", "tomee"):
        base = machine.place(*machine.kind.base)
        if base is None:
            found.append(told.application(machine, seen, told.More()))
            continue
        one = _instance(machine, base, seen)
        found += one.applications
        gaps += one.gaps
    return Found(tuple(found), tuple(gaps))


def _instance(machine: Machine, base: str, seen: Seen) -> Found:
    instance = Instance(machine.argv, machine.environment, machine.cwd, machine.exe, machine.pids)
    place = places.place_of(base, instance, seen)
    if place is None:
        server = told.application(machine, seen, replace(_more(machine, base, seen), base=base))
        made = [Deployment(one.path or "/", one.base, one.seen) for one in places.deployed(f"{base}/webapps", seen)]
        return deployed(server, made, seen)
    main = f"{place.configuration}/server.xml"
    text = places.server_text(place, seen)
    read = tomcat.read_server(text, place.variables)
    resources = java_resources.in_xml(main, _resolved(text, place))
    owned = {line for engine in read.engines for host in engine.hosts for one in host.contexts for line in _lines(one)}
    resources = tuple(one for one in resources if int(one.seen.rpartition(":")[2]) not in owned)
    more = replace(
        _more(machine, base, seen), base=base,
        ports=tuple(one.port for engine in read.engines for one in engine.connectors),
        configuration=_configuration(place, machine, seen), resources=resources,
        settings=tuple(_settings(read, text)), logs=_logs(place, seen),
        data=java_resources.files_of(resources),
    )  # fmt: skip
    server = told.application(machine, seen, more)
    http = tuple(one.port for engine in read.engines for one in engine.connectors if not one.ajp)
    return deployed(server, _deployments(read, place, resources, seen), seen, http or more.ports)


def _more(machine: Machine, base: str, seen: Seen) -> told.More:
    home = machine.place(*machine.kind.home)
    return told.More(version=versions.tomcat(machine, home or base, seen))


def _lines(context: tomcat.Context) -> tuple[int, ...]:
    return tuple(one.line for one in context.resources)


def _resolved(text: str, place: Place) -> str:
    """The text with the variables that it names, but for those that are secrets."""
    return re.sub(r"\$\{([\w.-]+)\}", lambda match: told.shown(match[1], place.variables.get(match[1], match[0])), text)


def _configuration(place: Place, machine: Machine, seen: Seen) -> tuple[str, ...]:
    folder, base = re.escape(place.configuration), re.escape(place.base)
    home = re.escape(machine.place(*machine.kind.home) or place.base)
    unit = re.escape((machine.unit or "").removesuffix(".service"))
    names = "(web|context|tomcat-users|tomee|system|jaspic-providers)\\.xml"
    usual = captured(
        seen, f"{folder}/server\\.xml", f"{folder}/{names}", f"{folder}/(catalina|logging)\\.properties",
        f"{folder}/[^/]+\\.(xml|properties|conf|policy)", f"({base}|{home})/bin/setenv\\.sh",
        f"/etc/(default|sysconfig|conf\\.d)/{unit}",
    )  # fmt: skip
    return tuple(seen.real(path) for path in usual)


def _settings(read: Server, text: str) -> Iterator[tuple[str, str]]:
    for engine in read.engines:
        for one in engine.connectors:
            where = f"{one.address}:{one.port}" if one.address else str(one.port)
            yield "connector", f"{where} {one.protocol}{' with TLS' if one.tls else ''}"
        for host in engine.hosts:
            yield "host", f"{host.name} {host.base}"
    if read.shutdown_port:
        yield "shutdown port", str(read.shutdown_port)
    root = xml.parse(text)
    for element in xml.elements(root, *_CLASSES) if root is not None else ():
        name = xml.attribute(element, "className")
        if name and not _USUAL.fullmatch(name):
            yield xml.local(element).lower(), name


def _logs(place: Place, seen: Seen) -> tuple[str, ...]:
    path = f"{place.configuration}/logging.properties"
    found = java_logging.targets(path, seen.texts.get(path, ""))
    return tuple(_resolved(one, place) for one in found)


def _deployments(read: Server, place: Place, resources: tuple[Resource, ...], seen: Seen) -> Iterator[Deployment]:
    shared = {one.name: one for one in resources if one.name}
    common = f"{place.configuration}/context.xml"
    everywhere = java_resources.in_xml(common, _resolved(seen.texts.get(common, ""), place))
    for engine in read.engines:
        for host in engine.hosts:
            for one in places.applications(engine, host, place, seen):
                own, told_by = _own(one.seen, one.path, place, shared, seen)
                name = f"{host.name}{one.path or '/'}" if not host.default else None
                yield Deployment(one.path or "/", one.base, one.seen, name, (*own, *everywhere), told_by)


def _own(
    where: str, path: str, place: Place, shared: dict[str, Resource], seen: Seen
) -> tuple[tuple[Resource, ...], tuple[str, ...]]:
    """Resources of a context, in its descriptor or in server.xml, with links to those of the server followed."""
    file = where.rpartition(":")[0]
    text = next((seen.texts[one] for one in (file, where) if one in seen.texts and one.endswith(".xml")), None)
    if text is None:
        return (), ()
    text = places.server_text(place, seen) if file.endswith("/server.xml") else text
    root = xml.parse(text)
    contexts = list(xml.elements(root, "Context")) if root is not None else []
    if not file.endswith("server.xml"):
        found = java_resources.in_xml(file, _resolved(text, place))
        return (*found, *(link for one in contexts for link in _links(one, file, shared))), (file,)
    mine = [one for one in contexts if (xml.attribute(one, "path") or "").rstrip("/") == path]
    lines = {xml.line(inside) for one in mine for inside in one.iter() if xml.local(inside)}
    found = tuple(
        one for one in java_resources.in_xml(file, _resolved(text, place)) if int(one.seen.rpartition(":")[2]) in lines
    )
    return (*found, *(link for one in mine for link in _links(one, file, shared))), (file,)


def _links(context: xml.Element, file: str, shared: dict[str, Resource]) -> Iterator[Resource]:
    for link in xml.children(context, "ResourceLink"):
        name, target = xml.attribute(link, "name"), xml.attribute(link, "global") or ""
        kind = java_resources.of_type(xml.attribute(link, "type") or "")
        if name:
            yield replace(
                shared.get(target, Resource(kind, url=target or None)), name=name, seen=f"{file}:{xml.line(link)}"
            )


FIND = find
