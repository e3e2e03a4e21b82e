"""Why a line of the bundle is there: the decisions of the plan and the facts that it came from. Pure.

Nothing is recorded while emitting. The file is emitted again without one decision after the other, the large ones
first: a line that is then another one, or none, came from that decision. What the ledger says of the facts that it
names goes with it. A file that a person edited is read as it is on disk: its lines are found again by comparing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from migrate.decisions import Decision, decisions
from migrate.emission.permissions import STAGE
from migrate.emitters import Emitter, Sources
from migrate.errors import InputError
from migrate.faithfulness import named
from migrate.ledger import ledger
from migrate.model.bundle import BundleFile, Captured
from migrate.model.inventory import Inventory
from migrate.model.ledger import Entry
from migrate.parts import parts

GENERATED, EDITED, CAPTURED, SECRET = "generated", "edited", "captured", "secret"
_TRAILING = " \t\\;,"
_WHOLE = frozenset(("files", "content", "secrets", "answers", "ownership"))
"""Scopes without which nothing can be emitted, or which the plan's own decisions stand for."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Where a line came from.

    :ivar place: the decision in plan.yaml, or the scope of facts that emitters read themselves.
    """

    place: str
    because: str
    facts: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is on disk.

    :ivar origin: generated, edited (a person's), captured (of the host's own file), secret (never shown).
    :ivar text: the line; empty where it is secret.
    :ivar comment: what the generated comment above it says.
    """

    number: int
    text: str
    origin: str = GENERATED
    comment: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """A file of the bundle; ``whole`` is why there is such a file."""

    path: str
    whole: tuple[Reason, ...] = ()
    lines: tuple[Line, ...] = ()


def explain(sources: Sources, path: str, there: bytes, number: int | None = None) -> Explained:
    """Every line of a file that came from a fact, or one line whatever it came from.

    :param path: below generated/.
    :param there: the file as it is on disk.
    :raises InputError: it is none of ours, or has no such line.
    """
    made = [(emitter, emitter.emit(sources)) for emitter in parts("migrate.emitters", "EMITTER")]
    entries = ledger(sources, (file for _, files in made for file in files))
    emitter, file = _made(made, path)
    if file.secret:
        return Explained(path, whole=_secret(sources, path, entries))
    if isinstance(file.data, Captured):
        return _captured(sources, path, file.data, there, number, entries)
    return _Trace(sources, emitter, path, file.data, entries).explained(_lines(there), number)


def _made(made: Sequence[tuple[Emitter, tuple[BundleFile, ...]]], path: str) -> tuple[Emitter, BundleFile]:
    for emitter, files in made:
        for file in files:
            if file.path == path:
                return emitter, file
    if path in ("LEDGER.md", "ledger.json"):
        raise InputError(f"{path} is the account of every fact itself", "name another file of generated/")
    raise InputError(f"generated/{path} is no file that migrate generate makes from this plan", "see generated/")


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "surrogateescape").split("\n")


def _asked(lines: Sequence[str], number: int | None, path: str) -> list[int]:
    """Indexes of the lines that are asked for."""
    count = len(lines) - (not lines[-1])
    if number is None:
        return list(range(count))
    if not 1 <= number <= count:
        raise InputError(f"generated/{path} has no line {number}", f"it has {count} lines")
    return [number - 1]


# --- files that are not made line by line -------------------------------------------------------------------------


def _secret(sources: Sources, path: str, entries: Sequence[Entry]) -> tuple[Reason, ...]:
    workload, name = path.split("/")[1], path.rpartition("/")[2]
    found = next((one for one in sources.plan.workloads if one.name == workload), None)
    uses = [use for use in found.secrets if use.name == name] if found else []
    facts = tuple(one for one in entries if any(one.fact == f"secrets:{id_}" for use in uses for id_ in use.ids))
    because = "; ".join(dict.fromkeys(use.because for use in uses)) or "what holds a secret is kept apart"
    return (Reason(f"workloads.{workload}.secrets.{name}", because, facts),)


