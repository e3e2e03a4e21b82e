"""What a workload writes at run time, and whether its root file system can do without being written.

A user that is not root writes where its rights let it: folders that are its own or everybody's. Those that it was seen
to write to, or that its texts name, become volumes; the rest of what it owns was not changed while it ran, and can stay
as it is. What root writes is known only where a detector says so, or where scripts that can be read are all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from migrate.model.plan import DirectoryChoice, Volume, Workload
from migrate.planning import closure
from migrate.planning.index import SHARED_DIRECTORIES, Index, below, normal, parent
from migrate.planning.jobs import started_with, told
from migrate.planning.workloads import Draft
from migrate.quoting import slug
from migrate.syntax import scripts

_MIB = 1 << 20
_ROTATORS = frozenset(("rotatelogs", "rotatelogs2", "cronolog", "svlogd", "multilog", "s6-log", "tinylog"))
_EVERYBODYS = (("/tmp", 512 * _MIB), ("/var/tmp", 256 * _MIB))
_NO_FILE = ("/dev/", "/proc/", "/sys/", "/memfd:", "/SYSV", "/[", "/dmabuf")
_NEVER = ("/proc", "/sys", "/dev", "/etc", "/usr/bin", "/usr/sbin", "/usr/lib", "/bin", "/sbin", "/lib", "/boot")
_AT_LEAST = 64 * _MIB


@dataclass(frozen=True, slots=True)
class _Case:
    host: Index
    draft: Draft
    uid: int
    groups: frozenset[int]

    @property
    def workload(self) -> Workload:
        return self.draft.workload

    def may_write(self, mode: int, uid: int, gid: int) -> bool:
        return self.uid == 0 or bool(
            mode & 0o002 or (uid == self.uid and mode & 0o200) or (gid in self.groups and mode & 0o020)
        )

    def covered(self, path: str) -> bool:
        links = {one.path for one in self.workload.logs if not one.rewrites}
        return path in links or any(below(path, one.path) for one in self.workload.volumes)


def decide(host: Index, drafts: tuple[Draft, ...], taken: set[str]) -> tuple[Draft, ...]:
    """The drafts with a volume for what each writes, and whether its root is read-only.

    :param taken: names of volumes, of other hosts as well; those given here join them.
    """
    return tuple(_decided(_case(host, draft), taken) for draft in drafts)


def _case(host: Index, draft: Draft) -> _Case:
    account = next((one for one in draft.workload.accounts if one.name == draft.workload.user), None)
    if account is None:
        return _Case(host, draft, 0 if draft.workload.user is None else -1, frozenset())
    ids = {group.name: group.gid for group in host.groups.values()}
    groups = {account.gid, *(ids[name] for name in account.groups if name in ids)}
    return _Case(host, draft, account.uid, frozenset(groups))


def _decided(case: _Case, taken: set[str]) -> Draft:
    unknown = _unknown(case)
    if unknown:
        return replace(case.draft, workload=replace(case.workload, read_only_because=unknown))
    made: dict[str, Volume] = {}
    for volume in _temporary(case):
        if not case.covered(volume.path) and not any(below(volume.path, one) for one in made):
            made[volume.path] = replace(volume, name=_name(case.workload, volume.path, taken))
    volumes = tuple(sorted((*case.workload.volumes, *made.values()), key=lambda one: one.path))
    workload = replace(case.workload, volumes=volumes, read_only=True, read_only_because=_why(case))
    return replace(case.draft, workload=workload)


def _name(workload: Workload, path: str, taken: set[str]) -> str:
    longer = slug(f"{workload.name}{path.replace('/', '-')}")[:46].strip("-")
    name, count = longer, 2
    while name in taken:
        name, count = f"{longer}-{count}", count + 1
    taken.add(name)
    return name


def _why(case: _Case) -> str:
    if case.uid:
        return f"where {case.workload.user} may write and was seen or is told to is a volume"
    return case.draft.confined or "its scripts name what they write, and that is in volumes"


# --- what can't be known ----------------------------------------------------------------------------------------------


def _unknown(case: _Case) -> str | None:
    """Why the root has to stay writable."""
    if case.uid == 0 and not case.draft.confined:
        hidden = _unreadable(case)
        if hidden:
            return f"writable: it runs as root, and what {hidden} writes is not known"
    for path, because in _elsewhere(case):
        return f"writable: {because}, and {parent(path)} is no folder for that alone"
    return None


def _unreadable(case: _Case) -> str | None:
    """What of root's workload can't be read; None for jobs that are scripts."""
    workload = case.workload
    if not workload.jobs:
        return f"a {workload.kind}" if workload.kind != "service" else "a daemon that no detector knows"
    for archive in workload.archives:
        return archive
    binary = (
        entry.path
        for file in workload.files
        for entry in case.host.captured_below(file.path)
        if entry.kind == "file" and entry.mode & 0o111 and b"\0" in case.host.snapshot.texts.get(entry.path, b"\0")
    )
    return next(binary, None)


def _elsewhere(case: _Case) -> Iterator[tuple[str, str]]:
    """Files that are written and lie in a folder that can be no volume: beside programs, in /etc."""
    for path, because in _seen(case):
        place = parent(path)
        shared = place in SHARED_DIRECTORIES and place not in ("/run", "/var/log", "/tmp", "/var/tmp")
        if not case.covered(path) and (shared or any(below(place, one) for one in _NEVER)):
            yield path, because


# --- what is written --------------------------------------------------------------------------------------------------


def _temporary(case: _Case) -> Iterator[Volume]:
    for path, size in _EVERYBODYS:
        yield Volume("", path, "temporary", "none", 0, 0, 0o1777, "everybody may write there", size)
    if case.uid == 0:
        yield Volume(
            "", "/run", "temporary", "none", 0, 0, 0o755, "root keeps process ids and sockets there", _AT_LEAST
        )
    for directory in case.workload.directories:
        if _written(case, directory):
            yield _volume(case, directory.path, directory.uid, directory.gid, directory.mode, directory.because)
    for path, because in (*_seen(case), *_told(case)):
        place = _folder(case, path)
        if not case.covered(path) and not any(below(place, one) for one in ("/tmp", "/var/tmp", *_NEVER)):
            yield from _around(case, place, because)


def _written(case: _Case, directory: DirectoryChoice) -> bool:
    """Whether it is to be written: not where all that is written in it are links to standard output."""
    if any(below(directory.path, one) for one in ("/etc", "/usr/bin", "/usr/sbin")):
        return False
    linked = any(parent(log.path) == normal(directory.path) for log in case.workload.logs if not log.rewrites)
    return not linked and case.may_write(directory.mode, directory.uid, directory.gid)


def _seen(case: _Case) -> Iterator[tuple[str, str]]:
    """Files that its processes had open for writing, and sockets that they made."""
    candidate = case.draft.candidate
    if candidate is None:
        return
    for process in candidate.processes:
        for file in process.open_files:
            passing = file.path.startswith(_NO_FILE) or file.path.endswith(" (deleted)")
            if file.writable and file.path.startswith("/") and not passing:
                yield normal(file.path), f"process {process.pid} ({process.name}) has {file.path} open for writing"
        if process.argv and process.argv[0].rpartition("/")[2] in _ROTATORS:  # they open a file when a line comes
            for word in process.argv[1:]:
                if word.startswith("/"):
                    yield normal(word), f"process {process.pid} ({process.name}) writes {word}"
    for socket in candidate.sockets:
        if socket.state == "listen" and socket.path and socket.path.startswith("/"):
            path = normal(socket.path).replace("/var/run/", "/run/", 1)
            yield path, f"the socket {socket.path} is made there"


def _told(case: _Case) -> Iterator[tuple[str, str]]:
    """What scripts of its own, and commands of its jobs, say that they write."""
    host = case.host
    for job in case.workload.jobs:
        for _, path in scripts.written(told(host, job), "shell", "", started_with(host, job)):
            yield normal(path), f"{job.because} writes {path}"
    for path in case.draft.belongings.texts:
        text = host.snapshot.text(path) or ""
        language = closure.language_of(path, text)
        if language is not None and not closure.packages_own(host, path):
            for line, one in scripts.written(text, language, path):
                if not one.endswith(".pid"):  # of a start script: here the engine knows what runs
                    yield normal(one), f"{path}:{line} writes {one}"


def _folder(case: _Case, path: str) -> str:
    """The folder that a written path is, or lies in."""
    place = case.host.resolve(normal(path))
    entry, tree = case.host.entries.get(place), case.host.tree_at.get(place)
    made = any(one.path == place for one in case.workload.directories)
    folder = made or (entry and entry.kind == "directory") or (tree and tree.root.kind == "directory")
    return place if folder else parent(place)


def _around(case: _Case, place: str, because: str) -> Iterator[Volume]:
    """The folder around a written file, where the workload may write to it at all."""
    if place in ("/run", "/var/log", "/var/lock", "/run/lock"):
        if case.uid == 0 or place != "/run":
            yield _volume(case, place, 0, 0, 0o1777 if "lock" in place else 0o755, because)
        return
    if place in SHARED_DIRECTORIES or place in case.host.homes:
        return
    given = next((one for one in case.workload.directories if normal(one.path) == place), None)
    if given is not None:  # the plan may have given it to who writes there now
        if case.may_write(given.mode, given.uid, given.gid):
            yield _volume(case, place, given.uid, given.gid, given.mode, because)
        return
    entry, tree = case.host.entries.get(place), case.host.tree_at.get(place)
    fact = entry if entry is not None else tree.root if tree is not None else None
    if fact is not None and fact.kind == "directory" and case.may_write(fact.mode, fact.uid, fact.gid):
        yield _volume(case, place, fact.uid, fact.gid, fact.mode & 0o7777, because)


def _volume(case: _Case, path: str, uid: int, gid: int, mode: int, because: str) -> Volume:
    place = case.host.resolve(normal(path))
    tree = case.host.tree_at.get(place)
    seen = max(tree.size if tree else 0, 2 * sum(one.size for one in case.host.captured_below(place)))
    size = max(_AT_LEAST, 2 * seen // _MIB * _MIB)
    return Volume("", place, "temporary", "none", uid, gid, mode, because, size, seed=_filled(case, place))


def _filled(case: _Case, path: str) -> bool:
    """Whether the image has something there: files of the plan or of packages, links, what a step made."""
    inside: Iterable[str] = (
        entry.path
        for file in case.workload.files
        if below(file.path, path) or below(path, file.path)
        for entry in case.host.captured_below(path)
        if entry.path != path and not any(below(entry.path, out) for out in file.exclude)
    )
    if next(iter(inside), None) or any(below(log.path, path) for log in case.workload.logs if not log.rewrites):
        return True
    if any(path in step.command for step in case.workload.steps):
        return True
    return path != "/run" and any(one.startswith(f"{path}/") for one in case.host.owners)
