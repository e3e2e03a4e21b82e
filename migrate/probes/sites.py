"""Virtual hosts and web applications, read from the configuration that the servers run with.

Each kind of server has a module of its own in ``migrate/probes/servers``, which ends in ``SITES``.
"""

from __future__ import annotations

from migrate.model.facts import Sites
from migrate.model.inventory import Snapshot
from migrate.parts import parts
from migrate.probes import Parsed, Reading
from migrate.probes.servers import see


def read(snapshot: Snapshot) -> Parsed:
    """The sites of every web and application server of the host; what could not be read of them as gaps."""
    seen = see(snapshot)
    found = [reader(seen) for reader in parts("migrate.probes.servers", "SITES")]
    sites = tuple(dict.fromkeys(site for one in found for site in one.sites))
    return Parsed(Sites(sites), tuple(dict.fromkeys(gap for one in found for gap in one.gaps)))


READING = Reading(Sites, read)
