"""What a plan may say beyond its types: closed words, ranges, names that are there, nothing twice.

The JSON Schema of plan.yaml takes words and ranges from here, so an editor says the same as loading does.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.model.plan import Coupling, Plan, Question, Workload

Place = tuple[str | int, ...]

WORDS: Mapping[str, tuple[str, ...]] = {
    "Port.protocol": ("tcp", "udp", "udplite", "sctp", "dccp"),
    "Health.kind": ("tcp", "http", "command"),
    "Volume.kind": ("data", "spool", "upload", "log", "cache", "runtime", "shared", "temporary"),
    "Coupling.how": ("rewrite", "forward", "forward-in", "alias", "volume", "external", "none"),
    "LogFile.stream": ("stdout", "stderr"),
    "Base.choice": ("faithful", "upstream"),
    "Question.kind": ("text", "yes-no", "choice", "number"),
}
"""The words that a field takes, by class and field."""

_PORT, _ID, _MODE = (1, 65535), (0, 4294967294), (0, 0o7777)
RANGES: Mapping[str, tuple[float, float | None]] = {
    "Port.port": _PORT, "Port.publish": _PORT, "Health.port": _PORT, "Coupling.port": _PORT,
    "Health.status": (100, 599), "Health.start_period": (0, 86400),
    "Account.uid": _ID, "Account.gid": _ID, "GroupChoice.gid": _ID,
    "DirectoryChoice.uid": _ID, "DirectoryChoice.gid": _ID, "DirectoryChoice.mode": _MODE,
    "Volume.uid": _ID, "Volume.gid": _ID, "Volume.mode": _MODE, "Volume.size": (0, None),
    "SecretUse.uid": _ID, "SecretUse.gid": _ID, "SecretUse.mode": _MODE,
    "Rewrite.line": (1, None), "Workload.replicas": (0, 1000),
    "Resources.memory_request": (1, None), "Resources.memory_limit": (1, None), "Resources.cpu_request": (0, 4096),
}  # fmt: skip
"""Smallest and largest number."""

_DNS = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
PATTERNS: Mapping[str, tuple[str, str]] = {
    "Workload.name": (r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", "a-z, 0-9 and inner dashes, at most 63 of them"),
    "Plan.project": (r"[a-z](?:[a-z0-9-]{0,48}[a-z0-9])?", "a-z, 0-9 and inner dashes, at most 50, a letter first"),
    "Workload.umask": (r"[0-7]{1,4}", "an octal number in quotes: '027'"),
    "Volume.name": (r"[a-z0-9][a-z0-9_.-]*", "a-z, 0-9, dashes, dots and underscores"),
    "Volume.method": (r"copy|none|dump:[a-z0-9-]+", "copy, none, or dump: and the name of a database"),
    "Volume.path": (r"/.*", "an absolute path"),
    "DirectoryChoice.path": (r"/.*", "an absolute path"),
    "FileChoice.path": (r"/.*", "an absolute path"),
    "Workload.runtime_class": (_DNS, "the name of a RuntimeClass"),
    "Cluster.registry": (r"[a-zA-Z0-9][\w.-]*(?::\d+)?(?:/[a-z0-9][a-z0-9._-]*)*", "a registry, and a path or none"),
    "Cluster.tag": (r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", "a tag: letters, digits, dots, dashes, underscores"),
    "Cluster.storage_class": (_DNS, "the name of a StorageClass"),
    "Cluster.ingress_class": (_DNS, "the name of an IngressClass"),
    "Cluster.gateway_class": (_DNS, "the name of a GatewayClass"),
    "Cluster.runtime_class": (_DNS, "the name of a RuntimeClass"),
    "Variable.name": (r"[^\s=]+", "a name without blanks and ="),
}
"""How a text has to look, and the same in words."""


@dataclass(frozen=True, slots=True)
class Problem:
    """:ivar place: the keys and positions that lead to it; ``said`` goes on where its path ends."""

    place: Place
    said: str


def problems(plan: Plan) -> tuple[Problem, ...]:
    """Everything that can't be, in the order of the file."""
    return (*_values(plan, ()), *_names(plan))


# --- single values ---------------------------------------------------------------------------------------------------


def _values(value: Any, place: Place) -> Iterator[Problem]:
    if isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from _values(one, (*place, number))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            inside = getattr(value, field.name)
            said = _wrong(f"{type(value).__name__}.{field.name}", inside) if inside is not None else None
            if said:
                yield Problem((*place, field.name), said)
            yield from _values(inside, (*place, field.name))


