"""Resource limits as engines take them: soft and hard, as far as every engine grants them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.model.plan import Workload

MOST_FILES = 20_000
# What an engine without CAP_SYS_RESOURCE can still give: more keeps a container from starting.
_MOST = {"nofile": MOST_FILES, "memlock": 8 << 20, "nproc": 32_768, "msgqueue": 819_200, "sigpending": 32_768}
_TAKEN = frozenset((*_MOST, "core", "data", "fsize", "stack", "cpu"))
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
UNLIMITED = -1


def short(name: str) -> str:
    """``LimitNOFILE`` is nofile."""
    return name.lower().removeprefix("limit")


def of(workload: Workload) -> Iterator[tuple[str, int, int]]:
    """(name, soft, hard); -1 is no limit. Without those that ask for no limit where engines set one."""
    for name, value in workload.limits:
        numbers = [_number(word) for word in value.split(":")]
        known = [number for number in numbers if number is not None]
        endless = short(name) == "nofile" and max(known, default=0) > 1 << 20
        if short(name) in _TAKEN and len(known) == len(numbers) and not endless:
            soft, hard = (_granted(short(name), number) for number in (known[0], known[-1]))
            if (soft, hard) != (UNLIMITED, UNLIMITED) or short(name) in ("core", "stack"):
                yield short(name), soft, hard


def _number(word: str) -> int | None:
    if word.lower() in ("infinity", "unlimited", "-1"):
        return UNLIMITED
    found = re.fullmatch(r"(\d{1,15})([kmgt]?)b?", word, re.IGNORECASE)
    return int(found[1]) * _UNITS[found[2].lower()] if found else None


def _granted(name: str, number: int) -> int:
    most = _MOST.get(name)
    if number == UNLIMITED:
        return most if most is not None and name == "memlock" else UNLIMITED
    return number if most is None else min(number, most)
