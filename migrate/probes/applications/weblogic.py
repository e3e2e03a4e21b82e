"""Oracle WebLogic: the servers of a domain that run here, with data sources, queues and deployments of config.xml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, isabs, join, normpath

from migrate.model.applications import Application, Resource
from migrate.model.inventory import Gap
from migrate.probes.applications import Found
from migrate.probes.java import Machine, machines, told
from migrate.probes.java.deployed import Deployment, captured, chosen, context_path, deployed
from migrate.probes.servers import Seen
from migrate.syntax import java_resources, numbers, xml


def find(seen: Seen) -> Found:
    found: list[Application] = []
    gaps: list[Gap] = []
    for machine in machines(seen, "weblogic", "weblogic-node-manager"):
        one = _instance(machine, seen)
        found += one.applications
        gaps += one.gaps
    return Found(tuple(found), tuple(gaps))


def _instance(machine: Machine, seen: Seen) -> Found:
    if machine.kind.name != "weblogic":
        return Found((told.application(machine, seen, told.More()),))
    base = machine.place(*machine.kind.base) or machine.cwd
    name = machine.command.property("weblogic.Name") or "AdminServer"
    main = f"{seen.real(base)}/config/config.xml"
    root = xml.parse(seen.texts.get(main, ""))
    more = told.More(name=name, base=base, logs=(f"{base}/servers/{name}/logs",))
    if root is None:
        gap = Gap(f"the settings of WebLogic in {base}", f"{main} was not captured")
        return Found((told.application(machine, seen, more),), (gap,))
    server = next((one for one in xml.children(root, "server") if _child(one, "name") == name), None)
    targets = _targets(server, name)
    files = tuple(_modules(root, base, targets, seen))
    resources = tuple(one for path in files for one in _resources(path, seen))
    more = told.More(
        name=name, version=_child(root, "domain-version"), base=base, ports=tuple(_ports(server)),
        configuration=(main, *files, *captured(seen, f"{re.escape(base)}/bin/setDomainEnv\\.sh")), resources=resources,
        settings=tuple(_settings(root, server)), logs=(f"{base}/servers/{name}/logs",),
        data=java_resources.files_of(resources),
    )  # fmt: skip
    made = chosen(_deployments(root, main, base, targets), seen)
    return deployed(told.application(machine, seen, more), made, seen)


def _child(element: xml.Element | None, *names: str) -> str | None:
    """The text of an element right below, or of one below that."""
    for name in names:
        element = next(xml.children(element, name), None) if element is not None else None
    return xml.words(element) or None


def _targets(server: xml.Element | None, name: str) -> frozenset[str]:
    """What deployments call this server: its name, that of its cluster."""
    return frozenset(one for one in (name, _child(server, "cluster")) if one)


def _aims(element: xml.Element, targets: frozenset[str]) -> bool:
    given = _child(element, "target")
    return bool(given) and bool(targets.intersection(part.strip() for part in (given or "").split(",")))


def _modules(root: xml.Element, base: str, targets: frozenset[str], seen: Seen) -> Iterator[str]:
    """Descriptors of the JDBC, JMS and mail modules that are meant for this server."""
    for one in xml.children(root, "jdbc-system-resource", "jms-system-resource", "mail-session"):
        file = _child(one, "descriptor-file-name")
        path = f"{seen.real(base)}/config/{file}" if file else None
        if path and path in seen.texts and _aims(one, targets):
            yield path


def _resources(path: str, seen: Seen) -> Iterator[Resource]:
    yield from java_resources.in_xml(path, seen.texts[path])
    root = xml.parse(seen.texts[path])
    for one in xml.elements(root, "connection-factory", "distributed-queue") if root is not None else ():
        if name := _child(one, "jndi-name") or xml.attribute(one, "name"):
            yield Resource("queue", name, seen=f"{path}:{xml.line(one)}")


def _ports(server: xml.Element | None) -> Iterator[int]:
    given = (_child(server, "listen-port") or "7001", _child(server, "ssl", "listen-port"))
    yield from (port for one in given if (port := numbers.port(one)))


def _settings(root: xml.Element, server: xml.Element | None) -> Iterator[tuple[str, str]]:
    named = [("domain", _child(root, "name")), ("mode", _child(root, "production-mode-enabled"))]
    named += [(name, _child(server, name)) for name in ("cluster", "machine", "listen-address")]
    named.append(("https port", _child(server, "ssl", "listen-port")))
    yield from ((name, value) for name, value in named if value)
    for one in xml.elements(root, "realm"):
        if name := _child(one, "name"):
            yield "realm", name


def _deployments(root: xml.Element, path: str, base: str, targets: frozenset[str]) -> Iterator[Deployment]:
    for one in xml.children(root, "app-deployment", "application"):
        source = _child(one, "source-path") or xml.attribute(one, "Path")
        if not source or (_child(one, "target") and not _aims(one, targets)):
            continue
        place = normpath(source if isabs(source) else join(base, source))
        name = _child(one, "name") or basename(place)
        context = context_path(basename(place)) if _child(one, "module-type") in (None, "war") else None
        yield Deployment(context, place, f"{path}:{xml.line(one)}", None if context else name)


FIND = find
