"""One workload from one candidate: evidence, the detector's advice, closure, files, state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from migrate.detectors import Advice, Candidate, Detector, Part
from migrate.model.facts import Answers
from migrate.model.plan import (
    Base,
    FileChoice,
    Health,
    PackageChoice,
    SecretUse,
    Step,
    Variable,
    Volume,
    Workload,
)
from migrate.parts import parts
from migrate.planning import (
    accounts,
    activation,
    belongings,
    closure,
    commands,
    evidence,
    identity,
    known,
    limits,
    listening,
    locales,
    resources,
    runtime,
    sessions,
    state,
    switches,
    ways,
    written,
)
from migrate.planning.belongings import Belongings
from migrate.planning.candidates import answered
from migrate.planning.closure import Needed
from migrate.planning.couplings.machine import leads_to
from migrate.planning.holding import hold
from migrate.planning.index import Index, below
from migrate.quoting import slug

_SECRET_MARK = "${secret:"  # noqa: S105 - how the inventory names a secret


@dataclass(frozen=True, slots=True)
class Draft:
    """A workload with what the later steps (couplings, sharing) want to know of it."""

    workload: Workload
    candidate: Candidate | None
    belongings: Belongings
    local_peers_only: bool = False
    mails: str | None = None  # what of it hands mail to the machine's own server
    confined: str | None = None  # why it writes nowhere but where that was found, even as root


def recognise(host: Index, candidate: Candidate) -> tuple[str, str, Advice]:
    """(kind, because, advice); the generic service where no detector knows it."""
    detectors: tuple[Detector, ...] = parts("migrate.detectors", "DETECTOR")
    for detector in detectors:
        because = detector.recognise(candidate, host.snapshot)
        if because:
            return detector.kind, because, detector.advise(candidate, host.snapshot)
    unit = candidate.service.name if candidate.service else "started by hand"
    return "service", f"a supervised process tree ({unit}) that no detector knows", Advice()


def from_service(
    host: Index,
    candidate: Candidate,
    name: str,
    base: Base,
    alone: frozenset[int],
    reserved: frozenset[str] = frozenset(),
) -> Draft:
    """Everything about one service.

    :param name: unique among the workloads.
    :param alone: uids that no other candidate runs as.
    :param reserved: state that jobs name: the owner alone makes it nobody else's.
    """
    kind, because, advice = recognise(host, candidate)
    advice = replace(advice, without=candidate.part, archives=_own_archives(candidate, advice))
    opening = activation.entrypoint(host, candidate)
    advice = replace(advice, packages=(*advice.packages, *activation.packages(host, candidate)))
    uses = evidence.of(candidate)
    places: tuple[written.Place, ...] = ()
    if kind == "service":
        uses = tuple(dict.fromkeys((*uses, *known.uses(host, candidate))))
        advice, places = known.advised(host, candidate, advice), tuple(known.places(host, candidate))
    advice, needed, held = hold(host, candidate, advice, uses, alone & _uids(candidate), reserved)
    uid, gid, user = identity.runs_as(host, candidate, advice)
    switching = switches.directories(host, closure.configuration_directories(host, needed.own), held.texts)
    tongue = locales.steps(host, (*advice.locales, *locales.used(host, candidate)))
    advice = replace(advice, volumes=(*advice.volumes, *sessions.volumes(host, uses)))
    kept = state.volumes(host, name, advice, held, uses, places=places)
    made_anew = runtime.directories(host, name, candidate, (uid, gid), held.texts, alone)
    links = state.logs(host, advice, candidate, user, kept)
    made = state.directories(host, advice, held, kept, links, uid)
    confidential = secret_files(host, held, user, uid, _uids(candidate), candidate.part)
    taken = (*(file.path for file in held.files), *(one.path for one in confidential if one.path))
    made += tuple(ways.opened(host, candidate, user, taken, made))
    owners = {(uid, gid), *belongings.owners(host, held.files)}
    owners |= {(one.uid, one.gid) for one in kept} | {(one.uid, one.gid) for one in made}
    owners |= {(one.uid, one.gid) for name in advice.accounts if (one := host.users_by_name.get(name))}
    owners |= {(0, one.gid) for one in host.groups.values() if one.name in advice.accounts}
    owners |= _ids(candidate) | identity.named(host, held.texts)
    people, groups = accounts.needed(host, owners, "runs it or owns its files")
    asked = resources.measured(host, candidate)
    because = (
        f"{because}; {candidate.part.name} of its {candidate.part.count} applications" if candidate.part else because
    )
    main = candidate.main
    service = candidate.service
    workload = Workload(
        name=name,
        host=host.snapshot.inventory.host,
        kind=kind,
        because=because,
        base=base,
        services=((service.name,) if service else ()) + answered(host, candidate),
        pids=tuple(process.pid for process in candidate.processes),
        packages=more(needed.roots, tongue[0]),
        accounts=identity.as_running(host, people, candidate),
        groups=groups,
        files=outside(_together((*held.files, *switches.files(host, switching))), kept),
        directories=made,
        steps=(*advice.steps, *tongue[1], *_taken_away(host, switching, advice, needed)),
        entrypoint=advice.entrypoint or opening or (None if advice.command else commands.supervisor(candidate)),
        command=advice.command or commands.foreground(host, candidate),
        environment=resources.keeping(asked, _environment(host, candidate, advice)),
        user=user,
        working_directory=main.cwd if main and main.cwd not in (None, "/") else None,
        umask=_umask(candidate),
        stop_signal=advice.stop_signal or (service.kill_signal if service else None),
        limits=limits.of_service(host, candidate, held.texts),
        init=advice.init or kind == "service",
        ports=listening.ports(host, candidate, held.texts, advice),
        health=advice.health or health(host, candidate),
        volumes=(*kept, *made_anew),
        secrets=(*confidential, *secret_variables(candidate)),
        logs=links,
        timezone=host.system.timezone,
        resources=asked.resources,
        stateful=any(volume.kind == "data" for volume in kept),
        privileges=advice.privileges,
        archives=advice.archives,
    )
    return Draft(workload, candidate, held, advice.local_peers_only, confined=advice.confined)


def _taken_away(host: Index, switching: tuple[str, ...], advice: Advice, needed: Needed) -> Iterator[Step]:
    """What packages bring and the host has not."""
    yield from switches.steps(host, switching)
    yield from switches.whole(host, advice.whole)
    yield from switches.absent(host, needed.everything)


def outside(files: tuple[FileChoice, ...], volumes: tuple[Volume, ...]) -> tuple[FileChoice, ...]:
    """Files that are not in a volume, unless they seed it."""
    hidden = [volume.path for volume in volumes if not volume.seed]
    return tuple(file for file in files if not any(below(file.path, path) for path in hidden))


def more(packages: tuple[PackageChoice, ...], added: tuple[PackageChoice, ...]) -> tuple[PackageChoice, ...]:
    names = {package.name for package in packages}
    return (*packages, *(package for package in added if package.name not in names))


def _together(files: tuple[FileChoice, ...]) -> tuple[FileChoice, ...]:
    """Without those that lie in another one."""
    paths = {file.path for file in files}
    return tuple(file for file in files if not any(other != file.path and below(file.path, other) for other in paths))


def _own_archives(candidate: Candidate, advice: Advice) -> tuple[str, ...]:
    own = candidate.part.own if candidate.part else ()
    here = (path for path in advice.archives if any(below(path, one) for one in own))
    return tuple(here) if candidate.part else advice.archives


def _uids(candidate: Candidate) -> frozenset[int]:
    return frozenset(process.uid for process in candidate.processes if process.uid)


def _ids(candidate: Candidate) -> set[tuple[int, int]]:
    return {(process.uid, process.gid) for process in candidate.processes}


def _umask(candidate: Candidate) -> str | None:
    """What the unit sets, else what the process has, unless that is the usual one or the program's own doing."""
    service, main = candidate.service, candidate.main
    for value in (service.umask if service else None, main.umask if main else None):
        if value and re.fullmatch(r"[0-7]{1,4}", value) and int(value, 8) not in (0, 0o022):
            return value
    return None


