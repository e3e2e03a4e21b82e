"""Whether a fact meets a description. There is nothing to evaluate: every test is one of a few typed comparisons."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from migrate.assessment.world import Item, World, instant, items, values
from migrate.model.assessment import Condition, Expected, Line, Where

_LONGEST = 4096  # of a text that a pattern is tried on


Check = Callable[[World, Expected, tuple[Any, ...]], bool]


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a description, with the comparisons that it asks for."""

    path: str
    expected: Expected
    checks: tuple[Check, ...]

    def holds(self, world: World, value: Any) -> bool:
        found = values(value, self.path)
        return all(check(world, self.expected, found) for check in self.checks)


def matching(world: World, condition: Condition) -> tuple[Item, ...]:
    """The facts that meet a condition; none where there are fewer than it asks for."""
    either = alternatives(condition)
    described = [[_field(path, wanted) for path, wanted in where.items()] for where in either]
    found = tuple(
        item
        for item in _candidates(world, condition, either)
        if not described or any(all(field.holds(world, item.value) for field in fields) for fields in described)
    )
    return found if len(found) >= condition.at_least else ()


def _field(path: str, wanted: Expected | bool | float | str) -> _Field:
    one = expected(wanted)
    return _Field(path, one, tuple(check for name, check in _CHECKS.items() if getattr(one, name) not in (None, ())))


def alternatives(condition: Condition) -> tuple[Where, ...]:
    return (condition.where,) if isinstance(condition.where, Mapping) else condition.where


def _candidates(world: World, condition: Condition, either: tuple[Where, ...]) -> Iterator[Item]:
    """All facts of the kind; of lines only those that a description can mean."""
    if condition.facts != "lines":
        yield from items(world, condition.facts)
        return
    paths, texts = ([expected(one.get(name, "")).matches for one in either] for name in ("path", "text"))
    for path in sorted(world.snapshot.texts):
        if any(_found(one, path) for one in paths):
            lines = (world.snapshot.text(path) or "").splitlines()
            for number, line in enumerate(lines, 1):
                if any(one is None or _found(one, line) for one in texts):
                    yield Item("lines", Line(path, number, line[:_LONGEST]))


def expected(given: Expected | bool | float | str) -> Expected:
    """A plain value is one that the field has to equal."""
    return given if isinstance(given, Expected) else Expected(equals=given)


def _equals(_: World, wanted: Expected, found: tuple[Any, ...]) -> bool:
    return any(type(one) is type(wanted.equals) and one == wanted.equals for one in found) or any(
        isinstance(one, float) and one == wanted.equals for one in found
    )


def _known(_: World, wanted: Expected, found: tuple[Any, ...]) -> bool:
    return any(one not in (None, "", ()) for one in found) is wanted.known


def _bits(_: World, wanted: Expected, found: tuple[Any, ...]) -> bool:
    mask = int(wanted.bits or "0", 8)
    return any(isinstance(one, int) and one & mask for one in found)


def _size(found: tuple[Any, ...]) -> float | None:
    """The number that is there; how many there are of what is no number."""
    numbers = [one for one in found if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if len(found) == 1 and numbers:
        return float(numbers[0])
    digits = [one for one in found if isinstance(one, str) and re.fullmatch(r"\d{1,18}(\.\d+)?", one)]
    return float(digits[0]) if len(found) == 1 and digits else float(len(found))


def _at_least(_: World, wanted: Expected, found: tuple[Any, ...]) -> bool:
    size = _size(found)
    return size is not None and size >= (wanted.at_least or 0)


def _at_most(_: World, wanted: Expected, found: tuple[Any, ...]) -> bool:
    size = _size(found)
    return bool(found) and size is not None and size <= (wanted.at_most or 0)


def _past(world: World, wanted: Expected, found: tuple[Any, ...]) -> bool:
    return any((when < world.now) is wanted.past for one in found if (when := _time(one)) is not None)


def _within(world: World, wanted: Expected, found: tuple[Any, ...]) -> bool:
    limit = dt.timedelta(days=wanted.within_days or 0)
    times = [when for one in found if (when := _time(one)) is not None]
    return any(world.now <= when <= world.now + limit for when in times)


def _time(value: Any) -> dt.datetime | None:
    """Seconds since the epoch, or a date as text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return dt.datetime.fromtimestamp(min(max(value, 0), 1 << 37), dt.UTC)
    return instant(value) if isinstance(value, str) else None


def _found(pattern: str | None, text: str) -> bool:
    return pattern is not None and _compiled(pattern).search(text[:_LONGEST]) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def version_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Versions in order: numbers as numbers, words before them."""
    return tuple(
        (1, int(word), "") if word.isdigit() else (0, 0, word) for word in re.findall(r"\d+|[a-z]+", text.lower())
    )


_CHECKS: Mapping[str, Check] = {
    "equals": _equals,
    "one_of": lambda _, wanted, found: any(one in wanted.one_of for one in found),
    "none_of": lambda _, wanted, found: all(one not in wanted.none_of for one in found),
    "matches": lambda _, wanted, found: any(_found(wanted.matches, str(one)) for one in found),
    "lacks": lambda _, wanted, found: not any(_found(wanted.lacks, str(one)) for one in found),
    "at_least": _at_least,
    "at_most": _at_most,
    "older_than": lambda _, wanted, found: any(
        version_key(str(one)) < version_key(wanted.older_than or "") for one in found
    ),
    "bits": _bits,
    "known": _known,
    "past": _past,
    "within_days": _within,
}
