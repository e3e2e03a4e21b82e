"""Users and groups, from the files. Password hashes are never asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from migrate.model.facts import Accounts, Group, User
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import number, split

SHELL = r"""
part users
cat /etc/passwd
part groups
cat /etc/group
part end
"""

T = TypeVar("T")


def parse(data: bytes) -> Parsed:
    parts = split(data)
    users, odd_users = _each(parts.lines("users"), _user, "/etc/passwd")
    groups, odd_groups = _each(parts.lines("groups"), _group, "/etc/group")
    return Parsed(Accounts(users, groups), (*parts.gaps, *odd_users, *odd_groups))


def _each(lines: list[str], read: Callable[[list[str]], T | None], path: str) -> tuple[tuple[T, ...], list[Gap]]:
    known, gaps = [], []
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        fact = read(line.split(":"))
        if fact is not None:
            known.append(fact)
        elif line[0] in "+-":
            gaps.append(Gap(path, "takes more names from a directory (NIS, LDAP), which are not listed"))
        else:
            gaps.append(Gap(path, f"a line is not understood: {line[:80]}"))
    return tuple(known), gaps


def _user(fields: list[str]) -> User | None:
    if len(fields) < 7 or not fields[0] or fields[0][0] in "+-":
        return None
    uid, gid = number(fields[2]), number(fields[3])
    if uid is None or gid is None:
        return None
    return User(fields[0], uid, gid, fields[4], fields[5] or "/", fields[6])


def _group(fields: list[str]) -> Group | None:
    gid = number(fields[2]) if len(fields) >= 3 and fields[0] and fields[0][0] not in "+-" else None
    if gid is None:
        return None
    return Group(fields[0], gid, tuple(name for name in ":".join(fields[3:]).split(",") if name))


PROBE = Probe(Accounts, SHELL, parse, budget=20)
