"""Postfix: in the foreground, its log on standard output, its queue in a volume, its maps made where missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.facts import Accounts, Files, Packages
from migrate.model.inventory import Snapshot
from migrate.model.plan import Volume
from migrate.quoting import shell

_MAP = re.compile(r"\b(hash|btree|lmdb|dbm|cdb):(/[\w./+-]+)")


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and re.search(r"/postfix/(?:s?bin/)?master$", main.exe or ""):
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """The master stays root, as it starts its services as several users and in a changed root."""
    main = candidate.known
    given = dict(main.environment)
    place = given.get("config_directory") or given.get("MAIL_CONFIG") or "/etc/postfix"
    text = snapshot.text(f"{place}/main.cf") or ""
    queue = _setting(text, "queue_directory") or given.get("queue_directory") or "/var/spool/postfix"
    data = _setting(text, "data_directory") or given.get("data_directory") or "/var/lib/postfix"
    maps = tuple(dict.fromkeys(_MAP.findall(text + (snapshot.text(f"{place}/master.cf") or ""))))
    return Advice(
        name="postfix",
        command=("/usr/sbin/postfix", "start-fg") if _logs_by_itself(snapshot) else (main.exe or "master", "-d"),
        entrypoint=_entrypoint(queue, maps, _logs_by_itself(snapshot)),
        user="",
        files=tuple((f"{path}{end}", "a map of it") for _, path in maps for end in ("", ".db")),
        exclude=(data,),  # what it remembers of TLS sessions and addresses; it is made anew
        volumes=(_queue(queue, main.environment, snapshot), *_mailboxes(snapshot)),
        accounts=(*_recipients(snapshot, maps), given.get("setgid_group") or "postdrop"),
        own_environment=True,
    )


def _logs_by_itself(snapshot: Snapshot) -> bool:
    """Whether it knows ``maillog_file`` and ``start-fg``: since 3.4."""
    versions = [one.version for one in snapshot.inventory.get(Packages).packages if one.name == "postfix"]
    match = re.match(r"(?:\d+:)?(\d+)\.(\d+)", versions[0]) if versions else None
    return match is None or (int(match[1]), int(match[2])) >= (3, 4)


def _setting(text: str, name: str) -> str | None:
    found = re.findall(rf"(?m)^{name}\s*=\s*(/\S+)\s*$", text)
    return str(found[-1]).rstrip("/") if found else None


def _queue(path: str, environment: tuple[tuple[str, str], ...], snapshot: Snapshot) -> Volume:
    return Volume("postfix-queue", path, "spool", "copy", 0, 0, 0o755, "mail that waits to be delivered")


def _mailboxes(snapshot: Snapshot) -> Iterator[Volume]:
    """Where it delivers to local users, if it ever did."""
    for place in ("/var/mail", "/var/spool/mail"):
        if any(tree.root.path.startswith(place + "/") for tree in snapshot.inventory.get(Files).unmanaged):
            groups = {group.name: group.gid for group in snapshot.inventory.get(Accounts).groups}
            because = "mailboxes of local users"
            yield Volume("postfix-mail", place, "data", "copy", 0, groups.get("mail", 0), 0o2775, because)


def _recipients(snapshot: Snapshot, maps: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """Users that have a mailbox, or that aliases and virtual addresses lead to."""
    boxes = [tree.root.path for tree in snapshot.inventory.get(Files).unmanaged]
    named = {path.rpartition("/")[2] for path in boxes if path.startswith(("/var/mail/", "/var/spool/mail/"))}
    for _, path in maps:
        for line in (snapshot.text(path) or "").splitlines():
            if not line.lstrip().startswith("#"):
                named.update(re.findall(r"(?<![\w.@-])[a-z_][\w.-]*(?![\w.@-])", line))
    yield from (user.name for user in snapshot.inventory.get(Accounts).users if user.uid >= 1000 and user.name in named)


def _entrypoint(queue: str, maps: tuple[tuple[str, str], ...], logs: bool) -> str:
    made = "".join(
        f"[ -e {shell(path)}.db ] || [ ! -e {shell(path)} ] || {_maker(path)} {shell(f'{kind}:{path}')}\n"
        for kind, path in maps
        if kind != "cdb"
    )
    log = "postconf -e maillog_file=/dev/stdout\n" if logs else ""
    return f"""#!/bin/sh
# Whoever was a process of the same machine is a neighbour now: the container's own network counts as local, without its
# gateway, behind which is the rest of the world.
set -eu
umask 022
dotted() {{ printf '%d.%d.%d.%d' "0x$(echo "$1" | cut -c7-8)" "0x$(echo "$1" | cut -c5-6)" \\
    "0x$(echo "$1" | cut -c3-4)" "0x$(echo "$1" | cut -c1-2)"; }}
bits() {{ echo "$1" | sed 's/F/4/g; s/E/3/g; s/C/2/g; s/8/1/g; s/./&+/g; s/$/0/'; }}
networks=
while read -r _ destination gateway _ _ _ _ mask _; do
    case $destination:$gateway in
    Destination:* | 00000000:00000000) ;;
    00000000:*) networks="!$(dotted "$gateway"), $networks" ;;
    *:00000000) networks="$networks$(dotted "$destination")/$(($(bits "$mask"))), " ;;
    esac
done </proc/net/route
case "$(postconf -h mynetworks)" in
*"$networks"*) ;;
*) postconf -e "mynetworks = $networks$(postconf -h mynetworks)" ;;
esac
# Mails are called after their inodes: those that were copied get new names before it starts, and before it logs to
# where only root can.
postsuper -s || :
{log}{made}rm -f {shell(queue)}/pid/master.pid
[ ! -x /usr/lib/postfix/configure-instance.sh ] || /usr/lib/postfix/configure-instance.sh -
exec "$@"
"""


def _maker(path: str) -> str:
    return "postalias" if "alias" in path.rpartition("/")[2] else "postmap"


DETECTOR = Detector("postfix", recognise, advise)
