"""Packages of npm, yarn and pnpm: what stands at the top of each node_modules, and what a lock file wants.

What those packages bring along lies deeper, and follows from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import dirname

from migrate.model.libraries import Library
from migrate.probes.libraries import Shelf, licence, mapping, word
from migrate.syntax.repositories import masked

_PACKAGE = re.compile(r"(/(?:(?!node_modules/).)*node_modules)/((?:@[^/@.][^/]*/)?[^/@.][^/]*)/package\.json")
_LINK = re.compile(r"(/(?:(?!node_modules/).)*node_modules)/((?:@[^/@.][^/]*/)?[^/@.][^/]*)")
_PNPM = re.compile(r"(?:\.\./)*\.pnpm/(?:@[^/+]+\+)?[^/@]+@([^/_(]+)[^/]*/node_modules/.+")
_LOCK = re.compile(r"((?:/(?!node_modules/)[^/]+)*)/(?:package-lock|npm-shrinkwrap)\.json")
_MANAGERS = (("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"))
_ASKED = ("dependencies", "devDependencies", "optionalDependencies")


def find(shelf: Shelf) -> Iterator[Library]:
    places: set[str] = set()
    for match in shelf.matching(_PACKAGE):
        data = shelf.json(match[0])
        if word(data.get("version")) or word(data.get("name")):
            places.add(match[1])
            found = _library(shelf, match[1], match[2], word(data.get("version")), match[0], _source(data))
            yield replace(found, licence=licence(data.get("license"), data.get("licenses")))
    for path, target in sorted(shelf.links.items()):
        link, stored = _LINK.fullmatch(path), _PNPM.fullmatch(target)
        if link and stored:
            places.add(link[1])
            yield _library(shelf, link[1], link[2], stored[1], path)
    for match in shelf.matching(_LOCK):
        if f"{match[1]}/node_modules" not in places:
            yield from _locked(shelf, match[1], match[0])


def _library(shelf: Shelf, place: str, name: str, version: str | None, seen: str, source: str | None = None) -> Library:
    project = dirname(place)
    manager = next((by for lock, by in _MANAGERS if f"{project}/{lock}" in shelf.texts), "npm")
    return Library(name, version, manager, place, _direct(shelf, project, name), source=source, seen=seen)


def _direct(shelf: Shelf, project: str, name: str) -> bool | None:
    """Everything at the top of a global node_modules was asked for; elsewhere the project's package.json says."""
    if f"{project}/package.json" in shelf.texts:
        return name in _asked(shelf, project)
    return True if project.endswith("/lib") else None


def _asked(shelf: Shelf, project: str) -> set[str]:
    data = shelf.json(f"{project}/package.json")
    return {name for key in _ASKED for name in mapping(data.get(key))}


def _source(data: dict[str, object]) -> str | None:
    """npm before 7 wrote where it had a package from; only what is no registry's is told."""
    came = word(data.get("_resolved"))
    return masked(came) if came and came.startswith(("git", "file:", "ssh:")) else None


def _locked(shelf: Shelf, project: str, seen: str) -> Iterator[Library]:
    data = shelf.json(seen)
    flat = {name.removeprefix("node_modules/"): one for name, one in mapping(data.get("packages")).items()}
    versions = {**mapping(data.get("dependencies")), **flat}
    for name in sorted(_asked(shelf, project)):
        version = word(mapping(versions.get(name)).get("version"))
        if version:
            yield Library(name, version, "npm", project, True, True, seen=seen)


FIND = find
