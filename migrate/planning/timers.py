"""Timers as jobs: what the unit behind a timer sets is put around its command."""

from __future__ import annotations

from dataclasses import replace

from migrate.model.facts import Job, Service
from migrate.planning.index import Index
from migrate.quoting import shell

# What systemd gives its services; cron's own is shorter.
_PATH = ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")


def as_timed(host: Index, job: Job) -> Job:
    """A timer's job with its unit's working directory and files of variables; any other job as it is.

    The files are read when the job runs, by a shell: they may hold secrets, which must not stand in a command.
    """
    if job.kind != "timer":
        return job
    known = {name for name, _ in job.environment}
    environment = job.environment if "PATH" in known else (*job.environment, _PATH)
    service = _service(host, job)
    command = _around(service, job.command) if service else job.command
    return replace(job, environment=environment, command=command)


def _service(host: Index, job: Job) -> Service | None:
    name = (job.name or "").removesuffix(".timer") + ".service"
    for service in host.services:
        if job.name in service.triggered_by or service.name == name:
            return service
    return None


# systemd's format is not the shell's: nothing in it is carried out. One line, as a crontab wants it.
_READ = (
    r"""while IFS= read -r line || [ -n "$line" ]; do case $line in [A-Za-z_]*=*) value=${line#*=}; """
    r"""case $value in \"*\"|\'*\') value=${value#?}; value=${value%?};; esac; """
    r"""export "${line%%=*}=$value";; esac; done"""
)


def _around(service: Service, command: str) -> str:
    before = [f"cd {shell(service.working_directory)}"] if service.working_directory else []
    before += [
        f"{{ [ ! -r {shell(path)} ] || {_READ} <{shell(path)}; }}"
        for path in service.environment_files
        if "*" not in path
    ]
    return " && ".join((*before, command))
