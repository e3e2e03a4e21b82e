"""Scheduled jobs: each crontab that a person wrote becomes a workload with its jobs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.model.facts import Job
from migrate.model.plan import Question, ScheduledJob, SetAside, Variable
from migrate.planning import calendar, closure, evidence
from migrate.planning.index import Index
from migrate.planning.places import leftover
from migrate.planning.timers import as_timed
from migrate.quoting import slug
from migrate.syntax import scripts

_PERIODS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_BACKUP = re.compile(
    r"backup|\b(?:tar|rsync|rsnapshot|borg|restic|duplicity|rdiff-backup|bacula|pg_dump(?:all)?|mysqldump|mariadb-dump"
    r"|mongodump|tarsnap|duply|cpio)\b"
)
_HOUSEKEEPING = re.compile(
    r"\b(?:apt(?:-get)?|yum|dnf|zypper|unattended-upgrade|logrotate|updatedb|freshclam|ntpdate|hwclock|shutdown|reboot"
    r"|certbot|fstrim|e2scrub|smartctl|puppet|chef-client|salt-call|cfagent|ansible-pull|debsums|rkhunter|chkrootkit"
    r"|anacron|debian-sa1|sa1|sa2|mandb)\b|\brun-crons\b|\brun-parts\b(?=[^;|&]*/etc/(?:cron\.|periodic))"
)


@dataclass(frozen=True, slots=True)
class Crontab:
    """The jobs of one source that one workload takes over."""

    name: str
    source: str
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    crontabs: tuple[Crontab, ...]
    set_aside: tuple[SetAside, ...]


def key(job: Job) -> str:
    """The job's fact in the ledger."""
    return f"schedule:{job.source}" + (f":{job.line}" if job.line else f":{job.name}" if job.name else "")


def sort(host: Index) -> Sorted:
    """Which jobs are migrated, on a person's word too, and which stay behind."""
    kept: dict[str, list[Job]] = defaultdict(list)
    rest: list[SetAside] = []
    for job in host.schedule.jobs:
        why = _why_aside(host, job)
        if why:
            rest.append(SetAside(key(job), why))
        elif not _backs_up(host, job) or host.ask(_still_wanted(job)) == "yes":
            kept[job.source].append(as_timed(host, job))
    rest += _switched_off(host)
    crontabs = (Crontab(_name(source, jobs), source, tuple(jobs)) for source, jobs in sorted(kept.items()))
    return Sorted(tuple(crontabs), tuple(rest))


_SWITCHED_OFF = re.compile(
    r"^\s*#+\s*(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)"
    r"|(?:(?:\*|\d+)[\d*,/-]*\s+){2}(?:[\w*,/-]+\s+){2}[\w*,/-]*[\d*][\w*,/-]*|(?:[\d*,/-]+\s+){4}[A-Za-z]{3}(?:[,-][A-Za-z]{3})*)"
    r"\s+(?P<command>[\w/$~.\[{(\"'].*/.*)"
)


def _switched_off(host: Index) -> Iterator[SetAside]:
    """Lines of crontabs that somebody made a comment of: the old machine did without them, and so does the new one."""
    known = {key(job) for job in host.schedule.jobs}
    tables = {job.source for job in host.schedule.jobs if job.line} | {"/etc/crontab", "/etc/anacrontab"}
    tables |= {path for path in host.entries if path.startswith(("/etc/cron.d/", "/var/spool/cron/"))}
    for path in sorted(tables & host.snapshot.texts.keys()):
        if closure.packages_own(host, path) or leftover(path):
            continue
        for number, line in enumerate((host.snapshot.text(path) or "").splitlines(), 1):
            match = _SWITCHED_OFF.match(line)
            if match and f"schedule:{path}:{number}" not in known:
                words = match["command"] if path.startswith("/var/spool/") else match["command"].partition(" ")[2]
                called = _command_name(words)
                yield SetAside(f"schedule:{path}:{number}", f"switched off: a comment has been made of it ({called})")


def _backs_up(host: Index, job: Job) -> bool:
    text = job.command + "\n" + "\n".join(_scripts(host, job))
    return bool(_BACKUP.search(job.command)) or _mostly_backup(text)


def _still_wanted(job: Job) -> Question:
    return Question(
        id=f"job-{job.source}-{job.line or job.name or ''}",
        text=f"Is the job «{job.command}» of {job.source} still wanted beside the platform's own backups of volumes?",
        default="no",
        because=f"{key(job)}: it looks like a backup of the old machine",
        kind="yes-no",
    )


def _mostly_backup(text: str) -> bool:
    return bool(re.search(r"\b(?:rsnapshot|borg|restic|duplicity|rdiff-backup|tarsnap|duply|automysqlbackup)\b", text))


