"""Proxies that are set for the machine, and where it looks names up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.model.routing import Proxy
from migrate.probes.masks import hidden
from migrate.probes.networks.directories import DIRECTORIES
from migrate.probes.sections import Files, Lines

_PROXY = re.compile(
    r"(?i)(?:^|[\s\"'])((?:https?|ftp|all|no|rsync|socks)_proxy|proxy(?:_enabled|_username)?)\s*=\s*[\"']?([^\s\"';]+)"
    r"|(Acquire::[\w:]*proxy[\w:-]*)\s+[\"']([^\"']*)[\"']"
)


def proxies(files: Files) -> Iterator[Proxy]:
    for path, lines in files.items():
        for at, line in lines if path not in DIRECTORIES else ():
            for found in _PROXY.finditer(line):
                name, value = found[1] or found[3], found[2] if found[1] else found[4]
                if value and value.lower() not in ("_none_", "none"):
                    yield Proxy(name, _without_login(hidden(value)), f"{path}:{at}")


def _without_login(url: str) -> str:
    return re.sub(r"^((?:\w+://)?)[^/\s@]*@", r"\1***@", url)


def name_sources(lines: Lines) -> Iterator[tuple[str, tuple[str, ...]]]:
    for _, line in lines:
        database, colon, sources = line.partition(":")
        words = re.sub(r"\[[^]]*\]", "", sources.split("#")[0]).split()
        if colon and words:
            yield database.strip(), tuple(words)
