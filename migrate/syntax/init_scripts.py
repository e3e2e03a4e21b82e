"""Init scripts of SysV and OpenRC: what their headers, variables and run-level links say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from migrate.model.facts import Service

Alive = Mapping[int, tuple[int, str]]
"""Parent and name by process id."""


class Said(Protocol):
    """The parts of the section that init scripts are told from."""

    def lines(self, name: str, /) -> list[str]: ...
    def files(self, name: str, /) -> dict[str, list[str]]: ...
    def pairs(self, name: str, /) -> Iterator[tuple[str, str]]: ...


def init_services(said: Said, alive: Alive) -> list[Service]:
    """Every init script and every program that inittab keeps running."""
    scripts, links = said.files("scripts"), list(said.pairs("runlevels"))
    started, settings = set(said.lines("openrc")), set(said.lines("settings"))
    pids = _pid_files(said.files("pidfiles"), alive)
    enabled = _enabled([link for link, _ in links], _default_level(said.lines("inittab")))
    found = []
    for path, lines in scripts.items():
        name = path.rpartition("/")[2]
        if name in _NOT_SERVICES:
            continue
        found.append(_script(path, name, lines, name in enabled, started, settings, pids, alive))
    return [*found, *_inittab(said.lines("inittab"))]


_NOT_SERVICES = frozenset({"README", "functions", "functions.sh", "skeleton", "rc", "rcS", "boot", "halt", "single"})


def _default_level(inittab: list[str]) -> str:
    """2 where nothing says otherwise, as on Debian; every other family has an inittab."""
    return next((line.split(":")[1] for line in inittab if line.split(":")[2:3] == ["initdefault"]), "2")


def _enabled(links: Iterable[str], level: str) -> set[str]:
    found = set()
    for link in links:
        match = re.fullmatch(r"/etc/(?:(?:rc\.d/)?rc([0-9S])\.d/S\d\d|runlevels/([^/]+)/)(.+)", link)
        if match and (match[1] in (level, "S") or match[2] not in (None, "shutdown")):
            found.add(match[3])
    return found


def _pid_files(files: dict[str, list[str]], alive: Alive) -> dict[str, int]:
    """Living processes by the path of their pid file."""
    found = {}
    for path, lines in files.items():
        word = lines[0].strip() if lines else ""
        if word.isascii() and word.isdecimal() and len(word) < 10 and int(word) in alive:
            found[path.replace("/var/run/", "/run/")] = int(word)
    return found


def _script(
    path: str,
    name: str,
    lines: list[str],
    enabled: bool,
    started: set[str],
    settings: set[str],
    pids: dict[str, int],
    alive: Alive,
) -> Service:
    variables = _variables(lines)
    openrc = bool(lines) and bool(re.search(r"openrc-run|runscript", lines[0]))
    pid_file = _pid_file(lines, variables)
    pid = _main_pid(name, pid_file, variables, pids, alive)
    return Service(
        name,
        "openrc" if openrc else "sysv",
        description=_description(lines) or variables.get("DESC"),
        active=pid is not None or name in started,
        enabled=enabled,
        state="running" if pid is not None or name in started else "dead",
        kind="forking",
        main_pid=pid,
        unit_file=path,
        exec_start=((path, "start"),),
        exec_stop=((path, "stop"),),
        environment_files=tuple(file for file in (f"{folder}/{name}" for folder in _SETTINGS) if file in settings),
        user=variables.get("command_user", "").partition(":")[0] or variables.get("DAEMON_USER"),
        pid_file=pid_file,
        seen=path,
    )


_SETTINGS = ("/etc/default", "/etc/sysconfig", "/etc/conf.d")


def _variables(lines: list[str]) -> dict[str, str]:
    """Plain assignments; ``$NAME`` of what was assigned before is put in."""
    found: dict[str, str] = {}
    for line in lines:
        match = re.match(r"\s*(?:export |local )?([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|[^\s;#]*)", line)
        if match and match[1] not in found:
            value = match[2].strip("\"'")
            found[match[1]] = re.sub(r"\$\{?([A-Za-z_]\w*)\}?", lambda m: found.get(m[1], m[0]), value)
    return found


def _description(lines: list[str]) -> str | None:
    for wanted in (r"#\s*Short-Description:\s*(.+)", r"#\s*[Dd]escription:\s*([^\\]+)"):
        for line in lines:
            if match := re.match(wanted, line):
                return match[1].strip()
    return None


def _pid_file(lines: list[str], variables: dict[str, str]) -> str | None:
    header = next((match[1] for line in lines if (match := re.match(r"#\s*pidfile:\s*(/\S+)", line))), None)
    known = (variables.get(name, "") for name in ("PIDFILE", "PID_FILE", "pidfile", "pid_file", "PIDFile"))
    return header or next((value for value in known if value.startswith("/") and "$" not in value), None)


def _main_pid(
    name: str, pid_file: str | None, variables: dict[str, str], pids: dict[str, int], alive: Alive
) -> int | None:
    usual = [
        pid_file or "",
        f"/run/{name}.pid",
        f"/run/{name}/{name}.pid",
        f"/run/{name}d.pid",
        f"/run/{name}/{name}d.pid",
    ]
    for path in usual:
        if (pid := pids.get(path.replace("/var/run/", "/run/"))) is not None:
            return pid
    programs = (variables.get(key, "") for key in ("DAEMON", "command", "prog", "PROG", "exec", "DAEMON_PATH"))
    names = {program.rpartition("/")[2][:15] for program in programs if program and "$" not in program}
    return min((pid for pid, (parent, comm) in alive.items() if parent == 1 and comm in names), default=None)


def _inittab(lines: list[str]) -> Iterator[Service]:
    for line in lines:
        fields = line.split(":", 3)
        if len(fields) == 4 and fields[2] in ("respawn", "once") and "getty" not in fields[3]:
            argv = tuple(fields[3].split())
            if argv:
                name = fields[0] or argv[0].rpartition("/")[2]
                yield Service(
                    name,
                    "inittab",
                    enabled=True,
                    kind="simple",
                    exec_start=(argv,),
                    unit_file="/etc/inittab",
                    seen="/etc/inittab",
                )
