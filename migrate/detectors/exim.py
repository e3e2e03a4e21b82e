"""Exim: in the foreground, its queue in a volume, its log copied to standard output."""

from __future__ import annotations

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.facts import Accounts
from migrate.model.inventory import Snapshot
from migrate.model.plan import Volume
from migrate.quoting import shell

_PROGRAMS = frozenset(("exim", "exim4"))


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and (main.exe or "").rpartition("/")[2] in _PROGRAMS and "-bd" in main.argv:
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """It starts as root: delivery to local users needs that, and so does its port."""
    main = candidate.known
    layout = (main.exe or "exim").rpartition("/")[2]
    spool, logs = f"/var/spool/{layout}", f"/var/log/{layout}"
    user = next((one for one in snapshot.inventory.get(Accounts).users if one.uid == main.uid), None)
    gid = user.gid if user else main.gid
    queue = Volume("exim-queue", spool, "spool", "copy", main.uid, gid, 0o750, "mail that waits to be delivered")
    return Advice(
        name="exim",
        command=(main.exe or "exim", "-bdf", *(word for word in main.argv[1:] if word not in ("-bd", "-bdf"))),
        entrypoint=_entrypoint(logs, user.name if user and user.uid else "root"),
        user="",
        files=(("/etc/mailname", "what stands behind the @ of local users"),),
        volumes=(queue,),
        log_directories=(logs,),
    )


def _entrypoint(logs: str, user: str) -> str:
    return f"""#!/bin/sh
# Debian's configuration is made of its parts; the log goes to standard output as well.
set -eu
[ ! -x /usr/sbin/update-exim4.conf ] || /usr/sbin/update-exim4.conf
mkdir -p {shell(logs)}
touch {shell(logs)}/mainlog
chown {shell(user)} {shell(logs)} {shell(logs)}/mainlog
tail -n 0 -F {shell(logs)}/mainlog &
exec "$@"
"""


DETECTOR = Detector("exim", recognise, advise)