def _environment(host: Index, candidate: Candidate, advice: Advice) -> tuple[Variable, ...]:
    pairs = {} if advice.own_environment else dict(evidence.environment(candidate))
    if not advice.command and commands.wrapped(host, candidate):
        declared = evidence.declared(host, candidate)
        pairs = {name: value for name, value in pairs.items() if name in declared}
    shown = [
        Variable(name, value, "set in the running process")
        for name, value in sorted(pairs.items())
        if _SECRET_MARK not in value
    ]
    advised = {one.name for one in advice.environment}
    return (*(one for one in shown if one.name not in advised), *advice.environment)


def secret_variables(candidate: Candidate) -> tuple[SecretUse, ...]:
    """Variables whose value is, or holds, a secret."""
    found = []
    for name, value in sorted(evidence.environment(candidate)):
        if _SECRET_MARK in value:
            ids = tuple(piece.partition("}")[0] for piece in value.split(_SECRET_MARK)[1:])
            found.append(SecretUse("environment", ids, variable=name, because="a secret in the process's environment"))
    return tuple(found)


def _credentials(host: Index, uids: frozenset[int]) -> set[str]:
    """Password files that client programs look for in the home of who runs them: .pgpass, .my.cnf, .netrc, …"""
    homes = {host.users[uid].home for uid in uids if uid in host.users and uid != 0} - {"/"}
    inside = (entry.path for home in homes for entry in host.children.get(home, ()))
    return {path for path in inside if path.rpartition("/")[2].startswith(".")}


