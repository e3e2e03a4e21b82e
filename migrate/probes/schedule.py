"""What runs at a time: crontabs in all their places, periodic scripts, anacron, at, and systemd's timers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.model.facts import Job, Schedule
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import Parts, shell_of, split
from migrate.quoting import shell_words
from migrate.syntax import systemd
from migrate.syntax.crontab import Entry, anacron, entries

_PERIODS = {"15min": "*/15 * * * *", "hourly": "@hourly", "daily": "@daily", "weekly": "@weekly", "monthly": "@monthly"}


def parse(data: bytes) -> Parsed:
    parts = split(data)
    owners = {row[0]: row[1] for row in parts.table("pristine") if len(row) == 2}
    debian = parts.line("debian") == "yes"
    gaps = list(parts.gaps)
    crontabs = [*_crontabs(parts, owners, debian, gaps)]
    jobs = [job for job in crontabs if not _runs_folder(job.command)]
    jobs += _periodic(parts, owners, debian, [job for job in crontabs if _runs_folder(job.command)])
    jobs += [Job(path, "@once", "at", f"/bin/sh {path}", name=path.rpartition("/")[2]) for path in parts.lines("at")]
    jobs += _timers(parts)
    return Parsed(Schedule(tuple(jobs)), tuple(gaps))


def _crontabs(parts: Parts, owners: dict[str, str], debian: bool, gaps: list[Gap]) -> Iterator[Job]:
    for path, lines in parts.files("system").items():
        if path == "/etc/crontab" or _runs(path, debian):
            yield from _jobs(path, entries(lines, system=True), "cron", "root", owners, gaps)
    for path, lines in parts.files("users").items():
        yield from _jobs(path, entries(lines, system=False), "cron", path.rpartition("/")[2], owners, gaps)
    for path, lines in parts.files("anacron").items():
        yield from _jobs(path, anacron(lines), "anacron", "root", owners, gaps)


def _jobs(
    path: str, found: Iterator[Entry | int], kind: str, user: str, owners: dict[str, str], gaps: list[Gap]
) -> Iterator[Job]:
    for entry in found:
        if isinstance(entry, int):
            gaps.append(Gap(f"{path}, line {entry}", "not understood as a time and a command"))
            continue
        yield Job(
            path,
            entry.schedule,
            kind,
            entry.command,
            user=entry.user or user,
            environment=entry.environment,
            line=entry.line,
            package=owners.get(path),
        )


def _runs(path: str, debian: bool) -> bool:
    """Whether cron and run-parts take a file of that name: Debian's want plain names, others leave out leftovers."""
    name = path.rpartition("/")[2]
    if debian:
        return bool(re.fullmatch(r"[A-Za-z0-9_-]+", name))
    return not re.search(r"~$|,v$|\.rpm(save|orig|new)$|\.cfsaved$|^\.|\.swp$", name)


def _runs_folder(command: str) -> str | None:
    """The folder whose scripts a run-parts line runs; those are jobs of their own."""
    match = re.search(r"run-(?:parts|crons)\b(?:\s+-\S+)*\s+(/etc/\S+?)/?(?=[\s;)]|$)", command)
    return match[1] if match else None


def _periodic(parts: Parts, owners: dict[str, str], debian: bool, lines: list[Job]) -> Iterator[Job]:
    """Scripts in cron.daily and the like, at the time of the line that runs their folder."""
    # A crontab's exact time says more than anacron's "daily".
    by_folder = {_runs_folder(job.command): job for job in sorted(lines, key=lambda job: job.kind == "cron")}
    for path in parts.lines("periodic"):
        folder, _, name = path.rpartition("/")
        if not _runs(path, debian):
            continue
        line = by_folder.get(folder)
        period = re.split(r"[./]", folder)[-1]
        yield Job(
            path,
            line.schedule if line else _PERIODS.get(period, "@daily"),
            "periodic",
            path,
            user=line.user if line else "root",
            name=name,
            environment=line.environment if line else (),
            package=owners.get(path),
        )


def _timers(parts: Parts) -> Iterator[Job]:
    stanzas, texts = _shown(parts.lines("timers"))
    for properties in stanzas:
        name, unit = properties.get("Id", [""])[0], properties.get("Unit", [""])[0]
        if not name or not unit or properties.get("LoadState") == ["not-found"]:
            continue
        if properties.get("ActiveState") != ["active"]:
            continue
        source = properties.get("FragmentPath", [name])[0]
        for schedule in _times(properties, texts.get(source, [])):
            yield _timer_job(name, unit, source, schedule, texts)


def _shown(lines: list[str]) -> tuple[list[dict[str, list[str]]], dict[str, list[str]]]:
    stanzas: list[dict[str, list[str]]] = [{}]
    texts: dict[str, list[str]] = {}
    text: list[str] | None = None
    for line in lines:
        if line.startswith("\f"):
            text = texts.setdefault(line[2:], [])
        elif text is not None:
            text.append(line[1:])
        elif line:
            key, _, value = line.partition("=")
            stanzas[-1].setdefault(key, []).append(value)
        else:
            stanzas.append({})
    return [each for each in stanzas if each], texts


def _times(properties: dict[str, list[str]], text: list[str]) -> list[str]:
    """OnCalendar expressions; where there are none, what counts from boot or from the last run."""
    shown = properties.get("TimersCalendar", [])
    calendar = [match[1] for value in shown if (match := re.match(r"\{ OnCalendar=(.*?) ; next_elapse=", value))]
    if calendar:
        return calendar
    unit = systemd.unit([text])
    if written := unit.all("Timer", "OnCalendar"):
        return written
    keys = ("OnUnitActiveSec", "OnUnitInactiveSec", "OnBootSec", "OnStartupSec", "OnActiveSec")
    counted = [f"{key}={value}" for key in keys for value in unit.all("Timer", key)]
    return [" ".join(counted)] if counted else []


def _timer_job(name: str, unit: str, source: str, schedule: str, texts: dict[str, list[str]]) -> Job:
    template = re.sub(r"@.*\.", "@.", unit)
    lines = next((lines for path, lines in texts.items() if path.rpartition("/")[2] in (unit, template)), [])
    service, known = systemd.unit([lines]), systemd.specifiers(unit)
    commands = [argv for value in service.all("Service", "ExecStart") for argv in systemd.commands(value, known)]
    return Job(
        source,
        schedule,
        "timer",
        " && ".join(shell_words(argv) for argv in commands) or f"systemctl start {unit}",
        user=service.last("Service", "User") or "root",
        name=name,
        environment=systemd.environment(service.all("Service", "Environment"), known),
    )


PROBE = Probe(Schedule, shell_of(__file__), parse, budget=30)
