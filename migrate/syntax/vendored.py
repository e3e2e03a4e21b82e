"""Folders that a language's package manager fills: they are carried as they are, and nobody keeps settings there."""

from __future__ import annotations

import re
from functools import lru_cache

_FOLDERS = frozenset(("site-packages", "dist-packages", "node_modules", "bower_components", ".npm", "_cacache"))
# Composer's and Bundler's lie in a folder whose name others use as well.
_OTHERS = re.compile(
    r"/vendor/(?:bundle|composer)/|/vendor/[\w.-]+/[\w.-]+/(?:src|lib|tests?|docs?)/|/gems/[\w.-]+-\d[\w.]*/"
    r"|/lib/python\d[\d.]*/(?!site-packages|dist-packages)|/lib/ruby/\d[\d.]*/"
)
# What leads elsewhere from there: a library that is a checkout somewhere on the machine.
_LEADS = (".pth", ".egg-link", "/direct_url.json")


@lru_cache(maxsize=1 << 15)
def vendored(path: str) -> bool:
    """Whether ``path`` lies in such a folder, unless it is there to name another."""
    if path.endswith(_LEADS):
        return False
    return not _FOLDERS.isdisjoint(path.split("/")[:-1]) or bool(_OTHERS.search(path))


def folder(name: str) -> bool:
    """Whether a directory of this name is such a folder."""
    return name in _FOLDERS
