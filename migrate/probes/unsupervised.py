"""Programs that nobody keeps running: told from processes, services and jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrate.model.facts import Accounts, Job, Process, Processes, Schedule, Service, Services
from migrate.model.inventory import Gap, Snapshot
from migrate.model.unsupervised import Left, Unsupervised
from migrate.probes import Parsed, Reading

# Whose children are not theirs: they start what a table or a person tells them to, and forget it.
_STARTERS = {
    "cron": "cron",
    "crond": "cron",
    "cronie": "cron",
    "fcron": "cron",
    "anacron": "cron",
    "atd": "at",
    "ssh": "login",
    "sshd": "login",
    "dropbear": "login",
    "rc-local": "rc.local",
    "rc.local": "rc.local",
}
_TERMINALS = {"screen": "screen", "SCREEN": "screen", "tmux": "tmux", "dtach": "dtach", "abduco": "abduco"}
# Parts of a login, of the session bus or of the machine; what runs in them is looked at, they themselves are not.
_NOT_PROGRAMS = re.compile(
    r"(?:bash|sh|dash|zsh|ksh|csh|tcsh|fish|ash|su|sudo|login|sshd(?:-session|-auth)?|dropbear|systemd|\(sd-pam\)|sd-pam"
    r"|dbus-(?:daemon|launch|broker.*)|(?:gpg|ssh)-agent|scdaemon|agetty|m?getty|mingetty|gvfs.*|at-spi.*|pipewire.*"
    r"|pulseaudio|Xorg|Xvnc|dconf-service|init|upstart.*|cron|crond|CRON|atd|udevd|systemd-udevd|sftp-server|scp|rsync"
    r"|sleep|tail|less|more|vi|vim|nano|top|htop|man|watch)\Z"
)


def read(snapshot: Snapshot) -> Parsed:
    inventory = snapshot.inventory
    found = inventory.get(Processes).processes
    if found and all(one.pid != 1 for one in found):
        return Parsed(Unsupervised(), (Gap("programs that nobody keeps", "the first process is not seen"),))
    names = {user.uid: user.name for user in inventory.get(Accounts).users}
    view = _View(found, inventory.get(Services).services, inventory.get(Schedule).jobs)
    left = tuple(_left(process, view, names) for process in view.loose())
    return Parsed(Unsupervised(left))


_INITS = frozenset("systemd init upstart runit runit-init openrc-init".split())
_PACKAGED = re.compile(r"/(?:usr/)?(?:s?bin|lib(?:exec|32|64)?)/")


@dataclass(frozen=True, slots=True)
class _View:
    processes: tuple[Process, ...]
    services: tuple[Service, ...]
    jobs: tuple[Job, ...]

    def loose(self) -> Iterator[Process]:
        """The topmost processes that nothing keeps; none where the first process is what the machine is for."""
        by_pid = {one.pid: one for one in self.processes}
        if 1 not in by_pid or by_pid[1].name not in _INITS:
            return
        kept = self._kept(by_pid)
        for one in self.processes:
            above = by_pid.get(one.ppid)
            if one.pid in kept or _transparent(one) or above is None:
                continue
            if (above.pid == 1 or _starts(above)) and self._sure(one):
                yield one

    def _kept(self, by_pid: Mapping[int, Process]) -> set[int]:
        """What a service keeps: its main processes, all in its control group, and all below those."""
        known = {pid for one in self.services for pid in (one.main_pid or 0, *one.pids)}
        units = {one.name for one in self.services if one.manager == "systemd" and not _starter(one.name)}
        kept = {pid for pid, one in by_pid.items() if pid in known or one.unit in units}
        below = {pid for pid in kept if not _starts(by_pid[pid]) or (pid in known and not _runs_tables(by_pid[pid]))}
        while more := {one.pid for one in self.processes if one.ppid in below} - below:
            below |= more
        return kept | below | {1}

    def _sure(self, process: Process) -> bool:
        """Without control groups a daemon whose pid file is not known looks alike: there only what is no package's."""
        if process.unit is not None or _from(process, self)[0]:
            return True
        words = [process.exe or "", *process.argv[:3]]
        paths = [word for word in words if word.startswith("/")]
        scripts = [word for word in process.argv[1:3] if not word.startswith("-") and "." in word]
        return bool(scripts) or any(not _PACKAGED.match(path) for path in paths)


def _starts(process: Process) -> bool:
    """Whether what is below it is not its own: a daemon that runs tables, a shell, a user's manager."""
    return _runs_tables(process) or _transparent(process)


def _runs_tables(process: Process) -> bool:
    """Whether it starts what tables and people say: cron, sshd, a user's systemd."""
    return process.name in _STARTERS or process.name in ("CRON", "systemd")


def _starter(unit: str) -> str | None:
    stem = unit.removesuffix(".service")
    if stem.startswith("user@") or unit.startswith("session-"):
        return "login"
    return _STARTERS.get(stem)


def _terminal(process: Process) -> str | None:
    return _TERMINALS.get(process.name.partition(":")[0])


def _transparent(process: Process) -> bool:
    """A shell, a terminal or the like: what counts is what it started. A script is its own program."""
    if _terminal(process):
        return True
    scripted = process.argv[1:2] != ("-c",) and any(
        "/" in word and not word.startswith("-") for word in process.argv[1:3]
    )
    return bool(_NOT_PROGRAMS.match(process.name)) and not scripted


def _left(process: Process, view: _View, names: Mapping[int, str]) -> Left:
    by, seen = _from(process, view)
    return Left(
        process.pid,
        process.name,
        process.argv,
        names.get(process.uid, str(process.uid)),
        by,
        process.cwd,
        seen,
    )


def _from(process: Process, view: _View) -> tuple[str | None, str]:
    """What it was started from: the terminal above it, the job that says it, or the control group it was left in."""
    by_pid = {one.pid: one for one in view.processes}
    current: Process | None = process
    seen: set[int] = set()
    while current is not None and current.pid not in seen:
        seen.add(current.pid)
        if name := _terminal(current):
            return name, f"its parent, process {current.pid}"
        current = by_pid.get(current.ppid)
    for job in view.jobs:
        if job.schedule == "@reboot" and _says(job.command, process.argv):
            return "rc.local" if job.kind == "boot" else "cron", job.source
    if process.unit and (starter := _starter(process.unit)):
        return starter, f"its control group, {process.unit}"
    return None, ""


def _says(command: str, argv: tuple[str, ...]) -> bool:
    """Whether a job's command holds all that is particular about a process: every word but the interpreter's path."""
    words = [word for word in argv[1:] or argv if word and not word.startswith("-")]
    return bool(words) and all(word in command for word in words)


READING = Reading(Unsupervised, read)
