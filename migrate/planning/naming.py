"""Names of workloads over time: what a person renamed stays renamed, and everything that refers to it follows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from migrate.model.plan import Coupling, Plan, Rewrite, Volume, Workload
from migrate.planning.derive import Names


def names(plan: Plan) -> Names:
    """What each workload is called, by its host and the name it has there by itself."""
    return {(one.host, one.called or one.name): one.name for one in plan.workloads}


def renames(before: Plan, edited: Plan) -> dict[str, str]:
    """New names by old ones: workloads that a person gave another name since we wrote the plan."""
    known, kept = {one.name for one in before.workloads}, {one.name for one in edited.workloads}
    lost = _by_identity(one for one in before.workloads if one.name not in kept)
    new = _by_identity(one for one in edited.workloads if one.name not in known)
    return {
        lost[identity].name: new[identity].name
        for identity in lost
        if identity in new and new[identity].called in (None, lost[identity].called)
    }


def _by_identity(workloads: Iterable[Workload]) -> dict[tuple[object, ...], Workload]:
    """By what makes a workload itself; without those that can't be told apart."""
    found: dict[tuple[object, ...], list[Workload]] = {}
    for one in workloads:
        jobs = tuple((job.schedule, job.command) for job in one.jobs)
        key = (one.host, one.kind, one.services or jobs or one.command or one.pids, one.archives)
        found.setdefault(key, []).append(one)
    return {identity: same[0] for identity, same in found.items() if len(same) == 1}


def renamed(plan: Plan, new: Mapping[str, str]) -> Plan:
    """The plan with other names, wherever they stand."""
    if not new:
        return plan
    workloads = tuple(_workload(one, new) for one in plan.workloads)
    asked = (replace(one, workload=new.get(one.workload or "", one.workload)) for one in plan.questions)
    return replace(plan, workloads=workloads, questions=tuple(asked))


def _workload(one: Workload, new: Mapping[str, str]) -> Workload:
    return replace(
        one,
        name=new.get(one.name, one.name),
        couplings=tuple(_coupling(coupling, new) for coupling in one.couplings),
        volumes=tuple(_volume(volume, new) for volume in one.volumes),
    )


def _coupling(one: Coupling, new: Mapping[str, str]) -> Coupling:
    target = new.get(one.to or "")
    if target is None or one.to is None:
        return one
    return replace(one, to=target, rewrites=tuple(_rewrite(rewrite, one.to, target) for rewrite in one.rewrites))


def _rewrite(one: Rewrite, old: str, new: str) -> Rewrite:
    return replace(one, new=re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, one.new))


def _volume(one: Volume, new: Mapping[str, str]) -> Volume:
    for old, chosen in new.items():
        if one.name.startswith(f"{old}-"):
            return replace(one, name=chosen + one.name[len(old) :])
    return one


def settled(plan: Plan, known: Iterable[str] = ()) -> Plan:
    """Couplings to workloads that a person took out lead outside now.

    :param known: names that were workloads; others are mistakes, and left for who checks the plan.
    """
    gone = set(known) - {one.name for one in plan.workloads}
    return replace(plan, workloads=tuple(_without(one, gone) for one in plan.workloads)) if gone else plan


def _without(workload: Workload, gone: set[str]) -> Workload:
    return replace(workload, couplings=tuple(_outside(one) if one.to in gone else one for one in workload.couplings))


def _outside(one: Coupling) -> Coupling:
    because = f"{one.because}; {one.to} was taken out of the plan"
    return Coupling(None, "external", because, one.address, one.port, one.path)
