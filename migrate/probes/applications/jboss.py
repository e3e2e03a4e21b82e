"""JBoss AS 4 to 7, EAP and WildFly: standalone servers, domains, what is deployed in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import basename

from migrate.model.applications import Application, Resource
from migrate.model.inventory import Gap
from migrate.probes.applications import Found
from migrate.probes.java import Machine, machines, told, versions
from migrate.probes.java.deployed import Deployment, below, captured, chosen, deployed
from migrate.probes.servers import Seen
from migrate.syntax import java_resources, numbers, xml

_VARIABLE = re.compile(r"\$\{([^}:]+(?:,[^}:]+)*)(?::([^}]*))?\}")


def find(seen: Seen) -> Found:
    found: list[Application] = []
    gaps: list[Gap] = []
    for machine in machines(seen, "wildfly", "jboss"):
        one = _old(machine, seen) if machine.kind.name == "jboss" else _instance(machine, seen)
        found += one.applications
        gaps += one.gaps
    return Found(tuple(found), tuple(gaps))


@dataclass(frozen=True, slots=True)
class _Server:
    """One server with the parts of its configuration that count for it.

    :ivar roots: by file: the whole document, or, in a domain, the server's profile and its group of sockets.
    :ivar offset: added to its ports, where its group of sockets has none of its own.
    :ivar deployments: names of what its group in a domain has; None where all that is configured counts.
    """

    base: str
    folder: str
    files: tuple[str, ...]
    texts: Mapping[str, str]
    roots: tuple[xml.Element, ...] = ()
    offset: int = 0
    deployments: frozenset[str] | None = None
    resources: tuple[Resource, ...] = ()


def _instance(machine: Machine, seen: Seen) -> Found:
    home = machine.place(*machine.kind.home) or (machine.jar or "").rpartition("/")[0] or machine.cwd
    mode = next((word for word in machine.command.arguments if word.startswith("org.jboss.as.")), "")
    one = (
        _standalone(machine, home, seen) if mode == "org.jboss.as.standalone" else _in_domain(machine, home, mode, seen)
    )
    kind, version = _product(home, machine, seen)
    sockets = tuple(_sockets(one))
    more = told.More(
        name=_name(machine, one.base, mode), kind=kind, version=version, home=home, base=one.base,
        resources=one.resources, ports=tuple(port for _, port in sockets),
        configuration=(*one.files, *_beside(one.folder, home, seen)),
        settings=tuple(_settings(one, mode)), logs=(f"{one.base}/log",),
        data=(f"{one.base}/data", *java_resources.files_of(one.resources)),
    )  # fmt: skip
    server = told.application(machine, seen, more)
    what = f"the settings of {kind} in {one.base}"
    gaps = () if one.files else (Gap(what, f"no configuration in {one.folder} was captured"),)
    applications = chosen(_deployments(one, seen), seen) if mode.endswith(("standalone", ".server")) else ()
    made = deployed(server, applications, seen, tuple(port for name, port in sockets if name in ("http", "https")))
    return Found(made.applications, (*gaps, *made.gaps))


def _beside(folder: str, home: str, seen: Seen) -> tuple[str, ...]:
    return captured(
        seen, f"{re.escape(folder)}/(mgmt-|application-)?[\\w-]+\\.properties",
        f"{re.escape(home)}/bin/(standalone|domain)\\.conf", "/etc/default/wildfly",
    )  # fmt: skip


def _standalone(machine: Machine, home: str, seen: Seen) -> _Server:
    base = machine.place("jboss.server.base.dir") or f"{home}/standalone"
    folder = machine.place("jboss.server.config.dir") or f"{base}/configuration"
    texts = _texts((f"{folder}/{_configured(machine)}",), base, home, machine, seen)
    roots = tuple(root for text in texts.values() if (root := xml.parse(text)) is not None)
    resources = tuple(one for path, text in texts.items() for one in java_resources.in_xml(path, text))
    return _Server(base, folder, tuple(texts), texts, roots, resources=resources)


def _in_domain(machine: Machine, home: str, mode: str, seen: Seen) -> _Server:
    """A server of a domain, or one of the processes that keep it."""
    domain = machine.place("jboss.domain.base.dir") or f"{home}/domain"
    folder = machine.place("jboss.domain.config.dir") or f"{domain}/configuration"
    data = machine.place("jboss.server.data.dir")
    base = data.rpartition("/")[0] if data else domain
    paths = (f"{folder}/domain.xml", f"{folder}/host.xml")
    texts = _texts(paths, base, home, machine, seen)
    roots = [xml.parse(texts.get(path, "")) for path in paths]
    if mode != "org.jboss.as.server" or roots[0] is None or roots[1] is None:
        return _Server(base, folder, tuple(texts), {})
    return _member(
        _server_name(machine), roots[0], roots[1], _Server(base, folder, tuple(texts), {paths[0]: texts[paths[0]]})
    )


def _member(name: str, domain: xml.Element, host: xml.Element, plain: _Server) -> _Server:
    """What the server's group in the domain gives it: profile, sockets and deployments."""
    own = next((one for one in xml.elements(host, "server") if xml.attribute(one, "name") == name), None)
    groups = {xml.attribute(one, "name"): one for one in xml.elements(domain, "server-group")}
    group = groups.get(xml.attribute(own, "group")) if own is not None else None
    if own is None or group is None:
        return plain
    profiles = list(xml.elements(domain, "profile"))
    at = next(
        (at for at, one in enumerate(profiles) if xml.attribute(one, "name") == xml.attribute(group, "profile")), None
    )
    references: list[xml.Element] = [
        one for element in (group, own) for one in xml.children(element, "socket-binding-group", "socket-bindings")
    ]
    wanted = next((ref for one in references if (ref := xml.attribute(one, "ref"))), None)
    offsets = (numbers.port(xml.attribute(one, "port-offset")) for one in reversed(references))
    sockets = [one for one in xml.elements(domain, "socket-binding-group") if xml.attribute(one, "name") == wanted]
    first, last = (0, 0) if at is None else (xml.line(profiles[at]), _end(domain, profiles, at))
    found = (one for path, text in plain.texts.items() for one in java_resources.in_xml(path, text))
    inside = tuple(one for one in found if first <= int(one.seen.rpartition(":")[2]) < last)
    names = frozenset(xml.attribute(one, "name") or "" for one in xml.elements(group, "deployment"))
    roots = (*(profiles[at : at + 1] if at is not None else ()), *sockets[:1])
    offset = next((one for one in offsets if one), 0)
    return replace(plain, roots=roots, offset=offset, deployments=names, resources=inside)


