"""Redis and its successors."""

from __future__ import annotations

import re

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.inventory import Snapshot
from migrate.model.plan import Volume

_PROGRAMS = re.compile(r"^(redis|valkey|keydb)-(server|check-rdb|sentinel)$")


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and _PROGRAMS.match((main.exe or "").rpartition("/")[2]):
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """Its title hides the configuration file, which the unit names; a first argument is that file."""
    main = candidate.known
    program = main.exe or ""
    named = [word for argv in _commands(candidate) for word in argv if word.endswith(".conf")]
    config = tuple(named[:1])
    data = main.cwd if main.cwd and main.cwd != "/" else "/var/lib/redis"
    return Advice(
        name="redis",
        command=(
            "/usr/bin/redis-server" if "check" in program else program,
            *config,
            "--daemonize",
            "no",
            "--supervised",
            "no",
            "--pidfile",
            "",
            "--logfile",
            "",
        ),
        stop_signal="SIGTERM",
        volumes=(
            Volume(
                "redis-data",
                data,
                "data",
                "dump:redis",
                main.uid,
                main.gid,
                0o750,
                "its working directory, where it saves",
            ),
        ),
        local_peers_only=True,
    )


def _commands(candidate: Candidate) -> tuple[tuple[str, ...], ...]:
    unit = candidate.service.exec_start if candidate.service else ()
    return (*unit, candidate.main.argv if candidate.main else ())


DETECTOR = Detector("redis", recognise, advise)
