"""A plan as the tree of its decisions, and what the plan would be without one of them. Pure.

A decision is what has a place in plan.yaml: a field of a workload, an element of a list. Which of them a generated line
comes from is found by leaving one out and emitting again, so that no emitter has to keep a record of it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from migrate.model.plan import Base, Plan, Workload

_SAYS_NOTHING = frozenset(("because", "family", "kind", "method", "how"))
_KEYS = ("name", "path", "variable", "port", "id", "what", "command", "to", "address", "kind")
_NOT_DECIDED = frozenset(("name", "host", "migrate", "called", "gone", "services", "pids"))


@dataclass(frozen=True, slots=True)
class Decision:
    """One place of the plan.

    :ivar place: as a path of plan.yaml, lists by what their elements are called: ``workloads.nginx.ports.80``.
    :ivar because: the plan's own reason, or that of what it belongs to.
    :ivar words: what it says, as words that facts are named by.
    :ivar without: the plans without it, most telling first; the next is for where one can't be emitted.
    :ivar inner: decisions that it is made of.
    """

    place: str
    because: str
    words: tuple[str, ...] = ()
    without: tuple[Plan, ...] = field(default=(), repr=False)
    inner: tuple[Decision, ...] = field(default=(), repr=False)


def decisions(plan: Plan) -> Iterator[Decision]:
    """The workloads, each with its decisions, then the other lists of a plan."""
    for at, workload in enumerate(plan.workloads):
        yield _workload(plan, at, workload)
    yield from _elements("set_aside", plan, "set_aside", "", _same)
    yield from _elements("questions", plan, "questions", "", _same)


def _same(plan: Plan) -> Plan:
    return plan


def _workload(plan: Plan, at: int, workload: Workload) -> Decision:
    def put(new: Workload) -> Plan:
        return replace(plan, workloads=(*plan.workloads[:at], new, *plan.workloads[at + 1 :]))

    place = f"workloads.{workload.name}"
    gone = replace(plan, workloads=_less(plan.workloads, at))
    inner = tuple(_fields(place, workload, workload.because, put))
    return Decision(place, workload.because, (workload.name, *workload.services), (gone,), inner)


def _fields(place: str, holder: Any, because: str, put: Callable[[Any], Plan]) -> Iterator[Decision]:
    """The fields of a workload, or of a decision that is made of others."""
    for one in dataclasses.fields(holder):
        value = getattr(holder, one.name)
        others = () if one.name in _NOT_DECIDED else tuple(_others(one, value))
        if not others:
            continue
        without = tuple(put(replace(holder, **{one.name: other})) for other in others)
        reason = getattr(value, "because", "") or getattr(holder, f"{one.name}_because", "") or because
        inner = tuple(_elements(f"{place}.{one.name}", holder, one.name, reason, put))
        yield Decision(f"{place}.{one.name}", reason, (one.name, *_words(value)), without, inner)


def _others(one: dataclasses.Field[Any], value: Any) -> Iterator[Any]:
    """What could stand in a field instead."""
    default = one.default_factory() if callable(one.default_factory) else one.default
    if default is not dataclasses.MISSING and default != value:
        yield default
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        yield ("other",)
    if default is dataclasses.MISSING and isinstance(value, str):
        yield "other"
    if isinstance(value, Base):
        yield replace(value, image="other", because="other")


def _elements(place: str, holder: Any, name: str, because: str, put: Callable[[Any], Plan]) -> Iterator[Decision]:
    items = getattr(holder, name)
    if not isinstance(items, tuple) or not all(
        dataclasses.is_dataclass(one) or isinstance(one, tuple) for one in items
    ):
        return
    for at, one in enumerate(items):
        without = put(replace(holder, **{name: _less(items, at)}))

        def put_inner(new: Any, at: int = at) -> Plan:
            return put(replace(holder, **{name: (*items[:at], new, *items[at + 1 :])}))

        reason = getattr(one, "because", "") or because
        inner = _nested(f"{place}.{_key(one, at)}", one, reason, put_inner)
        yield Decision(f"{place}.{_key(one, at)}", reason, _words(one), (without,), tuple(inner))


def _nested(place: str, one: Any, because: str, put: Callable[[Any], Plan]) -> Iterator[Decision]:
    """Lists of decisions inside of one, such as the rewrites of a coupling."""
    for inner in dataclasses.fields(one) if dataclasses.is_dataclass(one) else ():
        yield from _elements(f"{place}.{inner.name}", one, inner.name, because, put)


def _less(items: tuple[Any, ...], at: int) -> tuple[Any, ...]:
    return (*items[:at], *items[at + 1 :])


def _key(one: Any, at: int) -> str:
    """What an element is called, or its number where its name is no word."""
    names = [one[0]] if isinstance(one, tuple) else [getattr(one, name, None) for name in _KEYS]
    name = str(next((name for name in names if name is not None), at + 1))
    return name if re.fullmatch(r"[!-~]{1,80}", name) else str(at + 1)


def _words(value: Any) -> tuple[str, ...]:
    """Texts and ports that a decision says; numbers otherwise name no fact."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, tuple):
        return tuple(word for one in value for word in _words(one))
    if not dataclasses.is_dataclass(value):
        return ()
    said = {one.name: getattr(value, one.name) for one in dataclasses.fields(value) if one.name not in _SAYS_NOTHING}
    return tuple(word for name, one in said.items() for word in ((str(one),) if name == "port" else _words(one)))
