"""The databases of a host: what servers say to read-only questions, and how all kinds of them look from outside.

PostgreSQL, MariaDB, MySQL and Redis are asked by their own tools over their own sockets, as the user that the server
runs as. The reading adds what processes, sockets, files and settings tell of these and of all other kinds.
"""

from __future__ import annotations

from dataclasses import replace

from migrate.model.facts import Databases
from migrate.model.inventory import Gap, Snapshot
from migrate.probes import Parsed, Probe, Reading
from migrate.probes.answers import answers
from migrate.probes.database_sights import embedded, servers
from migrate.probes.sections import SUDOERS, shell_of, split


def parse(data: bytes) -> Parsed:
    parts = split(data)
    found = answers(parts)
    databases = tuple(database for _, some in found for database in some)
    facts = Databases(databases, tuple(server for server, _ in found))
    return Parsed(facts, tuple(_remedied(gap) for gap in parts.gaps))


def read(snapshot: Snapshot) -> Parsed:
    """What the probe brought, with how it looks from outside."""
    told = snapshot.inventory.get(Databases)
    found, gaps = servers(snapshot, told.servers)
    return Parsed(replace(told, servers=found, embedded=embedded(snapshot)), gaps)


def _remedied(gap: Gap) -> Gap:
    return (
        gap
        if gap.remedy
        else replace(gap, remedy=SUDOERS if "root" in gap.why else "plan.yaml may name another method")
    )


PROBE = Probe(Databases, shell_of(__file__), parse, budget=30)
READING = Reading(Databases, read)
