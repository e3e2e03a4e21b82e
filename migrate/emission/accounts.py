"""Users and groups of an image, with the host's ids."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migrate.emitters import Sources
from migrate.errors import InputError
from migrate.model.facts import Accounts, User
from migrate.model.plan import Account, Workload

_NAME = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.@+-]{0,60}\$?")


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    gid: int
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the container's process is, in numbers."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()

    @property
    def root(self) -> bool:
        return self.uid == 0


def users(workload: Workload) -> tuple[Account, ...]:
    """The accounts to make, by id; root is there already.

    :raises InputError: a name, home or shell can't stand in /etc/passwd.
    """
    for account in workload.accounts:
        for text in (account.home, account.shell):
            if ":" in text or not text.isprintable():
                raise InputError(
                    f"plan.yaml: {workload.name}: {text!r} of user {account.name!r} can't stand in /etc/passwd"
                )
        _named(workload, account.name)
    return tuple(sorted((one for one in workload.accounts if one.uid != 0), key=lambda one: (one.uid, one.name)))


def gecos(account: Account) -> str:
    """The account's comment, as far as every tool chain carries it."""
    return re.sub(r"[^ -~]|[:\\]", "", account.gecos)


def groups(sources: Sources, workload: Workload) -> tuple[Group, ...]:
    """The groups to make, with the workload's users as members."""
    known = {group.name: group.gid for group in sources.snapshots[workload.host].inventory.get(Accounts).groups}
    ids = {choice.name: choice.gid for choice in workload.groups}
    members: dict[str, list[str]] = {}
    for account in users(workload):
        ids.setdefault(account.group, account.gid)
        for name in account.groups:
            if name in ids or name in known:
                ids.setdefault(name, known.get(name, -1))
                members.setdefault(name, []).append(account.name)
    for name in ids:
        _named(workload, name)
    made = (Group(name, gid, tuple(members.get(name, ()))) for name, gid in ids.items() if gid > 0 or members.get(name))
    return tuple(sorted(made, key=lambda group: (group.gid, group.name)))


def identity(sources: Sources, workload: Workload) -> Identity:
    """Who the workload runs as.

    :raises InputError: the plan's user is neither among the accounts nor a number.
    """
    return of_user(sources, workload, workload.user)


def of_user(sources: Sources, workload: Workload, user: str | None) -> Identity:
    """The ids of a user of the workload by name or number; root for None."""
    if not user or user in ("root", "0"):
        return Identity(0, 0)
    facts = sources.snapshots[workload.host].inventory.get(Accounts)
    known: tuple[Account | User, ...] = (*workload.accounts, *facts.users)
    for account in known:
        if account.name == user or str(account.uid) == user:
            ids = {group.name: group.gid for group in facts.groups} | {one.name: one.gid for one in workload.groups}
            names = account.groups if isinstance(account, Account) else _memberships(facts, account.name)
            others = {ids[name] for name in names if name in ids} - {account.gid}
            return Identity(account.uid, account.gid, tuple(sorted(others)))
    if user.isdigit():
        return Identity(int(user), int(user))
    raise InputError(f"plan.yaml: {workload.name} runs as {user!r}, who is not among its accounts", "add the account")


def _memberships(facts: Accounts, name: str) -> tuple[str, ...]:
    return tuple(group.name for group in facts.groups if name in group.members)


def _named(workload: Workload, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(f"plan.yaml: {workload.name}: {name!r} can't be the name of a user or group")
