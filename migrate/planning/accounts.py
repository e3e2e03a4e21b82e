"""Users and groups that a workload needs, with the host's ids."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.model.facts import Accounts
from migrate.model.plan import Account, GroupChoice
from migrate.planning.index import Index

# The ids of a fresh base image, which every release has the same: Debian's base-passwd, setup on Red Hat.
_BASE_IDS = frozenset((0, 65534))


def needed(
    host: Index, ids: Iterable[tuple[int, int]], because: str
) -> tuple[tuple[Account, ...], tuple[GroupChoice, ...]]:
    """Accounts for each (uid, gid) that the workload runs as or that own its files."""
    pairs = sorted(set(ids))
    accounts = tuple(_account(host, uid, because) for uid in sorted({uid for uid, _ in pairs}) if _wanted(host, uid))
    gids = {gid for _, gid in pairs} | {account.gid for account in accounts}
    names = {name for account in accounts for name in account.groups}
    groups = [
        group for group in host.snapshot.inventory.get(Accounts).groups if group.gid in gids or group.name in names
    ]
    return accounts, tuple(GroupChoice(group.name, group.gid) for group in groups if group.gid not in _BASE_IDS)


def _wanted(host: Index, uid: int) -> bool:
    return uid not in _BASE_IDS and uid in host.users


def _account(host: Index, uid: int, because: str) -> Account:
    user = host.users[uid]
    group = host.groups.get(user.gid)
    others = host.snapshot.inventory.get(Accounts).groups
    return Account(
        name=user.name,
        uid=user.uid,
        gid=user.gid,
        group=group.name if group else str(user.gid),
        home=user.home,
        shell=user.shell or "/usr/sbin/nologin",
        gecos=user.gecos,
        groups=tuple(sorted(other.name for other in others if user.name in other.members and other.gid != user.gid)),
        because=because,
    )
