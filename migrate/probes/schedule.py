"""What runs at a time: crontabs in all their places, periodic scripts, anacron, at, systemd's timers, and at boot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from migrate.model.facts import Job, Schedule
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import Parts, shell_of, split
from migrate.quoting import shell
from migrate.syntax import systemd
from migrate.syntax.at_jobs import at_job
from migrate.syntax.crontab import Entry, anacron, entries, fcron
from migrate.syntax.unit_services import UserUnit, people, service_of, user_units

_PERIODS = {
    "15min": "*/15 * * * *",
    "hourly": "@hourly",
    "daily": "@daily",
    "weekly": "@weekly",
    "monthly": "@monthly",
    "yearly": "@yearly",
}


def parse(data: bytes) -> Parsed:
    parts = split(data)
    owners = {row[0]: row[1] for row in parts.table("pristine") if len(row) == 2}
    debian = parts.line("debian") == "yes"
    gaps = list(parts.gaps)
    crontabs = [*_crontabs(parts, owners, debian, gaps)]
    jobs = [job for job in crontabs if not _runs_folder(job.command)]
    jobs += _periodic(parts, owners, debian, [job for job in crontabs if _runs_folder(job.command)])
    jobs += [_at(path, lines) for path, lines in parts.files("at").items()]
    files = parts.files("files")
    jobs += [job for path, lines in files.items() if _BOOT.match(path) for job in _boot(path, lines)]
    jobs += _timers(parts)
    jobs += _user_timers(parts)
    allowed = _names(files["/etc/cron.allow"]) if "/etc/cron.allow" in files else None
    return Parsed(Schedule(tuple(jobs), allowed, _names(files.get("/etc/cron.deny", []))), tuple(gaps))


_BOOT = re.compile(r"/etc/(?:local\.d/.*|(?:rc\.d/|init\.d/)?(?:rc|boot|after)\.local)\Z", re.DOTALL)


def _names(lines: list[str]) -> tuple[str, ...]:
    return tuple(name for line in lines if (name := line.strip()) and not name.startswith("#"))


def _crontabs(parts: Parts, owners: dict[str, str], debian: bool, gaps: list[Gap]) -> Iterator[Job]:
    for path, lines in parts.files("files").items():
        if path == "/etc/anacrontab":
            yield from _jobs(path, anacron(lines), "anacron", "root", owners, gaps)
        elif path == "/etc/crontab" or (path.startswith("/etc/cron.d/") and _runs(path, debian)):
            yield from _jobs(path, entries(lines, system=True), "cron", "root", owners, gaps)
        elif not path.startswith("/etc/") or path.startswith("/etc/crontabs/"):
            yield from _users_own(path, lines, owners, gaps)


def _users_own(path: str, lines: list[str], owners: dict[str, str], gaps: list[Gap]) -> Iterator[Job]:
    user = path.rpartition("/")[2]
    if "/fcron/" in path:
        # USER is the compiled form of USER.orig, which is what its owner wrote.
        if user.endswith(".orig"):
            yield from _jobs(path, fcron(lines), "fcron", user.removesuffix(".orig"), owners, gaps)
    elif not re.search(r"^(tmp\.|cron\.|\.)|~$|\.(bak|new|orig|lock)$", user):
        yield from _jobs(path, entries(lines, system=False), "cron", user, owners, gaps)


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
            name=entry.name,
            environment=entry.environment,
            line=entry.line,
            package=owners.get(path),
            origin="distribution" if path in owners else "person",
            delay=entry.delay or _random(entry),
            persistent=True if kind == "anacron" else None,
        )


def _random(entry: Entry) -> str | None:
    """Cronie's RANDOM_DELAY, in minutes."""
    value = dict(entry.environment).get("RANDOM_DELAY", "")
    return f"up to {value} minutes" if value.isdecimal() and value != "0" else None


def _runs(path: str, debian: bool) -> bool:
    """Whether cron and run-parts take a file of that name: Debian and busybox want plain ones, others no leftovers."""
    name = path.rpartition("/")[2]
    if debian or path.startswith("/etc/periodic/"):
        return bool(re.fullmatch(r"[A-Za-z0-9_-]+", name))
    return not re.search(r"[~,]$|,v$|\.rpm(save|orig|new)$|\.cfsaved$|^\.|\.swp$", name)


