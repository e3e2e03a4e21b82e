"""Directories below /run, made anew at each start: for sockets, pid files and whatever a service keeps there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from migrate.detectors import Candidate
from migrate.model.plan import Volume
from migrate.model.storage import RuntimeDirectory, Storage
from migrate.planning import evidence
from migrate.planning.index import Index, below, parent
from migrate.quoting import slug


def directories(
    host: Index, name: str, candidate: Candidate, ids: tuple[int, int], texts: Iterable[str], alone: frozenset[int]
) -> tuple[Volume, ...]:
    """What the service found below /run on the host, or makes there.

    :param ids: user and group that own what was not seen on the host.
    :param texts: captured files that the workload reads.
    :param alone: ids of users that nothing else on the host runs as.
    """
    seen = {one.path: one for one in host.snapshot.inventory.get(Storage).runtime}
    paths = dict(_made(candidate, ids[0]))
    asked = {path for path in paths if not any(_inside(path, other) for other in paths)}
    for path, because in _found(host, candidate, seen, tuple(texts), alone):
        paths.setdefault(path, because)
    kept = [path for path in sorted(paths) if path in seen or path in asked]
    made = {path: seen.get(path) or RuntimeDirectory(path, *ids, 0o755) for path in kept}
    return tuple(_volume(name, path, paths[path], _lowered(one, candidate, ids)) for path, one in made.items())


def _lowered(one: RuntimeDirectory, candidate: Candidate, ids: tuple[int, int]) -> RuntimeDirectory:
    """Root's directory is its user's where a service that root started on the host runs as that user now."""
    main = candidate.main
    taken = main is not None and main.uid == one.uid == 0 != ids[0] and one.mode & 0o200
    return replace(one, uid=ids[0], gid=ids[1]) if taken else one


def _volume(name: str, path: str, because: str, like: RuntimeDirectory) -> Volume:
    label = slug(f"{name}-{path.removeprefix('/run/').replace('/', '-')}")
    return Volume(label, path, "runtime", "none", like.uid, like.gid, like.mode, because)


def _inside(path: str, other: str) -> bool:
    return path != other and below(path, other)


def _plain(path: str) -> str:
    return path.replace("/var/run/", "/run/", 1) if path.startswith("/var/run/") else path


def _made(candidate: Candidate, uid: int) -> Iterator[tuple[str, str]]:
    """What the unit, its sockets and its pid file ask for; all of /run where a user other than root writes there."""
    service = candidate.service
    for one in service.runtime_directories if service else ():
        yield f"/run/{one}", f"RuntimeDirectory of {candidate.name}"
    for socket in candidate.sockets:
        if socket.state == "listen" and socket.path and not socket.path.startswith("@"):
            place = parent(_plain(socket.path))
            if _inside(place, "/run") and not place.startswith("/run/systemd"):
                yield place, f"the socket {socket.path} is made there"
    pid_file = service.pid_file if service else None
    place = parent(_plain(pid_file)) if pid_file else ""
    if _inside(place, "/run") or (place == "/run" and uid != 0):
        yield place, f"the pid file {pid_file} is written there"


def _found(
    host: Index, candidate: Candidate, seen: Mapping[str, RuntimeDirectory], texts: tuple[str, ...],
    alone: frozenset[int],
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """What was there on the host, and is this service's: by its user, by its name, or because it is named."""
    uids = {process.uid for process in candidate.processes} & alone
    names = _names(host, candidate)
    named = {path: where for where, text in _said(host, candidate, texts) for path in _below_run(text)}
    others = {_plain(one.path) for one in host.sockets if one.state == "listen" and one.path} - {
        _plain(one.path) for one in candidate.sockets if one.path
    }
    for path, directory in seen.items():
        if directory.uid in uids:
            yield path, f"there on the host, of {host.user_name(directory.uid)}, who runs it"
        elif path.rpartition("/")[2] in names:
            yield path, "there on the host, under its name"
        elif not any(below(socket, path) for socket in others):
            # A socket of somebody else's that lies there is what is meant by the name: a coupling.
            where = next((where for one, where in named.items() if below(one, path)), None)
            if where:
                yield path, f"there on the host, and {where} names it"


def _names(host: Index, candidate: Candidate) -> frozenset[str]:
    """What a directory of the service would be called: as its unit, its program or its package."""
    service, main = candidate.service, candidate.main
    names = {candidate.name}
    if service:
        names.add(service.name.removesuffix(".service").partition("@")[0])
    for program in (*([main.exe] if main and main.exe else []), *(argv[0] for argv in _commands(candidate) if argv)):
        names |= {program.rpartition("/")[2], host.owner(program) or ""}
    return frozenset(names - {"", "sh", "bash", "dash", "env", "java", "perl", "ruby", "node", "php"})


def _commands(candidate: Candidate) -> tuple[tuple[str, ...], ...]:
    return candidate.service.exec_start if candidate.service else ()


def _said(host: Index, candidate: Candidate, texts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if candidate.service:
        for argv in (*candidate.service.exec_start_pre, *candidate.service.exec_start):
            yield candidate.service.name, " ".join(argv)
    for process in candidate.processes:
        yield f"process {process.pid} ({process.name})", " ".join(process.argv)
    for path in texts:
        if text := host.snapshot.text(path):
            yield path, text


def _below_run(text: str) -> Iterator[str]:
    if "/run/" in text:
        yield from (_plain(path) for _, path in evidence.mentions(text) if _inside(_plain(path), "/run"))
