"""vsftpd: in the foreground, with the users that log in, their folders, and the ports of passive connections."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.facts import Accounts, User
from migrate.model.inventory import Snapshot
from migrate.model.plan import Port, Volume
from migrate.quoting import shell, slug

_PASSIVE = (21100, 21109)  # where the host's settings leave it any port
_MOST = 100
_NO_SHELL = re.compile(r"/(?:nologin|false|sync|halt|shutdown)$")


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and (main.exe or "").rpartition("/")[2] == "vsftpd":
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """It starts as root, and changes to whoever has logged in."""
    main = candidate.known
    path = next((word for word in main.argv[1:] if word.startswith("/")), None) or _default(snapshot)
    told = dict(re.findall(r"(?m)^(\w+)=(.*?)\s*$", snapshot.text(path) or ""))
    first, last = _range(told)
    options = () if "pasv_min_port" in told else (f"-opasv_min_port={first}", f"-opasv_max_port={last}")
    users = tuple(_users(told, snapshot))
    return Advice(
        name="vsftpd",
        command=(main.exe or "vsftpd", path, "-obackground=NO", *options),
        entrypoint=_entrypoint(told.get("secure_chroot_dir", "/var/run/vsftpd/empty")),
        user="",
        files=((path, "its settings"),),
        init=True,
        confined="it writes what users put into their folders, which are state, and its log",
        accounts=tuple(user.name for user in users),
        volumes=tuple(dict.fromkeys(_folders(told, users))),
        ports=tuple(_ports(first, last)) if told.get("pasv_enable", "YES").upper() == "YES" else (),
    )


def _entrypoint(empty: str) -> str:
    return f"""#!/bin/sh
# What its start script made on the host: a directory in which it locks itself in.
set -eu
mkdir -p {shell(empty)}
exec "$@"
"""


def _default(snapshot: Snapshot) -> str:
    return next(
        (path for path in ("/etc/vsftpd.conf", "/etc/vsftpd/vsftpd.conf") if path in snapshot.texts), "/etc/vsftpd.conf"
    )


def _range(told: dict[str, str]) -> tuple[int, int]:
    least, most = told.get("pasv_min_port", ""), told.get("pasv_max_port", "")
    if least.isdecimal() and most.isdecimal() and 0 < int(least) <= int(most) < 65536:
        return int(least), min(int(most), int(least) + _MOST - 1)
    return _PASSIVE


def _ports(first: int, last: int) -> Iterator[Port]:
    for port in range(first, last + 1):
        yield Port(port, publish=port, because="data of passive connections, whose clients are told it", on_demand=True)


def _users(told: dict[str, str], snapshot: Snapshot) -> Iterator[User]:
    """Local users who may log in: those of the list where it admits, else all with a shell that are people."""
    users = snapshot.inventory.get(Accounts).users
    if told.get("anonymous_enable", "NO").upper() == "YES":
        yield from (user for user in users if user.name == told.get("ftp_username", "ftp"))
    if told.get("local_enable", "NO").upper() != "YES":
        return
    listed = (snapshot.text(told.get("userlist_file", "/etc/vsftpd.user_list")) or "").split()
    chosen = told.get("userlist_enable", "NO").upper() == "YES"
    admits = chosen and told.get("userlist_deny", "YES").upper() == "NO"
    for user in users:
        person = user.uid >= 1000 and user.name != "nobody" and not _NO_SHELL.search(user.shell or "")
        if user.name in listed if admits else person and not (chosen and user.name in listed):
            yield user


def _folders(told: dict[str, str], users: tuple[User, ...]) -> Iterator[Volume]:
    for user in users:
        named = told.get("anon_root" if user.name == told.get("ftp_username", "ftp") else "local_root", "")
        path = named.replace("$USER", user.name) or user.home
        if path.startswith("/") and path.count("/") > 1 and not path.startswith("/nonexistent"):
            yield Volume(
                slug(f"vsftpd-{path.rpartition('/')[2]}"), path, "data", "copy", user.uid, user.gid, 0o755,
                f"what {user.name} sends and fetches",
            )  # fmt: skip


DETECTOR = Detector("vsftpd", recognise, advise)
