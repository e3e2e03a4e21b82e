"""GlassFish and Payara: domains with their listeners, pools and applications."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from posixpath import basename, dirname

from migrate.model.applications import Application, Resource
from migrate.model.facts import Archives
from migrate.model.inventory import Gap
from migrate.probes.applications import Found
from migrate.probes.java import Machine, machines, told, versions
from migrate.probes.java.deployed import Deployment, below, captured, context_path, deployed
from migrate.probes.servers import Seen
from migrate.syntax import java_resources, numbers, xml

_RESOURCES = frozenset(("jdbc-resource", "mail-resource", "admin-object-resource", "connector-resource",
                        "custom-resource", "external-jndi-resource"))  # fmt: skip
_POOLS = ("jdbc-connection-pool", "connector-connection-pool")


def find(seen: Seen) -> Found:
    found: list[Application] = []
    gaps: list[Gap] = []
    for machine in machines(seen, "glassfish", "payara"):
        one = _instance(machine, seen)
        found += one.applications
        gaps += one.gaps
    return Found(tuple(found), tuple(gaps))


def _instance(machine: Machine, seen: Seen) -> Found:
    home = machine.place(*machine.kind.home) or dirname(dirname(machine.jar or "/")) or machine.cwd
    base = machine.place(*machine.kind.base) or _argument("-domaindir", machine) or f"{home}/domains/domain1"
    main = f"{seen.real(base)}/config/domain.xml"
    text = seen.texts.get(main)
    root = xml.parse(text) if text else None
    name = _argument("-instancename", machine) or "server"
    place = re.escape(seen.real(base))
    more = told.More(
        name=basename(base) if name == "server" else name, version=_version(home, seen), home=home, base=base,
        configuration=captured(seen, re.escape(main), f"{place}/config/[^/]+\\.(xml|properties|policy|conf)"),
        logs=(f"{base}/logs",),
    )  # fmt: skip
    if root is None or text is None:
        gap = Gap(f"the settings of {machine.kind.name} in {base}", f"{main} was not captured")
        made = deployed(told.application(machine, seen, more), below(f"{base}/autodeploy", seen), seen)
        return Found(made.applications, (gap, *made.gaps))
    variables = {"com.sun.aas.instanceRoot": base, "com.sun.aas.installRoot": home, **_properties(root, name)}
    text = re.sub(r"\$\{(com\.sun\.aas\.(?:instance|install)Root)\}", lambda match: variables[match[1]], text)
    resources = _resources(_parsed(text, root), main, text)
    settings = tuple(_settings(root, name, variables))
    ports = tuple(
        port for kind, value in settings if kind == "listener" and (port := numbers.port(value.split(" ")[0]))
    )
    data = java_resources.files_of(resources)
    more = replace(more, resources=resources, settings=settings, ports=ports, data=data)
    server = told.application(machine, seen, more)
    web = tuple(_http(root, name, variables))
    return deployed(server, _deployments(root, main, base, name, seen), seen, web)


def _parsed(text: str, otherwise: xml.Element) -> xml.Element:
    root = xml.parse(text)
    return otherwise if root is None else root


def _argument(option: str, machine: Machine) -> str | None:
    words = machine.command.arguments
    return next((words[at + 1] for at, word in enumerate(words[:-1]) if word == option), None)


def _version(home: str, seen: Seen) -> str | None:
    branding = (f"{home}/config/branding/glassfish-version.properties",)
    whole = versions.in_texts(branding, r"(?m)^(?:product_)?version\s*=\s*(\d[\w.]*)", seen)
    major = versions.in_texts(branding, r"(?m)^major_version\s*=\s*(\d+)", seen)
    minor = versions.in_texts(branding, r"(?m)^minor_version\s*=\s*([\d.]+)", seen)
    update = versions.in_texts(branding, r"(?m)^update_version\s*=\s*([\d.]+)", seen)
    if major:
        return ".".join(one for one in (major, minor, update) if one)
    return whole or versions.of_archives((f"{home}/modules/glassfish.jar", f"{home}/lib/appserv-rt.jar"), seen)


def _configuration(root: xml.Element, name: str) -> xml.Element | None:
    """The config element of a server; the first one where it can't be told."""
    servers = (one for one in xml.elements(root, "server") if xml.attribute(one, "name") == name)
    wanted = next((xml.attribute(one, "config-ref") for one in servers), None)
    configs = list(xml.elements(root, "config"))
    return next((one for one in configs if xml.attribute(one, "name") == wanted), configs[0] if configs else None)


def _properties(root: xml.Element, name: str) -> dict[str, str]:
    """System properties of the server and of its config: ports of instances are often told by these."""
    config = _configuration(root, name)
    server = next((one for one in xml.elements(root, "server") if xml.attribute(one, "name") == name), None)
    found: dict[str, str] = {}
    for place in (config, server):
        for one in xml.children(place, "system-property") if place is not None else ():
            found[xml.attribute(one, "name") or ""] = xml.attribute(one, "value") or ""
    return found


