"""State that several workloads see at the same path becomes one volume that they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from migrate.model.plan import FileChoice, Volume, Workload
from migrate.planning import written
from migrate.planning.index import below
from migrate.planning.workloads import Draft
from migrate.quoting import slug

_STATE = frozenset(("data", "spool", "upload", "shared"))


def distinct(drafts: tuple[Draft, ...], taken: set[str]) -> tuple[Draft, ...]:
    """No two volumes of one name: /run/app and /var/lib/app of one workload end in the same word.

    :param taken: names of other hosts' volumes; those given here join them.
    """
    made = []
    for draft in drafts:
        volumes = tuple(_named(volume, draft.workload.name, taken) for volume in draft.workload.volumes)
        made.append(replace(draft, workload=replace(draft.workload, volumes=volumes)))
    return tuple(made)


def _named(volume: Volume, workload: str, taken: set[str]) -> Volume:
    longer, count = slug(f"{workload}{volume.path.replace('/', '-')}")[:46].strip("-"), 1
    name = volume.name
    while name in taken:
        name = longer if count == 1 else f"{longer}-{count}"
        count += 1
    taken.add(name)
    return replace(volume, name=name)


def share(drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Give every workload that uses another's state the same volume, read-only where it does not write."""
    keepers = _keepers(drafts)
    return tuple(_with(draft, keepers) for draft in drafts)


def _keepers(drafts: Iterable[Draft]) -> dict[str, tuple[str, Volume]]:
    """For each path of state: the workload that it belongs to, and its volume."""
    found: dict[str, tuple[str, Volume]] = {}
    for draft in drafts:
        for volume in draft.workload.volumes:
            if volume.kind not in _STATE:
                continue
            known = found.get(volume.path)
            if known is None or (_writes(draft.workload, volume) and not _named_for(known, drafts, volume)):
                found[volume.path] = (draft.workload.name, volume)
    return found


def _named_for(known: tuple[str, Volume], drafts: Iterable[Draft], volume: Volume) -> bool:
    return any(draft.workload.name == known[0] and _writes(draft.workload, volume) for draft in drafts)


def _writes(workload: Workload, volume: Volume) -> bool:
    """Whether the workload runs as the volume's owner."""
    if workload.jobs:
        users = {job.user for job in workload.jobs}
        return any(account.uid == volume.uid and account.name in users for account in workload.accounts) or users == {
            "root"
        }
    uids = {account.uid for account in workload.accounts if account.name == workload.user}
    return volume.uid in (uids or {0})


def _may_write(draft: Draft, volume: Volume) -> bool:
    """Whether the workload is to write to another's state: as its owner, as root of a table, or as its texts say."""
    own = (one for one in draft.workload.volumes if one.path == volume.path)
    if _writes(draft.workload, volume) or any(written.MARK in one.because for one in own):
        return True
    processes = draft.candidate.processes if draft.candidate else ()
    return volume.uid in {one.uid for one in processes} or any(job.user == "root" for job in draft.workload.jobs)


def _with(draft: Draft, keepers: dict[str, tuple[str, Volume]]) -> Draft:
    workload = draft.workload
    volumes: dict[str, Volume] = {volume.path: volume for volume in workload.volumes}
    for path, (keeper, volume) in sorted(keepers.items()):
        if keeper == workload.name:
            volumes[path] = volume
        elif path in volumes or _uses(draft, volume):
            volumes = {one: kept for one, kept in volumes.items() if not below(one, path) or kept.kind == "runtime"}
            volumes[path] = replace(
                volume,
                method="none",
                read_only=not _may_write(draft, volume),
                seed=False,
                because=f"state of {keeper} that it uses as well",
            )
    kept = tuple(volumes[path] for path in sorted(volumes))
    files = tuple(_without(file, kept) for file in workload.files if not _hidden(file, kept))
    return replace(draft, workload=replace(workload, volumes=kept, files=files))


def _uses(draft: Draft, volume: Volume) -> bool:
    """Whether its files lie around the volume, or its texts name something in it."""
    if volume.method.startswith("dump:"):
        return False
    if any(below(volume.path, file.path) for file in draft.workload.files):
        return True
    return any(below(path, volume.path) for path, _ in draft.belongings.mentioned)


def _without(file: FileChoice, volumes: tuple[Volume, ...]) -> FileChoice:
    inside = {volume.path for volume in volumes if not volume.seed and below(volume.path, file.path)}
    return replace(file, exclude=tuple(sorted({*file.exclude, *inside}))) if inside else file


def _hidden(file: FileChoice, volumes: tuple[Volume, ...]) -> bool:
    return any(below(file.path, volume.path) and not volume.seed for volume in volumes if volume.kind != "runtime")
