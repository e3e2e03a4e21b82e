"""Every workload runs as the user that the plan says, and not as root where the legacy server had not."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.checks import CheckPart, Scene
from migrate.model.facts import Processes
from migrate.model.plan import Workload
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Check


def _run(scene: Scene) -> Iterator[Check]:
    containers = scene.containers()
    for workload in scene.workloads:
        container = containers.get(workload.name)
        if container is None or not container.running:
            yield _check(workload, FAILED, "no process runs")
            continue
        found = scene.engine.processes(container.id)
        if not found:
            yield _check(workload, UNVERIFIED, "the engine does not tell what runs in the container")
        else:
            yield _judged(scene, workload, found)


def _judged(scene: Scene, workload: Workload, found: tuple[tuple[int, int, str], ...]) -> Check:
    # An init of the engine runs as the container's user, too, so nothing is left out for it.
    users = {uid for _, uid, _ in found}
    detail = "\n".join(f"{uid} {command[:160]}" for _, uid, command in found[:20])
    planned = planned_uid(workload)
    if workload.user is not None and planned is None:
        return _check(workload, UNVERIFIED, f"the plan does not tell the number of the user {workload.user}", detail)
    if planned is not None:
        wrong = sorted(users - {planned})
        if wrong:
            listed = ", ".join(map(str, wrong))
            return _check(
                workload, FAILED, f"processes run as {listed}; the plan says {workload.user} ({planned})", detail
            )
        return _check(workload, PASSED, f"all processes run as {workload.user} ({planned})")
    before = _legacy_uids(scene, workload) - {0}
    if before and users == {0}:
        listed = ", ".join(map(str, sorted(before)))
        return _check(workload, FAILED, f"all processes run as root; on the legacy server some ran as {listed}", detail)
    return _check(workload, PASSED, f"processes run as {', '.join(map(str, sorted(users)))}, as planned")


def planned_uid(workload: Workload) -> int | None:
    """The number of the workload's user; None for root by default, or where only a name is known."""
    user = (workload.user or "").partition(":")[0]
    if user.isdigit():
        return int(user)
    if user == "root":
        return 0
    return next((account.uid for account in workload.accounts if account.name == user), None)


def _legacy_uids(scene: Scene, workload: Workload) -> set[int]:
    processes = scene.snapshots[workload.host].inventory.get(Processes).processes
    return {process.uid for process in processes if process.pid in workload.pids}


def _check(workload: Workload, status: str, summary: str, detail: str = "") -> Check:
    return Check(f"user:{workload.name}", workload.name, "user", status, summary, detail)


CHECK = CheckPart("user", 30, _run)
