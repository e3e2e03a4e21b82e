"""Findings for people: one of each rule and host, with everything that it is found of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from migrate.model.assessment import LEVELS, Assessment, Evidence, Finding, Room, Severity


@dataclass(frozen=True, slots=True)
class Group:
    """:ivar level: the worse of its severities for Compose and Kubernetes, where it has one for them."""

    level: str
    finding: Finding  # the first of them
    workloads: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    count: int


def groups(assessment: Assessment, host: str) -> tuple[Group, ...]:
    """Worst first, then by rule."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        if finding.host == host:
            by_rule.setdefault(finding.rule, []).append(finding)
    return tuple(sorted(map(_group, by_rule.values()), key=lambda one: (-_rank(one.level), one.finding.rule)))


def _group(found: list[Finding]) -> Group:
    evidence = tuple(dict.fromkeys(one for finding in found for one in finding.evidence))
    return Group(
        level=_level(found[0].severity),
        finding=found[0],
        workloads=tuple(one.workload for one in found if one.workload),
        evidence=evidence,
        count=max(len(evidence), *(one.count for one in found)),
    )


def _level(severity: Severity) -> str:
    of_containers = max(severity.compose, severity.kubernetes, key=_rank)
    return of_containers if of_containers != "none" else max(severity.managed, severity.vm, key=_rank)


def _rank(level: str) -> int:
    """``unknown`` is worse than anything that is known."""
    return LEVELS.index(level)


def share(part: float, whole: float | None) -> str:
    """In per cent, where the whole is known."""
    return f"{100 * part / whole:.0f} %" if whole else "an unknown part"


def room(one: Room) -> str:
    """``asks for 0.6 of 23.5 GiB of memory (3 %) and 0.3 of 2 CPUs (15 %)``."""
    memory = f"{one.memory / 2**30:.1f} GiB" if one.memory else "an unknown amount"
    cpus = f"{one.cpus} CPUs" if one.cpus else "an unknown number of CPUs"
    return (
        f"asks for {one.memory_requests / 2**30:.1f} of {memory} of memory ({share(one.memory_requests, one.memory)}) "
        f"and {one.cpu_requests:.1f} of {cpus} ({share(one.cpu_requests, one.cpus)})"
    )


def gain(rooms: Iterable[Room]) -> str:
    """All hosts together: what they have, and what is asked of it."""
    every = tuple(rooms)
    known = [one for one in every if one.memory and one.cpus]
    if not known:
        return "what the machines have is not known"
    memory, cpus = sum(one.memory or 0 for one in known), sum(one.cpus or 0 for one in known)
    asked, cores = sum(one.memory_requests for one in known), sum(one.cpu_requests for one in known)
    machines = f"{len(known)} machines have" if len(known) > 1 else "the machine has"
    return (
        f"{machines} {memory / 2**30:.1f} GiB and {cpus} CPUs; the workloads ask for "
        f"{asked / 2**30:.1f} GiB ({share(asked, memory)}) and {cores:.1f} CPUs ({share(cores, cpus)})"
    )


def days(effort: tuple[float, float]) -> str:
    """``1.5 to 6 person-days``."""
    low, high = (f"{one:.2f}".rstrip("0").rstrip(".") for one in effort)
    return f"{low} to {high} person-days" if low != high else f"{low} person-days"