def _why_aside(host: Index, job: Job) -> str | None:
    if job.package:
        return f"housekeeping that the package {job.package} brings; the container has none to keep"
    if _HOUSEKEEPING.search(job.command):
        return "keeps the old machine itself; an image is rebuilt instead"
    if job.kind == "timer" and _packaged_timer(host, job):
        return "a timer that a package brings for the machine itself"
    if job.schedule == "@reboot":
        return "runs at boot only: a container has no boot; see whether a service needs it"
    if job.kind in ("at", "batch"):
        return "was to run once"
    if fields(job) is None:
        return f"its times ({job.schedule}) can't be said in cron's five fields"
    return None


def _packaged_timer(host: Index, job: Job) -> bool:
    return host.owner(job.source) is not None or job.source.startswith(("/lib/systemd/", "/usr/lib/systemd/"))


def fields(job: Job) -> str | None:
    """The job's schedule in five cron fields; None where they can't say it."""
    if job.schedule in _PERIODS:
        return _PERIODS[job.schedule]
    if job.kind == "timer":
        return calendar.to_cron(job.schedule)
    words = job.schedule.split()
    # A random time between two is cronie's own; fcron's keywords have fewer fields.
    return " ".join(words) if len(words) == 5 and "~" not in job.schedule else None


def _scripts(host: Index, job: Job) -> Iterator[str]:
    for word in re.findall(r"/[\w./-]+", job.command):
        text = host.snapshot.text(word)
        if text:
            yield text


def _name(source: str, jobs: list[Job]) -> str:
    file = source.rpartition("/")[2].removesuffix(".timer")
    if file == "crontab" or source == "/etc/anacrontab":
        alone = _command_name(jobs[0].command) if len(jobs) == 1 else ""
        return slug(alone or ("anacron" if file == "anacrontab" else "cron-system"))
    if "/spool/cron" in source or "/crontabs/" in source:
        return slug(f"cron-{jobs[0].user}")
    return slug(file)


def scheduled(crontab: Crontab) -> tuple[ScheduledJob, ...]:
    """The plan's jobs, named one by one."""
    names: set[str] = set()
    result = []
    for job in crontab.jobs:
        name = base = slug((job.name or "").removesuffix(".timer") or _command_name(job.command) or crontab.name)
        count = 1
        while name in names:
            count += 1
            name = f"{base}-{count}"
        names.add(name)
        result.append(
            ScheduledJob(
                name=name,
                schedule=fields(job) or job.schedule,
                command=job.command,
                user=job.user,
                environment=tuple(Variable(*pair) for pair in job.environment if pair[0] not in ("MAILTO", "MAILFROM")),
                because=f"{job.source}" + (f", line {job.line}" if job.line else ""),
            )
        )
    return tuple(result)


def started_with(host: Index, job: ScheduledJob) -> dict[str, str]:
    """The variables that a job's shell has: of its table, and those that cron sets."""
    user = host.users_by_name.get(job.user)
    own = {"HOME": user.home} if user else {}
    return {**own, "LOGNAME": job.user, **{one.name: one.value for one in job.environment}}


def told(host: Index, job: ScheduledJob) -> str:
    """The job's command with its variables put in, and programs by their path where no package has them."""
    known = started_with(host, job)
    text = scripts.expand(job.command, known)
    for word in dict.fromkeys(evidence.commands(text)):
        places = known.get("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").split(":")
        found = next((f"{place}/{word}" for place in places if f"{place}/{word}" in host.entries), None)
        if found:
            text = re.sub(rf"(?<![\w./-]){re.escape(word)}(?![\w./-])", found, text, count=1)
    return text


_RUNS_OTHERS = re.compile(
    r"cd|test|sh|bash|dash|ksh|python[\d.]*|perl|php[\d.]*|ruby|node|java|env|source|exec|set|export"
)


def _command_name(command: str) -> str:
    """What a person would call the job: the script that it runs, else the program; no lock, no limit around it."""
    plain = evidence.plain(command)
    words = re.findall(r"(?:/[\w.-]+)+|[a-zA-Z][\w.-]+", plain)
    paths = [word for word in words if word.startswith("/") and not word.startswith("/dev/")]
    scripts = [
        word for word in paths if not re.search(r"/(?:sh|bash|python[\d.]*|perl|php[\d.]*|nice|flock|test|env)$", word)
    ]
    first = plain.split()[:1]
    named = [word for word in first if re.fullmatch(r"[a-zA-Z][\w.+-]+", word) and not _RUNS_OTHERS.fullmatch(word)]
    chosen = (named or scripts or words or [""])[0].rpartition("/")[2]
    return re.sub(r"\.(?:sh|py|pl|php|rb)$", "", chosen)
