"""Rules against one host: what holds, with the facts that show it, and what could not be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from migrate.assessment.matching import matching
from migrate.assessment.showing import shown
from migrate.assessment.world import DERIVED, Item, World, owners
from migrate.model.assessment import Condition, Evidence, Finding, Open, Rule
from migrate.quoting import shell

_MOST = 10  # facts that are shown of a finding


@dataclass(frozen=True, slots=True)
class Judged:
    """:ivar blind: rules of which nothing is known, since a scope that they look at was not read."""

    findings: tuple[Finding, ...]
    open: tuple[Open, ...]
    blind: tuple[Rule, ...]


def judge(rules: Iterable[Rule], world: World) -> Judged:
    """Findings in order of their rules; of each rule the host's first, then workloads in the plan's order."""
    found: list[Finding] = []
    blind: list[Rule] = []
    for rule in rules:
        if any(_unread(world, condition) for condition in (rule.when, *rule.also)):
            blind.append(rule)
        elif _applies(world, rule):
            found += _of(rule, world)
    return Judged(tuple(found), tuple(_open(world, found)), tuple(blind))


def _applies(world: World, rule: Rule) -> bool:
    return all(matching(world, one) for one in rule.also) and not any(matching(world, one) for one in rule.unless)


def _unread(world: World, condition: Condition) -> bool:
    name = condition.facts.partition(".")[0]
    if name in DERIVED or name == "plan":
        return False
    scope = world.scope(name)
    return scope is not None and scope.status in ("failed", "skipped")


def _of(rule: Rule, world: World) -> Iterator[Finding]:
    met = matching(world, rule.when)
    if rule.about == "host":
        if met:
            yield _finding(rule, world, met, None)
        return
    whose = [(item, owners(world, item, rule.of)) for item in met]
    for workload in world.workloads:
        mine = tuple(item for item, names in whose if workload.name in names)
        if len(mine) >= rule.when.at_least:
            yield _finding(rule, world, mine, workload.name)


def _finding(rule: Rule, world: World, met: tuple[Item, ...], workload: str | None) -> Finding:
    evidence = dict.fromkeys(Evidence(item.fact, shown(rule.show, item.value)) for item in met)
    return Finding(
        rule=rule.id,
        topic=rule.topic,
        what=rule.what,
        host=world.host,
        workload=workload,
        spreads=rule.spreads,
        severity=rule.severity,
        effort=rule.effort,
        why=rule.why,
        remedy=rule.remedy,
        settle=_command(rule.settle, world, met) if rule.settle else None,
        evidence=tuple(evidence)[:_MOST],
        count=len(evidence),
    )


def _command(settle: str, world: World, met: tuple[Item, ...]) -> str:
    """``{target}`` is the host as it was reached; the other names are fields of the first fact."""
    return shown(settle.replace("{target}", shell(world.snapshot.inventory.target)), met[0].value)


def _open(world: World, found: Iterable[Finding]) -> Iterator[Open]:
    """Unknown findings, and scopes that were not read."""
    for finding in found:
        if finding.settle:
            yield Open(world.host, finding.what, finding.evidence[0].said, finding.settle)
    for scope in world.snapshot.inventory.scopes:
        if scope.status in ("failed", "skipped"):
            gap = next(iter(scope.gaps), None)
            again = f"migrate discover {shell(world.snapshot.inventory.target)}"
            why = gap.why if gap else "it was not read"
            yield Open(world.host, f"nothing is known of the host's {scope.name}", why, (gap and gap.remedy) or again)
