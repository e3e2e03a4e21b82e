"""Packages of composer, PEAR and PECL, and extensions that were put beside PHP's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename
from typing import Any

from migrate.model.libraries import Library
from migrate.probes.libraries import Shelf, licence, mapping, objects, word
from migrate.syntax.repositories import masked

_INSTALLED = re.compile(r"((/.*)/[^/]+)/composer/installed\.json")
_LOCK = re.compile(r"(/.*)/composer\.lock")
_REGISTRY = re.compile(r"(/.*)/\.registry/(?:\.channel\.([^/]+)/)?[^/]+\.reg")
_EXTENSION = re.compile(r"(/(?:.*/)?(?:php[^/]*/(?:modules|\d{8}[^/]*)|php[^/]*/.*/extensions/[^/]+))/([^/]+)\.so")
_NAME = re.compile(r's:4:"name";s:\d+:"([^"\n]{1,200})"')
_RELEASE = re.compile(r's:7:"version";a:\d+:\{s:7:"release";s:\d+:"([^"\n]{1,100})"')
_OLD_RELEASE = re.compile(r's:7:"version";s:\d+:"([^"\n]{1,100})"')  # of packages in the first format


def find(shelf: Shelf) -> Iterator[Library]:
    projects = set()
    for match in shelf.matching(_INSTALLED):
        projects.add(match[2])
        # Composer 2 writes an object with "packages", composer 1 the list itself.
        packages = objects(shelf.json(match[0]).get("packages") or shelf.data(match[0]))
        yield from _composer(shelf, packages, match[2], match[0], match[1], locked=False)
    for match in shelf.matching(_LOCK):
        if match[1] not in projects:
            data = shelf.json(match[0])
            packages = [*objects(data.get("packages")), *objects(data.get("packages-dev"))]
            yield from _composer(shelf, packages, match[1], match[0], match[1], locked=True)
    registered = list(_registered(shelf))
    yield from registered
    names = {one.name.lower() for one in registered}
    for path in sorted(shelf.files):
        extension = _EXTENSION.fullmatch(path)
        if extension and extension[2].lower() not in names:
            yield Library(extension[2], None, "php-extension", extension[1], seen=path)


def _composer(
    shelf: Shelf, packages: list[dict[str, Any]], project: str, seen: str, place: str, *, locked: bool
) -> Iterator[Library]:
    data = shelf.json(f"{project}/composer.json")
    asked = {name.lower() for key in ("require", "require-dev") for name in mapping(data.get(key))}
    for one in packages:
        name = word(one.get("name"))
        if name:
            direct = name.lower() in asked if asked else None
            version = word(one.get("version"))
            yield Library(
                name, version, "composer", place, direct, locked, _repository(one), seen, licence(one.get("license"))
            )


def _repository(package: dict[str, Any]) -> str | None:
    """Where the source of a package lies, where that is not one of the usual hosts of open source."""
    url = word(mapping(package.get("source")).get("url")) or word(mapping(package.get("dist")).get("url"))
    return None if url is None or re.search(r"//(?:api\.)?github\.com/|packagist\.org/", url) else masked(url)


def _registered(shelf: Shelf) -> Iterator[Library]:
    for match in shelf.matching(_REGISTRY):
        text = shelf.text(match[0])
        name, version = _NAME.search(text), _RELEASE.search(text) or _OLD_RELEASE.search(text)
        known = name[1] if name else basename(match[0]).removesuffix(".reg")
        channel = match[2] or "pear.php.net"
        manager = "pecl" if channel.startswith("pecl.") else "pear"
        source = None if channel in ("pear.php.net", "pecl.php.net") else channel
        yield Library(known, version[1] if version else None, manager, match[1], source=source, seen=match[0])


FIND = find