def _captured(
    sources: Sources, path: str, data: Captured, there: bytes, number: int | None, entries: Sequence[Entry]
) -> Explained:
    """As it is on the host: what is told is why the file is there."""
    before = _lines(sources.snapshots[data.host].texts.get(data.path, there))
    lines = _lines(there)
    known = _places(before, lines)
    choices = [
        Reason(f"workloads.{one.name}.files.{choice.path}", choice.because, tuple(_about(entries, data)))
        for one in sources.plan.workloads
        if path.startswith(f"images/{one.name}/")
        for choice in one.files
        if data.path == choice.path or data.path.startswith(choice.path.rstrip("/") + "/")
    ]
    said = [] if number is None else _asked(lines, number, path)
    shown = tuple(Line(at + 1, lines[at], CAPTURED if at in known else EDITED) for at in said)
    return Explained(path, tuple(choices), shown)


def _about(entries: Iterable[Entry], data: Captured) -> Iterator[Entry]:
    """The entries of a captured file: its own, or that of the folder that stands for it."""
    for entry in entries:
        scope, _, key = entry.fact.partition(":")
        mine = key == data.path or data.path.startswith(key.rstrip("/") + "/")
        if mine and entry.host == data.host and scope in ("files", "content", "archives"):
            yield entry


# --- files that are generated -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Trace:
    """The search for what the lines of one generated file came from."""

    sources: Sources
    emitter: Emitter
    path: str
    data: bytes
    entries: Sequence[Entry]
    _said: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._said = [_plain(line) for line in _lines(self.data)]
        for name in (piece for piece in self.path.split("/") if piece):
            own = tuple(one for one in self.sources.plan.workloads if one.name == name)
            less = replace(self.sources, plan=replace(self.sources.plan, workloads=own))
            if own and self._emit(less) == self._said:
                self.sources = less

    def explained(self, lines: list[str], number: int | None) -> Explained:
        """The lines on disk, by those that they were made as."""
        generated = _lines(self.data)
        origin = _places(generated, lines)
        asked = _asked(lines, number, self.path)
        reasons = self._reasons({origin[at] for at in asked if at in origin})
        found = []
        for at in asked:
            made = origin.get(at)
            if made is None:
                found.append(Line(at + 1, lines[at], EDITED))
            elif number is not None or reasons[made]:
                found.append(Line(at + 1, lines[at], comment=_comment(generated, made), reasons=tuple(reasons[made])))
        return Explained(self.path, lines=tuple(found))

    def _reasons(self, wanted: set[int]) -> Mapping[int, list[Reason]]:
        found: dict[int, list[Reason]] = defaultdict(list)
        if not wanted:
            return found
        for decision in decisions(self.sources.plan):
            self._search(decision, wanted, found)
        for host, snapshot in self.sources.snapshots.items() if wanted - found.keys() else ():
            for name in [scope.name for scope in snapshot.inventory.scopes if scope.name not in _WHOLE]:
                less = replace(snapshot, inventory=_without(snapshot.inventory, name))
                sources = replace(self.sources, snapshots={**self.sources.snapshots, host: less})
                for at in (self._touched(sources) or set()) & wanted:
                    facts = self._facts((), at, name)
                    if facts or not found[at]:
                        found[at].append(Reason(f"inventory/{host}: {name}", "read from the facts themselves", facts))
        for at in sorted(wanted):
            if not found[at]:
                found[at] += self._naming(at)
        return found

    def _naming(self, at: int) -> Iterator[Reason]:
        """Decisions that a line is called by, where it has more than one of them and stays for either."""
        said = {*re.split(r"[\s:=,/\"']+", self._said[at])}
        for workload in decisions(self.sources.plan):
            if workload.words and workload.words[0] in said:
                yield Reason(workload.place, workload.because, self._facts(workload.words, at))
            for whole in workload.inner:
                for one in whole.inner:
                    if one.words and one.words[0] in said:
                        yield Reason(one.place, one.because, self._facts(one.words, at))

    def _search(self, decision: Decision, wanted: set[int], found: dict[int, list[Reason]]) -> set[int]:
        """The wanted lines that come from a decision; the innermost ones that they come from are noted."""
        touched = self._without(decision)
        if touched is not None and not touched & wanted:
            return set()
        inner: set[int] = set()
        for one in decision.inner:
            inner |= self._search(one, wanted if touched is None else touched & wanted, found)
        own = (touched or set()) & wanted
        for at in own - inner:
            facts = (*self._facts(decision.words, at), *_listened(decision, self.entries))
            found[at].append(Reason(decision.place, decision.because, tuple(dict.fromkeys(facts))))
        return own | inner

    def _without(self, decision: Decision) -> set[int] | None:
        for plan in decision.without:
            touched = self._touched(replace(self.sources, plan=plan))
            if touched is not None:
                return touched
        return None

    def _touched(self, sources: Sources) -> set[int] | None:
        """The lines that are not there any more; None where nothing can be emitted, or no such file."""
        said = self._emit(sources)
        if said is None:
            return None
        kept = _places(said, self._said)
        return {at for at in range(len(self._said)) if at not in kept}

    def _emit(self, sources: Sources) -> list[str] | None:
        try:
            files = self.emitter.emit(sources)
        except (InputError, LookupError, ValueError):
            return None
        data = next((file.data for file in files if file.path == self.path), None)
        return [_plain(line) for line in _lines(data)] if isinstance(data, bytes) else None

    def _facts(self, words: Iterable[str], at: int, scope: str | None = None) -> tuple[Entry, ...]:
        found = named(self.path, (*words, *re.split(r"\s+", self._said[at])), self.entries)
        return tuple(one for one in found if scope is None or one.fact.startswith(f"{scope}:"))


