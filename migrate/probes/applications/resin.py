"""Caucho Resin: servers, hosts, databases and web applications of resin.xml or resin.conf."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.model.applications import Application
from migrate.model.inventory import Gap
from migrate.probes.applications import Found
from migrate.probes.java import Machine, machines, told, versions
from migrate.probes.java.deployed import Deployment, below, captured, deployed
from migrate.probes.servers import Seen
from migrate.syntax import java_resources, numbers, xml


def find(seen: Seen) -> Found:
    found: list[Application] = []
    gaps: list[Gap] = []
    for machine in machines(seen, "resin"):
        one = _instance(machine, seen)
        found += one.applications
        gaps += one.gaps
    return Found(tuple(found), tuple(gaps))


def _instance(machine: Machine, seen: Seen) -> Found:
    home = machine.place(*machine.kind.home) or (machine.jar or "/").rpartition("/lib/")[0] or machine.cwd
    base = (
        machine.place(*machine.kind.base)
        or _option(("--root-directory", "-root-directory", "-server-root"), machine)
        or home
    )
    named = _option(("-conf", "--conf"), machine)
    either = "|".join(re.escape(one) for one in dict.fromkeys((base, home)))
    files = captured(seen, *((re.escape(named),) if named else ()), f"({either})/conf/resin\\.(xml|conf|properties)",
                     "/etc/resin/resin\\.(xml|conf|properties)")  # fmt: skip
    texts = {path: seen.texts[path] for path in files if path.endswith((".xml", ".conf"))}
    resources = tuple(one for path, text in texts.items() for one in java_resources.in_xml(path, text))
    match = re.search(r"resin(?:-pro)?-(\d[\w.]*)", home)
    more = told.More(
        version=versions.of_archives((f"{home}/lib/resin.jar",), seen) or (match[1] if match else None),
        home=home, base=base,
        ports=tuple(port for text in texts.values() for port in _ports(text)), configuration=files, resources=resources,
        data=java_resources.files_of(resources), logs=(f"{base}/log",),
    )  # fmt: skip
    gaps = () if texts else (Gap(f"the settings of Resin in {base}", "its resin.xml was not captured"),)
    made = deployed(told.application(machine, seen, more), _deployments(texts, base, seen), seen)
    return Found(made.applications, (*gaps, *made.gaps))


def _option(names: tuple[str, ...], machine: Machine) -> str | None:
    words = machine.command.arguments
    given = next((words[at + 1] for at, word in enumerate(words[:-1]) if word in names), None)
    return machine.path(given) if given else None


def _ports(text: str) -> Iterator[int]:
    root = xml.parse(text)
    for one in xml.elements(root, "http", "https") if root is not None else ():
        if port := numbers.port(xml.attribute(one, "port")):
            yield port


def _deployments(texts: dict[str, str], base: str, seen: Seen) -> Iterator[Deployment]:
    folders = []
    for path, text in texts.items():
        root = xml.parse(text)
        for one in xml.elements(root, "web-app") if root is not None else ():
            context, place = (
                xml.attribute(one, "id"),
                xml.attribute(one, "root-directory") or xml.attribute(one, "archive-path"),
            )
            if context is not None and place:
                place = place if place.startswith("/") else f"{base}/{place}"
                yield Deployment("/" + context.strip("/"), place, f"{path}:{xml.line(one)}")
        for one in xml.elements(root, "web-app-deploy") if root is not None else ():
            folder = xml.attribute(one, "path") or "webapps"
            folders.append(folder if folder.startswith("/") else f"{base}/{folder}")
    for folder in dict.fromkeys(folders or [f"{base}/webapps"]):
        yield from below(folder, seen)


FIND = find
