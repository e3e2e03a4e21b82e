"""Libraries and runtimes by the names of the directories that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname

from migrate.model.libraries import Environment, Library

_SNAP = re.compile(r"/var/lib/snapd/snaps/([a-z0-9-]+)_(x?\d+)\.snap")
# Each with the place, the name and the version.
_LIBRARIES = (
    ("flatpak", re.compile(r"(/var/lib/flatpak/app)/([^/]+)/(?!current$)[^/]+/([^/]+)")),
    ("brew", re.compile(r"(/.*/Cellar)/([^/]+)/([^/]+)")),
    ("pkgsrc", re.compile(r"(/.*/pkgdb)/([^/]+)-([^/-]+)")),
    ("pip", re.compile(r"(/.*/(?:site|dist)-packages)/([^/]+?)-([^/-]+?)(?:-py[\d.]+)?\.(?:dist|egg)-info")),
    ("gem", re.compile(r"(/.*)/specifications/(.+?)-(\d[^/-]*)(?:-[^/]+)?\.gemspec")),
    ("conda", re.compile(r"(/.*)/conda-meta/(.+)-([^/-]+)-[^/-]+\.json")),
)
_NODE = re.compile(r"(/.*/node_modules)/([^/@]+)")
_RUNTIMES = (
    ("nvm", re.compile(r"/.*/\.nvm/versions/node/v([\d.]+)"), "node"),
    ("pyenv", re.compile(r"/.*pyenv/versions/([^/]+)"), "python"),
    ("rbenv", re.compile(r"/.*rbenv/versions/([^/]+)"), "ruby"),
    ("rvm", re.compile(r"/.*rvm/rubies/(?:ruby-)?([^/]+)"), "ruby"),
    ("nodenv", re.compile(r"/.*nodenv/versions/([^/]+)"), "node"),
)
_SDKMAN = re.compile(r"/.*/\.sdkman/candidates/([^/]+)/([^/]+)")
_SHIPPED = frozenset(("npm", "corepack"))  # with Node itself


def placed(paths: Iterable[str], versions: Mapping[str, str]) -> Iterator[Library | Environment]:
    """:param versions: of snaps, as their descriptions have them."""
    for path in paths:
        yield from _one(path, versions)


def _one(path: str, versions: Mapping[str, str]) -> Iterator[Library | Environment]:
    if match := _SNAP.fullmatch(path):
        yield Library(match[1], versions.get(match[1]), "snap", dirname(path), source=f"revision {match[2]}", seen=path)
        return
    for manager, pattern in _LIBRARIES:
        if match := pattern.fullmatch(path):
            yield Library(match[2], match[3], manager, match[1], seen=path)
            return
    if match := _NODE.fullmatch(path):
        if match[2] not in _SHIPPED:
            yield Library(match[2], None, "npm", match[1], True, seen=path)
    else:
        yield from _environment(path)


def _environment(path: str) -> Iterator[Environment]:
    if path.endswith("/pyvenv.cfg"):
        yield Environment("venv", dirname(path), seen=path)
    elif path in ("/nix/store", "/gnu/store"):
        yield Environment("nix" if path.startswith("/nix") else "guix", path, seen=path)
    else:
        yield from _runtime(path)


def _runtime(path: str) -> Iterator[Environment]:
    for kind, pattern, language in _RUNTIMES:
        if match := pattern.fullmatch(path):
            yield Environment(kind, path, f"{language} {match[1]}", seen=path)
            return
    if (match := _SDKMAN.fullmatch(path)) and match[2] != "current":
        yield Environment("sdkman", path, f"{match[1]} {match[2]}", seen=path)
