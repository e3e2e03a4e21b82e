"""Servers and applications, with versions, parts and what they are told to use, read from what runs and was captured.

Each kind has a module in ``migrate/probes/applications``, which ends in ``FIND``; what none of them claims is for those
that end in ``REST``.
"""

from __future__ import annotations

from typing import Any

from migrate.model.applications import Applications
from migrate.model.inventory import Gap, Snapshot
from migrate.parts import parts
from migrate.probes import Parsed, Reading
from migrate.probes.applications import Find, Found, Rest
from migrate.probes.servers import see


def read(snapshot: Snapshot) -> Parsed:
    """Every application that one of the finders knows; a finder that fails costs its kind, not the others."""
    seen = see(snapshot)
    found = [_found(find, seen) for find in parts("migrate.probes.applications", "FIND")]
    known = tuple(one for each in found for one in each.applications)
    found += [_found(rest, seen, known) for rest in parts("migrate.probes.applications", "REST")]
    applications = tuple(dict.fromkeys(one for each in found for one in each.applications))
    return Parsed(Applications(applications), tuple(dict.fromkeys(gap for each in found for gap in each.gaps)))


def _found(find: Find | Rest, *given: Any) -> Found:
    try:
        return find(*given)
    except Exception as error:  # noqa: BLE001 - a finder's bug costs its kind, not the run
        why = f"its reader failed: {type(error).__name__}: {error}"
        return Found(gaps=(Gap(f"applications of {find.__module__.rpartition('.')[2]}", why, "report this"),))


READING = Reading(Applications, read)
