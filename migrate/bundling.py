"""From a plan to the whole bundle: every emitter's files, then the ledger over them. A pure function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from migrate.emitters import Emitter, Sources
from migrate.errors import InputError
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
    files = tuple(file for emitter in _emitters(plan) for file in emitter.emit(sources))
    entries = ledger(sources, files)
    return Bundle((*files, *ledger_files(entries)), entries)


def check_targets(names: Iterable[str]) -> None:
    """:raises InputError: one of ``names`` is nothing that can be asked for."""
    known = sorted(one.name for one in parts("migrate.emitters", "EMITTER") if one.on_request)
    for name in names:
        if name not in known:
            raise InputError(f"there is no target {name!r}", f"known are: {', '.join(known)}")


def _emitters(plan: Plan) -> Iterator[Emitter]:
    """Those that always write, and those that the plan asks for."""
    check_targets(plan.targets)
    for emitter in parts("migrate.emitters", "EMITTER"):
        if not emitter.on_request or emitter.name in plan.targets:
            yield emitter
