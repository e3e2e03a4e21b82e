"""No fact of a sample server is without its entry in the ledger, and no line of its bundle can go unseen."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from migrate.bundling import bundle
from migrate.emission.fates import running, stored
from migrate.emitters import Sources
from migrate.faithfulness import checks, meaning
from migrate.model.facts import Content, Mounts, Sockets
from migrate.model.inventory import Snapshot
from migrate.model.ledger import Entry
from migrate.model.paths import above
from migrate.model.verdict import PASSED
from migrate.workspace import Workspace
from tests.e2e.samples import Sample, Samples, names

pytestmark = pytest.mark.engine

# Read for planning and for the proof; nothing in them could go anywhere.
_EVIDENCE = frozenset(("ownership", "answers"))


def unaccounted(snapshot: Snapshot, entries: Iterable[Entry]) -> Iterator[str]:
    """Facts that the ledger says nothing of: by number for each scope, by name where one fact has several records."""
    known = {one.fact.partition(":")[2] for one in entries}
    counts = Counter(one.fact.partition(":")[0] for one in entries)
    named = {Content.scope, Mounts.scope, Sockets.scope}
    for scope in snapshot.inventory.scopes:
        if scope.facts is not None and scope.name not in _EVIDENCE | named:
            facts = sum(len(value) for value in _records(scope.facts))
            if facts > counts[scope.name]:
                yield f"{scope.name}: {facts} facts, {counts[scope.name]} entries"
    for entry in snapshot.inventory.get(Content).entries:
        if entry.kind != "directory" and not known.intersection(above(entry.path)):
            yield f"content: {entry.path}"
    for mount in snapshot.inventory.get(Mounts).mounts:
        if mount.filesystem not in stored.PSEUDO and mount.path not in known:
            yield f"mounts: {mount.path}"
    for socket in snapshot.inventory.get(Sockets).sockets:
        fact = running.socket_fact(socket).partition(":")[2]
        if socket.port and socket.state == "listen" and fact not in known:
            yield f"sockets: {fact}"


def _records(facts: object) -> Iterator[tuple[object, ...]]:
    """The fields of a scope that hold facts of a kind of their own."""
    for field in dataclasses.fields(facts):  # type: ignore[arg-type]
        value = getattr(facts, field.name)
        if isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
            yield value


def with_secrets(sample: Sample) -> Sources:
    workspace = Workspace(sample.folder)
    values = {host: workspace.load_secrets(host) for host in sample.sources.snapshots}
    return dataclasses.replace(sample.sources, secrets=values)


def undecided(entries: Iterable[Entry]) -> list[str]:
    """What no part of the toolkit decided."""
    lost = ("the plan does not say what becomes of it", "no part of the toolkit says what becomes of these facts")
    return [one.fact for one in entries if one.because in lost]


@pytest.mark.parametrize("name", [name for name in names() if name in ("lamp", "shop", "mixed")])
def test_every_fact_has_its_entry(sampled: Samples, name: str) -> None:
    sources = with_secrets(sampled.get(name))
    made = bundle(sources.plan, sources.snapshots, sources.secrets)
    for snapshot in sources.snapshots.values():
        assert list(unaccounted(snapshot, made.ledger)) == []
    assert undecided(made.ledger) == []


def lines_that_go_unseen(sources: Sources, share: float) -> Iterator[str]:
    """Lines without which the verdict is the same, although they say something."""
    made = bundle(sources.plan, sources.snapshots, sources.secrets)
    chance = random.Random(4)  # noqa: S311 - the same lines each time
    disk = {file.path: file.data for file in made.files if isinstance(file.data, bytes) and file.link is None}
    for path, data in disk.items():
        lines = data.splitlines(keepends=True)
        ours = [file for file in made.files if file.path == path]
        for number, line in enumerate(lines):
            if chance.random() >= share:
                continue
            changed = b"".join((*lines[:number], *lines[number + 1 :]))
            found = checks(ours, (), {path: changed}.get)
            silent = all(check.status == PASSED for check in found)
            if silent and (meaning(path, changed) != meaning(path, data) or line.strip()[:1] not in (b"", b"#")):
                yield f"{path}, line {number + 1}"


def test_a_line_that_is_gone_from_a_real_bundle_is_seen(sampled: Samples) -> None:
    assert list(lines_that_go_unseen(with_secrets(sampled.get("lamp")), 0.02)) == []


@pytest.mark.slow
def test_every_line_of_a_real_bundle_counts(sampled: Samples) -> None:
    assert list(lines_that_go_unseen(with_secrets(sampled.get("lamp")), 1.0)) == []