def _listened(decision: Decision, entries: Iterable[Entry]) -> Iterator[Entry]:
    """The sockets that a port was seen as, whatever file the ledger says that they went to."""
    if re.search(r"\.ports\.[^.]+$", decision.place):
        for entry in entries:
            if entry.fact.startswith("sockets:") and entry.fact.rpartition(":")[2] in decision.words:
                yield entry


def _without(inventory: Inventory, name: str) -> Inventory:
    return replace(inventory, scopes=tuple(scope for scope in inventory.scopes if scope.name != name))


def _plain(line: str) -> str:
    """A line without what only says whether another one follows, and without digests over everything."""
    return STAGE.sub("", line).rstrip(_TRAILING)


def _places(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """For each line of ``new`` that is one of ``old``, which."""
    if old == new:
        return {at: at for at in range(len(new))}
    start, least = 0, min(len(old), len(new))
    while start < least and old[start] == new[start]:
        start += 1
    end = 0
    while end < least - start and old[-1 - end] == new[-1 - end]:
        end += 1
    found = {at: at for at in range(start)}
    found |= {len(new) - back: len(old) - back for back in range(1, end + 1)}
    middle = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False)
    for block in middle.get_matching_blocks():
        found |= {start + block.b + step: start + block.a + step for step in range(block.size)}
    return found


def _comment(lines: Sequence[str], at: int) -> str:
    """The comment that the line, or the instruction that it goes on with, stands under."""
    if lines[at].lstrip().startswith("#"):
        return ""
    while at > 0 and lines[at - 1].endswith("\\"):
        if lines[at - 1].lstrip().startswith("#"):
            break
        at -= 1
    found: list[str] = []
    while at > 0 and lines[at - 1].lstrip().startswith("#"):
        at -= 1
        found.insert(0, lines[at].lstrip("# "))
    return " ".join(one for one in found if not one.startswith("hadolint "))
