"""What AWS takes: pairs of cpu and memory of a Fargate task, and times of EventBridge's scheduler. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_GIB = 1024
_MEMORY: dict[int, tuple[int, ...]] = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
}
"""MiB of memory that go with units of cpu."""
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WORDS = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
_PART = re.compile(r"(\*|\d+)(?:-(\d+))?(?:/(\d+))?")


def size(cores: float, mebibytes: int) -> tuple[int, int]:
    """The smallest pair of units of cpu and MiB that holds both; the largest where none does."""
    for cpu, memories in _MEMORY.items():
        if cpu >= cores * _GIB:
            for memory in memories:
                if memory >= mebibytes:
                    return cpu, memory
    largest = max(_MEMORY)
    return largest, _MEMORY[largest][-1]


def times(schedule: str) -> tuple[str, ...]:
    """A crontab's times as expressions of the scheduler: two where the day of the month and of the week both count.

    Empty where it has no expression for them.
    """
    fields = _WORDS.get(schedule, schedule).split()
    if len(fields) != 5:
        return ()
    minute, hour = _field(fields[0], 0, 59), _field(fields[1], 0, 23)
    month = _field(_numbers(fields[3], _MONTHS, 1), 1, 12)
    if None in (minute, hour, month):
        return ()
    return tuple(f"cron({minute} {hour} {day} {month} {week} *)" for day, week in _days(fields[2], fields[4]))


def _days(day: str, week: str) -> Iterator[tuple[str, str]]:
    dates, names = _field(day, 1, 31), _week(week)
    if dates is None or names is None:
        return
    if dates == "*" and names == "*":
        yield "*", "?"
    if dates != "*":
        yield dates, "?"
    if names != "*":
        yield "?", names


def _week(text: str) -> str | None:
    found = _values(_numbers(text, _DAYS, 0), 0, 7)
    if found is None:
        return None
    days = sorted({day % 7 for day in found})
    return "*" if len(days) == 7 else ",".join(_DAYS[day] for day in days)


def _numbers(text: str, names: tuple[str, ...], first: int) -> str:
    return re.sub(
        r"[A-Za-z]+", lambda match: str(names.index(match[0][:3].upper()) + first) if match[0][:3].upper() in names
        else match[0], text,
    )  # fmt: skip


def _field(text: str, low: int, high: int) -> str | None:
    found = _values(text, low, high)
    if found is None:
        return None
    return "*" if len(found) == high - low + 1 else ",".join(map(str, found))


def _values(text: str, low: int, high: int) -> list[int] | None:
    """Every number that a field means, or None where it is not understood."""
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return None
        step = int(match[3] or 1)
        first = low if match[1] == "*" else int(match[1])
        last = int(match[2]) if match[2] else high if match[1] == "*" or match[3] else first
        if not (low <= first <= last <= high) or step < 1:
            return None
        found |= set(range(first, last + 1, step))
    return sorted(found)
