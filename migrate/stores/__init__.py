"""The ways in which state moves. One module for each method of a volume, ending in ``STORE = Store(…)``.

A store dumps a volume's state from the host into files of the workspace, loads these files into the workload's
container or volume, and compares what is there with what was there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from migrate.model.inventory import Snapshot
from migrate.model.plan import Volume, Workload
from migrate.model.verdict import Check
from migrate.reach import Connection
from migrate.stores.application import Application

Progress = Callable[[str, int, int | None], None]
"""Called with what is on its way, the bytes so far, and how many there will be where that is known."""


def silent(_what: str, _done: int, _total: int | None) -> None:
    """A :data:`Progress` that says nothing."""


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file below data/<workload>/; ``size`` and ``sha256`` are of the file as it lies there."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Item:
    """What is compared, one by one.

    :ivar kind: table, sequence, role, tree, large-objects, key, …
    :ivar count: rows or entries; of a sequence its value. Where it changes outside of transactions, as sequences do,
        ``upto`` is the value after the dump, and anything from ``count`` to ``upto`` is right.
    :ivar checksum: of the content, in no order; None where it was not taken as of the dump.
    """

    kind: str
    name: str
    count: int
    checksum: str | None = None
    upto: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What is loaded together: a database, a tree of files, the roles of a server.

    :ivar file: the one below data/<workload>/ that holds it.
    """

    name: str
    kind: str
    items: tuple[Item, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """One volume's state as it was fetched.

    :ivar how: the tool and its version, and what its consistency rests on.
    :ivar collected: UTC, ISO 8601: when it began.
    :ivar notes: what a person has to know: what was left out, what was copied while it was written.
    """

    volume: str
    path: str
    method: str
    how: str
    collected: str
    seconds: float
    files: tuple[SavedFile, ...]
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()
    size: int = 0  # bytes before they were packed


@dataclass(frozen=True, slots=True)
class Manifest:
    """data/<workload>/manifest.json."""

    host: str
    workload: str
    saved: tuple[Saved, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True)
class Source:
    """Where state is dumped from, and to.

    :ivar folder: private and empty but for what other volumes of the workload left there.
    """

    connection: Connection
    workload: Workload
    volume: Volume
    folder: Path
    snapshot: Snapshot | None = None
    progress: Progress = silent


@dataclass(frozen=True, slots=True)
class Place:
    """Where state is loaded into."""

    application: Application
    workload: Workload
    volume: Volume
    folder: Path  # data/<workload>
    saved: Saved
    progress: Progress = silent


@dataclass(frozen=True, slots=True)
class Store:
    """One method.

    :ivar method: as in ``Volume.method``.
    :ivar dump: raises a MigrateError that says why where the state can't be had.
    :ivar load: into a volume that was just made; raises a MigrateError. Loading twice is an error of the caller.
    :ivar compare: what is there now against ``Place.saved``; one check for each group.
    :ivar running: ``load`` and ``compare`` need the workload's container running; otherwise made, but not started.
    """

    method: str
    dump: Callable[[Source], Saved]
    load: Callable[[Place], None]
    compare: Callable[[Place], tuple[Check, ...]]
    running: bool
