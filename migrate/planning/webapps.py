"""One server with several web applications: one workload, or, where a person wants that, one for each of them.

Who splits gets a workload for each application, with its own archive or folder, its descriptor, and what its texts
name; what belongs to the server (its libraries, its settings, its start) goes into each. In front of them, under the
server's old name, a router hands each request on by its path (:mod:`migrate.planning.router`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from migrate.detectors import Candidate, Part
from migrate.model.applications import Application, Applications
from migrate.model.facts import Archives, Process, Socket
from migrate.model.paths import above
from migrate.model.plan import Question
from migrate.planning import evidence
from migrate.planning.couplings import scan
from migrate.planning.index import SHARED_DIRECTORIES, Index, below, parent
from migrate.quoting import slug

_STEPS = 2  # from a text that an application has to one that this names
_ARCHIVES = re.compile(r"\.(?:war|ear|jar)$")


@dataclass(frozen=True, slots=True)
class _App:
    """:ivar texts: captured files that it alone reads; ``places`` its archive, its folder, its descriptors."""

    name: str
    path: str
    places: frozenset[str]
    texts: tuple[str, ...]
    named: frozenset[str]
    ports: frozenset[int]


@dataclass(slots=True)
class _Claims:
    """Who has which path: positions of applications."""

    by_path: dict[str, set[int]] = field(default_factory=dict)

    def add(self, at: int, paths: Iterable[str]) -> None:
        for path in paths:
            self.by_path.setdefault(path, set()).add(at)

    def near(self, path: str) -> set[int]:
        """Who has it, or a directory around it."""
        return next((self.by_path[one] for one in above(path) if one in self.by_path), set())


def split(host: Index, candidate: Candidate) -> tuple[Candidate, ...]:
    """A candidate for each application of a server that is to be split; none where it stays one workload."""
    server, deployed = _deployed(host, candidate)
    if server is None or len(deployed) < 2:
        return ()
    if host.ask(_question(candidate, server, deployed)) != "yes":
        return ()
    shared = _shared(host, candidate, server)
    apps = [_app(host, one, deployed, shared, candidate.name) for one in deployed]
    claims = _claims(host, apps, server, shared)
    return tuple(_candidate(host, candidate, apps, at, claims) for at in range(len(apps)))


def http_ports(host: Index, candidate: Candidate) -> tuple[int, ...]:
    """Ports on which the server's applications answer plain HTTP."""
    _, deployed = _deployed(host, candidate)
    told = {port for one in deployed for port in one.ports}
    secure = {
        int(value)
        for one in host.snapshot.inventory.get(Applications).applications
        if set(one.pids) & {process.pid for process in candidate.processes}
        for name, value in one.settings
        if name == "https port" and value.isdecimal()
    }
    return tuple(sorted({socket.port for socket in candidate.listening if socket.port in told - secure} - {None}))


def _deployed(host: Index, candidate: Candidate) -> tuple[Application | None, tuple[Application, ...]]:
    """The server that the candidate is, and what is deployed in it, where each has a place and a path of its own."""
    known = host.snapshot.inventory.get(Applications).applications
    pids = {process.pid for process in candidate.processes}
    servers = [one for one in known if one.role == "application-server" and pids & set(one.pids)]
    if len(servers) != 1:
        return None, ()
    found = [one for one in known if one.within == servers[0].name and one.paths and one.home and one.ports]
    homes, paths = {one.home for one in found}, {path for one in found for path in one.paths}
    apart = not any(a != b and below(a or "", b or "") for a in homes for b in homes)
    distinct = len(homes) == len(found) == len(paths)
    return servers[0], tuple(sorted(found, key=lambda one: one.paths)) if distinct and apart else ()


def _question(candidate: Candidate, server: Application, deployed: Sequence[Application]) -> Question:
    listed = ", ".join(path for one in deployed for path in one.paths)
    return Question(
        id=slug(f"split-{candidate.name}"),
        text=f"Shall each of the {len(deployed)} web applications of {candidate.name} become a workload of its own?",
        default="no",
        because=f"{server.kind} runs {listed} in one process. Apart, each is built, started and limited by itself, and "
        "what they kept in common (sessions, a cache, classes) is common no more",
        kind="yes-no",
    )


def _shared(host: Index, candidate: Candidate, server: Application) -> frozenset[str]:
    """Paths that the server's own settings and its start name: everybody needs them."""
    texts = [path for path in server.configuration if path in host.snapshot.texts]
    named = (path for text in texts for _, path in evidence.mentioned(host.snapshot.text(text) or ""))
    words = (word for process in candidate.processes for word in process.argv)
    started = (path for word in words for _, path in evidence.mentions(word))
    own = (one for one in (server.home, server.base) if one)
    return frozenset(chain(texts, named, started, own, map(host.resolve, own)))


