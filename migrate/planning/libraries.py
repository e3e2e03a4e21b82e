"""Shared libraries outside of packages: what the dynamic linker has to be told to find them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.planning.evidence import Use
from migrate.planning.index import Index, parent

_LIBRARY = re.compile(r"/[^/]+\.so(?:\.[\w.]+)?$")
_NEEDED = re.compile(rb"\0(lib[\w+.-]+\.so[.\w]*)(?=\0)")


def outside_packages(host: Index, uses: tuple[Use, ...]) -> Iterator[tuple[str, str]]:
    """(path, because) of the libraries, the links that lead to them, and the settings that name their directories."""
    loaded = _mapped(host, uses) or _named(host, uses)
    for path in sorted(loaded):
        yield path, "a library that it loads"
    for path in sorted(host.links) if loaded else ():
        if _LIBRARY.search(path) and host.resolve(path) in loaded:
            yield path, f"leads to {host.resolve(path)}, which it loads"
    directories = {parent(path) for path in loaded}
    for entry in (*host.captured_below("/etc/ld.so.conf"), *host.children.get("/etc/ld.so.conf.d", ())):
        path = entry.path
        if path == "/etc/ld.so.conf" or entry.package is None:
            lines = (line.strip().rstrip("/") for line in (host.snapshot.text(path) or "").splitlines())
            named = sorted(directories.intersection(lines))
            if named:
                yield path, f"names {', '.join(named)}, where it loads libraries from"


def _mapped(host: Index, uses: tuple[Use, ...]) -> frozenset[str]:
    found = (use.path for use in uses if use.how == "map" and _LIBRARY.search(use.path))
    return frozenset(path for path in found if host.owner(path) is None)


def _named(host: Index, uses: tuple[Use, ...]) -> frozenset[str]:
    """Where nothing mapped could be seen: the libraries that the program's own file asks for by name."""
    if any(use.how == "map" for use in uses):
        return frozenset()
    names: set[str] = set()
    for path in {use.path for use in uses if use.how == "execute"}:
        data = host.snapshot.texts.get(host.resolve(path), b"")
        if data.startswith(b"\x7fELF"):
            names.update(name.decode("ascii") for name in _NEEDED.findall(data))
    found = (path for path, entry in host.entries.items() if path.rpartition("/")[2] in names and not entry.package)
    return frozenset(host.resolve(path) for path in found)
