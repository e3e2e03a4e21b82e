"""Libraries move as the files that they are, with the application that uses them."""

from __future__ import annotations

from migrate.emission.fates import CARRIED, DROPPED, Case, Entries, joined
from migrate.emission.tree import below
from migrate.model.libraries import Libraries


def libraries(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Libraries)
    for library in facts.libraries:
        fact = f"libraries:{library.manager}/{library.place}/{library.name}"
        because = "locked for the application" if library.locked else "its files as they are on the host"
        yield case.entry(fact, *_fate(case, library.seen, because))
    for environment in facts.environments:
        fact = f"libraries:environment/{environment.path}"
        yield case.entry(fact, *_fate(case, environment.seen, "its files as they are on the host"))


def _fate(case: Case, seen: str, because: str) -> tuple[str, str, str]:
    workloads = [name for name, _ in case.files.get(seen, ())]
    if workloads:
        return CARRIED, joined([f"images/{name}" for name in workloads]), because
    kept = [volume.name for one in case.workloads for volume in one.volumes if below(seen, volume.path)]
    if kept:
        return CARRIED, joined([f"volume {name}" for name in kept]), "lies in state, which moves by migrate sync"
    return DROPPED, "", "no workload uses it"


FATES = {"libraries": libraries}
