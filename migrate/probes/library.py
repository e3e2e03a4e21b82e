"""Libraries of pip, gem, npm, composer and the like, read from the records that they keep beside what they install.

Each language has a module in ``migrate/probes/libraries``, which ends in ``FIND``. What a package of the operating
system owns is no library here: python3-requests of dpkg is a package.
"""

from __future__ import annotations

from migrate.model.facts import Content
from migrate.model.inventory import Gap, Snapshot
from migrate.model.libraries import Environment, Libraries, Library
from migrate.parts import parts
from migrate.probes import Parsed, Probe, Reading
from migrate.probes.libraries import Find, Shelf
from migrate.probes.library_places import placed
from migrate.probes.sections import shell_of, split

_MOST = 5000


def parse(data: bytes) -> Parsed:
    """Snaps and the like, and what lies in homes."""
    parts = split(data)
    versions = {row[0]: row[1].strip("'\"") for row in parts.table("snaps") if len(row) == 2}
    found = list(placed(parts.lines("found"), versions))
    return Parsed(_facts(found), parts.gaps)


def read(snapshot: Snapshot) -> Parsed:
    """Every library, each once; a finder that fails costs its language, not the others."""
    shelf = _shelf(snapshot)
    told = snapshot.inventory.get(Libraries)
    found: list[Library | Environment] = []
    gaps: list[Gap] = []
    for find in parts("migrate.probes.libraries", "FIND"):
        some, gap = _found(find, shelf)
        found += some
        gaps += gap
    facts = _facts([*found, *_others(told, found)])
    if len(facts.libraries) > _MOST:
        gaps.append(Gap("libraries", f"{len(facts.libraries)} were found; the first {_MOST} are listed"))
    return Parsed(Libraries(facts.libraries[:_MOST], facts.environments), tuple(gaps))


def _others(told: Libraries, found: list[Library | Environment]) -> list[Library | Environment]:
    """What the probe brought of places that were not captured."""
    places = {one.place if isinstance(one, Library) else one.path for one in found}
    libraries = (one for one in told.libraries if one.place not in places)
    return [*libraries, *(one for one in told.environments if one.path not in places)]


def _facts(found: list[Library | Environment]) -> Libraries:
    libraries = sorted({one for one in found if isinstance(one, Library)}, key=_order)
    environments = sorted({one for one in found if isinstance(one, Environment)}, key=lambda one: one.path)
    return Libraries(tuple(libraries), tuple(environments))


def _shelf(snapshot: Snapshot) -> Shelf:
    entries = snapshot.inventory.get(Content).entries
    owned = {entry.path for entry in entries if entry.package}
    texts = {path: data for path, data in sorted(snapshot.texts.items()) if path not in owned}
    files = frozenset(entry.path for entry in entries if entry.kind == "file" and not entry.package)
    links = {entry.path: entry.target for entry in entries if entry.kind == "link" and entry.target}
    return Shelf(texts, files, links)


def _found(find: Find, shelf: Shelf) -> tuple[list[Library | Environment], list[Gap]]:
    try:
        return list(find(shelf)), []
    except Exception as error:  # noqa: BLE001 - a finder's bug costs its language, not the run
        why = f"its reader failed: {type(error).__name__}: {error}"
        return [], [Gap(f"libraries of {find.__module__.rpartition('.')[2]}", why, "report this")]


def _order(one: Library) -> tuple[str, ...]:
    return one.manager, one.place, one.name, one.version or "", one.seen


PROBE = Probe(Libraries, shell_of(__file__), parse)
READING = Reading(Libraries, read)
