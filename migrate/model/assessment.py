"""Findings about hosts and workloads, and what follows from them: where each could go, at what effort.

The first half is what rule files hold, field by field; the second what is found with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TARGETS = ("compose", "kubernetes", "managed", "vm")
LEVELS = ("none", "info", "minor", "major", "blocker", "unknown")
"""``unknown`` is no judgement: what is known does not suffice for one."""

FIT, AFTER_WORK, PARTLY, UNFIT, INSUFFICIENT = "fit", "fit after work", "fit in part", "unfit", "insufficient data"
"""Of a host, whose workloads may go different ways, PARTLY as well."""


# --- rule files -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expected:
    """What a field has to be; every one that is given has to hold. Of several values one is enough.

    :ivar none_of: no value is one of these; ``lacks``: none matches. Both hold where nothing is known.
    :ivar at_least: for a number its value, for several values how many there are.
    :ivar older_than: a version, compared part by part.
    :ivar bits: permission bits of which one is set, octal: "6000".
    :ivar past: a time before (true) or after the inventory's; ``within_days``: after it, by no more than this.
    """

    equals: str | int | float | bool | None = None
    one_of: tuple[str | int | float, ...] = ()
    none_of: tuple[str | int | float, ...] = ()
    matches: str | None = None
    lacks: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    older_than: str | None = None
    bits: str | None = None
    known: bool | None = None
    past: bool | None = None
    within_days: float | None = None


Where = Mapping[str, Expected | bool | int | float | str]


@dataclass(frozen=True, slots=True)
class Condition:
    """Facts that meet a description.

    :ivar facts: scope and fields, as ``bindings.multicast`` or ``plan.workloads.volumes``; see docs/assessment.md.
    :ivar where: by field what it has to be; a list of such descriptions is "one of these".
    :ivar at_least: how many facts have to meet it.
    """

    facts: str
    where: tuple[Where, ...] | Where = ()
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Owner:
    """Fields of a fact that say whose it is: those of a workload's units, processes or paths."""

    unit: str | None = None
    pid: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Severity:
    """How bad it is for each way to go: none, info, minor, major, blocker, or unknown."""

    compose: str = "none"
    kubernetes: str = "none"
    managed: str = "none"
    vm: str = "none"

    def of(self, target: str) -> str:
        return str(getattr(self, target))


@dataclass(frozen=True, slots=True)
class Rule:
    """One finding, and when it is one.

    :ivar about: host or workload.
    :ivar of: whose a fact is, for findings about workloads.
    :ivar spreads: what is found of the host counts for each of its workloads.
    :ivar also: conditions that have to hold on the host as well; ``unless``: that must not.
    :ivar show: how a fact is shown as evidence: "{path} ({size|bytes})".
    :ivar effort: person-days, from and to; ``remedy``: what they are spent on.
    :ivar settle: the command that would settle it, of a finding whose severity is unknown.
    """

    id: str
    what: str
    topic: str
    when: Condition
    show: str
    severity: Severity
    why: str
    remedy: str
    about: str = "host"
    spreads: bool = False
    of: Owner = Owner()
    also: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    effort: tuple[float, float] = (0, 0)
    settle: str | None = None


@dataclass(frozen=True, slots=True)
class Cycle:
    """When a release gets no more security updates.

    :ivar ends: of everybody, free of charge; None where no date is known yet.
    :ivar extended: with a subscription, or from somebody else: ``by``.
    """

    version: str
    ends: str | None = None
    extended: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The releases of one product.

    :ivar kind: distribution, runtime, server, database, library.
    :ivar names: what an inventory calls it: ID of os-release, an application's kind, a runtime's name.
    :ivar packages: names of packages, as a regular expression, for libraries that nothing else tells of.
    :ivar checked: when the dates were compared with ``source``.
    """

    product: str
    kind: str
    names: tuple[str, ...]
    source: str
    checked: str
    cycles: tuple[Cycle, ...]
    packages: str | None = None


@dataclass(frozen=True, slots=True)
class Managed:
    """A service that somebody else could run. ``kinds`` are those of workloads and applications."""

    service: str
    kinds: tuple[str, ...]
    effort: tuple[float, float] = (1, 3)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to go, with the effort that it takes where nothing is in its way."""

    target: str
    what: str
    effort: tuple[float, float]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file of the folder; each may hold any of these.

    :ivar without: ids of rules that are left out, whatever file they stand in.
    """

    rules: tuple[Rule, ...] = ()
    without: tuple[str, ...] = ()
    lifetimes: tuple[Lifetime, ...] = ()
    managed: tuple[Managed, ...] = ()
    ways: tuple[Way, ...] = ()


# --- what is found ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Software:
    """A product in use, with how long it gets security updates.

    :ivar packaged: the distribution brought it, and keeps it until its own end, whatever its makers do.
    :ivar until: both dates as a person reads them.
    :ivar state: ended, ending (within a year), supported, unknown; ``upstream`` the same by the makers' own dates.
    """

    product: str
    kind: str
    version: str
    cycle: str
    packaged: bool
    state: str
    upstream: str
    ends: str | None = None
    extended: str | None = None
    by: str | None = None
    until: str = ""
    unit: str | None = None
    pids: tuple[int, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """What a scope could not read; the scope itself where all of it failed."""

    scope: str
    status: str
    what: str
    why: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a captured text. Its text is never shown: it may hold a secret."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    fact: str  # scope:key
    said: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that holds on a host, for the host or one of its workloads.

    :ivar count: facts that meet it; ``evidence`` shows the first of them.
    """

    rule: str
    topic: str
    what: str
    host: str
    severity: Severity
    effort: tuple[float, float]
    why: str
    remedy: str
    evidence: tuple[Evidence, ...]
    count: int
    workload: str | None = None
    spreads: bool = False
    settle: str | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """What could not be judged, and the command that would settle it."""

    host: str
    what: str
    why: str
    settle: str


@dataclass(frozen=True, slots=True)
class Fitness:
    """One way to go for one workload or host.

    :ivar score: 100 where nothing is in the way, 0 where something forbids it; None where it can't be told.
    :ivar because: the rules that count here, worst first.
    :ivar service: which managed service.
    """

    target: str
    verdict: str
    score: int | None
    effort: tuple[float, float]
    because: tuple[str, ...] = ()
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What was found of a workload, or of a host as a whole, and what that means for each way to go."""

    host: str
    verdict: str
    fitness: tuple[Fitness, ...]
    workload: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """What the workloads of a host ask for, beside what the host has: bytes and cores."""

    host: str
    memory: int | None
    cpus: int | None
    memory_requests: int
    memory_limits: int
    cpu_requests: float
    unmeasured: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """All of a workspace.

    :ivar collected: when each host was looked at; dates are compared with that.
    """

    collected: Mapping[str, str] = field(default_factory=dict)
    appraisals: tuple[Appraisal, ...] = ()
    findings: tuple[Finding, ...] = ()
    open: tuple[Open, ...] = ()
    room: tuple[Room, ...] = ()
    rules: int = 0
