"""Upstart's jobs: ``initctl list`` with the jobs' files and what overrides them."""

from __future__ import annotations

import re

from migrate.model.facts import Service
from migrate.syntax.supervisors import argv


def upstart(states: list[str], files: dict[str, list[str]]) -> list[Service]:
    """``ssh start/running, process 812``, an instance in parentheses; a second line tells of a helper process."""
    found = []
    for line in states:
        match = re.match(r"(\S+)(?: \(([^)]*)\))? (start|stop)/([\w-]+)(?:, process (\d{1,9}))?$", line)
        if match:
            path = f"/etc/init/{match[1]}.conf"
            override = files.get(f"/etc/init/{match[1]}.override", [])
            found.append(_job(match, path, files.get(path, []), override))
    return found


def _job(match: re.Match[str], path: str, lines: list[str], override: list[str]) -> Service:
    whole = [*override, *lines]

    def stanza(word: str) -> str | None:
        found = (re.match(rf"\s*{word}(?:\s+(\S.*))?$", line) for line in whole)
        return next(((one[1] or "").strip() for one in found if one), None)

    command = stanza("exec") or stanza("script-exec")
    running = match[3] == "start"
    manual = any(line.strip() == "manual" for line in whole)
    return Service(
        match[1] + (f" ({match[2]})" if match[2] else ""),
        "upstart",
        description=(stanza("description") or "").strip("\"'") or None,
        active=running,
        enabled=stanza("start on") is not None and not manual,
        state=match[4],
        kind="task" if stanza("task") is not None else "forking" if stanza("expect") else "simple",
        main_pid=int(match[5]) if match[5] else None,
        unit_file=path if lines else None,
        drop_ins=(path.removesuffix(".conf") + ".override",) if override else (),
        exec_start=(argv(command),) if command else (),
        environment=tuple(_pair(one[1]) for line in whole if (one := re.match(r"\s*env\s+(\w+=.*)", line))),
        user=stanza("setuid"),
        group=stanza("setgid"),
        working_directory=stanza("chdir"),
        umask=stanza("umask"),
        kill_signal=f"SIG{signal.removeprefix('SIG')}" if (signal := stanza("kill signal")) else None,
        limits=tuple(_limit(line) for line in whole if re.match(r"\s*limit\s+\w+\s+\S+\s+\S+", line)),
        restart="always" if stanza("respawn") is not None else None,
        seen="initctl list" + (f", {path}" if lines else ""),
    )


def _limit(line: str) -> tuple[str, str]:
    """``limit nofile 1024 4096`` as the keys of units have it."""
    _, name, soft, hard = line.split()[:4]
    return f"Limit{name.upper()}", soft if soft == hard else f"{soft}:{hard}"


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.strip().partition("=")
    return name, value.strip("\"'")
