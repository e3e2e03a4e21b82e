"""What upstart, supervisor and runit (daemontools) are told to keep running."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace

from migrate.model.facts import Service
from migrate.syntax import ini

Alive = Mapping[int, tuple[int, str]]
"""Parent and name by process id."""


def argv(command: str) -> tuple[str, ...]:
    """Words of a command line; by blanks where its quotes don't match."""
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return tuple(command.split())


def upstart(states: list[str], files: dict[str, list[str]]) -> list[Service]:
    """``initctl list`` with the jobs' files: ``ssh start/running, process 812``."""
    found = []
    for line in states:
        match = re.match(r"(\S+)(?: \(([^)]*)\))? (start|stop)/(\S+?)(?:, process (\d{1,9}))?$", line)
        if match:
            path = f"/etc/init/{match[1]}.conf"
            found.append(_upstart(match, path, files.get(path, [])))
    return found


def _upstart(match: re.Match[str], path: str, lines: list[str]) -> Service:
    def stanza(word: str) -> str | None:
        found = (re.match(rf"\s*{word}\s+(\S.*)", line) for line in lines)
        return next((one[1].strip() for one in found if one), None)

    command = stanza("exec")
    running = match[3] == "start"
    return Service(
        match[1] + (f" ({match[2]})" if match[2] else ""),
        "upstart",
        description=(stanza("description") or "").strip("\"'") or None,
        active=running,
        enabled=stanza("start on") is not None,
        state=match[4],
        kind="forking" if stanza("expect") else "simple",
        main_pid=int(match[5]) if match[5] else None,
        unit_file=path if lines else None,
        exec_start=(argv(command),) if command else (),
        environment=tuple(_pair(one[1]) for line in lines if (one := re.match(r"\s*env\s+(\w+=.*)", line))),
        user=stanza("setuid"),
        group=stanza("setgid"),
        working_directory=stanza("chdir"),
        umask=stanza("umask"),
        kill_signal=f"SIG{signal.removeprefix('SIG')}" if (signal := stanza("kill signal")) else None,
        seen="initctl list" + (f", {path}" if lines else ""),
    )


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.strip().partition("=")
    return name, value.strip("\"'")


def supervisor(files: dict[str, list[str]], alive: Alive) -> list[Service]:
    """The ``[program:…]`` sections of supervisord's configuration."""
    keepers = {pid for pid, (_, name) in alive.items() if name == "supervisord"}
    found: list[Service] = []
    for path, lines in files.items():
        sections: dict[str, dict[str, str]] = {}
        for one in ini.read("\n".join(lines)):
            sections.setdefault(one.section, {})[one.key] = one.raw if one.key == "environment" else one.value or ""
        for section, values in sections.items():
            if section.startswith("program:"):
                found.append(_program(section.partition(":")[2].strip(), values, path, keepers, alive))
    return _apart(found)


def _apart(services: list[Service]) -> list[Service]:
    """One process belongs to one program: the first of that name which is started by itself."""
    taken: dict[int | None, str] = {}
    for one in sorted(services, key=lambda one: one.enabled is False):
        taken.setdefault(one.main_pid, one.name)
    return [
        one
        if one.main_pid is None or taken[one.main_pid] == one.name
        else replace(one, active=False, state=None, main_pid=None)
        for one in services
    ]


def _program(name: str, values: dict[str, str], path: str, keepers: set[int], alive: Alive) -> Service:
    words = argv(values.get("command", ""))
    pid = _child(keepers, words, alive)
    environment = re.findall(r"([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|[^,\s]*)", values.get("environment", ""))
    return Service(
        name,
        "supervisor",
        active=pid is not None,
        enabled=values.get("autostart", "true").lower() not in ("false", "0", "no", "off"),
        state="running" if pid is not None else None,
        kind="simple",
        main_pid=pid,
        unit_file=path,
        exec_start=(words,) if words else (),
        environment=tuple((key, value.strip("\"'")) for key, value in environment),
        user=values.get("user") or None,
        working_directory=values.get("directory") or None,
        umask=values.get("umask") or None,
        kill_signal=f"SIG{values['stopsignal'].removeprefix('SIG')}" if values.get("stopsignal") else None,
        restart=values.get("autorestart") or None,
        seen=path,
    )


def _child(keepers: set[int], words: tuple[str, ...], alive: Alive) -> int | None:
    """The process below its keeper that bears the program's name."""
    name = words[0].rpartition("/")[2][:15] if words else ""
    return min((pid for pid, (parent, comm) in alive.items() if parent in keepers and comm == name), default=None)


def runit(files: dict[str, list[str]], alive: Alive) -> list[Service]:
    """Service folders of runit and daemontools; the last ``exec`` of ``run`` is the command."""
    keepers = {pid for pid, (_, name) in alive.items() if name in ("runsv", "supervise")}
    found = []
    for path, lines in files.items():
        commands = [
            line.strip()[5:]
            for line in lines
            if line.strip().startswith("exec ") and not line.strip().startswith("exec 2>")
        ]
        words, user = _chpst(argv(re.sub(r"\s+2>&1", "", commands[-1])) if commands else ())
        pid = _child(keepers, words, alive)
        found.append(
            Service(
                path.rpartition("/")[0].rpartition("/")[2],
                "runit",
                active=pid is not None,
                enabled=True,
                state="running" if pid is not None else None,
                kind="simple",
                main_pid=pid,
                unit_file=path,
                exec_start=(words,) if words else (),
                user=user,
                seen=path,
            )
        )
    return found


def _chpst(words: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """The command behind ``chpst -u USER`` or ``setuidgid USER``, and that user."""
    if words[:1] == ("setuidgid",):
        return words[2:], words[1] if len(words) > 1 else None
    if words[:1] != ("chpst",):
        return words, None
    user, rest = None, list(words[1:])  # type: str | None, list[str]
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option[1:2] in tuple("uUbemdolpfcrtn/") and len(option) == 2 and rest:
            value = rest.pop(0)
            user = value.partition(":")[0] if option == "-u" else user
    return tuple(rest), user
