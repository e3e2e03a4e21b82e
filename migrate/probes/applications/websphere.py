"""WebSphere Application Server, traditional: the servers of a profile, with ports, data sources and applications."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname

from migrate.model.applications import Application
from migrate.model.inventory import Gap
from migrate.probes.applications import Found
from migrate.probes.java import Machine, machines, told, versions
from migrate.probes.java.deployed import Deployment, captured, deployed
from migrate.probes.servers import Seen
from migrate.syntax import java_resources, numbers, xml


def find(seen: Seen) -> Found:
    found: list[Application] = []
    gaps: list[Gap] = []
    for machine in machines(seen, "websphere"):
        one = _instance(machine, seen)
        found += one.applications
        gaps += one.gaps
    return Found(tuple(found), tuple(gaps))


def _instance(machine: Machine, seen: Seen) -> Found:
    """The last words of the command line are configuration directory, cell, node and server."""
    home = machine.place(*machine.kind.home) or machine.cwd
    words = machine.command.arguments
    at = next(
        (at for at, word in enumerate(words) if word.startswith("/") and word.rstrip("/").endswith("/config")), None
    )
    if at is None or len(words) < at + 4:
        return Found((told.application(machine, seen, told.More(home=home)),))
    folder, cell, node, name = words[at].rstrip("/"), words[at + 1], words[at + 2], words[at + 3]
    base = machine.place(*machine.kind.base) or dirname(folder)
    place = f"{seen.real(folder)}/cells/{cell}"
    index = f"{place}/nodes/{node}/serverindex.xml"
    root = xml.parse(seen.texts.get(index, ""))
    entry = _entry(root, name)
    scopes = "|".join(
        re.escape(one) for one in (place, f"{place}/nodes/{node}", f"{place}/nodes/{node}/servers/{name}")
    )
    files = captured(seen, f"({scopes})/resources\\.xml")
    resources = tuple(one for path in files for one in java_resources.in_xml(path, seen.texts[path]))
    more = told.More(
        name=name, version=_version(home, seen), home=home, base=base, resources=resources,
        ports=tuple(int(port) for _, port in _ports(entry)),
        configuration=(
            *captured(seen, re.escape(index), f"({scopes})/(server|variables|security|virtualhosts)\\.xml"), *files,
        ),
        settings=(("cell", cell), ("node", node), *((f"port {label}", port) for label, port in _ports(entry))),
        logs=(f"{base}/logs/{name}",), data=java_resources.files_of(resources),
    )  # fmt: skip
    server = told.application(machine, seen, more)
    gaps = () if root is not None else (Gap(f"the settings of WebSphere in {base}", f"{index} was not captured"),)
    made = deployed(server, _deployments(entry, index, base, cell, place, seen), seen)
    return Found(made.applications, (*gaps, *made.gaps))


def _entry(root: xml.Element | None, name: str) -> xml.Element | None:
    entries = xml.elements(root, "serverEntries") if root is not None else iter(())
    return next((one for one in entries if xml.attribute(one, "serverName") == name), None)


def _ports(entry: xml.Element | None) -> Iterator[tuple[str, str]]:
    for one in xml.children(entry, "specialEndpoints") if entry is not None else ():
        point = next(xml.children(one, "endPoint"), None)
        port = xml.attribute(point, "port") if point is not None else None
        if port and numbers.port(port):
            yield xml.attribute(one, "endPointName") or "", port


def _version(home: str, seen: Seen) -> str | None:
    paths = captured(seen, f"{re.escape(home)}/properties/version/(WAS|BASE|ND|EXPRESS)\\.product")
    return versions.in_texts(paths, r"<version>\s*(\d[\w.]*)", seen)


def _deployments(
    entry: xml.Element | None, index: str, base: str, cell: str, place: str, seen: Seen
) -> Iterator[Deployment]:
    """``shop.ear/deployments/shop``: the binary lies in installedApps, its context paths in the module's extension."""
    for one in xml.children(entry, "deployedApplications") if entry is not None else ():
        text = xml.words(one)
        file = text.split("/")[0]
        if not file or text.endswith("/isclite") or file in ("filetransfer.ear", "ibmasyncrsp.ear"):
            continue
        descriptor = f"{place}/applications/{text}/deployment.xml"
        said = seen.texts.get(descriptor, "")
        match = re.search(r'binariesURL="([^"]*)"', said)
        where = match[1] if match else f"$(APP_INSTALL_ROOT)/{cell}/{file}"
        where = where.replace("$(APP_INSTALL_ROOT)", f"{base}/installedApps").replace("$(USER_INSTALL_ROOT)", base)
        configuration = (descriptor,) if said else ()
        yield Deployment(None, where, f"{index}:{xml.line(one)}", basename(text), configuration=configuration)


FIND = find