def secret_files(
    host: Index,
    held: Belongings,
    user: str | None,
    uid: int,
    uids: frozenset[int] = frozenset(),
    without: Part | None = None,
) -> tuple[SecretUse, ...]:
    """Captured files with secrets, mounted where they were; readable to the user that now needs them."""
    found = []
    wanted = {
        *held.texts,
        *(
            path
            for file in held.files
            for path in host.secret_below(file.path)
            if not any(below(path, out) for out in file.exclude)
        ),
    }
    for path in sorted(wanted | {named for named, _ in held.mentioned} | _credentials(host, uids)):
        entry = host.entries.get(path)
        if entry is None or not entry.secrets or entry.kind != "file" or (without and without.foreign(path)):
            continue
        owner, group, mode = entry.uid, entry.gid, entry.mode & 0o777
        if user is not None and owner == 0 and not mode & 0o004:
            owner, mode = uid, (mode & 0o700) | 0o400  # a server refuses a key of its own that others may read
        found.append(
            SecretUse(
                _file_name(path), entry.secrets, path, None, owner, group, mode, f"holds {len(entry.secrets)} secret(s)"
            )
        )
    return tuple(found)


def _file_name(path: str) -> str:
    return slug(path.strip("/").replace("/", "-"))


def health(host: Index, candidate: Candidate) -> Health | None:
    """From what was observed: an HTTP answer where there is one, else that the port accepts."""
    listening = sorted({socket.port for socket in candidate.listening if socket.port})
    good = [
        answer
        for answer in host.snapshot.inventory.get(Answers).answers
        if answer.port in listening and answer.status < 400 and not answer.tls and _asks(candidate, answer.path)
    ]
    if good:
        best = min(
            good, key=lambda answer: (answer.status != 200, answer.path.count("?"), len(answer.path), answer.path)
        )
        return Health(
            "http", best.port, best.path, best.host, best.status, because=f"it answered {best.status} on the host"
        )
    if listening:
        return Health("tcp", port=listening[0], because="the port it listened on")
    return _socket_health(candidate)


def _asks(candidate: Candidate, path: str) -> bool:
    """Whether a request for ``path`` is one for the application that this is, where the server had several."""
    part = candidate.part
    return part is None or leads_to(path, part.path)


def _socket_health(candidate: Candidate) -> Health | None:
    """That somebody listens on its Unix socket: the file alone may be left from a former start."""
    pids = {process.pid for process in candidate.processes if process.pid > 9}
    sockets = (one.path or "" for one in candidate.sockets if one.state == "listen")
    paths = sorted(
        path
        for path in sockets
        if path.startswith("/") and not any(re.search(rf"(?<!\d){pid}(?!\d)", path) for pid in pids)
    )
    if not paths:
        return None
    path = re.sub(r"([].[*^$\\])", r"\\\1", paths[0])
    look = ("grep", "-q", f" 00010000 .* {path}$", "/proc/net/unix")
    return Health("command", command=look, because=f"it listened on {paths[0]}")
