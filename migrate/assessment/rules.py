"""Rule files, checked whole before anything is matched: a rule that can never hold is a mistake that is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import re
import types
import typing
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, get_type_hints

from migrate.assessment.matching import alternatives, expected
from migrate.assessment.showing import WRITTEN, fields
from migrate.assessment.world import DERIVED, PLAN
from migrate.errors import InputError
from migrate.model import codec
from migrate.model.assessment import LEVELS, TARGETS, Condition, Expected, Lifetime, Rule, RuleFile
from migrate.model.plan import Workload

_KINDS = ("distribution", "runtime", "server", "database", "library")
_MOST_PROBLEMS = 12


class _Pairs:
    """A list of (name, value): any name may be asked for."""


def load(documents: Iterable[tuple[str, object]]) -> RuleFile:
    """All rule files as one.

    :param documents: (file, what its YAML holds).
    :raises InputError: with the file, the rule and the field of everything that is wrong.
    """
    files = [(name, codec.load(RuleFile, document or {}, name)) for name, document in documents]
    problems = [f"{name}: {problem}" for name, file in files for problem in _problems(file)]
    ids = _ids(files)
    problems += [f"the rule {one!r} is there {count} times" for one, count in ids.items() if count > 1]
    without = [(name, one) for name, file in files for one in file.without]
    problems += [f"{name}: without: there is no rule {one!r}" for name, one in without if one not in ids]
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        shown = problems[:_MOST_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])
        raise InputError("\n".join(shown), "docs/assessment.md explains the format of rules")
    return RuleFile(
        rules=tuple(one for _, file in files for one in file.rules if one.id not in {left for _, left in without}),
        lifetimes=tuple(one for _, file in files for one in file.lifetimes),
        managed=tuple(one for _, file in files for one in file.managed),
        ways=tuple(one for _, file in files for one in file.ways),
    )


def _ids(files: list[tuple[str, RuleFile]]) -> Counter[str]:
    return Counter(rule.id for _, file in files for rule in file.rules)


def _problems(file: RuleFile) -> Iterator[str]:
    for rule in file.rules:
        yield from (f"rules[{rule.id}]: {problem}" for problem in _of_rule(rule))
    for table in file.lifetimes:
        yield from (f"lifetimes[{table.product}]: {problem}" for problem in _of_table(table))
    for way in file.ways:
        if way.target not in TARGETS:
            yield f"ways: {way.target!r} is none of {', '.join(TARGETS)}"


def _of_rule(rule: Rule) -> Iterator[str]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", rule.id):
        yield "an id is made of a-z, 0-9 and dashes"
    if rule.about not in ("host", "workload"):
        yield f"about: {rule.about!r} is neither host nor workload"
    if rule.spreads and rule.about != "host":
        yield "spreads: only what is found of a host spreads to its workloads"
    if not 0 <= rule.effort[0] <= rule.effort[1]:
        yield "effort: a range of person-days goes from the smaller to the larger"
    levels = [rule.severity.of(target) for target in TARGETS]
    yield from (f"severity: {one!r} is none of {', '.join(LEVELS)}" for one in levels if one not in LEVELS)
    if ("unknown" in levels) != (rule.settle is not None):
        yield "settle: a finding of unknown severity names the command that would settle it, and no other does"
    for condition in (rule.when, *rule.also, *rule.unless):
        yield from _of_condition(condition)
    kind = _kind(rule.when.facts)
    if kind is not None:
        yield from _of_text(rule, kind)
        yield from _of_owner(rule, kind)


def _of_condition(condition: Condition) -> Iterator[str]:
    kind = _kind(condition.facts)
    if kind is None:
        yield _unknown(condition.facts)
        return
    for where in alternatives(condition):
        for path, test in where.items():
            yield from (f"where: {problem}" for problem in _field(kind, path))
            yield from (f"where: {path}: {problem}" for problem in _of_test(expected(test)))
    if condition.facts == "lines" and not all(
        "path" in where and expected(where["path"]).matches for where in alternatives(condition)
    ):
        yield "where: lines are looked for in files whose path matches something"


def _of_test(test: Expected) -> Iterator[str]:
    for pattern in (test.matches, test.lacks):
        try:
            re.compile(pattern or "")
        except re.error as error:
            yield f"{pattern!r} is no regular expression: {error}"
    if test.bits is not None and not re.fullmatch(r"[0-7]{1,4}", test.bits):
        yield f"bits: {test.bits!r} is no octal number"


def _of_text(rule: Rule, kind: Any) -> Iterator[str]:
    texts = [("show", rule.show), *([("settle", rule.settle.replace("{target}", ""))] if rule.settle else [])]
    for name, text in texts:
        for path, how in fields(text):
            yield from (f"{name}: {problem}" for problem in _field(kind, path))
            if how is not None and how not in WRITTEN:
                yield f"{name}: {how!r} is none of {', '.join(WRITTEN)}"
            if rule.when.facts == "lines" and path == "text":
                yield f"{name}: the text of a line is never shown, it may hold a secret"


def _of_owner(rule: Rule, kind: Any) -> Iterator[str]:
    named = [one for one in (rule.of.unit, rule.of.pid, rule.of.path) if one is not None]
    for path in named:
        yield from (f"of: {problem}" for problem in _field(kind, path))
    if rule.about == "workload" and not named and not rule.when.facts.startswith(PLAN):
        yield "of: it has to say which field tells whose a fact is: unit, pid or path"


def _of_table(table: Lifetime) -> Iterator[str]:
    if table.kind not in _KINDS:
        yield f"kind: {table.kind!r} is none of {', '.join(_KINDS)}"
    dates = [("checked", table.checked)]
    dates += [(f"cycles[{one.version}]", date) for one in table.cycles for date in (one.ends, one.extended) if date]
    for name, date in dates:
        try:
            dt.date.fromisoformat(date)
        except ValueError:
            yield f"{name}: {date!r} is no date like 2030-12-31"
    if table.packages is not None:
        yield from _of_test(Expected(matches=table.packages))


# --- fields by their types --------------------------------------------------------------------------------------------


def _kind(facts: str) -> Any:
    """The type of the facts at a path; None where there is no such thing."""
    if facts == PLAN or facts.startswith(f"{PLAN}."):
        return _below(Workload, facts[len(PLAN) + 1 :])
    name, _, rest = facts.partition(".")
    start = DERIVED.get(name) or codec.scope_types().get(name)
    return None if start is None else _below(start, rest)


def _below(kind: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        if kind is _Pairs:
            return str
        if not _record(kind):
            return None
        kind = _hints(kind).get(step)
    return kind


def _field(kind: Any, path: str) -> Iterator[str]:
    """What is wrong with a field's name."""
    at = kind
    for step in path.split("."):
        if at is _Pairs:
            return
        known = _hints(at) if _record(at) else {}
        if step not in known:
            near = difflib.get_close_matches(step, known, 1)
            yield f"{path}: there is no field {step!r}" + (f"; did you mean {near[0]!r}?" if near else "")
            return
        at = known[step]


def _unknown(facts: str) -> str:
    known = sorted({*codec.scope_types(), *DERIVED, PLAN})
    first = facts.partition(".")[0]
    if first in known or facts.startswith(PLAN):
        return f"facts: {facts!r}: {first!r} has no such field"
    near = difflib.get_close_matches(first, known, 1)
    return f"facts: there is no scope {first!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _record(kind: Any) -> bool:
    return isinstance(kind, type) and dataclasses.is_dataclass(kind)


@cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    fields_ = {field.name for field in dataclasses.fields(kind)}
    return {name: _item(hint) for name, hint in get_type_hints(kind).items() if name in fields_}


def _item(hint: Any) -> Any:
    """What is inside of ``X | None`` and ``tuple[X, ...]``; pairs of texts are named values."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _item(next(one for one in inside if one is not type(None)))
    if origin is tuple and len(inside) == 2 and inside[1] is Ellipsis:
        pair = typing.get_args(inside[0])
        return _Pairs if len(pair) == 2 and pair[0] is str and pair[1] is not Ellipsis else _item(inside[0])
    return hint
