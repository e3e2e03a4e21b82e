"""Secrets at their places: which files are mounted, which variables are set, with what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from migrate.emission import crontab, scheduler
from migrate.emission.names import file_name, variable
from migrate.emission.rewrites import rewritten
from migrate.emission.tree import entries
from migrate.emitters import Sources
from migrate.errors import InputError
from migrate.model.bundle import Captured
from migrate.model.facts import Processes, Services
from migrate.model.plan import ScheduledJob, SecretUse, Workload
from migrate.quoting import shell, shell_words, slug

MARK = re.compile(r"\$\{secret:([^}]*)\}")
COMMAND_FILE = "/run/migrate/command"
"""Where the container finds its command line when that holds a secret."""


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file that is mounted: ``name`` below generated/secrets/<workload>/, ``path`` in the container."""

    name: str
    path: str
    data: bytes | Captured
    uid: int
    gid: int
    mode: int


@dataclass(frozen=True, slots=True)
class SecretVariable:
    """A variable with its value, which is also a file of its own: ``file`` below generated/secrets/<workload>/."""

    name: str
    value: str
    file: str


def files(sources: Sources, workload: Workload) -> tuple[SecretFile, ...]:
    """Every file that is mounted into the workload's container.

    :raises InputError: the plan names a secret that the inventory does not have.
    """
    found = [_file(sources, workload, use, use.path) for use in workload.secrets if use.path]
    found += _generated(sources, workload)
    return tuple(_unique_names(found))


def variables(sources: Sources, workload: Workload) -> tuple[SecretVariable, ...]:
    """Every variable that holds a secret, by name."""
    names = {use.variable: use for use in workload.secrets if use.variable}
    return tuple(
        SecretVariable(name, _value(sources, workload, use), f"variable-{variable(name).lower()}-{index}")
        for index, (name, use) in enumerate(sorted(names.items()))
    )


def names(sources: Sources, workload: Workload) -> tuple[str, ...]:
    """Names of all files below generated/secrets/<workload>/ that hold one secret each."""
    return (
        *(one.name for one in files(sources, workload)),
        *(one.file for one in variables(sources, workload)),
    )


def hidden_command(workload: Workload) -> bool:
    """Whether the command line holds a secret, so that it can't stand in the image."""
    return any(MARK.search(word) for word in workload.command)


def hidden_jobs(workload: Workload) -> bool:
    """Whether a job's command or environment holds a secret."""
    return any(
        MARK.search(text) for job in workload.jobs for text in (job.command, *(one.value for one in job.environment))
    )


def filled(sources: Sources, workload: Workload, text: str) -> str:
    """``text`` with the secrets' values in the places of their marks."""
    return MARK.sub(lambda match: _lookup(sources, workload, match.group(1)), text)


def _file(sources: Sources, workload: Workload, use: SecretUse, path: str) -> SecretFile:
    changed = rewritten(workload, sources.snapshots[workload.host]).get(path)
    data: bytes | Captured
    if changed is not None:
        data = changed
    elif path in entries(sources, workload.host):
        data = Captured(workload.host, path)
    elif len(use.ids) == 1:
        data = _bytes(_lookup(sources, workload, use.ids[0]))
    else:
        raise InputError(f"plan.yaml: {workload.name} mounts {path}, which was not captured on {workload.host}")
    name = file_name(use.name, f"{workload.name}: secrets")
    return SecretFile(name, path, data, use.uid, use.gid, use.mode & 0o777)


def _generated(sources: Sources, workload: Workload) -> Iterator[SecretFile]:
    def fill(text: str) -> str:
        return filled(sources, workload, text)

    if hidden_command(workload):
        words = [fill(word) for word in workload.command]
        yield SecretFile("command", COMMAND_FILE, _bytes(f"exec {shell_words(words)}\n"), 0, 0, 0o444)
    if hidden_jobs(workload):
        filled_jobs = _filled_jobs(workload, fill)
        for job in filled_jobs.jobs:
            yield SecretFile(f"job-{slug(job.name)}", job_file(job), _script(job), 0, 0, 0o444)
        for table in crontab.tables(filled_jobs):
            mode = 0o444 if scheduler.used(workload) else 0o600
            yield SecretFile(f"crontab-{table.path.rpartition('/')[2]}", table.path, table.data, 0, 0, mode)


