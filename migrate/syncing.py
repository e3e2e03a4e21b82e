"""Fetch the state of every workload from its host into data/, with what is needed to prove it after loading."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from migrate import files
from migrate.errors import HostError, MigrateError, WorkspaceError
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan, Volume, Workload
from migrate.parts import parts
from migrate.reach import Connection
from migrate.stores import Manifest, Saved, Source, Store
from migrate.stores.manifests import read_manifest, write_manifest
from migrate.stores.pace import paced
from migrate.workspace import Workspace

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Synced:
    """One volume's outcome.

    :ivar status: fetched; failed, and what was fetched before is kept.
    """

    workload: str
    volume: str
    path: str
    method: str
    status: str
    summary: str
    size: int = 0  # bytes below data/
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class SyncReport:
    volumes: tuple[Synced, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything that there is was fetched."""
        return all(volume.status == "fetched" for volume in self.volumes)


def sync(
    plan: Plan,
    snapshots: Mapping[str, Snapshot],
    connect: Callable[[str], Connection],
    workspace: Workspace,
    say: Say,
) -> SyncReport:
    """Fetch the state of all workloads that have any. Each workload's folder changes as a whole or not at all.

    What can't be fetched is an outcome, not an exception; a host that can't be reached and a full disk are.

    :param connect: by the name of the host's folder.
    :raises HostError: a host can't be reached, or the connection broke.
    :raises WorkspaceError: data/ can't be written.
    """
    done: list[Synced] = []
    workspace.prepare()
    files.private_folder(workspace.data)
    _sweep(workspace)
    for host, workloads in _by_host(plan).items():
        say(f"connecting to {host}")
        connection = connect(host)
        try:
            for workload, volumes in workloads:
                done.extend(_sync_one(workspace, connection, workload, volumes, snapshots.get(host), say))
        finally:
            connection.close()
    return SyncReport(tuple(done))


def owned(plan: Plan) -> Iterator[tuple[Workload, tuple[Volume, ...]]]:
    """The workloads with the volumes whose state they bring; a shared one goes with the first that writes it."""
    writers: dict[tuple[str, str], str] = {}
    workloads = [workload for workload in plan.workloads if workload.migrate]
    for read_only in (False, True):
        for workload in workloads:
            for volume in workload.volumes:
                if volume.read_only == read_only and volume.method != "none":
                    writers.setdefault((workload.host, volume.name), workload.name)
    for workload in workloads:
        mine = tuple(
            volume
            for volume in workload.volumes
            if volume.method != "none" and writers.get((workload.host, volume.name)) == workload.name
        )
        if mine:
            yield workload, mine


def stores() -> Mapping[str, Store]:
    """The stores by their method."""
    return {store.method: store for store in parts("migrate.stores", "STORE")}


def _by_host(plan: Plan) -> dict[str, list[tuple[Workload, tuple[Volume, ...]]]]:
    found: dict[str, list[tuple[Workload, tuple[Volume, ...]]]] = {}
    for workload, volumes in owned(plan):
        found.setdefault(workload.host, []).append((workload, volumes))
    return found


def _sync_one(
    workspace: Workspace,
    connection: Connection,
    workload: Workload,
    volumes: tuple[Volume, ...],
    snapshot: Snapshot | None,
    say: Say,
) -> Iterator[Synced]:
    final = workspace.data / workload.name
    failed: dict[str, Synced] = {}
    saved: list[Saved] = []
    with _staged(final) as staged:
        for volume in volumes:
            say(f"{workload.name}: fetching {volume.path} ({volume.method})")
            try:
                saved.append(_fetch(Source(connection, workload, volume, staged, snapshot, paced(say))))
            except (HostError, WorkspaceError):
                raise
            except MigrateError as error:
                say(f"{workload.name}: {error.message}")
                failed[volume.name] = _outcome(workload, volume, "failed", error.message, hint=error.hint)
        if not failed:
            write_manifest(staged, Manifest(workload.host, workload.name, tuple(saved)))
            files.replace_tree(staged, final)
    kept = {each.volume: each for each in saved}
    for volume in volumes:
        yield failed.get(volume.name) or _told(workload, volume, kept[volume.name], whole=not failed, before=final)


@contextmanager
def _staged(final: Path) -> Iterator[Path]:
    """A private folder to fill; it vanishes unless it was put in ``final``'s place."""
    files.recover(final)
    staged = files.private_folder(final.parent / f".{final.name}.{secrets.token_hex(6)}.new")
    try:
        yield staged
    finally:
        files.remove_tree(staged)


def _sweep(workspace: Workspace) -> None:
    """Remove what killed runs left behind."""
    for left in workspace.data.glob(".*.new"):
        files.remove_tree(left)


def _fetch(source: Source) -> Saved:
    store = stores().get(source.volume.method)
    if store is None:
        raise MigrateError(
            f"{source.workload.name}: nothing here can fetch {source.volume.path} by {source.volume.method!r}",
            f"known methods are: {', '.join(sorted(stores()))}, none; change it in plan.yaml",
        )
    return store.dump(source)


def _told(workload: Workload, volume: Volume, saved: Saved, *, whole: bool, before: Path) -> Synced:
    if not whole:
        former = "what was fetched before is kept" if read_manifest(before) else "nothing is kept"
        return _outcome(workload, volume, "failed", f"fetched, but another volume of {workload.name} was not: {former}")
    size = sum(file.size for file in saved.files)
    items = sum(len(group.items) for group in saved.groups)
    said = f"{saved.how}: {items} item{'s' if items != 1 else ''} to compare"
    return _outcome(workload, volume, "fetched", said, size=size, seconds=saved.seconds, notes=saved.notes)


def _outcome(
    workload: Workload,
    volume: Volume,
    status: str,
    summary: str,
    *,
    size: int = 0,
    seconds: float = 0.0,
    notes: tuple[str, ...] = (),
    hint: str | None = None,
) -> Synced:
    return Synced(workload.name, volume.name, volume.path, volume.method, status, summary, size, seconds, notes, hint)
