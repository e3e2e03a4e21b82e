"""State, logs and what is written at run time: volumes, links to standard output, directories that start empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from migrate.detectors import Advice, Candidate
from migrate.model.facts import FileFact, Tree
from migrate.model.plan import DirectoryChoice, LogFile, Volume
from migrate.planning import written
from migrate.planning.belongings import OWNED, STATE_ROLES, Belongings
from migrate.planning.evidence import Use
from migrate.planning.index import SHARED_DIRECTORIES, Index, below, parent
from migrate.quoting import slug

_LOG_NAME = re.compile(r"(?:\.log|_log|\.out|\.err|/access|/error|/syslog|/messages)$")
_DATED = re.compile(r"\d{4}[-_.]?\d{2}|\d{6,}")


def volumes(
    host: Index,
    name: str,
    advice: Advice,
    belongings: Belongings,
    uses: tuple[Use, ...],
    known: Mapping[str, str] | None = None,
    places: Iterable[written.Place] = (),
) -> tuple[Volume, ...]:
    """Where the workload keeps state, outermost directories only; the detector's word goes first.

    :param known: variables that its scripts are started with.
    :param places: directories that something else is known to write to.
    """
    found: dict[str, Volume] = {volume.path: volume for volume in advice.volumes}
    dumped = any(volume.method.startswith("dump:") for volume in advice.volumes)
    for tree, because in belongings.trees:
        if dumped and because.startswith(OWNED):
            continue  # what a former version or a move left behind: the database tells all that it has
        if _is_state(tree) and not any(
            below(tree.root.path, out) for out in (*advice.exclude, *advice.log_directories)
        ):
            _add(found, host, name, tree, because)
    for use in uses:
        out = any(below(use.path, one) for one in advice.exclude)
        if use.how == "write" and not out and not is_log(host, use.path):
            _add_written(found, host, name, use)
    for fact, because in (*places, *written.directories(host, belongings.texts, known)):
        around = next((one for one in found if below(fact.path, one)), None)
        if around is not None:
            found[around] = _also(found[around], because)
        elif not any(below(fact.path, one) for one in (*advice.exclude, *advice.log_directories)):
            found[fact.path] = replace(_volume(host, name, fact, because, None), seed=False)
    return tuple(volume for path, volume in sorted(found.items()) if not _covered(path, found))


def _also(volume: Volume, because: str) -> Volume:
    """The volume with who writes to it, once: the first that was found is enough for a person."""
    return volume if written.MARK in volume.because else replace(volume, because=f"{volume.because}; {because}")


def _is_state(tree: Tree) -> bool:
    """State, or the place where it will be: a directory that is empty yet."""
    if tree.role != "runtime":
        return tree.role in STATE_ROLES
    return tree.root.kind == "directory" and not tree.root.path.startswith(("/run/", "/var/run/", "/tmp/", "/dev/"))


def _covered(path: str, found: dict[str, Volume]) -> bool:
    return any(other != path and below(path, other) for other in found)


def _add(found: dict[str, Volume], host: Index, name: str, tree: Tree, because: str) -> None:
    root = tree.root
    path = root.path if root.kind == "directory" else parent(root.path)
    if path in SHARED_DIRECTORIES - set(written.MAIL) or any(below(path, one) or below(one, path) for one in found):
        return
    owner = written.owned(host, path) if path in written.MAIL else _directory(host, path, root)
    found[path] = _volume(host, name, owner, f"{tree.because or 'state'}; {because}", tree.size)


def _add_written(found: dict[str, Volume], host: Index, name: str, use: Use) -> None:
    path = parent(use.path)
    if path in SHARED_DIRECTORIES or path.startswith(("/run/", "/var/run/")) or path == "/run":
        return
    if any(below(path, known) for known in found):
        return
    tree = host.tree_of(use.path)
    fact = tree.root if tree else FileFact(path, "directory", 0o755, 0, 0)
    found[path] = _volume(
        host, name, _directory(host, path, fact), f"{use.because} for writing", tree.size if tree else None
    )


def _volume(host: Index, name: str, owner: FileFact, because: str, size: int | None) -> Volume:
    return Volume(
        name=slug(f"{name}-{owner.path.rsplit('/', 1)[1]}"),
        path=owner.path,
        kind="data",
        method="copy",
        uid=owner.uid,
        gid=owner.gid,
        mode=owner.mode,
        because=because,
        size=size,
        seed=any(entry.kind == "file" for entry in host.captured_below(owner.path)),
    )


def _directory(host: Index, path: str, seen: FileFact) -> FileFact:
    """The directory at ``path`` with its owner: as captured, as a tree, else like the file that was seen in it."""
    if path == seen.path and seen.kind == "directory":
        return seen
    for tree in host.trees:
        if tree.root.path == path:
            return tree.root
    entry = host.entries.get(path)
    if entry is not None:
        return FileFact(path, "directory", entry.mode, entry.uid, entry.gid)
    return FileFact(path, "directory", 0o755, seen.uid, seen.gid)


def is_log(host: Index, path: str) -> bool:
    """Whether a file is a log: by its place, its name, or what discovery made of it."""
    tree = host.tree_of(path)
    if tree is not None and tree.role in STATE_ROLES:
        return False
    return below(path, "/var/log") or bool(_LOG_NAME.search(path)) or bool(tree and tree.role == "log")


def logs(
    host: Index, advice: Advice, candidate: Candidate, user: str | None, kept: tuple[Volume, ...] = ()
) -> tuple[LogFile, ...]:
    """Open log files with lasting names that the container's user may write to standard output.

    :param kept: volumes with state: what the program writes in the midst of its data it may want to read again.
    """
    found = {log.path: log for log in advice.logs}
    for process in candidate.processes:
        for file in process.open_files:
            if not file.writable or file.path in found or not is_log(host, file.path) or _DATED.search(file.path):
                continue
            if any(below(file.path, volume.path) for volume in kept):
                continue
            if user is None and process.uid != 0:
                continue  # a pipe that root opened can't be opened again by another user
            stream = "stderr" if "err" in file.path.rsplit("/", 1)[1] else "stdout"
            found[file.path] = LogFile(file.path, stream, f"process {process.pid} ({process.name}) writes it")
    return tuple(found[path] for path in sorted(found))


def directories(
    host: Index, advice: Advice, belongings: Belongings, found: tuple[Volume, ...], links: tuple[LogFile, ...], uid: int
) -> tuple[DirectoryChoice, ...]:
    """Directories for logs and caches: there, writable, empty."""
    unwanted = set(advice.exclude) - set(advice.log_directories)
    wanted = {path: because for path, because in _start_empty(belongings) if path not in unwanted}
    for path in (*advice.log_directories, *(parent(log.path) for log in links)):
        wanted.setdefault(path, f"user {host.user_name(uid)} writes there")
    kept = {path: because for path, because in wanted.items() if path not in SHARED_DIRECTORIES}
    return tuple(
        _choice(host, path, because, uid)
        for path, because in sorted(kept.items())
        if not any(below(path, volume.path) for volume in found)
    )


def _start_empty(belongings: Belongings) -> Iterator[tuple[str, str]]:
    for tree, because in belongings.trees:
        if tree.role in ("log", "cache"):
            path = tree.root.path if tree.root.kind == "directory" else parent(tree.root.path)
            yield path, f"a {tree.role} directory that starts empty; {because}"


def _choice(host: Index, path: str, because: str, uid: int) -> DirectoryChoice:
    user = host.users.get(uid)
    gid = user.gid if user else uid
    # A package's own directory was not looked at: whoever owns the logs in it may write there.
    inside = [tree.root for tree in host.trees_below(path) if parent(tree.root.path) == path and not uid]
    owner = next((root for root in inside if root.uid), None)
    seen = FileFact(path, "file", 0o755, owner.uid if owner else uid, owner.gid if owner else gid)
    fact = _directory(host, path, seen)
    if uid and fact.uid == 0 and not fact.mode & (0o020 if fact.gid == gid else 0o002):
        return DirectoryChoice(path, uid, gid, fact.mode, because)  # root wrote there before it became the user
    return DirectoryChoice(path, fact.uid, fact.gid, fact.mode, because)