def job_file(job: ScheduledJob) -> str:
    """Where the container finds a job that holds a secret, as a script."""
    return f"/run/migrate/job-{slug(job.name)}"


def _script(job: ScheduledJob) -> bytes:
    exports = "".join(f"export {one.name}={shell(one.value)}\n" for one in job.environment)
    return _bytes(exports + job.command.rstrip("\n") + "\n")


def _filled_jobs(workload: Workload, fill: Callable[[str], str]) -> Workload:
    jobs = tuple(
        replace(
            job,
            command=fill(job.command),
            environment=tuple(replace(one, value=fill(one.value)) for one in job.environment),
        )
        for job in workload.jobs
    )
    return replace(workload, jobs=jobs)


def _unique_names(found: Iterable[SecretFile]) -> Iterator[SecretFile]:
    taken: set[str] = {"environment", "kustomization.yaml"}
    for one in found:
        name, count = one.name, 2
        while name in taken:
            name, count = f"{one.name}-{count}", count + 1
        taken.add(name)
        yield replace(one, name=name)


def _value(sources: Sources, workload: Workload, use: SecretUse) -> str:
    """The whole value: the secrets may be a part of it, as in a database's URL."""
    for name, text in _environments(sources, workload):
        if name == use.variable and set(MARK.findall(text)) >= set(use.ids):
            return filled(sources, workload, _redirected(workload, name, text))
    if len(use.ids) != 1:
        raise InputError(
            f"plan.yaml: {workload.name}: variable {use.variable} holds several secrets and was not seen whole"
        )
    return _lookup(sources, workload, use.ids[0])


def _redirected(workload: Workload, name: str, text: str) -> str:
    """The value with the addresses that lead elsewhere now; what is looked for may begin with the variable's name."""
    line = f"{name}={text}"
    for coupling in workload.couplings:
        for rewrite in coupling.rewrites:
            if rewrite.path == f"environment:{name}":
                line = line.replace(rewrite.old, rewrite.new)
    return line.partition("=")[2]


def _environments(sources: Sources, workload: Workload) -> Iterator[tuple[str, str]]:
    inventory = sources.snapshots[workload.host].inventory
    yield from ((one.name, one.value) for one in workload.environment)
    for process in inventory.get(Processes).processes:
        if process.pid in workload.pids:
            yield from process.environment
    for service in inventory.get(Services).services:
        if service.name in workload.services:
            yield from service.environment


def _lookup(sources: Sources, workload: Workload, identifier: str) -> str:
    value = sources.secrets.get(workload.host, {}).get(identifier)
    if value is None:
        raise InputError(
            f"plan.yaml: {workload.name} uses the secret {identifier!r}, which {workload.host} does not have",
            f"run migrate discover for {workload.host} again",
        )
    return value


def environment_file(found: tuple[SecretVariable, ...]) -> bytes:
    """The variables as Compose reads them back: byte for byte, without interpolation.

    :raises InputError: a name or value that no environment file can carry.
    """
    lines = []
    for one in found:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", one.name) or "\0" in one.value:
            raise InputError(f"the variable {one.name!r} can't be set by an environment file", "change it in plan.yaml")
        lines.append(f"{one.name}={_quoted(one.value)}\n")
    return _bytes("".join(lines))


def _quoted(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_./:@%+,=-]+", value):
        return value
    if "'" not in value and "\r" not in value and not value.endswith("\\"):
        return f"'{value}'"
    table = {"$": "\\$", "\\": "\\0134", '"': "\\0042", "\n": "\\n", "\r": "\\r"}
    return '"' + "".join(table.get(one, one) for one in value) + '"'


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
