"""PostgreSQL, in the layouts of Debian (configuration below /etc) and of the others (in the data directory)."""

from __future__ import annotations

import re

from migrate.detectors import Advice, Candidate, Detector, emptied
from migrate.model.facts import Accounts, Databases, Process, System
from migrate.model.inventory import Snapshot
from migrate.model.plan import Health, Step, Volume
from migrate.quoting import shell, slug

_SETTING = r"^\s*{name}\s*=?\s*'?([^'#\n]+?)'?\s*(?:#.*)?$"


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = _postmaster(candidate)
    return f"process {main.pid} is a PostgreSQL postmaster" if main else None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """A cluster is made in an empty volume, then filled from the dump; the dump's own tools move it."""
    main = _postmaster(candidate) or candidate.known
    program = main.exe or "postgres"
    data = _option(main, "-D") or main.cwd or "/var/lib/postgresql/data"
    config = _config_file(main)
    text = (snapshot.text(config) if config else None) or ""
    port = next((socket.port for socket in candidate.listening), 5432)
    locale = _locale(text, snapshot)
    return Advice(
        name="postgresql",
        user=_owner(main, snapshot),  # it refuses to run as root
        command=(program, *main.argv[1:]),
        entrypoint=_entrypoint(program.rpartition("/")[0], data, locale, _runtime_directories(text)),
        stop_signal="SIGINT",  # fast shutdown; https://www.postgresql.org/docs/current/server-shutdown.html
        health=_health(main, port),
        files=((config.rpartition("/")[0], "the configuration of this cluster"),) if config else (),
        volumes=(_volume(main, data),),
        steps=_steps(data, config),
        locales=_locales(text, locale, snapshot),
        local_peers_only=True,
    )


def _backend(process: Process) -> bool:
    """A backend writes a title over its arguments: "postgres: checkpointer"."""
    return bool(process.argv and re.match(r"\S+: ", process.argv[0]))


def _owner(main: Process, snapshot: Snapshot) -> str | None:
    names = {user.uid: user.name for user in snapshot.inventory.get(Accounts).users}
    return names.get(main.uid)


def _postmaster(candidate: Candidate) -> Process | None:
    for process in candidate.processes:
        if (process.exe or "").rpartition("/")[2] in ("postgres", "postmaster") and not _backend(process):
            return process
    return None


def _option(process: Process, name: str) -> str | None:
    words = process.argv
    if name in words[:-1]:
        return words[words.index(name) + 1].rstrip("/")
    return next((word[len(name) :].rstrip("/") for word in words[1:] if word.startswith(name) and word != name), None)


def _config_file(process: Process) -> str | None:
    for word in process.argv:
        match = re.fullmatch(r"(?:-c|--)?config[_-]file=(/.+)", word)
        if match:
            return match.group(1)
    return None


def _setting(text: str, name: str) -> str | None:
    found = re.findall(_SETTING.format(name=name), text, re.M)
    return str(found[-1]) if found else None


def _locale(text: str, snapshot: Snapshot) -> str:
    return _setting(text, "lc_messages") or snapshot.inventory.get(System).locale or "C.UTF-8"


def _locales(text: str, locale: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Every locale that the server or one of its databases was made with: it refuses to start without."""
    named = [_setting(text, name) for name in ("lc_messages", "lc_monetary", "lc_numeric", "lc_time")]
    collations = [one.collation for one in snapshot.inventory.get(Databases).databases if one.engine == "postgresql"]
    found = {locale, *named, *collations}
    return tuple(sorted(one for one in found if one and "." in one and not one.startswith(("C.", "POSIX"))))


def _runtime_directories(text: str) -> tuple[str, ...]:
    """Directories below /run that Debian's start script would make: statistics of PostgreSQL before 15."""
    found = _setting(text, "stats_temp_directory")
    return (found,) if found and found.startswith("/") else ()


def _entrypoint(programs: str, data: str, locale: str, runtime: tuple[str, ...]) -> str:
    made = "".join(f"mkdir -p {shell(path)}\n" for path in runtime)
    return f"""#!/bin/sh
# Makes an empty cluster on the first start; state is loaded into it afterwards.
set -eu
{made}if [ ! -s {shell(data + "/PG_VERSION")} ]; then
    {shell(programs + "/initdb")} -D {shell(data)} --encoding=UTF8 --locale={shell(locale)} --auth=peer >&2
fi
rm -f {shell(data + "/postmaster.pid")}
exec "$@"
"""


def _health(main: Process, port: int | None) -> Health:
    program = (main.exe or "").rpartition("/")[0] + "/pg_isready"
    return Health(
        "command",
        port=port,
        command=(program, "-q", "-p", str(port or 5432)),
        because="the server's own readiness tool",
    )


def _volume(main: Process, data: str) -> Volume:
    return Volume(
        name=slug("postgresql-" + data.strip("/").replace("var/lib/", "", 1).replace("postgresql/", "", 1)),
        path=data,
        kind="data",
        method="dump:postgresql",
        uid=main.uid,
        gid=main.gid,
        mode=0o700,
        because=f"the data directory of process {main.pid}; it moves by pg_dump",
    )


def _steps(data: str, config: str | None) -> tuple[Step, ...]:
    steps = [*emptied(data, "the cluster that the package makes; the volume has its own")]
    if config:
        steps.append(
            Step(f"rm -rf {shell(config.rpartition('/')[0])}", "its configuration; the host's takes its place")
        )
    return tuple(steps)


DETECTOR = Detector("postgresql", recognise, advise)