def _wrong(key: str, value: Any) -> str | None:
    if key in WORDS and value not in WORDS[key]:
        return f"can't be {value!r}: it is one of {', '.join(WORDS[key])}{_meant(value, WORDS[key])}"
    if key in RANGES:
        low, high = RANGES[key]
        if value < low or (high is not None and value > high):
            return f"can't be {_shown(key, value)}: it is {_between(key, low, high)}"
    if key in PATTERNS and not re.fullmatch(PATTERNS[key][0], value, re.DOTALL):
        return f"can't be {value!r}: it is {PATTERNS[key][1]}"
    return None


def _shown(key: str, value: float) -> str:
    return f"0{value:o}" if key.endswith(".mode") and isinstance(value, int) and value >= 0 else str(value)


def _between(key: str, low: float, high: float | None) -> str:
    return f"at least {low}" if high is None else f"{_shown(key, low)} to {_shown(key, high)}"


def _meant(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


# --- names, and what stands twice ------------------------------------------------------------------------------------


def _names(plan: Plan) -> Iterator[Problem]:
    names = {one.name for one in plan.workloads}
    yield from _twice(plan.workloads, ("workloads",), lambda one: one.name, "name", "is the name of two workloads")
    yield from _twice(plan.questions, ("questions",), lambda one: one.id, "id", "is the id of two questions")
    yield from _published(plan)
    for number, workload in enumerate(plan.workloads):
        place: Place = ("workloads", number)
        yield from _host(plan, workload, place)
        yield from _inside(workload, place)
        for at, coupling in enumerate(workload.couplings):
            yield from _coupling(coupling, (*place, "couplings", at), names)
    for number, question in enumerate(plan.questions):
        yield from _answer(question, ("questions", number))


def _host(plan: Plan, workload: Workload, place: Place) -> Iterator[Problem]:
    if workload.host not in plan.hosts:
        known = ", ".join(plan.hosts) or "none"
        yield Problem((*place, "host"), f"names {workload.host}, which is no host of this plan: there are {known}")


def _inside(workload: Workload, place: Place) -> Iterator[Problem]:
    ports = [(one.port, one.protocol, one.address) for one in workload.ports]
    yield from _twice(ports, (*place, "ports"), lambda one: one, "port", "is there twice")
    yield from _twice(workload.volumes, (*place, "volumes"), lambda one: one.path, "path", "has two volumes")
    yield from _twice(workload.jobs, (*place, "jobs"), lambda one: one.name, "name", "is the name of two jobs")
    yield from _twice(workload.accounts, (*place, "accounts"), lambda one: one.name, "name", "is there twice")


def _twice(items: Iterable[Any], place: Place, key: Callable[[Any], Any], field: str, said: str) -> Iterator[Problem]:
    seen = set()
    for number, one in enumerate(items):
        if key(one) in seen:
            shown = key(one)
            text = f"{shown[0]}/{shown[1]}" if isinstance(shown, tuple) else shown
            yield Problem((*place, number, field), f"({text}) {said}")
        seen.add(key(one))


def _published(plan: Plan) -> Iterator[Problem]:
    taken: dict[tuple[int, str], str] = {}
    for number, workload in enumerate(plan.workloads):
        for at, port in enumerate(workload.ports if workload.migrate else ()):
            if port.publish is None:
                continue
            other = taken.setdefault((port.publish, port.protocol), workload.name)
            if other != workload.name:
                place = ("workloads", number, "ports", at, "publish")
                yield Problem(place, f"can't be {port.publish}: {other} is published on that port already")


def _coupling(coupling: Coupling, place: Place, names: set[str]) -> Iterator[Problem]:
    if coupling.to is not None and coupling.to not in names:
        said = f"names {coupling.to}, which is no workload of this plan{_meant(coupling.to, names)}"
        yield Problem((*place, "to"), said)
    if coupling.to is None and coupling.how in ("rewrite", "forward", "forward-in", "alias", "volume"):
        yield Problem((*place, "how"), f"is {coupling.how}, so `to` has to name a workload")


def _answer(question: Question, place: Place) -> Iterator[Problem]:
    if question.answer is not None and (said := unfit(question, question.answer)):
        yield Problem((*place, "answer"), said)


def unfit(question: Question, answer: str) -> str | None:
    """Why an answer is none to this question, or None."""
    if question.kind == "yes-no" and answer not in ("yes", "no"):
        return f"can't be {answer!r}: it is yes or no"
    if question.kind == "choice" and answer not in question.choices:
        return f"can't be {answer!r}: it is one of {', '.join(question.choices)}{_meant(answer, question.choices)}"
    if question.kind == "number" and not re.fullmatch(r"\d+(?:\.\d+)?", answer):
        return f"can't be {answer!r}: it is a number"
    return None