_FOLDERS = r"/etc/(?:cron\.(?:hourly|daily|weekly|monthly|yearly)|periodic/\w+)"


def _runs_folder(command: str) -> str | None:
    """The folder whose scripts a run-parts line runs; those are jobs of their own."""
    match = re.search(rf"run-(?:parts|crons)\b(?:\s+-\S+)*\s+({_FOLDERS})/?(?=[\s;)&|]|$)", command)
    return match[1] if match else None


def _periodic(parts: Parts, owners: dict[str, str], debian: bool, lines: list[Job]) -> Iterator[Job]:
    """Scripts in cron.daily and the like, at the time of the line that runs their folder."""
    # A crontab's exact time says more than anacron's "daily".
    by_folder = {_runs_folder(job.command): job for job in sorted(lines, key=lambda job: job.kind == "cron")}
    anacrons = {_runs_folder(job.command): job for job in lines if job.kind == "anacron"}
    for path in parts.lines("periodic"):
        folder, _, name = path.rpartition("/")
        if not _runs(path, debian) or not re.fullmatch(_FOLDERS, folder):
            continue
        line = by_folder.get(folder)
        period = re.split(r"[./]", folder)[-1]
        if period == "yearly" and by_folder and line is None:
            continue  # there for nothing: what runs the other folders does not run this one
        yield Job(
            path,
            line.schedule if line else _PERIODS.get(period, "@daily"),
            "periodic",
            path,
            user=line.user if line else "root",
            name=name,
            environment=line.environment if line else (),
            package=owners.get(path),
            origin="distribution" if path in owners else "person",
            delay=anacrons[folder].delay if folder in anacrons else None,
            persistent=True if folder in anacrons else None,
        )


def _at(path: str, lines: list[str]) -> Job:
    one = at_job(path, lines)
    name = path.rpartition("/")[2]
    return Job(
        path,
        _moment(one.minutes) or "@once",
        "batch" if one.queue in ("b", "B") else "at",
        one.command,
        user=one.user or "root",
        name=name,
        environment=one.environment,
        origin="person",
        directory=one.directory,
    )


def _moment(minutes: int | None) -> str | None:
    """A time as a person writes it; None beyond what a calendar has."""
    try:
        return datetime.fromtimestamp(minutes * 60, UTC).strftime("%Y-%m-%dT%H:%MZ") if minutes is not None else None
    except (ValueError, OverflowError, OSError):
        return None


_SHELL_WORDS = re.compile(r"\s*(?:if|for|while|until|case|function|\{|\(\s*$|\w+\s*\(\))|.*(?:<<|\\$)")


def _boot(path: str, lines: list[str]) -> Iterator[Job]:
    """Each command of rc.local; the script as a whole where a line alone does not say what is done."""
    said = [(at, line.strip()) for at, line in enumerate(lines, 1) if line.strip() and not line.strip().startswith("#")]
    commands = [
        (at, line) for at, line in said if not re.fullmatch(r"exit(?: 0)?|set -\w+|touch /var/lock/\S+|:", line)
    ]
    if any(_SHELL_WORDS.match(line) for _, line in commands):
        yield Job(path, "@reboot", "boot", path, name=path.rpartition("/")[2], origin="person")
        return
    for at, line in commands:
        yield Job(path, "@reboot", "boot", line, line=at, origin="person")


def _timers(parts: Parts) -> Iterator[Job]:
    stanzas, texts = _shown(parts.lines("timers"))
    for properties in stanzas:
        name, unit = properties.get("Id", [""])[0], properties.get("Unit", [""])[0]
        if not name or not unit or properties.get("LoadState") == ["not-found"]:
            continue
        if properties.get("ActiveState") != ["active"]:
            continue
        source = properties.get("FragmentPath", [name])[0]
        if re.match(r"/run/systemd/generator[^/]*/cron-", source):
            continue  # what systemd-cron made of a crontab, whose lines are jobs already
        drop_ins = properties.get("DropInPaths", [""])[0].split()
        timer = systemd.unit(texts[path] for path in (source, *drop_ins) if path in texts)
        for schedule in _times(properties, timer):
            job = _timer_job(name, unit, source, schedule, texts)
            yield replace(job, **_timing(timer), origin=_brought(source, drop_ins))


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


