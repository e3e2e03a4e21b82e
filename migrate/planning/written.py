"""State that nothing shows but the text of the script that writes it: counters, order lists, queues."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from migrate.model.facts import FileFact, Sites
from migrate.planning import closure
from migrate.planning.index import SHARED_DIRECTORIES, Index, below, normal, parent
from migrate.syntax import scripts

MARK = " writes "
"""Stands in the reason of a volume that a text of the workload writes to."""
MAIL = ("/var/mail", "/var/spool/mail")
_NOT_STATE = re.compile(
    r"/(?:bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|tmp|root)(?:/|$)|/usr/(?!local/)|/var/(?:run|tmp|log|lock|cache|backups)(?:/|$)"
)
_PASSING = re.compile(r"(?i)\.(?:log|pid|lock|lck)$|/(?:lock|pid)$")
_CODE = re.compile(r"(?i)\.(?:py|pl|pm|cgi|rb|js|mjs|php\d?|phtml|sh|so|class|jar|war|tmpl|shtml|psgi)$")
_PAGE = re.compile(r"(?i)\.(?:html?|css|svg|png|gif|jpe?g)$")


Place: TypeAlias = tuple[FileFact, str]
"""A directory with its owner, and who writes there."""


def directories(host: Index, texts: Iterable[str], known: Mapping[str, str] | None = None) -> Iterator[Place]:
    """(directory, reason) for each that one of the scripts writes to; no package's scripts, which know where to.

    :param known: variables that the scripts are started with.
    """
    for path in texts:
        text = host.snapshot.text(path) or ""
        language = closure.language_of(path, text)
        if language is None or closure.packages_own(host, path):
            continue
        for line, one in scripts.written(text, language, path, {**_served(host, path), **(known or {})}):
            place = None if passing(one) else directory(host, one)
            if place is not None:
                yield place, f"{path}:{line}{MARK}{one}"


def passing(path: str) -> bool:
    """Whether a file is a log, a lock or a process id: written, and no state."""
    return bool(_PASSING.search(path))


def directory(host: Index, path: str) -> FileFact | None:
    """The directory with state that a written path lies in, or is; None where it can't be one."""
    place = host.resolve(normal(path))
    if not (path.endswith("/") or _is_directory(host, place)):
        place = parent(place)
    if any(below(place, one) for one in MAIL):
        place = next(one for one in MAIL if below(place, one))
    elif _NOT_STATE.match(place) or place in SHARED_DIRECTORIES or place in host.homes:
        return None
    tree = host.tree_of(place)
    if tree is None and place not in host.entries and place not in MAIL:
        return None
    if tree is not None and tree.role in ("log", "cache", "backup", "junk", "runtime"):
        return None
    fact = owned(host, place)
    return fact if tree is None or tree.role in ("data", "spool", "upload") or holds_data(host, fact) else None


def _is_directory(host: Index, path: str) -> bool:
    entry, tree = host.entries.get(path), host.tree_at.get(path)
    return bool((entry and entry.kind == "directory") or (tree and tree.root.kind == "directory"))


def owned(host: Index, place: str) -> FileFact:
    """The directory with its owner: as it was seen, else as what is around it."""
    entry, tree = host.entries.get(place), host.tree_of(place)
    if entry is not None:
        return FileFact(place, "directory", entry.mode, entry.uid, entry.gid)
    if tree is not None and tree.root.path == place:
        return tree.root
    if place in MAIL:
        group = next((gid for gid, group in host.groups.items() if group.name == "mail"), 0)
        return FileFact(place, "directory", 0o2775, 0, group)
    return FileFact(place, "directory", 0o755, tree.root.uid if tree else 0, tree.root.gid if tree else 0)


def holds_data(host: Index, fact: FileFact) -> bool:
    """Whether a directory within an application holds no programs; pages only where another user owns them."""
    around = host.entries.get(parent(fact.path))
    foreign = around is not None and around.uid != fact.uid
    inside = [entry.path for entry in host.captured_below(fact.path) if entry.kind == "file"]
    return not any(_CODE.search(path) or (not foreign and _PAGE.search(path)) for path in inside)


def _served(host: Index, path: str) -> dict[str, str]:
    """What a web server tells its scripts: the root of the site that lies nearest."""
    roots = [site.root for site in host.snapshot.inventory.get(Sites).sites if site.root]
    nearest = max(roots, key=lambda root: _common(root, path), default=None)
    return {"DOCUMENT_ROOT": nearest} if nearest and _common(nearest, path) > 2 else {}


def _common(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
