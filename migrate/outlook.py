"""The assessment as text for a terminal. Pure; whoever prints makes the text harmless."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.model.assessment import Appraisal, Assessment, Fitness
from migrate.model.grouping import Group, days, gain, groups, room

_NAMES = {"compose": "Compose", "kubernetes": "Kubernetes", "managed": "managed", "vm": "VM"}
_MOST, _WIDTH = 3, 150


def short(assessment: Assessment) -> str:
    """A few lines below the plan: each host's verdict, what is worse than minor, and where to read on."""
    lines = ["assessment:"]
    for host in _hosts(assessment):
        lines.append(f"  {host.host}: {host.verdict}{_effort(host)}")
        bad = [one for one in groups(assessment, host.host) if one.level in ("unknown", "blocker", "major")]
        lines += [f"    {one.level}: {one.finding.what}{_where(one)}" for one in bad]
    lines.append(f"  what is gained: {gain(assessment.room)}")
    settle = len(assessment.open)
    lines += [f"  not known: {settle} things, with what would settle them"] if settle else []
    lines.append("  more: migrate assess, reports/assessment.html")
    return "\n".join(lines)


def full(assessment: Assessment) -> str:
    """Each host with its workloads, its findings worst first, and what is not known."""
    return "\n\n".join("\n".join(_host(assessment, host)) for host in _hosts(assessment)) or "nothing was planned yet"


def _hosts(assessment: Assessment) -> tuple[Appraisal, ...]:
    return tuple(one for one in assessment.appraisals if one.workload is None)


def _host(assessment: Assessment, host: Appraisal) -> Iterator[str]:
    yield f"{host.host}: {host.verdict}{_effort(host)}"
    yield from (f"  {room(one)}" for one in assessment.room if one.host == host.host)
    for one in assessment.appraisals:
        if one.host == host.host and one.workload is not None:
            yield f"  {one.workload:20} {_scores(one):58} {one.verdict}"
    for group in groups(assessment, host.host):
        yield from _finding(group)
    told = {group.finding.settle for group in groups(assessment, host.host)}
    for unknown in assessment.open:
        if unknown.host == host.host and unknown.settle not in told:
            yield f"  ? {unknown.what}: {unknown.why}"
            yield f"    settled by: {unknown.settle}"


def _finding(group: Group) -> Iterator[str]:
    finding = group.finding
    each = " each" if len(group.workloads) > 1 else ""
    effort = f" ({days(finding.effort)}{each})" if finding.effort[1] else ""
    yield f"  {group.level}: {finding.what}{_where(group)}{effort} [{finding.rule}]"
    for one in group.evidence[:_MOST]:
        yield f"      {_cut(one.said)}"
    if group.count > _MOST:
        yield f"      and {group.count - _MOST} more"
    if group.level == "unknown":
        yield f"    → settled by: {finding.settle}"
    elif group.level != "info":
        yield f"    → {finding.remedy}"


def _where(group: Group) -> str:
    if not group.workloads:
        return ""
    named, more = group.workloads[:4], len(group.workloads) - 4
    return f": {', '.join(named)}" + (f" and {more} more" if more > 0 else "")


def _scores(one: Appraisal) -> str:
    return ", ".join(_score(way) for way in one.fitness if way.target != "vm")


def _score(way: Fitness) -> str:
    return f"{_NAMES.get(way.target, way.target)} {'?' if way.score is None else way.score}"


def _effort(host: Appraisal) -> str:
    found = {way.target: way for way in host.fitness}
    told = [f"{days(found[name].effort)} on {_NAMES[name]}" for name in ("compose", "kubernetes") if name in found]
    return f"; {', '.join(told)}" if told and host.verdict != "nothing to migrate" else ""


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[:_WIDTH] + "…"
