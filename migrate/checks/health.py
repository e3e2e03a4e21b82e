"""Every container runs, and is healthy where it says how to tell."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.checks import CheckPart, Scene
from migrate.engines import Container
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Check

_LOG_LINES = 30
# One or two are a matter of order: a server ends where the name of another one is not known yet.
_MOST_RESTARTS = 3


def _run(scene: Scene) -> Iterator[Check]:
    containers = scene.containers()
    names = {workload.name for workload in scene.workloads}
    for service in scene.services:
        workload = service if service in names else None
        container = containers.get(service)
        if container is None:
            yield Check(f"health:{service}", workload, "health", FAILED, "there is no container")
            continue
        status, summary = judged(container)
        if status == FAILED and (why := excuse(scene, workload, container)):
            status, summary = UNVERIFIED, f"{summary}: {why}"
        detail = "" if status == PASSED else _evidence(scene, container)
        yield Check(f"health:{service}", workload, "health", status, summary, detail)


def excuse(scene: Scene, name: str | None, container: Container) -> str | None:
    """Why an unhealthy container proves nothing: an answer may need state that it was not given."""
    workload = next((one for one in scene.workloads if one.name == name), None)
    if workload is None or workload.health is None or workload.health.kind != "http":
        return None
    missing = scene.missing_state(workload) if container.running and container.health == "unhealthy" else ()
    owners = ", ".join(dict.fromkeys(f"{owner} ({volume.path})" for owner, volume in missing))
    return f"its answer may need state of {owners}, which was not synced" if missing else None


def judged(container: Container) -> tuple[str, str]:
    """Whether a container is as it should be, and in words."""
    if container.restarts >= _MOST_RESTARTS:
        return FAILED, f"it was started again {container.restarts} times: it ends by itself (now {container.state})"
    if container.state == "exited" and container.exit_code == 0 and container.health is None:
        return PASSED, "it ran to its end"
    if not container.running:
        return FAILED, f"it is {container.state}, with exit status {container.exit_code}"
    if container.health in (None, "healthy"):
        again = f" (after {container.restarts} new starts)" if container.restarts else ""
        return PASSED, ("healthy" if container.health else "it runs; it has no health check") + again
    return FAILED, f"it runs and is {container.health}"


def _evidence(scene: Scene, container: Container) -> str:
    said = f"health check: {container.last_health}\n" if container.last_health else ""
    return f"{said}last lines of its log:\n{scene.engine.logs(container.id, _LOG_LINES)}"


CHECK = CheckPart("health", 10, _run)
