"""Users and groups, from the files; of a directory those that processes run as. Password hashes are never asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from migrate.model.facts import Accounts, Group, User
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import number, split

# Without the second field: old machines and NIS keep hashes there.
# A directory is asked for the ids of running processes alone, and where the machine uses one: it may be far away.
SHELL = r"""
without() { sed 's/^\([^:]*\):[^:]*:/\1:x:/' "$@"; }
part users
without /etc/passwd
part groups
without /etc/group
part directory
others=
while read -r key sources; do
    [ "$key" = passwd: ] || continue
    for word in $sources; do
        case $word in
            \#*) break ;;
            files | compat | db | systemd | cache | mymachines | altfiles | *\[* | *\]* | *=*) ;;
            *) others="$others $word" ;;
        esac
    done
done </etc/nsswitch.conf
if [ -n "$others" ] && have getent; then
    printf '%s\n' "$others"
    set +f
    ids=$(ls -nd /proc/[0-9]* | awk '
        function known(file, ids,    line, f) {
            while ((getline line < file) > 0) { split(line, f, ":"); ids[f[3]] = 1 }
            close(file)
        }
        BEGIN { known("/etc/passwd", users); known("/etc/group", groups) }
        $3 ~ /^[0-9]+$/ && !($3 in users) { users[$3] = 1; u = u " " $3 }
        $4 ~ /^[0-9]+$/ && !($4 in groups) { groups[$4] = 1; g = g " " $4 }
        END { print u " /" g }')
    set -f
    part directory_users
    [ -z "${ids%%/*}" ] || [ "${ids%%/*}" = " " ] || getent passwd ${ids%%/*} | without
    part directory_groups
    [ -z "${ids#*/}" ] || getent group ${ids#*/} | without
fi
part end
"""

T = TypeVar("T")


def parse(data: bytes) -> Parsed:
    parts = split(data)
    users, odd_users = _each(parts.lines("users"), _user, "/etc/passwd")
    groups, odd_groups = _each(parts.lines("groups"), _group, "/etc/group")
    source = " ".join(parts.line("directory").split()) or None
    found = (_user(line.split(":")) for line in parts.lines("directory_users"))
    more = tuple(replace(one, source=source) for one in found if one and one.uid not in {user.uid for user in users})
    shared = (_group(line.split(":")) for line in parts.lines("directory_groups"))
    known = {group.gid for group in groups}
    groups += tuple(one for one in shared if one and one.gid not in known)
    return Parsed(Accounts((*users, *more), groups), (*parts.gaps, *odd_users, *odd_groups))


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
