"""JBoss AS 4 to 7, EAP and WildFly: standalone servers, domains, what is deployed in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename

from migrate.model.applications import Application
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


def _instance(machine: Machine, seen: Seen) -> Found:
    home = machine.place(*machine.kind.home) or (machine.jar or "").rpartition("/")[0] or machine.cwd
    mode = next((word for word in machine.command.arguments if word.startswith("org.jboss.as.")), "")
    in_domain = mode != "org.jboss.as.standalone"
    base = machine.place("jboss.server.base.dir") if not in_domain else machine.place("jboss.domain.base.dir")
    base = base or f"{home}/{'domain' if in_domain else 'standalone'}"
    folder = machine.place("jboss.server.config.dir", "jboss.domain.config.dir") or f"{base}/configuration"
    names = ("domain.xml", "host.xml") if in_domain else (_configured(machine),)
    files = tuple(path for path in (f"{folder}/{name}" for name in names) if path in seen.texts)
    variables = {**(machine.command.properties or {}), "jboss.server.base.dir": base, "jboss.home.dir": home}
    texts = {path: _resolved(seen.texts[path], variables) for path in files}
    resources = tuple(one for path, text in texts.items() for one in java_resources.in_xml(path, text))
    kind, version = _product(home, machine, seen)
    more = told.More(
        name=_name(machine, base, mode), kind=kind, version=version, home=home, base=base, resources=resources,
        ports=tuple(port for text in texts.values() for _, port in _sockets(text)),
        configuration=(*files, *captured(seen, f"{re.escape(folder)}/(mgmt-|application-)?[\\w-]+\\.properties",
                                         f"{re.escape(home)}/bin/(standalone|domain)\\.conf", "/etc/default/wildfly")),
        settings=tuple(one for text in texts.values() for one in (*_settings(text, mode), *_secure(text))),
        data=(f"{base}/data", *java_resources.files_of(resources)), logs=(f"{base}/log",),
    )  # fmt: skip
    server = told.application(machine, seen, more)
    gaps = () if files else (Gap(f"the settings of {kind} in {base}", f"{folder}/{names[0]} was not captured"),)
    ports = tuple(port for text in texts.values() for name, port in _sockets(text) if name in ("http", "https"))
    applications = chosen(_deployments(base, texts, seen), seen) if mode.endswith(_SERVERS) else ()
    made = deployed(server, applications, seen, ports)
    return Found(made.applications, (*gaps, *made.gaps))


_SERVERS = ("standalone", "server", "host-controller")


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
    for word in machine.command.options:
        if match := re.fullmatch(r"-D\[(.*)\]", word):
            given = machine.command.property("jboss.node.name", "jboss.server.name")
            plain = match[1] if match[1] != "Standalone" else None
            return given or plain or told.named(machine, base)
    return machine.command.property("jboss.node.name") or told.named(machine, base) or mode


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


def _sockets(text: str) -> Iterator[tuple[str, int]]:
    root = xml.parse(text)
    for group in xml.elements(root, "socket-binding-group") if root is not None else ():
        offset = numbers.port(xml.attribute(group, "port-offset")) or 0
        for one in xml.children(group, "socket-binding"):
            if port := numbers.port(xml.attribute(one, "port")):
                yield xml.attribute(one, "name") or "", port + offset


def _settings(text: str, mode: str) -> Iterator[tuple[str, str]]:
    root = xml.parse(text)
    yield "mode", mode.removeprefix("org.jboss.as.") or "unknown"
    if root is None:
        return
    for group in xml.elements(root, "socket-binding-group"):
        offset = xml.attribute(group, "port-offset")
        if offset and offset != "0":
            yield "port offset", offset
        for one in xml.children(group, "socket-binding"):
            if port := xml.attribute(one, "port"):
                yield "socket", f"{xml.attribute(one, 'name')} {port}"
    yield from _named(root)


def _secure(text: str) -> Iterator[tuple[str, str]]:
    yield from (("https port", str(port)) for name, port in _sockets(text) if name == "https")


def _named(root: xml.Element) -> Iterator[tuple[str, str]]:
    """Outbound connections, drivers and realms."""
    for one in xml.elements(root, "remote-destination"):
        yield "outbound", f"{xml.attribute(one, 'host')}:{xml.attribute(one, 'port')}"
    for one in xml.elements(root, "driver", "security-domain", "security-realm"):
        if name := xml.attribute(one, "name"):
            more = xml.attribute(one, "module") if xml.local(one) == "driver" else None
            yield xml.local(one).replace("-", " "), f"{name} {more or ''}".strip()


def _deployments(base: str, texts: Mapping[str, str], seen: Seen) -> Iterator[Deployment]:
    folder = seen.real(f"{base}/deployments")
    # name.war.deployed and the like are marks that the scanner leaves.
    yield from (one for one in below(folder, seen) if not re.search(r"ar\.[a-z]+$", one.base))
    for path, text in texts.items():
        root = xml.parse(text)
        groups = xml.children(root, "deployments") if root is not None else ()
        for one in (inside for group in groups for inside in xml.children(group, "deployment")):
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
