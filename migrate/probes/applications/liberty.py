"""WebSphere Liberty and Open Liberty: servers with their features, variables, includes and drop-ins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, dirname, normpath

from migrate.model.applications import Application
from migrate.model.facts import Content
from migrate.model.inventory import Gap
from migrate.probes.applications import Found
from migrate.probes.java import Machine, machines, told, versions
from migrate.probes.java.deployed import Deployment, below, captured, context_path, deployed
from migrate.probes.servers import Seen
from migrate.syntax import environment_file, java_resources, numbers, properties, xml

_APPLICATIONS = ("application", "webApplication", "enterpriseApplication", "springBootApplication", "ejbApplication")
_ENDPOINTS = ("httpEndpoint", "iiopEndpoint", "wasJmsEndpoint")
_DEPTH = 6


def find(seen: Seen) -> Found:
    found: list[Application] = []
    gaps: list[Gap] = []
    for machine in machines(seen, "liberty"):
        one = _instance(machine, seen)
        found += one.applications
        gaps += one.gaps
    return Found(tuple(found), tuple(gaps))


def _instance(machine: Machine, seen: Seen) -> Found:
    home = machine.place(*machine.kind.home) or re.sub(r"/bin/tools$", "", dirname(machine.jar or "")) or machine.cwd
    name = next((word for word in machine.command.arguments if not word.startswith("-")), "defaultServer")
    user = machine.place("wlp.user.dir", "WLP_USER_DIR") or f"{home}/usr"
    base = machine.place(*machine.kind.base) or f"{user}/servers/{name}"
    variables = _variables(base, user, home, machine, seen)
    files = tuple(dict.fromkeys(_files(f"{base}/server.xml", variables, seen, _DEPTH)))
    files = tuple(dict.fromkeys((*_dropins(base, "defaults", seen), *files, *_dropins(base, "overrides", seen))))
    for path in files:
        variables |= _declared(seen.texts[path])
    texts = {seen.real(path): _resolved(seen.texts[path], variables) for path in files}
    resources = tuple(one for path, text in texts.items() for one in java_resources.in_xml(path, text))
    place = re.escape(seen.real(base))
    more = told.More(
        name=name, version=_version(home, seen), home=home, base=base, resources=resources,
        ports=tuple(port for text in texts.values() for port in _ports(text)),
        configuration=(*texts, *captured(seen, f"{place}/(bootstrap\\.properties|server\\.env|jvm\\.options)")),
        settings=tuple(one for text in texts.values() for one in _settings(text)),
        data=java_resources.files_of(resources), logs=(variables["server.output.dir"] + "/logs",),
    )  # fmt: skip
    gaps = () if files else (Gap(f"the settings of Liberty in {base}", f"{base}/server.xml was not captured"),)
    ports = tuple(port for text in texts.values() for port in _ports(text, "httpEndpoint"))
    made = deployed(told.application(machine, seen, more), _deployments(base, user, texts, seen), seen, ports)
    return Found(made.applications, (*gaps, *made.gaps))


def _variables(base: str, user: str, home: str, machine: Machine, seen: Seen) -> dict[str, str]:
    output = machine.place("wlp.output.dir", "WLP_OUTPUT_DIR")
    given = {name: value for name, value in machine.environment.items() if re.fullmatch(r"[A-Za-z_][\w.]*", name)}
    for path in (f"{home}/etc/server.env", f"{base}/server.env"):
        given |= environment_file.variables(environment_file.read_shell(seen.texts.get(path, "")))
    return {
        **given, **properties.values(seen.texts.get(f"{base}/bootstrap.properties", "")),
        **(machine.command.properties or {}), "server.config.dir": base, "wlp.user.dir": user, "wlp.install.dir": home,
        "server.output.dir": f"{output}/{basename(base)}" if output else base, "wlp.server.name": basename(base),
        "shared.app.dir": f"{user}/shared/apps", "shared.config.dir": f"{user}/shared/config",
        "shared.resource.dir": f"{user}/shared/resources",
    }  # fmt: skip


def _files(path: str, variables: Mapping[str, str], seen: Seen, depth: int) -> Iterator[str]:
    """A file with what it includes, in their order."""
    path = path if path in seen.texts else seen.real(path)
    if path not in seen.texts or depth == 0:
        return
    yield path
    root = xml.parse(seen.texts[path])
    for one in xml.children(root, "include") if root is not None else ():
        location = _resolved(xml.attribute(one, "location") or "", variables)
        if location and "://" not in location:
            yield from _files(
                normpath(location if location.startswith("/") else f"{dirname(path)}/{location}"),
                variables,
                seen,
                depth - 1,
            )


def _dropins(base: str, kind: str, seen: Seen) -> tuple[str, ...]:
    return captured(seen, f"{re.escape(seen.real(base))}/configDropins/{kind}/[^/]+\\.xml")


def _declared(text: str) -> dict[str, str]:
    root = xml.parse(text)
    found = {}
    for one in xml.elements(root, "variable") if root is not None else ():
        value = xml.attribute(one, "value") or xml.attribute(one, "defaultValue")
        if value is not None:
            found[xml.attribute(one, "name") or ""] = value
    return found


def _resolved(text: str, variables: Mapping[str, str]) -> str:
    """``${name}`` as what it stands for; variables in variables too; secrets stay away."""
    for _ in range(3):
        text = re.sub(r"\$\{([\w.-]+)\}", lambda match: _variable(match[1], variables) or match[0], text)
    return text


def _variable(name: str, variables: Mapping[str, str]) -> str | None:
    plain = re.sub(r"\W", "_", name)
    value = next((variables[one] for one in (name, plain, plain.upper()) if one in variables), None)
    return (
        None
        if value is None
        else told.shown(name, value).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    )


def _version(home: str, seen: Seen) -> str | None:
    paths = captured(seen, f"{re.escape(home)}/lib/versions/[^/]+\\.properties")
    return versions.in_texts(paths, r"(?m)^com\.ibm\.websphere\.productVersion=(\S+)", seen)


def _ports(text: str, *kinds: str) -> Iterator[int]:
    root = xml.parse(text)
    for one in xml.elements(root, *(kinds or _ENDPOINTS)) if root is not None else ():
        for name in ("httpPort", "httpsPort", "iiopPort", "wasJmsPort"):
            if port := numbers.port(xml.attribute(one, name)):
                yield port


def _settings(text: str) -> Iterator[tuple[str, str]]:
    root = xml.parse(text)
    if root is None:
        return
    for one in xml.elements(root, "feature"):
        yield "feature", xml.words(one)
    for one in xml.elements(root, "httpEndpoint"):
        for name, label in (("httpPort", "http port"), ("httpsPort", "https port")):
            if port := numbers.port(xml.attribute(one, name)):
                yield label, str(port)
    for one in xml.elements(root, "basicRegistry", "ldapRegistry", "quickStartSecurity", "keyStore", "library"):
        label = xml.attribute(one, "id") or xml.attribute(one, "host") or ""
        yield xml.local(one), label or "set"


def _deployments(base: str, user: str, texts: Mapping[str, str], seen: Seen) -> Iterator[Deployment]:
    for path, text in texts.items():
        root = xml.parse(text)
        for one in xml.elements(root, *_APPLICATIONS) if root is not None else ():
            location = xml.attribute(one, "location")
            if not location:
                continue
            place = _place(location, base, user, seen)
            context = xml.attribute(one, "context-root") or xml.attribute(one, "contextRoot")
            name = xml.attribute(one, "name") or re.sub(r"\.[a-z]ar(\.xml)?$", "", basename(location))
            context = context or (f"/{name}" if context_path(basename(location)) else None)
            yield Deployment(
                "/" + context.strip("/") if context else None,
                place,
                f"{path}:{xml.line(one)}",
                None if context else name,
            )
    yield from below(f"{base}/dropins", seen)


def _place(location: str, base: str, user: str, seen: Seen) -> str:
    if location.startswith("/"):
        return location
    places = (f"{base}/apps/{location}", f"{user}/shared/apps/{location}")
    entries = {one.path for one in seen.snapshot.inventory.get(Content).entries}
    return next((one for one in places if seen.real(one) in entries), places[0])


FIND = find
