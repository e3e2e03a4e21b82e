"""Limits that a workload ran under beside those of its unit: of limits.conf, which logins get, and of ``ulimit``.

What starts by ``su`` or as a job of cron is a login to PAM. A line counts for a service only where its processes were
seen with that value; jobs did not run when the host was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migrate.detectors import Candidate
from migrate.model.facts import Process, User
from migrate.model.kernel import Kernel, in_kernel_units
from migrate.planning.index import Index

Limits = tuple[tuple[str, str], ...]
_CARRIED = frozenset(
    "core data fsize memlock stack rss as nofile nproc msgqueue sigpending locks cpu nice rtprio".split()
)
_ULIMIT = re.compile(r"\bulimit\s+(?:-[HS]\s+)?-[HS]*(?P<option>[cdflmnqsuv])\s+(?P<value>\d+|unlimited)\b")
_OPTIONS = {
    "n": "nofile", "u": "nproc", "l": "memlock", "s": "stack", "c": "core", "d": "data", "f": "fsize",
    "q": "msgqueue", "m": "rss", "v": "as",
}  # fmt: skip


def of_service(host: Index, candidate: Candidate, texts: Iterable[str]) -> Limits:
    """The unit's own, then what else its main process was seen with and a file says."""
    own = candidate.service.limits if candidate.service else ()
    main = candidate.main
    user = host.users.get(main.uid) if main else None
    if main is None or not main.limits:
        return own
    known = {name.lower().removeprefix("limit") for name, _ in own}
    said = [*_of_logins(host, user), *_of_texts(host, texts)]
    found = {item: value for item, value in said if item not in known and _in_force(main, item, value)}
    return (*own, *sorted(found.items()))


def of_jobs(host: Index, users: Iterable[str]) -> Limits:
    """What limits.conf gives to who the jobs run as; of several users the wider one."""
    found: dict[str, str] = {}
    for name in users:
        for item, value in _of_logins(host, host.users_by_name.get(name)):
            found[item] = max(found.get(item, value), value, key=_size)
    return tuple(sorted(found.items()))


def _size(value: str) -> float:
    words = [word for word in value.split(":") if word.isdecimal()]
    return max(map(int, words)) if words else float("inf")


def _of_logins(host: Index, user: User | None) -> Iterator[tuple[str, str]]:
    """``item, soft:hard`` for a user: lines for it alone, then for its groups, then for all but root."""
    lines = host.snapshot.inventory.get(Kernel).limits
    ranked = sorted(
        ((rank, at) for at, one in enumerate(lines) if (rank := _rank(host, one.domain, user))), reverse=True
    )
    told: dict[tuple[str, str], str] = {}
    for _, at in reversed(ranked):
        one = lines[at]
        for kind in ("soft", "hard") if one.kind == "-" else (one.kind,):
            told[one.item, kind] = one.plain
    for item in dict.fromkeys(item for item, _ in told if item in _CARRIED):
        soft, hard = told.get((item, "soft")), told.get((item, "hard"))
        yield item, (soft or hard or "") if soft == hard or not (soft and hard) else f"{soft}:{hard}"


def _rank(host: Index, domain: str, user: User | None) -> int:
    """How near a line is to a user: 0 where it is none of its."""
    if user is None:
        return 0
    if domain in (user.name, str(user.uid)):
        return 3
    groups = {one.name for one in host.groups.values() if one.gid == user.gid or user.name in one.members}
    if domain.startswith("@") and domain[1:] in groups:
        return 2
    return 1 if domain == "*" and user.uid else 0


def _of_texts(host: Index, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for path in texts:
        if b"ulimit" not in host.snapshot.texts.get(path, b""):
            continue
        for found in _ULIMIT.finditer(host.snapshot.text(path) or ""):
            item = _OPTIONS[found["option"]]
            yield item, in_kernel_units(item, found["value"])


def _in_force(main: Process, item: str, value: str) -> bool:
    return dict(main.limits).get(item) in value.split(":")
