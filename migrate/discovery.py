"""One host's inventory, from its open connection: probe, capture, read, record answers, mask secrets."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrate.errors import ConnectionLost, InputError
from migrate.model.facts import Answers
from migrate.model.inventory import Facts, Gap, Inventory, Scope, Snapshot
from migrate.parts import parts
from migrate.reach import Connection, Recalled, bounds
from migrate.reach.tape import Taped

if TYPE_CHECKING:
    from migrate.probes import Reading
    from migrate.recording import Recording

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
    if not any(scope.facts is not None for scope in scopes):
        raise ConnectionLost(f"{connection.label}: nothing could be read there: {scopes[0].gaps[0].why}", _hint(scopes))
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
    return Found(_addressed(masked, connection.label), values, bodies)


def _addressed(found: Inventory, label: str) -> Inventory:
    """With the name of the one who logs in in the sudoers lines that gaps tell."""
    user = re.search(r"(\S+)@", label)
    if user is None:
        return found
    scopes = (replace(one, gaps=tuple(_signed(gap, user[1]) for gap in one.gaps)) for one in found.scopes)
    return replace(found, scopes=tuple(scopes))


def _signed(gap: Gap, user: str) -> Gap:
    line = gap.remedy or ""
    return replace(gap, remedy=f"{user} {line.removeprefix('USER ')}") if line.startswith("USER ") else gap


def _hint(scopes: tuple[Scope, ...]) -> str:
    return scopes[0].gaps[0].remedy or "run discover again"


def _scope(facts: Facts, gaps: tuple[Gap, ...] = ()) -> Scope:
    return Scope(facts.scope, "partial" if gaps else "complete", gaps=gaps, facts=facts)


def _read(found: Inventory, staged: Path) -> Inventory:
    """The scopes that are read out of what was captured."""
    from migrate.workspace import texts_of

    snapshot = Snapshot(found, texts_of(staged, found))
    for reading in parts("migrate.probes", "READING"):
        snapshot = replace(snapshot, inventory=_with(snapshot.inventory, _reading(reading, snapshot)))
    return snapshot.inventory


def _reading(reading: Reading, snapshot: Snapshot) -> Scope:
    name = reading.facts.scope
    try:
        parsed = reading.read(snapshot)
    except Exception as error:  # noqa: BLE001 - a reader's bug costs its scope, not the run
        why = f"its reader failed: {type(error).__name__}: {error}"
        return Scope(name, "failed", gaps=(Gap(name, why, "report this"),))
    return Scope(name, "partial" if parsed.gaps else "complete", gaps=parsed.gaps, facts=parsed.facts)


def _recorded(connection: Connection, found: Inventory, say: Say) -> tuple[Inventory, dict[str, bytes]]:
    if not bounds(connection).tcp:
        gap = Gap("HTTP answers", "this way to the host opens no connections there", bounds(connection).instead)
        return _with(found, Scope(Answers.scope, "skipped", gaps=(gap,), facts=Answers())), {}
    if isinstance(connection, Recalled):
        kept = connection.answers()
        if kept is None:
            return found, {}
        made = _unpacked(kept, connection.label)
    else:
        made = _asked(connection, found, say)
    say(f"  {len(made.answers.answers)} answers recorded")
    return _with(found, _scope(made.answers, made.gaps)), made.bodies


def _asked(connection: Connection, found: Inventory, say: Say) -> Recording:
    from migrate.recording import record

    say("recording the answers of HTTP listeners (GET only, at most five a second)")
    made = record(connection, found)
    if isinstance(connection, Taped):
        connection.answers(_packed(made))
    return made


def _packed(made: Recording) -> dict[str, Any]:
    from migrate.model.codec import dump

    bodies = {digest: base64.b64encode(body).decode("ascii") for digest, body in made.bodies.items()}
    return {"answers": dump(made.answers), "gaps": [dump(gap) for gap in made.gaps], "bodies": bodies}


def _unpacked(kept: Any, name: str) -> Recording:
    from migrate.model.codec import load
    from migrate.recording import Recording

    try:
        bodies = {digest: base64.b64decode(body) for digest, body in kept["bodies"].items()}
        answers, gaps = load(Answers, kept["answers"], name), load(tuple[Gap, ...], kept["gaps"], name)
    except (KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise InputError(f"{name}: its answers can't be understood: {error}") from error
    return Recording(answers, bodies, gaps)


def _with(found: Inventory, scope: Scope) -> Inventory:
    """With one scope more; a reading may complete what a probe began."""
    former = next((one for one in found.scopes if one.name == scope.name), None)
    if former is None:
        return replace(found, scopes=(*found.scopes, scope))
    gaps = tuple(dict.fromkeys((*former.gaps, *scope.gaps)))
    facts = former.facts if scope.facts is None else scope.facts
    status = "failed" if facts is None else "partial" if gaps else "complete"
    whole = Scope(scope.name, status, former.seconds, gaps, facts)
    return replace(found, scopes=tuple(whole if one is former else one for one in found.scopes))
