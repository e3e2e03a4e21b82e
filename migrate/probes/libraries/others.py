"""Rocks of Lua, packages of R, NuGet packages of .NET programs, and what Go and Rust projects lock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname

from migrate.model.libraries import Library
from migrate.probes.libraries import Shelf, headers, mapping, word

_ROCK = re.compile(r"(/.*/rocks(?:-[\d.]+)?)/([^/]+)/([^/]+)/rock_manifest")
_R = re.compile(r"(/.*)/([^/]+)/DESCRIPTION")
_DOTNET = re.compile(r"(/.*)/[^/]+\.deps\.json")
_GO = re.compile(r"(?!.*/(?:pkg/mod|vendor|testdata)/)(/.*)/go\.mod")
_CARGO = re.compile(r"(?!.*/(?:\.cargo|registry|vendor)/)(/.*)/Cargo\.lock")
_REQUIRE = re.compile(r"^\s*(?:require\s+)?([a-z0-9][\w.~-]*\.[a-z]+/[^\s()]+) (v[^\s/]+)( // indirect)?", re.MULTILINE)
_CRATE = re.compile(
    r'\[\[package\]\]\nname = "([^"\n]+)"\nversion = "([^"\n]+)"\nsource = "(?:registry|sparse)\+', re.MULTILINE
)


def find(shelf: Shelf) -> Iterator[Library]:
    for match in shelf.matching(_ROCK):
        yield Library(match[2], match[3], "luarocks", match[1], seen=match[0])
    for match in shelf.matching(_R):
        fields = headers(shelf.text(match[0]))
        # Only what was installed has been built.
        if fields.get("package") == match[2] and "built" in fields:
            yield Library(match[2], word(fields.get("version")), "r", match[1], seen=match[0])
    for match in shelf.matching(_DOTNET):
        yield from _dotnet(shelf, match[0])
    for match in shelf.matching(_GO):
        for name, version, indirect in _REQUIRE.findall(shelf.text(match[0])):
            yield Library(name, version, "go", match[1], not indirect, True, seen=match[0])
    for match in shelf.matching(_CARGO):
        for name, version in _CRATE.findall(shelf.text(match[0])):
            yield Library(name, version, "cargo", match[1], None, True, seen=match[0])


def _dotnet(shelf: Shelf, seen: str) -> Iterator[Library]:
    for key, about in mapping(shelf.json(seen).get("libraries")).items():
        name, slash, version = key.partition("/")
        if slash and name and mapping(about).get("type") == "package":
            yield Library(name, version or None, "nuget", dirname(seen), seen=seen)


FIND = find
