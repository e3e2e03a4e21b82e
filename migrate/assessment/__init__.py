"""Findings by rule: from inventories, plan and rule files to verdicts. Pure; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping

from migrate.assessment import findings, fitness, lifetimes, room
from migrate.assessment.world import World
from migrate.model.assessment import Appraisal, Assessment, Finding, Open, RuleFile
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan


def assess(rules: RuleFile, plan: Plan, snapshots: Mapping[str, Snapshot]) -> Assessment:
    """What the rules find on each host that the plan is made for, and where its workloads could go.

    :param rules: all rule files together, checked.
    """
    worlds = [_world(rules, plan, host, snapshots[host]) for host in sorted(snapshots) if host in plan.hosts]
    found: list[Finding] = []
    unjudged: list[Open] = []
    appraisals: list[Appraisal] = []
    for world in worlds:
        judged = findings.judge(rules.rules, world)
        found += judged.findings
        unjudged += judged.open
        appraisals += fitness.appraise(rules, world, judged)
    return Assessment(
        collected={world.host: world.snapshot.inventory.collected for world in worlds},
        appraisals=tuple(appraisals),
        findings=tuple(found),
        open=tuple(unjudged),
        room=tuple(room.of(world) for world in worlds),
        rules=len(rules.rules),
    )


def _world(rules: RuleFile, plan: Plan, host: str, snapshot: Snapshot) -> World:
    mine = tuple(one for one in plan.workloads if one.host == host and one.migrate)
    return World(host, snapshot, mine, lifetimes.software(rules.lifetimes, snapshot))
