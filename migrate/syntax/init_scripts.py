"""Init scripts of SysV and OpenRC: what their headers, variables and run-level links say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from migrate.model.facts import Service
from migrate.syntax.process_tree import Tree, likeness
from migrate.syntax.supervisors import argv


class Said(Protocol):
    """The parts of the section that init scripts are told from."""

    def lines(self, name: str, /) -> list[str]: ...
    def files(self, name: str, /) -> dict[str, list[str]]: ...
    def pairs(self, name: str, /) -> Iterator[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class _Machine:
    """What is known beside the scripts themselves.

    :ivar levels: the run levels in which each script is started; ``usual`` are those the machine is in.
    :ivar started: those of which OpenRC says that they are.
    :ivar settings: files of settings that are there.
    :ivar pids: living processes by pid file.
    """

    levels: dict[str, tuple[str, ...]]
    usual: frozenset[str]
    started: frozenset[str]
    settings: frozenset[str]
    pids: dict[str, int]
    tree: Tree
    taken: frozenset[int] = frozenset()  # by scripts whose pid file names them
    second: bool = False  # the round in which these are known


def init_services(said: Said, tree: Tree) -> list[Service]:
    """Every init script and every program that inittab keeps running."""
    inittab = said.lines("inittab")
    machine = _Machine(
        _levels([link for link, _ in said.pairs("runlevels")]),
        frozenset((_default_level(inittab), "S")),
        frozenset(said.lines("openrc")),
        frozenset(said.lines("settings")),
        _pid_files(said.files("pidfiles"), tree),
        tree,
    )
    scripts = {path: lines for path, lines in said.files("scripts").items() if _name(path) not in _NOT_SERVICES}
    first = [_script(path, lines, machine) for path, lines in scripts.items()]
    machine = replace(machine, second=True, taken=frozenset(one.main_pid for one in first if one.main_pid is not None))
    again = (
        one if one.main_pid else _script(path, scripts[path], machine) for path, one in zip(scripts, first, strict=True)
    )
    return [*again, *_inittab(inittab, tree)]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


_NOT_SERVICES = frozenset({"README", "functions", "functions.sh", "skeleton", "rc", "rcS", "boot", "halt", "single"})


def _default_level(inittab: list[str]) -> str:
    """2 where nothing says otherwise, as on Debian; every other family has an inittab."""
    return next((line.split(":")[1] for line in inittab if line.split(":")[2:3] == ["initdefault"]), "2")


def _levels(links: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The run levels in which each script is started; what is stopped in one is not in it."""
    found: dict[str, dict[str, None]] = {}
    for link in sorted(links):
        match = re.fullmatch(r"/etc/(?:(?:rc\.d/|init\.d/)?rc([0-9S])\.d/S\d\d|runlevels/([^/]+)/)(.+)", link)
        if match and (level := match[1] or match[2]):
            found.setdefault(match[3], {})[level] = None
    return {name: tuple(levels) for name, levels in found.items()}


def _pid_files(files: dict[str, list[str]], tree: Tree) -> dict[str, int]:
    """Living processes by the path of their pid file."""
    found = {}
    for path, lines in files.items():
        word = lines[0].strip() if lines else ""
        if word.isascii() and word.isdecimal() and len(word) < 10 and int(word) in tree:
            found[path.replace("/var/run/", "/run/")] = int(word)
    return found


def _script(path: str, lines: list[str], machine: _Machine) -> Service:
    name = _name(path)
    variables = _variables(name, lines)
    openrc = bool(lines) and bool(re.search(r"openrc-run|runscript", lines[0]))
    pid_file = _pid_file(lines, variables)
    pid = _main_pid(name, pid_file, variables, machine)
    running = pid is not None or name in machine.started
    levels = machine.levels.get(name, ())
    return Service(
        name,
        "openrc" if openrc else "sysv",
        description=_description(lines) or variables.get("description") or variables.get("DESC"),
        active=running,
        enabled=_by_name(name)
        or any(level in machine.usual or (not level.isdigit() and level not in _ENDS) for level in levels),
        state="running" if pid is not None else "started" if running else "dead",
        kind="simple" if variables.get("supervisor") == "supervise-daemon" else "forking",
        main_pid=pid,
        unit_file=path,
        exec_start=((path, "start"),),
        exec_stop=((path, "stop"),),
        environment_files=tuple(
            file for file in (f"{folder}/{name}" for folder in _SETTINGS) if file in machine.settings
        ),
        user=variables.get("command_user", "").partition(":")[0] or variables.get("DAEMON_USER"),
        group=variables.get("command_user", "").partition(":")[2] or None,
        working_directory=_plain_path(variables.get("directory")),
        pid_file=pid_file,
        runlevels=levels,
        seen=path,
    )


