"""Where a workload could go: each way scored by what stands in it, not by what is gained.

100   less 3 for every minor finding and 15 for every major one, down to 1
0     something forbids it
none  it can't be told: a finding says so, or a scope was not read that would decide it
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from migrate.assessment.findings import Judged
from migrate.assessment.world import World
from migrate.model.applications import Applications
from migrate.model.assessment import (
    AFTER_WORK,
    FIT,
    INSUFFICIENT,
    LEVELS,
    PARTLY,
    UNFIT,
    Appraisal,
    Finding,
    Fitness,
    Managed,
    Rule,
    RuleFile,
    Way,
)
from migrate.model.plan import Workload

_COSTS = {"minor": 3, "major": 15}
Effort = tuple[float, float]


def appraise(rules: RuleFile, world: World, judged: Judged) -> Iterator[Appraisal]:
    """The host as a whole, then its workloads."""
    of_host = [one for one in judged.findings if one.workload is None]
    parts = [_workload(rules, world, judged, workload) for workload in world.workloads]
    yield _host(rules, world, judged, of_host, parts)
    yield from parts


def _workload(rules: RuleFile, world: World, judged: Judged, workload: Workload) -> Appraisal:
    """What is found of the host counts where it spreads; it is paid for once, with the host."""
    mine = [one for one in judged.findings if one.workload == workload.name]
    mine += [replace(one, effort=(0, 0)) for one in judged.findings if one.spreads]
    service = _service(rules.managed, world, workload)
    ways = [
        _fitness(way, mine, judged.blind, service if way.target == "managed" else None)
        for way in rules.ways
        if way.target != "managed" or service is not None
    ]
    return Appraisal(world.host, _verdict(ways), tuple(ways), workload.name, workload.kind)


def _service(managed: Iterable[Managed], world: World, workload: Workload) -> Managed | None:
    """What somebody else could run in its place; by its kind, else by the application that its processes are."""
    pids = set(workload.pids)
    applications = world.snapshot.inventory.get(Applications).applications
    kinds = [workload.kind, *(one.kind for one in applications if pids & set(one.pids))]
    return next((one for kind in kinds for one in managed if kind in one.kinds), None)


def _fitness(way: Way, found: list[Finding], blind: tuple[Rule, ...], service: Managed | None = None) -> Fitness:
    target = way.target
    counting = sorted(
        {one.rule: one for one in found if one.severity.of(target) not in ("none", "info")}.values(),
        key=lambda one: (-LEVELS.index(one.severity.of(target)), one.rule),
    )
    levels = [one.severity.of(target) for one in counting]
    unseen = [rule.id for rule in blind if rule.severity.of(target) in ("major", "blocker")]
    start = service.effort if service else way.effort
    effort = _sum([start, *(one.effort for one in counting)])
    because = tuple(one.rule for one in counting)
    name = service.service if service else None
    if "blocker" in levels:
        return Fitness(target, UNFIT, 0, effort, because, name)
    if "unknown" in levels or unseen:
        return Fitness(target, INSUFFICIENT, None, effort, (*because, *unseen), name)
    score = max(1, 100 - sum(_COSTS.get(level, 0) for level in levels))
    return Fitness(target, AFTER_WORK if "major" in levels else FIT, score, effort, because, name)


def _host(rules: RuleFile, world: World, judged: Judged, of_host: list[Finding], parts: list[Appraisal]) -> Appraisal:
    """All of its workloads together; a managed service is for workloads, not for hosts."""
    ways = []
    for way in rules.ways:
        if way.target == "managed":
            continue
        # What spreads counts with the workloads already.
        own = [one for one in of_host if not (one.spreads and parts)]
        alone = _fitness(Way(way.target, way.what, (0, 0)), own, judged.blind)
        each = [one for part in parts for one in part.fitness if one.target == way.target]
        effort = _sum([way.effort] * len(parts) + _once(judged.findings, way.target))
        ways.append(replace(_together(alone, each), effort=effort))
    verdict = _verdict(ways)
    return Appraisal(world.host, verdict if parts or verdict == INSUFFICIENT else "nothing to migrate", tuple(ways))


def _once(found: Iterable[Finding], target: str) -> list[Effort]:
    """The effort of all findings that count; what several workloads share, with the same evidence, is done once."""
    counting = [one for one in found if one.severity.of(target) not in ("none", "info")]
    return list({(one.rule, tuple(each.said for each in one.evidence)): one.effort for one in counting}.values())


def _together(alone: Fitness, each: list[Fitness]) -> Fitness:
    """The average of the workloads, less what stands in the way of the host itself; worse parts are told."""
    effort = alone.effort
    because = tuple(dict.fromkeys(rule for one in (alone, *each) for rule in one.because))
    scores = [one.score for one in each if one.score is not None]
    verdicts = [one.verdict for one in (alone, *each)]
    if INSUFFICIENT in verdicts or len(scores) < len(each):
        return Fitness(alone.target, INSUFFICIENT, None, effort, because)
    average = sum(scores) // len(scores) if scores else 100
    score = average * (alone.score or 0) // 100 if alone.score else average
    if each and all(one.verdict == UNFIT for one in each):
        return Fitness(alone.target, UNFIT, 0, effort, because)
    verdict = PARTLY if UNFIT in verdicts else AFTER_WORK if AFTER_WORK in verdicts else FIT
    return Fitness(alone.target, verdict, max(score, 1), effort, because)


def _verdict(ways: list[Fitness]) -> str:
    """One line: the ways that are open, or that none is."""
    found = {one.target: one for one in ways if one.target != "vm"}
    if any(one.verdict == INSUFFICIENT for one in found.values()):
        return INSUFFICIENT
    names = {"compose": "Compose", "kubernetes": "Kubernetes"}
    open_ = [(names.get(one.target) or one.service or one.target, one.verdict) for one in found.values()]
    fit = [name for name, verdict in open_ if verdict == FIT]
    later = [name for name, verdict in open_ if verdict == AFTER_WORK]
    partly = [name for name, verdict in open_ if verdict == PARTLY]
    said = [f"fit for {_and(fit)}"] if fit else []
    said += [f"for {_and(later)} after work"] if later else []
    said += [f"for {_and(partly)} in part"] if partly else []
    return "; ".join(said) or "stay a VM"


def _and(names: list[str]) -> str:
    return " and ".join(names) if len(names) < 3 else ", ".join(names[:-1]) + f" and {names[-1]}"


def _sum(efforts: list[Effort]) -> Effort:
    return round(sum(one[0] for one in efforts), 2), round(sum(one[1] for one in efforts), 2)
