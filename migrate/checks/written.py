"""What every container wrote outside of its volumes while it was looked at, and what it was kept from writing.

Comes last: the other checks, jobs included, have made it do its work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.checks import CheckPart, Scene
from migrate.engines import Container
from migrate.errors import EngineError
from migrate.model.paths import above
from migrate.model.plan import Workload
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Check

_LINES = 2000
_REFUSED = re.compile(r"(?i)read-only file ?system|\bEROFS\b")
_PATH = re.compile(r"(?<![\w.:/])(/[\w.@%+~-]+(?:/[\w.@%+~ -]*[\w.@%+~-])*)")
_SHOWN = 20
# Made by the engine itself, as places for what it mounts.
_ENGINES = (
    "/dev",
    "/proc",
    "/sys",
    "/etc/hosts",
    "/etc/hostname",
    "/etc/resolv.conf",
    "/etc/mtab",
    "/run/.containerenv",
)


def _run(scene: Scene) -> Iterator[Check]:
    containers = scene.containers()
    for workload in scene.workloads:
        container = containers.get(workload.name)
        if container is None or not container.running:
            yield _check(workload, UNVERIFIED, "no container runs")
        elif container.read_only:
            yield _refused(workload, scene.engine.logs(container.id, _LINES))
        elif workload.read_only:
            yield _check(workload, FAILED, "the plan says that its root is read-only, and it is not")
        else:
            yield _wrote(scene, workload, container)


def _refused(workload: Workload, log: str) -> Check:
    lines = [line.strip()[:300] for line in log.splitlines() if _REFUSED.search(line)]
    if not lines:
        return _check(workload, PASSED, "its root is read-only, and nothing was refused")
    paths = sorted({path for line in lines for path in _PATH.findall(line)})
    where = ", ".join(paths[:5]) or "a path that its log does not name"
    summary = f"its root is read-only, and it was kept from writing {where}: {_remedy(paths)}, or read_only: false"
    return _check(workload, FAILED, summary, "\n".join(lines[:_SHOWN]))


def _wrote(scene: Scene, workload: Workload, container: Container) -> Check:
    try:
        found = tuple(written(workload, scene.engine.changes(container.id)))
    except EngineError as error:
        return _check(workload, UNVERIFIED, "the engine does not tell what was written", error.message)
    because = workload.read_only_because or "the plan leaves it so"
    if not found:
        summary = f"its root is writable ({because}), and it wrote nothing there: read_only: true would do"
        return _check(workload, PASSED, summary)
    folders = sorted({path.rpartition("/")[0] or "/" for path in found})
    summary = (
        f"its root is writable ({because}); it wrote in {', '.join(folders[:5])}"
        f"{' …' if len(folders) > 5 else ''}: with {_remedy(found)} read_only: true would do"
    )
    return _check(workload, PASSED, summary, "\n".join(found[:_SHOWN]))


def written(workload: Workload, changes: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """Files that the container itself made, changed or deleted outside of what is mounted into it."""
    mounted = {volume.path for volume in workload.volumes} | {use.path for use in workload.secrets if use.path}
    folders = {parent for _, path in changes for parent in above(path) if parent != path}
    for _, path in changes:
        engines = any(one in mounted or one in _ENGINES for one in above(path))
        on_the_way = path.count("/") == 1 or path in folders or any(path in above(one) for one in mounted)
        if not engines and not on_the_way and not path.startswith("/run/migrate"):
            yield path


def _remedy(paths: tuple[str, ...] | list[str]) -> str:
    folders = sorted({path.rpartition("/")[0] or "/" for path in paths})
    return f"a volume of kind temporary (or data) at {', '.join(folders[:3])}" if folders else "a volume there"


def _check(workload: Workload, status: str, summary: str, detail: str = "") -> Check:
    return Check(f"written:{workload.name}", workload.name, "written", status, summary, detail)


CHECK = CheckPart("written", 95, _run)
