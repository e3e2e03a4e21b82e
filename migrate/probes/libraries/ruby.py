"""Gems by the specifications that RubyGems and Bundler keep; what a Gemfile.lock wants and is not installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname

from migrate.model.libraries import Library
from migrate.probes.libraries import Shelf
from migrate.syntax.repositories import masked

# Default gems, in specifications/default, are part of the interpreter.
_SPECIFICATION = re.compile(r"(/.*)/specifications/[^/]+\.gemspec")
_LOCK = re.compile(r"(/.*)/(?:Gemfile|gems)\.lock(?:ed)?")
_STUB = re.compile(r"^# stub: (\S+) (\S+) ", re.MULTILINE)
_NAME = re.compile(r"""\.name\s*=\s*["']([^"'\n]+)["']""")
_VERSION = re.compile(r"""\.version\s*=\s*(?:Gem::Version\.new\(?\s*)?["']([^"'\n]+)["']""")
_LOCKED = re.compile(r" {4}(\S+) \(([^)\s]+)\)")


def find(shelf: Shelf) -> Iterator[Library]:
    installed = list(_installed(shelf))
    yield from installed
    there = {(one.name, one.version) for one in installed}
    for match in shelf.matching(_LOCK):
        yield from _locked(shelf.text(match[0]), match[0], there)


def _installed(shelf: Shelf) -> Iterator[Library]:
    for match in shelf.matching(_SPECIFICATION):
        text = shelf.text(match[0])
        stub = _STUB.search(text)
        name, version = _NAME.search(text), _VERSION.search(text)
        if stub:
            yield Library(stub[1], stub[2], "gem", match[1], seen=match[0])
        elif name:
            yield Library(name[1], version[1] if version else None, "gem", match[1], seen=match[0])


def _locked(text: str, seen: str, there: set[tuple[str, str | None]]) -> Iterator[Library]:
    section, remote, direct = "", None, _asked(text)
    for line in text.splitlines():
        if line[:1].isalpha():
            section, remote = line.strip(), None
        elif line.startswith("  remote: ") and section != "GEM":
            remote = masked(line.removeprefix("  remote: ").strip())
        elif (match := _LOCKED.fullmatch(line)) and section in ("GEM", "GIT", "PATH"):
            version = re.sub(r"-(?:x86|x64|arm|aarch|java|universal|mingw|darwin|linux).*$", "", match[2])
            if (match[1], version) not in there:
                yield Library(match[1], version, "gem", dirname(seen), match[1] in direct, True, remote, seen)


def _asked(text: str) -> set[str]:
    lines = text.partition("\nDEPENDENCIES\n")[2].partition("\n\n")[0].splitlines()
    return {line.split()[0].rstrip("!") for line in lines if line.startswith("  ") and line.strip()}


FIND = find