def _by_name(name: str) -> bool:
    """The scripts that busybox' and buildroot's rcS starts are numbered, and need no links."""
    return bool(re.match(r"S\d\d[A-Za-z_]", name))


_ENDS = frozenset(("shutdown", "S", "off", "recovery", "single", "nonetwork", "manual"))


def _plain_path(path: str | None) -> str | None:
    return path if path and path.startswith("/") and "$" not in path else None


_SETTINGS = ("/etc/default", "/etc/sysconfig", "/etc/conf.d")


def _variables(name: str, lines: list[str]) -> dict[str, str]:
    """Plain assignments; ``$NAME`` of what was assigned before, or what OpenRC sets, is put in."""
    found: dict[str, str] = {"RC_SVCNAME": name, "SVCNAME": name}
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


def _main_pid(name: str, pid_file: str | None, variables: dict[str, str], machine: _Machine) -> int | None:
    usual = [
        pid_file or "",
        f"/run/{name}.pid",
        f"/run/{name}/{name}.pid",
        f"/run/{name}d.pid",
        f"/run/{name}/{name}d.pid",
    ]
    for path in usual:
        if (pid := machine.pids.get(path.replace("/var/run/", "/run/"))) is not None:
            return _kept(pid, machine.tree)
    return _supervised(name, machine.tree) or (_by_program(variables, machine) if machine.second else None)


def _kept(pid: int, tree: Tree) -> int:
    """The pid file of what supervise-daemon keeps names supervise-daemon."""
    if not tree.processes[pid].name.startswith("supervise-daemo"):
        return pid
    return next((one.pid for one in tree.children((pid,))), pid)


def _supervised(name: str, tree: Tree) -> int | None:
    keepers = [one.pid for one in tree.called("supervise-daemo", "supervise-daemon") if name in one.argv[1:2]]
    return next((one.pid for one in tree.children(keepers)), None)


_ANYBODY = re.compile(r"(?:python|perl|ruby|java|node|php|bash|sh|dash|env|su|nohup|sudo|runuser|mono)[\d.]*\Z")


def _by_program(variables: dict[str, str], machine: _Machine) -> int | None:
    """A child of init that runs the script's own program, and that no pid file says to be another's."""
    programs = (variables.get(key, "") for key in ("DAEMON", "command", "prog", "PROG", "exec", "DAEMON_PATH"))
    names = {_name(program) for program in programs if program and "$" not in program}
    names = {name[:15] for name in names if name and not _ANYBODY.match(name)}
    children = [one for one in machine.tree.children((1,)) if one.name in names]
    return next((one.pid for one in children if one.pid not in machine.taken), None)


_KEPT = frozenset(("respawn", "once", "ondemand", "askfirst"))


def _inittab(lines: list[str], tree: Tree) -> Iterator[Service]:
    """``ID:LEVELS:ACTION:COMMAND``; busybox has a terminal in the first field and no levels."""
    level = _default_level(lines)
    for number, line in enumerate(lines, 1):
        fields = line.split(":", 3)
        if len(fields) < 4 or fields[2] not in _KEPT or re.search(r"getty|/(?:su)?login\b", fields[3]):
            continue
        command = argv(fields[3].lstrip("-+@"))
        if not command or (fields[2] == "askfirst" and _ANYBODY.match(_name(command[0]))):
            continue
        children = [one for one in tree.children((1,)) if likeness(command, one)]
        pid = max(children, key=lambda one: likeness(command, one)).pid if children else None
        yield Service(
            fields[0] or f"{_name(command[0])}-{number}",
            "inittab",
            active=pid is not None,
            enabled=not fields[1] or level in fields[1],
            state="running" if pid is not None else None,
            kind="oneshot" if fields[2] == "once" else "simple",
            main_pid=pid,
            exec_start=(command,),
            restart=None if fields[2] == "once" else "always",
            unit_file="/etc/inittab",
            runlevels=tuple(fields[1]),
            seen="/etc/inittab",
        )
