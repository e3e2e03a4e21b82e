"""Captured texts under every name they have: through symbolic links to files and directories."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


class Texts(Mapping[str, str]):
    """Captured files as text by every name they have, each decoded when it is asked for."""

    def __init__(self, texts: Mapping[str, bytes], names: Mapping[str, str]) -> None:
        self._texts, self._names = texts, names
        self._read: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        path = self._names[name]
        if path not in self._read:
            self._read[path] = self._texts[path].decode("utf-8", "surrogateescape")
        return self._read[path]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def named(texts: Mapping[str, bytes], links: Mapping[str, str]) -> Texts:
    """The texts by path, and again by each path that a link to a file or directory gives them."""
    names = {path: path for path in texts}
    ordered = sorted(texts)
    added = 0
    for link in sorted(links):
        goal = real(link, links)
        if goal in texts:
            names.setdefault(link, goal)
            continue
        base = goal.rstrip("/") + "/"
        for path in below(ordered, base):
            if added >= _LIMIT:
                return Texts(texts, names)
            added += 1
            names.setdefault(link + path[len(base) - 1 :], path)
    return Texts(texts, names)


def below(ordered: Sequence[str], base: str) -> Sequence[str]:
    """Those of the sorted paths that begin so."""
    at = bisect_left(ordered, base)
    end = at
    while end < len(ordered) and ordered[end].startswith(base):
        end += 1
    return ordered[at:end]
