"""From a plan to the whole bundle: every emitter's files, then the ledger over them. A pure function."""

from __future__ import annotations

from collections.abc import Mapping

from migrate.emitters import Sources
from migrate.ledger import ledger, ledger_files
from migrate.model.bundle import Bundle
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan
from migrate.parts import parts


def bundle(plan: Plan, snapshots: Mapping[str, Snapshot], secrets: Mapping[str, Mapping[str, str]]) -> Bundle:
    """The generated files and where every fact went.

    :param secrets: the values, by host and id.
    :raises InputError: the plan asks for what can't be emitted.
    """
    sources = Sources(plan, snapshots, secrets)
    files = tuple(file for emitter in parts("migrate.emitters", "EMITTER") for file in emitter.emit(sources))
    entries = ledger(sources, files)
    return Bundle((*files, *ledger_files(entries)), entries)
