"""One workload from one crontab: its jobs, the scripts that they name, what these write, and who they run as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from migrate.detectors import Advice, Candidate
from migrate.model.plan import Base, ScheduledJob, Step, Workload
from migrate.planning import (
    accounts,
    belongings,
    closure,
    evidence,
    identity,
    limits,
    locales,
    resources,
    state,
    switches,
    written,
)
from migrate.planning.evidence import Use
from migrate.planning.holding import hold
from migrate.planning.index import Index, normal, parent
from migrate.planning.jobs import Crontab, scheduled, started_with, told
from migrate.planning.workloads import Draft, more, outside, secret_files
from migrate.quoting import shell
from migrate.syntax import scripts


def from_crontab(host: Index, crontab: Crontab, name: str, base: Base, alone: frozenset[int]) -> Draft:
    """A job workload: the commands, the scripts they name, and the users they run as.

    :param alone: uids that no other workload runs as.
    """
    jobs = scheduled(crontab)
    uses = tuple(
        Use(path, "execute" if path.startswith("/etc/cron.") else "name", f"{job.because} names it")
        for job in jobs
        for _, path in (*evidence.mentions(told(host, job)), *evidence.after_changing(told(host, job)))
    )
    uids = frozenset(host.users_by_name[job.user].uid for job in jobs if job.user in host.users_by_name)
    own = _one_user(jobs)
    advice = Advice(packages=_job_packages(host, jobs, base, own))
    empty = Candidate(name, None)
    mine = frozenset(uid for uid in uids & alone if uid >= 100)
    advice, needed, held = hold(host, empty, advice, uses, mine, commands=[told(host, job) for job in jobs])
    extensions = tuple(closure.php_extensions(host, [package.name for package in needed.roots]))
    extensions += tuple(closure.of_compiled(host, held.files))
    if extensions:
        advice = replace(advice, packages=(*advice.packages, *extensions))
        needed = closure.needed(host, empty, advice, uses, held.texts)
    tongue = locales.steps(host, locales.of_jobs(host))
    kept = state.volumes(host, name, advice, held, uses, _variables(host, jobs), _written(host, jobs))
    made = state.directories(host, advice, held, kept, (), 0)
    ids = {(host.users[uid].uid, host.users[uid].gid) for uid in uids}
    ids |= {(one.uid, one.gid) for one in kept} | {(one.uid, one.gid) for one in made}
    ids |= belongings.owners(host, held.files) | identity.named(host, held.texts)
    people, groups = accounts.needed(host, ids, "runs a job or owns its files")
    workload = Workload(
        name=name,
        host=host.snapshot.inventory.host,
        kind="cron",
        because=f"{len(jobs)} job{'s' * (len(jobs) != 1)} in {crontab.source}",
        base=base,
        packages=more(needed.roots, tongue[0]),
        accounts=people,
        groups=groups,
        files=outside(held.files, kept),
        directories=made,
        steps=(*tongue[1], *_logs(host, jobs), *switches.absent(host, needed.everything)),
        volumes=kept,
        secrets=secret_files(host, held, None, 0, uids),
        jobs=jobs,
        user=own if base.family != "apk" and own in host.users_by_name else None,
        limits=limits.of_jobs(host, sorted({job.user for job in jobs})),
        timezone=host.system.timezone,
        resources=resources.of_jobs(host, [told(host, job) for job in jobs], held.texts),
    )
    return Draft(workload, None, held)


def _one_user(jobs: tuple[ScheduledJob, ...]) -> str | None:
    """Whose all jobs are, unless that is root: then nothing has to become anybody."""
    users = {job.user for job in jobs}
    return min(users) if len(users) == 1 and not users & {"root", "0"} else None


def _job_packages(
    host: Index, jobs: tuple[ScheduledJob, ...], base: Base, own: str | None
) -> tuple[tuple[str, str], ...]:
    scheduler = next((name for name in ("cron", "cronie", "dcron", "busybox") if name in host.packages), "cron")
    found = [(scheduler, "keeps the time, in the foreground")] if own is None or base.family == "apk" else []
    for job in jobs:
        found.extend(closure.command_packages(host, told(host, job), job.because))
    return tuple(found)


def _variables(host: Index, jobs: tuple[ScheduledJob, ...]) -> Mapping[str, str]:
    """What the jobs' scripts are started with; where two jobs differ, the script can't be told from its text."""
    found: dict[str, set[str]] = {}
    for job in jobs:
        for name, value in started_with(host, job).items():
            found.setdefault(name, set()).add(value)
    return {name: min(values) for name, values in found.items() if len(values) == 1}


def _written(host: Index, jobs: tuple[ScheduledJob, ...]) -> Iterator[written.Place]:
    """Directories with state that the commands themselves write to: ``… > $HOME/data/today.csv``."""
    for job in jobs:
        for _, path in scripts.written(told(host, job), "shell", "", started_with(host, job)):
            place = None if written.passing(path) else written.directory(host, path)
            if place is not None:
                yield place, f"{job.because}{written.MARK}{path}"


def _logs(host: Index, jobs: tuple[ScheduledJob, ...]) -> Iterator[Step]:
    """Log files right below /var/log, where only root may make one, that a job of another user appends to."""
    for job in jobs:
        user = host.users_by_name.get(job.user)
        for _, path in scripts.written(told(host, job), "shell", "", started_with(host, job)):
            if user and user.uid and parent(normal(path)) == "/var/log":
                yield Step(
                    f"install -o {user.uid} -g {user.gid} -m 644 /dev/null {shell(normal(path))}",
                    f"{job.because} appends to it as {user.name}",
                )
