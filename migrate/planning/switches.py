"""Directories where a file's mere presence switches something on: what the host has there, and nothing else.

Packages' installation scripts fill them with defaults (nginx's and Apache's ``sites-enabled/default``); what an
administrator took away would come back in the image.
"""

from __future__ import annotations

from collections.abc import Iterable

from migrate.model.facts import CapturedFile, Content
from migrate.model.plan import FileChoice, Step
from migrate.planning.index import Index, below, parent
from migrate.quoting import shell


def directories(host: Index, roots: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Captured directories below ``roots`` whose whole content counts: ``*-enabled``, ``*.d``, and those that a text
    includes by a pattern."""
    captured = [path for path, entry in host.entries.items() if entry.kind == "directory"]
    inside = [path for path in captured if any(below(path, root) for root in roots)]
    included = "\n".join(host.snapshot.text(path) or "" for path in texts)
    return tuple(path for path in sorted(inside) if path.endswith(("-enabled", ".d")) or f"{path}/*" in included)


def off(host: Index, path: str) -> bool:
    """Whether ``path`` lies in a directory of what could be switched on by a link beside it, and is not."""
    directory = parent(path)
    if not directory.endswith("-available"):
        return False
    beside = directory.removesuffix("-available") + "-enabled"
    if beside not in host.switched_on:
        links = (entry for entry in _inside(host, beside) if entry.kind == "link")
        host.switched_on[beside] = frozenset(host.resolve(entry.path) for entry in links)
    on = host.switched_on[beside]
    return bool(on) and path not in on


def files(host: Index, found: Iterable[str]) -> tuple[FileChoice, ...]:
    """What is switched on by links, which packages' scripts and people make alike."""
    return tuple(
        FileChoice(path, "what is switched on there")
        for path in found
        if path.endswith("-enabled") and any(entry.kind == "link" for entry in _inside(host, path))
    )


def steps(host: Index, found: Iterable[str]) -> tuple[Step, ...]:
    """Commands that take away what the packages put there and the host has not."""
    return tuple(_step(path, names) for path in found if (names := _names(host, path)) or host.system.privileged)


def _inside(host: Index, directory: str) -> list[CapturedFile]:
    return list(host.children.get(directory, ()))


def _names(host: Index, directory: str) -> list[str]:
    omitted = (path for path, _ in host.snapshot.inventory.get(Content).omitted if parent(path) == directory)
    paths = {*(entry.path for entry in _inside(host, directory)), *omitted}
    return sorted(path.rpartition("/")[2] for path in paths)


def _step(directory: str, names: list[str]) -> Step:
    known = "|".join(shell(name) for name in names) or "''"
    command = (
        f"if cd {shell(directory)} 2>/dev/null; then for name in *; do case $name in {known}) ;; "
        '*) [ -d "$name" ] && [ ! -L "$name" ] || rm -f -- "$name" ;; esac; done; cd /; fi'
    )
    return Step(command, f"{directory} has what it had on the host")
