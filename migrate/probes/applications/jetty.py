"""Jetty: distributions with home and base, packages, and what is deployed in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import basename, dirname

from migrate.model.applications import Application
from migrate.model.facts import Content, Files
from migrate.model.inventory import Gap
from migrate.probes.applications import Found
from migrate.probes.java import Machine, machines, told, versions
from migrate.probes.java.deployed import Deployment, below, captured, chosen, context_path, deployed
from migrate.probes.servers import Seen
from migrate.syntax import java_resources, numbers, xml

_FOLDER = re.compile(r"(?m)^\s*-*(?:jetty\.deploy\.monitoredDir(?:Name|ectoryName)?|jetty\.webapps)=(\S+)")
_PORT = re.compile(r"(?m)^\s*(?:-D)?jetty\.(?:http\.|https\.|ssl\.|ssl\.context\.)?(?:port|httpPort)=(\d+)")
_SECURE = re.compile(r"(?m)^\s*(?:-D)?(?:jetty\.ssl\.port|jetty\.https?\.secure\w*port|https\.port)=(\d+)")
_MODULE = re.compile(r"(?m)^\s*--modules?=([\w,.\-/]+)")
_PROPERTY = re.compile(r'<(?:System)?Property[^>]*default="([^"]*)"[^>]*/>')


def find(seen: Seen) -> Found:
    found: list[Application] = []
    gaps: list[Gap] = []
    for machine in machines(seen, "jetty"):
        one = _instance(machine, seen)
        found += one.applications
        gaps += one.gaps
    return Found(tuple(found), tuple(gaps))


def _instance(machine: Machine, seen: Seen) -> Found:
    home = machine.place(*machine.kind.home) or _of_jar(machine) or machine.cwd
    base = machine.place(*machine.kind.base) or _argument(machine) or _default(home, machine, seen)
    files = _files(base, home, machine, seen)
    texts = "\n".join([*(seen.texts[path] for path in files if path.endswith(".ini")), *machine.command.arguments])
    resources = tuple(
        one for path in files if path.endswith(".xml") for one in java_resources.in_xml(path, seen.texts[path])
    )
    modules = sorted({name for group in _MODULE.findall(texts) for name in group.split(",") if name})
    more = told.More(
        version=_version(home, machine, seen), home=home, base=base, resources=resources,
        ports=tuple(dict.fromkeys(port for one in _PORT.findall(texts) if (port := numbers.port(one)))),
        configuration=files,
        settings=(*(("module", name) for name in modules), *(("https port", port) for port in _SECURE.findall(texts))),
    )  # fmt: skip
    server = told.application(machine, seen, more)
    return deployed(server, _deployments(base, texts, seen), seen)


def _of_jar(machine: Machine) -> str | None:
    """The directory of start.jar; that above lib of an archive of Jetty's."""
    if machine.jar:
        return dirname(machine.jar)
    jar = next((one for one in machine.classpath if re.search(r"/lib/(jetty|start)[^/]*\.jar$", one)), None)
    return dirname(dirname(jar)) if jar else None


def _argument(machine: Machine) -> str | None:
    words = (word.lstrip("-") for word in machine.command.arguments)
    given = next((word.partition("=")[2] for word in words if word.startswith("jetty.base=")), None)
    return machine.path(given) if given else None


def _default(home: str, machine: Machine, seen: Seen) -> str:
    """Where it was started, where that looks like a base; its home otherwise."""
    marks = ("start.ini", "start.d/http.ini", "start.d/server.ini")
    return machine.cwd if any(f"{machine.cwd}/{mark}" in seen.texts for mark in marks) else home


def _files(base: str, home: str, machine: Machine, seen: Seen) -> tuple[str, ...]:
    places = [base, seen.real(base)]
    places += [] if base != home else [f"/etc/{basename(home)}"]
    either = "|".join(re.escape(one) for one in dict.fromkeys(places))
    unit = re.escape((machine.unit or "").removesuffix(".service"))
    changed = {one.path for one in seen.snapshot.inventory.get(Files).changed_configuration}
    pristine = {one.path for one in seen.snapshot.inventory.get(Content).entries if one.package} - changed
    found = captured(
        seen, f"({either})/start\\.ini", f"({either})/start\\.d/[^/]+\\.ini",
        f"({either})/etc/[^/]+\\.(xml|properties)",
        f"/etc/{re.escape(basename(home))}/[^/]+\\.(ini|xml|conf|properties)", f"/etc/default/{unit}",
    )  # fmt: skip
    real = dict.fromkeys(seen.real(path) for path in found)
    return tuple(path for path in real if path.endswith(".ini") or path not in pristine)


def _version(home: str, machine: Machine, seen: Seen) -> str | None:
    named = versions.named(("jetty-server", "jetty-start", "jetty-util", "jetty9-server"), machine, seen)
    named = named or versions.in_texts((f"{home}/VERSION.txt",), r"jetty-([\d.]+\w*)", seen)
    named = named or versions.of_archives((machine.jar,) if machine.jar else (), seen)
    match = re.search(r"jetty-(?:home|distribution|hightide)?-?(\d+\.\d+[\w.]*)", home)
    return named or (match[1] if match else versions.of_package((machine.jar or home,), seen))


def _deployments(base: str, texts: str, seen: Seen) -> tuple[Deployment, ...]:
    folders = [one if one.startswith("/") else f"{base}/{one}" for one in _FOLDER.findall(texts)]
    found: dict[str, Deployment] = {}
    for folder in dict.fromkeys(folders or [f"{base}/webapps", f"{base}/contexts"]):
        described = tuple(_described(folder, base, seen))
        named = {one.base for one in described}
        for one in (*described, *chosen(below(folder, seen, "jetty"), seen)):
            if one in described or (one.base not in named and not one.base.endswith(".d")):
                found.setdefault(one.base, one)
    return tuple(found.values())


def _described(folder: str, base: str, seen: Seen) -> Iterator[Deployment]:
    """What context descriptors name: files of their own, wherever the application lies."""
    place = re.escape(seen.real(folder))
    for path in captured(seen, f"{place}/[^/]+\\.xml"):
        text = seen.texts[path]
        root = xml.parse(_PROPERTY.sub(lambda match: match[1], text))
        if root is None or xml.local(root) != "Configure":
            continue
        told_ = {xml.attribute(one, "name"): _text(one, base) for one in xml.children(root, "Set")}
        war = told_.get("war") or told_.get("resourceBase") or told_.get("baseResource")
        stem = basename(path).removesuffix(".xml")
        context = told_.get("contextPath") or context_path(stem, "jetty")
        if war is None:
            war = f"{folder}/{stem}.war"
        absolute = war if war.startswith("/") else f"{base}/{war}"
        made = Deployment(context, absolute, f"{path}:1", None, java_resources.in_xml(path, text), (path,))
        yield replace(made, path="/" + (context or "").strip("/"))


def _text(element: xml.Element, base: str) -> str:
    """The text of a setting, with what stands inside of it for places of Jetty's."""
    parts = [element.text or ""]
    for inside in element:
        name = xml.attribute(inside, "name") or ""
        parts += [
            base if name in ("jetty.base", "jetty.home") else xml.attribute(inside, "default") or "",
            inside.tail or "",
        ]
    return "".join(parts).strip()


FIND = find
