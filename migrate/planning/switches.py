"""What an administrator took away from what packages bring, which would come back in the image.

Directories where a file's mere presence switches something on: what the host has there, and nothing else. Packages'
installation scripts fill them with defaults (nginx's and Apache's ``sites-enabled/default``, Tomcat's ``ROOT``). And
files of packages that the package manager misses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migrate.model.facts import CapturedFile, Content
from migrate.model.paths import span
from migrate.model.plan import FileChoice, Step
from migrate.planning.index import Index, below, parent
from migrate.quoting import shell

# Nobody misses these, and images do without most of them: a host of which they were taken away is a thrifty one.
_PAPERS = re.compile(r"/usr/(?:local/)?share/(?:doc|man|info|locale|lintian|help|gnome|bug|doc-base)(?:/|$)")
_AT_A_TIME = 200  # paths in a command


def directories(host: Index, roots: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Captured directories below ``roots`` whose whole content counts: ``*-enabled``, ``*.d``, and those that a text
    includes by a pattern."""
    inside = {host.directories[at] for root in roots for at in span(host.directories, root.rstrip("/") or "/")}
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


def whole(host: Index, places: Iterable[str]) -> Iterator[Step]:
    """The same of folders that a server starts whatever lies in, directories too: web applications."""
    for path in places:
        names = _names(host, path)
        if host.owner(path) and (names or host.system.privileged):
            yield Step(_others(path, names, "", "-exec rm -rf {} +"), f"{path} has what it had on the host")


def absent(host: Index, packages: frozenset[str]) -> Iterator[Step]:
    """Commands that take away files of these packages that the host has not any more."""
    facts = (*host.files.changed_configuration, *host.files.changed_packaged)
    missing = sorted(
        fact.path
        for fact in facts
        if fact.change == "missing" and fact.package in packages - host.essential and not _PAPERS.match(fact.path)
    )
    outermost = [path for path in missing if not any(other != path and below(path, other) for other in missing)]
    for at in range(0, len(outermost), _AT_A_TIME):
        paths = " ".join(shell(path) for path in outermost[at : at + _AT_A_TIME])
        yield Step(f"rm -rf -- {paths}", "packages bring it, and somebody had taken it away on the host")


def _inside(host: Index, directory: str) -> list[CapturedFile]:
    return list(host.children.get(directory, ()))


def _names(host: Index, directory: str) -> list[str]:
    omitted = (path for path, _ in host.snapshot.inventory.get(Content).omitted if parent(path) == directory)
    paths = {*(entry.path for entry in _inside(host, directory)), *omitted}
    return sorted(path.rpartition("/")[2] for path in paths)


def _step(directory: str, names: list[str]) -> Step:
    return Step(_others(directory, names, " ! -type d", "-delete"), f"{directory} has what it had on the host")


def _others(directory: str, names: Iterable[str], kinds: str, action: str) -> str:
    """A command for all that lies in a directory but these names; files with a dot count for nobody."""
    plain = (re.sub(r"([*?[\\])", r"\\\1", name) for name in names if name[:1] != ".")
    kept = "".join(f" ! -name {shell(name)}" for name in plain)
    place = shell(directory)
    return f"test ! -d {place} || find {place}/ -mindepth 1 -maxdepth 1{kinds} ! -name '.*'{kept} {action}"
