"""Servers and applications: with the workload that runs them or carries their files."""

from __future__ import annotations

from posixpath import isabs

from migrate.emission.fates import CARRIED, DROPPED, Case, Entries, joined
from migrate.model.applications import Application, Applications
from migrate.model.ledger import Entry
from migrate.model.plan import Workload


def applications(case: Case) -> Entries:
    """Each once; what is deployed in another goes where that went, unless its files say more."""
    found = case.snapshot.inventory.get(Applications).applications
    named = {one.name: one for one in found}
    seen: dict[str, int] = {}
    for one in found:
        fact = f"applications:{one.kind}/{one.name}"
        seen[fact] = seen.get(fact, 0) + 1
        yield _application(case, fact if seen[fact] == 1 else f"{fact}#{seen[fact]}", one, named)


def _application(case: Case, fact: str, one: Application, named: dict[str, Application]) -> Entry:
    running = [each.name for each in case.workloads if _runs(each, one)]
    if running:
        return case.entry(fact, CARRIED, joined(running), "the workload runs it")
    holding = [each.name for each in case.workloads if _holds(each, one)]
    if holding:
        return case.entry(fact, CARRIED, joined(holding), "its files go with the workload")
    outer = named.get(one.within or "")
    if outer is not None and outer is not one:
        around = [each.name for each in case.workloads if _runs(each, outer)]
        if around:
            return case.entry(fact, CARRIED, joined(around), f"deployed in {outer.name}, which the workload runs")
    return _left(case, fact, one)


def _left(case: Case, fact: str, one: Application) -> Entry:
    """What is not carried: for the reason that its service was not."""
    left_out = next((each for each in case.plan.workloads if each.host == case.host and _runs(each, one)), None)
    if left_out is not None:
        return case.entry(fact, DROPPED, "plan.yaml", f"the plan leaves {left_out.name} out (migrate: false)")
    service = f"services:{one.unit}" if one.unit else fact
    if service in case.aside:
        return case.entry(fact, DROPPED, "", case.aside[service])
    question = case.question(service)
    if question is not None:
        return case.undecided(service) if service == fact else _asked(case, fact, service)
    if not one.pids:
        return case.entry(fact, DROPPED, "", "it does not run, and no workload has its files")
    return case.entry(fact, DROPPED, "", "no workload has its processes: the ledger of services says why")


def _asked(case: Case, fact: str, service: str) -> Entry:
    """The same question as about its service."""
    entry = case.undecided(service)
    return case.entry(fact, entry.fate, entry.where, entry.because)


def _runs(workload: Workload, one: Application) -> bool:
    return bool(set(workload.pids) & set(one.pids)) or (one.unit is not None and one.unit in workload.services)


def _holds(workload: Workload, one: Application) -> bool:
    """Whether the files of an application are among those of the workload."""
    places = [path for path in (one.home, one.base) if path and isabs(path) and path != "/"]
    taken = [*(choice.path for choice in workload.files), *(volume.path for volume in workload.volumes)]
    taken += workload.archives
    return any(_meet(place, path) for place in places for path in taken)


def _meet(one: str, other: str) -> bool:
    """Whether two paths are one, or one lies in the other."""
    return one == other or one.startswith(other.rstrip("/") + "/") or other.startswith(one.rstrip("/") + "/")


FATES = {"applications": applications}
