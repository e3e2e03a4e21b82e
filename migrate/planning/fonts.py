"""Fonts: no process maps them before it draws, and no package that draws depends on those that are meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.detectors import Candidate
from migrate.model.plan import FileChoice
from migrate.planning.closure import Needed
from migrate.planning.index import Index

_DIRECTORIES = ("/usr/local/share/fonts", "/usr/share/fonts", "/usr/local/fonts", "/usr/share/X11/fonts")
_DRAWS = re.compile(r"/lib(?:fontconfig|fontmanager|pango[\w-]*|gd|MagickCore[\w.-]*)[-.\d]*\.so")
_LIBRARIES = frozenset(("libfontconfig1", "fontconfig", "fontconfig-config", "libgd3"))
_PACKAGE = re.compile(r"(?:fonts|ttf|otf|xfonts)-.+|.+-fonts(?:-.+)?|font-.+|msttcorefonts")


def wanted(
    host: Index, candidate: Candidate, needed: Needed
) -> tuple[tuple[tuple[str, str], ...], tuple[FileChoice, ...]]:
    """(packages, files) for a workload that draws text: fonts that people installed."""
    if not _draws(candidate, needed):
        return (), ()
    return tuple(_packages(host, needed)), tuple(_files(host))


def _draws(candidate: Candidate, needed: Needed) -> bool:
    mapped = (path for process in candidate.processes for path in process.mapped)
    return bool(_LIBRARIES & needed.everything) or any(_DRAWS.search(path) for path in mapped)


def _packages(host: Index, needed: Needed) -> Iterator[tuple[str, str]]:
    for name, package in host.packages.items():
        if package.manual and _PACKAGE.fullmatch(name) and name not in needed.everything:
            yield name, "fonts that a person installed, for programs that draw text"


def _files(host: Index) -> Iterator[FileChoice]:
    for directory in _DIRECTORIES:
        for tree in host.trees_below(directory):
            if tree.role in ("application", "configuration"):
                yield FileChoice(tree.root.path, "a font that a person installed, for programs that draw text")