def _end(domain: xml.Element, profiles: list[xml.Element], at: int) -> int:
    """The line where what follows a profile begins."""
    if at + 1 < len(profiles):
        return xml.line(profiles[at + 1])
    behind = next(xml.elements(domain, "interfaces", "socket-binding-groups"), None)
    return xml.line(behind) if behind is not None else 1 << 30


def _texts(paths: tuple[str, ...], base: str, home: str, machine: Machine, seen: Seen) -> dict[str, str]:
    variables = {**(machine.command.properties or {}), "jboss.server.base.dir": base, "jboss.home.dir": home}
    return {path: _resolved(seen.texts[path], variables) for path in paths if path in seen.texts}


def _server_name(machine: Machine) -> str:
    """server-one of -D[Server:server-one]."""
    words = (re.fullmatch(r"-D\[Server:(.*)\]", word) for word in machine.command.options)
    return next((match[1] for match in words if match), "")


def _configured(machine: Machine) -> str:
    """The file that the command line chooses."""
    words = machine.command.arguments
    for at, word in enumerate(words):
        if word == "-c" and at + 1 < len(words):
            return words[at + 1]
        if word.startswith(("-c=", "--server-config=")):
            return word.partition("=")[2]
    return machine.command.property("jboss.server.default.config") or "standalone.xml"


def _name(machine: Machine, base: str, mode: str) -> str:
    if name := machine.command.property("jboss.node.name", "jboss.server.name") or _server_name(machine):
        return name
    return told.named(machine, base) if mode == "org.jboss.as.standalone" else mode.removeprefix("org.jboss.as.")


def _product(home: str, machine: Machine, seen: Seen) -> tuple[str, str | None]:
    """What it calls itself: in its product's manifest, in version.txt, by the name of its directory."""
    manifests = captured(seen, f"{re.escape(home)}/modules/.*/product/[^/]+/dir/META-INF/MANIFEST\\.MF")
    name = versions.in_texts(manifests, r"(?m)^JBoss-Product-Release-Name:\s*(.+)", seen) or ""
    version = versions.in_texts(manifests, r"(?m)^JBoss-Product-Release-Version:\s*(\S+)", seen)
    said = seen.texts.get(f"{home}/version.txt", "")
    version = version or versions.in_texts((f"{home}/version.txt",), r"Version\s+(\d[\w.]*)", seen)
    if version:
        return ("jboss-eap" if re.search(r"EAP|Enterprise Application", f"{name} {said}") else "wildfly"), version
    match = re.search(r"(wildfly|jboss-eap|jboss-as)-(\d[\w.]*)", home)
    if match:
        return ("jboss" if match[1] == "jboss-as" else match[1]), match[2]
    return machine.kind.name, versions.named(("jboss-as-server",), machine, seen)


