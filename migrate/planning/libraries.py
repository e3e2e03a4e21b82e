"""Shared libraries outside of packages: what the dynamic linker has to be told to find them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migrate.planning.evidence import Use
from migrate.planning.index import Index, parent

_LIBRARY = re.compile(r"/[^/]+\.so(?:\.[\w.]+)?$")


def settings(host: Index, uses: Iterable[Use]) -> Iterator[tuple[str, str]]:
    """(path, because) of captured files of ld.so.conf that name a directory which the workload maps libraries from."""
    directories = {
        parent(path)
        for use in uses
        if use.how == "map" and _LIBRARY.search(use.path) and host.owner(use.path) is None
        for path in (use.path, host.resolve(use.path))
    }
    for path in sorted(host.entries):
        if path == "/etc/ld.so.conf" or (parent(path) == "/etc/ld.so.conf.d" and host.entries[path].package is None):
            named = {line.strip().rstrip("/") for line in (host.snapshot.text(path) or "").splitlines()}
            for directory in sorted(directories & named):
                yield path, f"names {directory}, where it loads libraries from"
                break


def links(host: Index, uses: Iterable[Use]) -> Iterator[tuple[str, str]]:
    """(path, because) of links beside such libraries: a program asks for libx.so.1 and maps libx.so.1.0.3."""
    mapped = {use.path for use in uses if use.how == "map" and host.owner(use.path) is None}
    for path, entry in sorted(host.entries.items()):
        if entry.kind == "link" and _LIBRARY.search(path) and host.resolve(path) in mapped:
            yield path, f"leads to {host.resolve(path)}, which it loads"
