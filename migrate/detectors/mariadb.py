"""MariaDB and MySQL."""

from __future__ import annotations

import re

from migrate.detectors import Advice, Candidate, Detector, emptied
from migrate.model.facts import Packages, Process
from migrate.model.inventory import Snapshot
from migrate.model.plan import Health, Volume
from migrate.quoting import shell, slug

_PROGRAMS = frozenset(("mysqld", "mariadbd", "mysqld-debug", "mysqld-nt"))


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    server = _server(candidate)
    return f"process {server.pid} executes {server.exe}" if server else None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """The server itself in the foreground, without mysqld_safe; the first start sets up an empty data directory."""
    server = _server(candidate) or candidate.known
    program = server.exe or "mysqld"
    data = _data_directory(server, snapshot)
    port = next((socket.port for socket in candidate.listening), None)
    return Advice(
        name="mysql" if "mysqld" in program and not _is_mariadb(snapshot) else "mariadb",
        command=(program, *(word for word in server.argv[1:] if not word.startswith(("--pid-file", "--daemonize")))),
        entrypoint=_entrypoint(data, server, snapshot),
        stop_signal="SIGTERM",
        health=Health("tcp", port=port, because="it accepts connections") if port else None,
        volumes=(
            Volume(
                name=slug("mysql-" + data.strip("/").replace("var/lib/", "", 1)),
                path=data,
                kind="data",
                method="dump:mariadb",
                uid=server.uid,
                gid=server.gid,
                mode=0o700,
                because=f"the data directory of process {server.pid}; it moves by a logical dump",
            ),
        ),
        steps=emptied(data, "the database that the package makes; the volume has its own"),
        local_peers_only=True,
    )


def _server(candidate: Candidate) -> Process | None:
    for process in candidate.processes:
        if (process.exe or "").rpartition("/")[2] in _PROGRAMS:
            return process
    return None


def _data_directory(server: Process, snapshot: Snapshot) -> str:
    for word in server.argv:
        if word.startswith("--datadir="):
            return word.partition("=")[2].rstrip("/")
    if server.cwd and server.cwd != "/":  # mysqld changes into it
        return server.cwd.rstrip("/")
    for path in snapshot.texts:
        if path.endswith((".cnf", "my.cnf")):
            found = re.findall(r"^\s*datadir\s*=\s*(/\S+)", snapshot.text(path) or "", re.M)
            if found:
                return str(found[-1]).rstrip("/")
    return "/var/lib/mysql"


def _is_mariadb(snapshot: Snapshot) -> bool:
    return any(
        package.name.lower().startswith("mariadb-server") for package in snapshot.inventory.get(Packages).packages
    )


def _entrypoint(data: str, server: Process, snapshot: Snapshot) -> str:
    place = shell(data)
    if _is_mariadb(snapshot):
        make = f"""    install=$(command -v mariadb-install-db || command -v mysql_install_db)
    "$install" --datadir={place} --auth-root-authentication-method=socket --skip-test-db >&2"""
    else:
        make = f"    {shell(server.exe or 'mysqld')} --initialize-insecure --datadir={place} >&2"
    return f"""#!/bin/sh
# Sets up an empty data directory on the first start; state is loaded into it afterwards.
set -eu
if [ ! -d {shell(data + "/mysql")} ]; then
{make}
fi
exec "$@"
"""


DETECTOR = Detector("mariadb", recognise, advise)
