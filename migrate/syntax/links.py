"""Captured texts under every name they have: through symbolic links to files and directories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import dirname, join, normpath

from migrate.model.facts import CapturedFile

_LIMIT = 20_000  # names that links may add: a link to / must not double everything again and again


def targets(entries: Iterable[CapturedFile]) -> dict[str, str]:
    """Where each captured link leads, as an absolute path."""
    links = (entry for entry in entries if entry.kind == "link" and entry.target)
    return {entry.path: normpath(join(dirname(entry.path), entry.target or "")) for entry in links}


def real(path: str, links: Mapping[str, str]) -> str:
    """``path`` with the links in it followed, as far as they are known."""
    for _ in range(40):
        step = next((at for at in _prefixes(path) if at in links), None)
        if step is None:
            return path
        path = normpath(links[step] + path[len(step) :])
    return path


def _prefixes(path: str) -> Iterable[str]:
    at = path.find("/", 1)
    while at > 0:
        yield path[:at]
        at = path.find("/", at + 1)
    yield path


def named(texts: Mapping[str, bytes], links: Mapping[str, str]) -> dict[str, str]:
    """The texts by path, and again by each path that a link to a file or directory gives them."""
    found = {path: data.decode("utf-8", "surrogateescape") for path, data in texts.items()}
    added = 0
    for link in sorted(links):
        goal = real(link, links)
        if goal in texts:
            found.setdefault(link, found[goal])
            continue
        below = goal.rstrip("/") + "/"
        for path in [path for path in texts if path.startswith(below)]:
            if added >= _LIMIT:
                return found
            added += 1
            found.setdefault(link + path[len(below) - 1 :], found[path])
    return found
