"""Every scheduled job runs once in its container, as its user, and ends well. Comes last: jobs change things."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from migrate.checks import CheckPart, Scene
from migrate.emission.crontab import secret_variables, secrets_file
from migrate.engines import Container
from migrate.errors import EngineError
from migrate.model.plan import ScheduledJob, Workload
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Check
from migrate.quoting import shell, terminal

_LIMIT = 120.0
_SECRET = re.compile(r"\$\{secret:([^}]*)\}")
# Everything arrives on standard input, so that no secret shows in a list of processes.
_READ_ALL = 'script=$(cat); cd "$HOME" 2>/dev/null || cd /; eval "$script"'


def _run(scene: Scene) -> Iterator[Check]:
    containers = scene.containers()
    for workload in scene.workloads:
        for job in workload.jobs:
            yield _judged(scene, workload, job, containers.get(workload.name))


def _judged(scene: Scene, workload: Workload, job: ScheduledJob, container: Container | None) -> Check:
    if container is None or not container.running:
        return _check(workload, job, FAILED, f"the container is {container.state if container else 'missing'}")
    began = time.monotonic()
    try:
        done = scene.engine.execute(
            container.id,
            ["/bin/sh", "-c", _READ_ALL],
            user=job.user,
            stdin=_script(scene, workload, job).encode("utf-8", "surrogateescape"),
            timeout=_LIMIT,
        )
    except EngineError:
        return _check(workload, job, UNVERIFIED, f"it did not end within {_LIMIT:.0f} s", _shown(job))
    seconds = round(time.monotonic() - began, 2)
    if done.ok:
        return _check(workload, job, PASSED, f"it ran as {job.user} and ended well", _shown(job), seconds)
    said = (done.out + done.err).decode("utf-8", "replace").strip()[-2000:]
    detail = f"{_shown(job)}\n{terminal(said)}"
    why = _excuse(scene, workload)
    summary = f"it ended with status {done.status}{f': {why}' if why else ''}"
    return _check(workload, job, UNVERIFIED if why else FAILED, summary, detail, seconds)


def _script(scene: Scene, workload: Workload, job: ScheduledJob) -> str:
    """The command with the surroundings that cron gives it."""
    values = scene.secrets.get(workload.host, {})

    def filled(text: str) -> str:
        return _SECRET.sub(lambda found: values.get(found[1], found.group()), text)

    lines = ["PATH=/usr/bin:/bin", f"LOGNAME={shell(job.user)}", "export PATH LOGNAME"]
    if secret_variables(workload):
        lines.append(f"[ ! -r {shell(secrets_file(job.user))} ] || . {shell(secrets_file(job.user))}")
    lines += [f"export {one.name}={shell(filled(one.value))}" for one in job.environment if one.name.isidentifier()]
    return "\n".join([*lines, filled(job.command)])


def _excuse(scene: Scene, workload: Workload) -> str | None:
    if missing := scene.missing_state(workload):
        return f"it may need state of {', '.join(dict.fromkeys(name for name, _ in missing))}, which was not synced"
    if outside := scene.outside(workload):
        return f"it may need {', '.join(outside[:3])}, outside of the application"
    return None


def _shown(job: ScheduledJob) -> str:
    return f"$ {terminal(job.command)}"


def _check(
    workload: Workload, job: ScheduledJob, status: str, summary: str, detail: str = "", seconds: float | None = None
) -> Check:
    name = f"job:{workload.name}:{terminal(job.name)}"
    return Check(name, workload.name, "job", status, summary, detail, seconds=seconds)


CHECK = CheckPart("job", 90, _run)