def _timing(timer: systemd.Unit) -> dict[str, Any]:
    """What a timer adds to its times."""
    random = timer.last("Timer", "RandomizedDelaySec")
    persistent = timer.last("Timer", "Persistent")
    return {
        "delay": f"up to {random}" if random and random != "0" else None,
        "persistent": persistent.lower() in ("yes", "true", "1", "on") if persistent else None,
    }


def _brought(source: str, drop_ins: list[str]) -> str:
    """A unit in the system's own folder is the distribution's, unless a person has added to it."""
    own = source.startswith(("/lib/systemd/", "/usr/lib/systemd/"))
    return "distribution" if own and not any(path.startswith("/etc/") for path in drop_ins) else "person"


def _times(properties: dict[str, list[str]], unit: systemd.Unit) -> list[str]:
    """OnCalendar expressions; where there are none, what counts from boot or from the last run."""
    shown = properties.get("TimersCalendar", [])
    calendar = [match[1] for value in shown if (match := re.match(r"\{ OnCalendar=(.*?) ; next_elapse=", value))]
    if calendar:
        return calendar
    if written := unit.all("Timer", "OnCalendar"):
        return written
    keys = ("OnUnitActiveSec", "OnUnitInactiveSec", "OnBootSec", "OnStartupSec", "OnActiveSec")
    counted = [f"{key}={value}" for key in keys for value in unit.all("Timer", key)]
    return [" ".join(counted)] if counted else []


def _timer_job(name: str, unit: str, source: str, schedule: str, texts: dict[str, list[str]]) -> Job:
    template = re.sub(r"@.*\.", "@.", unit)
    lines = next((lines for path, lines in texts.items() if path.rpartition("/")[2] in (unit, template)), [])
    folders = (f"/{unit}.d/", f"/{template}.d/")
    more = [lines for path, lines in sorted(texts.items()) if any(folder in path for folder in folders)]
    return _job_of(name, unit, source, schedule, systemd.unit([lines, *more]), systemd.specifiers(unit))


def _job_of(name: str, unit: str, source: str, schedule: str, written: systemd.Unit, known: Mapping[str, str]) -> Job:
    """What a timer starts, as its service says it."""
    service = service_of(unit, written, known)
    return Job(
        source,
        schedule,
        "timer",
        " && ".join(" ".join(map(_shell_word, argv)) for argv in service.exec_start) or f"systemctl start {unit}",
        user=service.user or "root",
        name=name,
        environment=service.environment,
        directory=service.working_directory,
    )


def _shell_word(word: str) -> str:
    """A word of a unit's command for a shell: ``$X`` alone is as many words as it holds, ``${X}`` is a part of one."""
    if re.fullmatch(r"\$[A-Za-z_]\w*", word):
        return word
    pieces = re.split(r"(\$\{[A-Za-z_]\w*\})", word)
    if len(pieces) == 1:
        return shell(word.replace("$$", "$"))
    return "".join(f'"{piece}"' if at % 2 else shell(piece) if piece else "" for at, piece in enumerate(pieces))


def _user_timers(parts: Parts) -> Iterator[Job]:
    """Timers of users' own managers: those that something enables."""
    owners, files = people(parts.lines("owners")), parts.files("userunits")
    units = [*user_units(owners, files, [link for link, _ in parts.pairs("userlinks")])]
    services = {(one.person.uid, one.name): one for one in units}
    for timer in units:
        if not timer.name.endswith(".timer") or not timer.enabled:
            continue
        unit = timer.unit.last("Timer", "Unit") or timer.name.removesuffix(".timer") + ".service"
        service = services.get((timer.person.uid, unit))
        for schedule in _times({}, timer.unit):
            yield _user_job(timer, unit, service, schedule)


def _user_job(timer: UserUnit, unit: str, service: UserUnit | None, schedule: str) -> Job:
    written = service.unit if service else systemd.unit([])
    known = timer.person.specifiers(unit, "")
    job = _job_of(timer.name, unit, timer.path, schedule, written, known)
    return replace(job, user=timer.person.name, origin="person", **_timing(timer.unit))


_SHELL = "\n".join(shell_of(__file__.replace("schedule.py", name)) for name in ("user_units.sh", "schedule.sh"))
PROBE = Probe(Schedule, _SHELL, parse, budget=30)
