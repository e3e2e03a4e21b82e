"""Distributions of CPAN: each leaves a .packlist, and its version in perllocal.pod or in cpanm's own record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname

from migrate.model.libraries import Library
from migrate.probes.libraries import Shelf, word

_PACKLIST = re.compile(r"(/(?:(?!/auto/).)*)/auto/(.+)/\.packlist")
_ENTRY = re.compile(r"L<([A-Za-z0-9_:]+)\|")
_VERSION = re.compile(r"C<VERSION: ([^>\s]+)>")


def find(shelf: Shelf) -> Iterator[Library]:
    versions = {**_by_perllocal(shelf), **_by_cpanm(shelf)}
    for match in shelf.matching(_PACKLIST):
        name = match[2].replace("/", "::")
        yield Library(name, versions.get(name), "cpan", match[1], seen=match[0])


def _by_perllocal(shelf: Shelf) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in shelf.texts:
        if not path.endswith("/perllocal.pod"):
            continue
        for entry in shelf.text(path).split("=head2 ")[1:]:
            name, version = _ENTRY.search(entry), _VERSION.search(entry)
            if name and version:
                found[name[1]] = version[1]
    return found


def _by_cpanm(shelf: Shelf) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in shelf.texts:
        if path.endswith("/install.json") and dirname(dirname(path)).endswith("/.meta"):
            data = shelf.json(path)
            name, version = word(data.get("name")), word(data.get("version"))
            if name and version:
                found[name] = version
    return found


FIND = find