def _value(element: xml.Element, name: str, variables: Mapping[str, str]) -> str:
    value = xml.attribute(element, name) or ""
    return re.sub(r"\$\{([^}]+)\}", lambda match: variables.get(match[1], match[0]), value)


def _settings(root: xml.Element, name: str, variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    config = _configuration(root, name)
    if config is None:
        return
    for one in xml.elements(config, "network-listener", "http-listener", "iiop-listener", "jms-host", "jmx-connector"):
        if _value(one, "enabled", variables) != "false" and (port := _value(one, "port", variables)):
            label = xml.attribute(one, "name") or xml.attribute(one, "id") or xml.local(one)
            yield "listener", f"{port} {label}"
    yield from _secure(config, variables)
    for one in xml.elements(config, "auth-realm"):
        yield "realm", f"{xml.attribute(one, 'name')} {xml.attribute(one, 'classname')}"
    for one in xml.elements(config, "virtual-server"):
        yield "virtual server", xml.attribute(one, "id") or ""


def _secure(config: xml.Element, variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    protocols = {
        xml.attribute(one, "name"): xml.attribute(one, "security-enabled") for one in xml.elements(config, "protocol")
    }
    for one in xml.elements(config, "network-listener", "http-listener"):
        secure = xml.attribute(one, "security-enabled") or protocols.get(xml.attribute(one, "protocol"))
        if secure == "true" and (port := numbers.port(_value(one, "port", variables))):
            yield "https port", str(port)


def _http(root: xml.Element, name: str, variables: Mapping[str, str]) -> Iterator[int]:
    """Where applications answer: not the listener for administration."""
    config = _configuration(root, name)
    for one in xml.elements(config, "network-listener", "http-listener") if config is not None else ():
        port = numbers.port(_value(one, "port", variables))
        if port and "admin" not in (xml.attribute(one, "name") or xml.attribute(one, "id") or ""):
            yield port


def _resources(root: xml.Element, path: str, text: str) -> tuple[Resource, ...]:
    """JNDI names with what their pools say; pools that no resource uses stay as they are."""
    plain = java_resources.in_xml(path, text)
    pools = {xml.attribute(one, "name"): one for one in xml.elements(root, *_POOLS)}
    by_pool = {one.name: one for one in plain}
    found: list[Resource] = []
    used = set()
    for one in xml.elements(root, *_RESOURCES):
        name, pool = xml.attribute(one, "jndi-name"), xml.attribute(one, "pool-name")
        seen = f"{path}:{xml.line(one)}"
        known = by_pool.get(pool)
        used.add(pool if known else None)
        if name and known:
            found.append(replace(known, name=name, seen=seen))
        elif name and xml.local(one) == "jdbc-resource":
            told_ = pools.get(pool)
            found.append(Resource("database", name, None, _user(told_), seen))
        elif name and xml.local(one) != "mail-resource":
            kind = java_resources.of_type(xml.attribute(one, "res-type") or "")
            found.append(Resource("queue" if kind == "other" and "jms" in name.lower() else kind, name, seen=seen))
    return (*found, *(one for one in plain if one.name not in used))


def _user(pool: xml.Element | None) -> str | None:
    named = xml.children(pool, "property") if pool is not None else ()
    return next(
        (xml.attribute(one, "value") for one in named if (xml.attribute(one, "name") or "").lower() == "user"), None
    )


def _deployments(root: xml.Element, path: str, base: str, name: str, seen: Seen) -> Iterator[Deployment]:
    servers = (one for one in xml.elements(root, "server") if xml.attribute(one, "name") == name)
    wanted = {xml.attribute(ref, "ref") for one in servers for ref in xml.children(one, "application-ref")}
    named: set[str] = set()
    for one in xml.elements(root, "application", "web-module", "j2ee-application"):
        label = xml.attribute(one, "name") or ""
        if (wanted and label not in wanted) or xml.attribute(one, "object-type") == "system-all" or not label:
            continue
        named.add(label)
        place = (xml.attribute(one, "location") or f"{base}/applications/{label}").removesuffix("/")
        place = re.sub(r"\$\{com\.sun\.aas\.instanceRoot(URI)?\}", base, re.sub(r"^file:", "", place))
        place = re.sub(r"\$\{com\.sun\.aas\.installRoot(URI)?\}", dirname(dirname(base)), place)
        context = xml.attribute(one, "context-root")
        inside = f"{seen.real(base)}/autodeploy/{label}.war"
        unpacked = seen.real(place) if _known(place, seen) else inside if _known(inside, seen) else place
        yield Deployment(
            "/" + context.strip("/") if context is not None else context_path(basename(place) + ".ear"), unpacked,
            f"{path}:{xml.line(one)}", None if context is not None else label,
        )  # fmt: skip
    for made in below(f"{base}/autodeploy", seen):
        if re.sub(r"\.[a-z]ar$", "", basename(made.base)) not in named and re.search(r"\.(war|ear|jar)$", made.base):
            yield made


def _known(path: str, seen: Seen) -> bool:
    return any(one.path == seen.real(path) for one in seen.snapshot.inventory.get(Archives).archives)


FIND = find
