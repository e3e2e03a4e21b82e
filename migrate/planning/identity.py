"""Who a workload runs as: as the host started it, which is not always as the process was seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from migrate.detectors import Advice, Candidate
from migrate.model.facts import Service
from migrate.model.plan import Account
from migrate.planning.index import Index

# Programs and options that start another program as another user.
_SWITCH = re.compile(
    r"(?:^|[\s/;&|(`])(?:su|sudo|runuser|setpriv|gosu|su-exec|chpst|setuidgid|daemonize|jsvc)\s|--chuid\b|--user\b"
    r"|start-stop-daemon\b(?:(?!\s--\s)[^\n])*\s-c\s|command_user="
)
# Where texts name a user of the system: user = meter, su -c … inventory, sudo -u www-data, chown app:app.
_NAMED = re.compile(
    r"(?m)(?:\b(?:user(?:name)?|owner|run_?as|setuid)\b[\"']?\s*[=:\s]\s*[\"']?|\s-[uo]\s+|\bchown\s+(?:-\S+\s+)*)"
    r"(?P<name>[a-z_][\w.-]*)|\b(?:su|runuser)\s(?P<words>[^\n|;]*)"
)


def runs_as(host: Index, candidate: Candidate, advice: Advice) -> tuple[int, int, str | None]:
    """(uid, gid, name) in the container; the name is None for root."""
    if advice.user == "":
        return 0, 0, None
    if advice.user and advice.user in host.users_by_name:
        user = host.users_by_name[advice.user]
        return user.uid, user.gid, user.name
    main = candidate.main
    if main is None or main.uid == 0 or _drops_by_itself(host, candidate):
        return 0, 0, None
    return main.uid, main.gid, host.user_name(main.uid)


def _drops_by_itself(host: Index, candidate: Candidate) -> bool:
    """Whether it is started as root and changes to its user on its own, for which it has to be root first."""
    service, main = candidate.service, candidate.main
    if service is None or service.user not in (None, "", "root", "0"):
        return False
    keeper = host.by_pid.get(main.ppid) if main else None
    if keeper is not None and keeper.uid:
        return False  # who started it was not root, either
    words = " ".join(" ".join(argv) for argv in service.exec_start)
    return not _SWITCH.search(words + " ") and not _script_switches(host, service, _programs(candidate))


def _programs(candidate: Candidate) -> frozenset[str]:
    """What its processes execute, by name: such a command starts the daemon itself, no script around it."""
    paths = (path for one in candidate.processes for path in (one.exe, *one.argv[:2]) if path)
    return frozenset(path.rpartition("/")[2] for path in paths)


def _script_switches(host: Index, service: Service, programs: frozenset[str]) -> bool:
    """Whether a start script changes the user; taken to, where it was not captured (Debian's pg_ctlcluster)."""
    for argv in service.exec_start:
        for word in argv[:2]:
            text = host.snapshot.text(host.resolve(word)) if word.startswith("/") else None
            if text is None and word == argv[0] and word.rpartition("/")[2] not in programs:
                return True
            if text is not None and _SWITCH.search(text):
                return True
    return False


def as_running(host: Index, people: tuple[Account, ...], candidate: Candidate) -> tuple[Account, ...]:
    """The accounts, the workload's own with the groups that its process had: a unit's Group= may be another one."""
    main, service = candidate.main, candidate.service
    if main is None or main.uid == 0:
        return people
    more = {host.groups[gid].name for gid in main.groups if gid in host.groups}
    more |= set(service.supplementary_groups if service else ())
    primary = host.groups.get(main.gid)
    return tuple(
        replace(
            account,
            gid=main.gid,
            group=primary.name if primary else str(main.gid),
            groups=tuple(sorted({*account.groups, *more, account.group} - {primary.name if primary else ""})),
        )
        if account.uid == main.uid
        else account
        for account in people
    )


def named(host: Index, texts: Iterable[str]) -> frozenset[tuple[int, int]]:
    """(uid, gid) of the users that scripts and settings change to or give files to."""
    found: set[str] = set()
    for path in texts:
        if b"\0" not in host.snapshot.texts.get(path, b""):
            found |= _named(host.snapshot.text(path) or "")
    users = (host.users_by_name[name] for name in found if name in host.users_by_name)
    return frozenset((user.uid, user.gid) for user in users if user.uid)


@lru_cache(maxsize=1024)
def _named(text: str) -> frozenset[str]:
    """Words of a file that stand where users are named; several workloads may read it."""
    words = (match["name"] or match["words"] or "" for match in _NAMED.finditer(text))
    return frozenset(name for one in words for name in re.findall(r"[a-z_][\w.-]*", one))
