"""Hosts side by side: each is reached, read and saved on its own, and one that fails costs the others nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from migrate import __version__
from migrate.errors import ConnectionLost, InputError, Interrupted, MigrateError
from migrate.model.inventory import Inventory
from migrate.model.target import Access, Target, Wanted
from migrate.parts import ahead
from migrate.reach import Connection, Ended, Recalled, Stream, bounds
from migrate.workspace import Workspace

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Discovered:
    """One host's outcome.

    :ivar error: why it failed, with ``hint`` what to try; the inventory is then None.
    """

    target: str
    inventory: Inventory | None
    error: str | None = None
    hint: str | None = None
    exit_status: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """One host to go to.

    :ivar name: what messages call it; ``target`` is how it can be reached again.
    :ivar host: its folder in the workspace.
    :ivar stop: ends what closing the connection does not end; ``end`` waits for it, after the last visit.
    """

    name: str
    target: str
    host: str
    open: Callable[[], Connection]
    stop: Callable[[], None] | None = None
    end: Callable[[], None] | None = None


def plan_visits(targets: Sequence[Target], access: Access, wanted: Wanted) -> tuple[Visit, ...]:
    """A visit for each host that the targets mean, once for each folder.

    :raises InputError: an inventory can't be read.
    """
    visits: dict[str, Visit] = {}
    for target in targets:
        for visit in _visits(target, access, wanted):
            visits.setdefault(visit.host, visit)
    return tuple(visits.values())


def _begun() -> None:
    """While a host lets us in, what to ask it is loaded."""
    ahead("migrate.probes", "PROBE")


def _visits(target: Target, access: Access, wanted: Wanted) -> Iterator[Visit]:
    from migrate.reach.open import connect
    from migrate.reach.targets import host_folder

    if target.kind == "fleet":
        yield from _fleet(target, access, wanted)
        return
    yield Visit(target.text, target.text, host_folder(target), lambda: connect(target, access, _begun))


def _fleet(target: Target, access: Access, wanted: Wanted) -> Iterator[Visit]:
    from migrate.reach.fleet.connection import FleetConnection
    from migrate.reach.fleet.hosts import read
    from migrate.reach.fleet.rounds import Rounds
    from migrate.reach.fleet.setup import Setup
    from migrate.reach.targets import folder_of

    setup = Setup(target.name, access, wanted.vault)
    rounds = Rounds(setup)
    for host in read(setup, wanted.limit):
        reached = partial(FleetConnection, host.name, rounds, sudo=access.sudo, label=host.target)
        yield Visit(host.name, host.target, folder_of(host.name), reached, rounds.stop, rounds.end)


@dataclass(slots=True)
class _Round:
    """What the visits of one command share."""

    workspace: Workspace
    wanted: Wanted
    say: Say
    visits: Sequence[Visit] = ()
    stopped: threading.Event = field(default_factory=threading.Event)
    open: set[Connection] = field(default_factory=set)

    def stop(self) -> None:
        """End what runs: every wait for a host ends when its connection does."""
        self.stopped.set()
        for stop in {visit.stop for visit in self.visits if visit.stop}:
            stop()
        for connection in tuple(self.open):
            with contextlib.suppress(MigrateError, OSError):
                connection.close()


def make(workspace: Workspace, visits: Sequence[Visit], wanted: Wanted, say: Say) -> tuple[Discovered, ...]:
    """Visit the hosts, at most ``wanted.forks`` at a time; the outcomes are in the order of the visits.

    :raises HostError: the only host failed. Of several none does: each says so in its outcome.
    """
    if wanted.raw and len(visits) > 1:
        raise InputError("--save-raw takes the conversation with one host", "name one target, or --limit to one host")
    work = _Round(workspace, wanted, say, visits)
    try:
        if len(visits) == 1:
            return (Discovered(visits[0].name, _visit(visits[0], work, say)),)
        return _side_by_side(visits, work)
    except BaseException:
        work.stop()
        raise
    finally:
        for end in {visit.end for visit in visits if visit.end}:
            end()


def _side_by_side(visits: Sequence[Visit], work: _Round) -> tuple[Discovered, ...]:
    pool = ThreadPoolExecutor(max(1, min(work.wanted.forks, len(visits))), "visit")
    futures = [pool.submit(_outcome, visit, work) for visit in visits]
    try:
        _all(futures, len(visits), work.say)
    except BaseException:
        work.stop()
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown()
    return tuple(future.result() for future in futures)


def _all(futures: Sequence[Future[Discovered]], count: int, say: Say) -> None:
    """Wait for all; the first bug ends the wait."""
    waiting = set(futures)
    while waiting:
        # With a limit, so that Ctrl-C is heard on every platform.
        done, waiting = wait(waiting, 1.0, FIRST_COMPLETED)
        for future in done:
            outcome = future.result()
            word = "done" if outcome.inventory else f"FAILED: {outcome.error}"
            say(f"{outcome.target}: {word} ({count - len(waiting)} of {count})")


def _outcome(visit: Visit, work: _Round) -> Discovered:
    try:
        return Discovered(visit.name, _visit(visit, work, lambda message: work.say(f"{visit.name}: {message.strip()}")))
    except MigrateError as error:
        said = error.message.removeprefix(f"{visit.name}: ")
        return Discovered(visit.name, None, said, error.hint, error.exit_status)


def _visit(visit: Visit, work: _Round, say: Say) -> Inventory:
    from migrate import discovery

    if work.stopped.is_set():
        raise Interrupted("interrupted")
    say(f"connecting to {visit.name}")
    with _connected(visit, work) as connection:
        say(f"reading {connection.label}{_as(connection.elevation)}")
        host, target = connection.origin if isinstance(connection, Recalled) else (visit.host, visit.target)
        with work.workspace.stage(host) as staged, _taped(connection, host, target, work.wanted, say) as taped:
            found = discovery.inventory(
                taped, host, target, staged, _now(), __version__, record=work.wanted.record, say=say
            )
            if work.stopped.is_set():
                raise Interrupted("interrupted")
            work.workspace.save(found.inventory, staged, found.values, found.bodies)
        return found.inventory


def _as(elevation: str) -> str:
    if not elevation:  # not known yet
        return ""
    return " (as an ordinary user)" if elevation == "none" else " (as root)"


@contextlib.contextmanager
def _connected(visit: Visit, work: _Round) -> Iterator[Connection]:
    connection = visit.open()
    work.open.add(connection)
    try:
        if work.stopped.is_set():
            raise Interrupted("interrupted")
        limited = work.wanted.timeout is not None and not isinstance(connection, Recalled)
        yield _Limited(connection, work.wanted.timeout or 0.0) if limited else connection
    finally:
        work.open.discard(connection)
        connection.close()


@contextlib.contextmanager
def _taped(connection: Connection, host: str, target: str, wanted: Wanted, say: Say) -> Iterator[Connection]:
    """With the conversation written down, where that is wanted. What a failed discovery heard is kept, too."""
    if not wanted.raw:
        yield connection
        return
    from migrate import files
    from migrate.reach.tape import Taped

    path = Path(wanted.raw)
    with files.explained(path):
        path.unlink(missing_ok=True)
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")
    with file:
        packed = path.suffix == ".gz"
        taped = Taped(connection, file, host, target, content=wanted.raw_content, packed=packed)
        try:
            yield taped
        finally:
            taped.close()
            say(f"{path} holds all that the host said, secrets included: give it to nobody who may not have them")


class _Limited:
    """A connection with one time limit for all that runs over it."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        self._connection, self._seconds = connection, seconds
        self._ends_at = time.monotonic() + seconds
        self.label, self.elevation, self.bounds = connection.label, connection.elevation, bounds(connection)

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,
        idle: float = 120.0,
        stdin: bytes = b"",
    ) -> Ended:
        left = self._left()
        ended = self._connection.run(script, sink, deadline=min(deadline, left), idle=idle, stdin=stdin)
        self.elevation = self._connection.elevation
        return ended

    def open_tcp(self, host: str, port: int, timeout: float = 10.0) -> Stream:
        return self._connection.open_tcp(host, port, min(timeout, self._left()))

    def close(self) -> None:
        self._connection.close()

    def _left(self) -> float:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise ConnectionLost(f"{self.label}: its {self._seconds:.0f} s are over", "give it more time: --timeout")
        return left


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