def _resolved(text: str, variables: Mapping[str, str]) -> str:
    """``${a,b:default}`` as what it stands for; secrets stay as they are written."""

    def value(match: re.Match[str]) -> str:
        found = next((variables[name] for name in match[1].split(",") if name in variables), match[2])
        return match[0] if found is None else told.shown(match[1], found).replace("<", "&lt;").replace("&", "&amp;")

    return _VARIABLE.sub(value, text)


def _sockets(one: _Server) -> Iterator[tuple[str, int]]:
    for group in (group for root in one.roots for group in xml.elements(root, "socket-binding-group")):
        offset = numbers.port(xml.attribute(group, "port-offset")) or one.offset
        for socket in xml.children(group, "socket-binding"):
            if port := numbers.port(xml.attribute(socket, "port")):
                yield xml.attribute(socket, "name") or "", port + offset


def _settings(one: _Server, mode: str) -> Iterator[tuple[str, str]]:
    yield "mode", mode.removeprefix("org.jboss.as.") or "unknown"
    for name, port in _sockets(one):
        yield "socket", f"{name} {port}"
        if name == "https":
            yield "https port", str(port)
    for root in one.roots:
        yield from _named(root)


def _named(root: xml.Element) -> Iterator[tuple[str, str]]:
    """Outbound connections, drivers and realms."""
    for one in xml.elements(root, "remote-destination"):
        yield "outbound", f"{xml.attribute(one, 'host')}:{xml.attribute(one, 'port')}"
    for one in xml.elements(root, "driver", "security-domain", "security-realm"):
        if name := xml.attribute(one, "name"):
            more = xml.attribute(one, "module") if xml.local(one) == "driver" else None
            yield xml.local(one).replace("-", " "), f"{name} {more or ''}".strip()


def _deployments(server: _Server, seen: Seen) -> Iterator[Deployment]:
    base, texts = server.base, server.texts
    folder = seen.real(f"{base}/deployments")
    # name.war.deployed and the like are marks that the scanner leaves.
    yield from (one for one in below(folder, seen) if not re.search(r"ar\.[a-z]+$", one.base))
    for path, text in texts.items():
        root = xml.parse(text)
        groups = xml.children(root, "deployments") if root is not None else ()
        for one in (inside for group in groups for inside in xml.children(group, "deployment")):
            if server.deployments is not None and xml.attribute(one, "name") not in server.deployments:
                continue
            name = xml.attribute(one, "runtime-name") or xml.attribute(one, "name") or ""
            given = next(
                (xml.attribute(inside, "path") for inside in xml.children(one, "fs-archive", "fs-exploded")), None
            )
            digest = next((xml.attribute(inside, "sha1") for inside in xml.children(one, "content")), None)
            content = f"{base}/data/content/{digest[:2]}/{digest[2:]}/content" if digest else f"{folder}/{name}"
            context = "/" + re.sub(r"\.war$", "", name) if name.endswith(".war") else None
            context = "/" if name == "ROOT.war" else context
            yield Deployment(context, given or content, f"{path}:{xml.line(one)}", None if context else name)


# --- JBoss AS 4 to 6 --------------------------------------------------------------------------------------------------


def _old(machine: Machine, seen: Seen) -> Found:
    jar = next((one for one in machine.classpath if one.endswith("/bin/run.jar")), machine.cwd + "/run.jar")
    home = machine.place(*machine.kind.home) or jar.rpartition("/bin/")[0] or machine.cwd
    words = machine.command.arguments
    chosen_ = next(
        (words[at + 1] for at, word in enumerate(words[:-1]) if word in ("-c", "--configuration")), "default"
    )
    base = machine.place("jboss.server.home.dir") or f"{home}/server/{chosen_}"
    place = re.escape(seen.real(base))
    files = captured(
        seen, f"{place}/deploy/[^/]+-ds\\.xml", f"{place}/deploy/([\\w.-]+\\.(sar|deployer)/)?server\\.xml",
        f"{place}/deploy/[^/]+\\.xml", f"{place}/conf/[^/]+\\.(xml|properties)", f"{re.escape(home)}/bin/run\\.conf",
    )  # fmt: skip
    resources = tuple(
        one for path in files if path.endswith(".xml") for one in java_resources.in_xml(path, seen.texts[path])
    )
    match = re.search(r"jboss(?:-\w+)?-(\d[\w.]*)", basename(home))
    version = versions.of_archives((jar, f"{home}/bin/run.jar"), seen) or (match[1] if match else None)
    more = told.More(
        version=(version or "").split(" ")[0] or None, home=home, base=base, configuration=files, resources=resources,
        data=(f"{base}/data", *java_resources.files_of(resources)), logs=(f"{base}/log",),
    )  # fmt: skip
    made = tuple(one for one in below(f"{base}/deploy", seen) if re.search(r"\.(war|ear|rar|sar)$", one.base))
    return deployed(told.application(machine, seen, more), chosen(made, seen), seen)


FIND = find
