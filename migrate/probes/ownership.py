"""Which packages own the paths that processes use, the commands on the usual PATH, and the modules scripts import."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.model.facts import Owned, Ownership
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import shell_of, split


def parse(data: bytes) -> Parsed:
    parts = split(data)
    manager = next((name for name in ("dpkg", "rpm", "apk") if name in parts.blocks), "")
    rows = list(parts.table(manager))
    owners = [Owned(row[1], row[2]) for row in rows if len(row) == 3 and row[0] == "o"]
    links = [Owned(row[1], row[2]) for row in rows if len(row) == 3 and row[0] == "l"]
    owners += [Owned(row[1], package) for row in rows if len(row) > 3 and row[0] == "s" for package in row[2:]]
    commands = [*links, *_below(rows, "c")]
    gaps = list(parts.gaps)
    if not commands:
        gaps.append(Gap("owners of files", "no package manager told any"))
    return Parsed(Ownership(_sorted(owners), _sorted(commands), _sorted(_below(rows, "m"))), tuple(gaps))


def _below(rows: list[list[str]], tag: str) -> list[Owned]:
    """``c, package, folder, name, name…`` as one fact for each name."""
    return [Owned(f"{row[2]}/{name}", row[1]) for row in rows if len(row) > 3 and row[0] == tag for name in row[3:]]


def _sorted(owned: Iterable[Owned]) -> tuple[Owned, ...]:
    return tuple(sorted(set(owned), key=lambda one: (one.path, one.package)))


PROBE = Probe(Ownership, shell_of(__file__), parse, budget=60, packed=True)
