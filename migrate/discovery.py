"""One host's inventory, from its open connection: probe, capture, read, record answers, mask secrets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.model.inventory import Facts, Gap, Inventory, Scope, Snapshot
from migrate.parts import parts
from migrate.reach import Connection

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """An inventory with what is kept beside it.

    :ivar values: the secrets' values by id; ``bodies``: recorded answers by sha256.
    """

    inventory: Inventory
    values: dict[str, str]
    bodies: dict[str, bytes]


def inventory(
    connection: Connection,
    host: str,
    target: str,
    staged: Path,
    collected: str,
    tool: str,
    *,
    record: bool,
    say: Say,
) -> Found:
    """Everything about one host; captured content goes to ``staged``.

    :raises ConnectionLost: the connection broke before the first scope was whole.
    """
    from migrate.capture import capture, mask
    from migrate.probing import probe

    scopes = probe(connection, parts("migrate.probes", "PROBE"), lambda name, *_: say(f"  {name} read"))
    say("capturing configuration and application files")
    taken = capture(connection, scopes, staged)
    facts = (taken.content, taken.secrets, taken.archives)
    scopes += tuple(_scope(one, taken.gaps if one is taken.content else ()) for one in facts)
    found = Inventory(host, target, collected, scopes, tool)
    found = _read(found, staged)
    bodies: dict[str, bytes] = {}
    if record:
        found, bodies = _recorded(connection, found, say)
    values = dict(taken.values)
    masked = mask(found, values)
    return Found(masked, values, bodies)


def _scope(facts: Facts, gaps: tuple[Gap, ...] = ()) -> Scope:
    return Scope(facts.scope, "partial" if gaps else "complete", gaps=gaps, facts=facts)


def _read(found: Inventory, staged: Path) -> Inventory:
    """The scopes that are read out of what was captured."""
    from migrate.workspace import texts_of

    snapshot = Snapshot(found, texts_of(staged))
    for reading in parts("migrate.probes", "READING"):
        parsed = reading.read(snapshot)
        scope = Scope(
            reading.facts.scope, "partial" if parsed.gaps else "complete", gaps=parsed.gaps, facts=parsed.facts
        )
        snapshot = replace(snapshot, inventory=_with(snapshot.inventory, scope))
    return snapshot.inventory


def _recorded(connection: Connection, found: Inventory, say: Say) -> tuple[Inventory, dict[str, bytes]]:
    from migrate.recording import record

    say("recording the answers of HTTP listeners (GET only, at most five a second)")
    made = record(connection, found)
    say(f"  {len(made.answers.answers)} answers recorded")
    return _with(found, _scope(made.answers, made.gaps)), made.bodies


def _with(found: Inventory, scope: Scope) -> Inventory:
    return replace(found, scopes=(*found.scopes, scope))