def _app(host: Index, one: Application, deployed: Sequence[Application], shared: frozenset[str], server: str) -> _App:
    stem = "ROOT" if one.paths[0] == "/" else one.paths[0].strip("/").replace("/", "#")
    folders = {
        parent(other.home or "/") for other in deployed if _ARCHIVES.sub("", other.home or "").endswith(_stem(other))
    }
    beside = {f"{folder}/{stem}{end}" for folder in folders for end in ("", ".war", ".ear")}
    own = {one.home or "", *beside, *(path for path in one.configuration if path not in shared)}
    places = frozenset(path for path in own if path in host.entries or host.captured_below(path) or path == one.home)
    texts = tuple(text for place in sorted(places) for text in host.snapshot.texts_below(place))
    return _App(
        name=f"{server}-root" if stem == "ROOT" else slug(stem),
        path=one.paths[0],
        places=places,
        texts=texts,
        named=frozenset(_named(host, texts)) | frozenset(_inside(host, places)),
        ports=frozenset(one.ports),
    )


def _stem(one: Application) -> str:
    return "/ROOT" if one.paths[0] == "/" else one.paths[0].replace("/", "#").replace("#", "/", 1)


def _named(host: Index, texts: Iterable[str]) -> Iterator[str]:
    """Paths that texts name, and what the texts there name."""
    seen: set[str] = set()
    waiting = [(text, 0) for text in texts]
    while waiting:
        text, depth = waiting.pop()
        for _, path in evidence.mentioned(host.snapshot.text(text) or ""):
            if path not in seen:
                seen.add(path)
                yield path
                if path in host.snapshot.texts and depth < _STEPS:
                    waiting.append((path, depth + 1))


def _inside(host: Index, places: Iterable[str]) -> Iterator[str]:
    """Paths that descriptors and settings inside of its archive name."""
    for one in host.snapshot.inventory.get(Archives).archives:
        if any(below(one.path, place) for place in places):
            said = [*one.data, *one.logs, *(value for _, value in one.settings), *(use.url or "" for use in one.uses)]
            yield from (path for text in said for _, path in evidence.mentions(text))


def _claims(host: Index, apps: Sequence[_App], server: Application, shared: frozenset[str]) -> _Claims:
    """What each has: its places, what its texts name and the server's do not, and what is called like it."""
    claims = _Claims()
    for at, one in enumerate(apps):
        claims.add(at, one.places)
        claims.add(at, (path for path in one.named if path not in shared and _ownable(host, path, server)))
    unnamed = [tree.root.path for tree in host.trees if not claims.near(tree.root.path)]
    for path in unnamed:
        if _ownable(host, path, server):
            for at in (at for at, one in enumerate(apps) if _called(path, one)):
                claims.add(at, (path,))
    return claims


def _called(path: str, one: _App) -> bool:
    """Whether a folder or file is called like the application: /etc/shop, /var/lib/shop.d, /srv/shop/uploads."""
    name = one.path.strip("/").lower()
    return bool(name) and any(
        re.fullmatch(rf"{re.escape(name)}(?:[._-].*)?", piece.lower()) for piece in path.split("/")
    )


def _ownable(host: Index, path: str, server: Application) -> bool:
    """Whether a path can be one application's: no package's, nothing around the server or the machine's folders."""
    if path in SHARED_DIRECTORIES or host.owner(path) is not None:
        return False
    around = [one for one in (server.home, server.base) if one]
    around += [host.resolve(one) for one in around]
    return not any(below(one, path) for one in (*around, *server.configuration))


def _candidate(host: Index, whole: Candidate, apps: Sequence[_App], at: int, claims: _Claims) -> Candidate:
    one = apps[at]
    part = Part(
        name=one.name,
        path=one.path,
        own=tuple(sorted(path for path, ats in claims.by_path.items() if at in ats)),
        others=tuple(sorted(path for path, ats in claims.by_path.items() if at not in ats)),
        count=len(apps),
    )
    return replace(
        whole,
        name=f"{whole.name}-{one.name}",
        processes=tuple(_without(process, part) for process in whole.processes),
        sockets=tuple(_sockets(host, whole, apps, at)),
        part=part,
    )


def _without(process: Process, part: Part) -> Process:
    """The process without the files that it has open for others."""
    return replace(
        process,
        open_files=tuple(file for file in process.open_files if not part.foreign(file.path)),
        mapped=tuple(path for path in process.mapped if not part.foreign(path)),
    )


def _sockets(host: Index, whole: Candidate, apps: Sequence[_App], at: int) -> Iterator[Socket]:
    """Without the connections to where only the texts of others say that they lead."""
    mine, others = _ports(host, apps[at]), {port for one in apps if one is not apps[at] for port in _ports(host, one)}
    for socket in whole.sockets:
        if socket.state != "established" or socket.peer_port not in others - mine:
            yield socket


def _ports(host: Index, one: _App) -> set[int]:
    texts = (*one.texts, *(path for path in one.named if path in host.snapshot.texts))
    found = (reference.port for path in texts for reference in scan(host.snapshot.text(path) or "", path))
    archives = [a for a in host.snapshot.inventory.get(Archives).archives if any(below(a.path, p) for p in one.places)]
    inside = (use.url or "" for archive in archives for use in archive.uses)
    return {port for port in chain(found, (r.port for text in inside for r in scan(text))) if port}
