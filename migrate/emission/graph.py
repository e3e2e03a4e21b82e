"""Which workload needs which, and in what order they can start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migrate.model.plan import Workload

_NEEDED = ("rewrite", "forward", "alias", "volume")


def needs(workloads: tuple[Workload, ...]) -> Mapping[str, tuple[str, ...]]:
    """For each workload those that must serve before it starts, without what would close a circle."""
    names = {workload.name for workload in workloads}
    found: dict[str, tuple[str, ...]] = {}
    for workload in workloads:
        found[workload.name] = ()
        for other in _wanted(workload, names):
            if not _reaches(other, workload.name, found):
                found[workload.name] = (*found[workload.name], other)
    return found


def _wanted(workload: Workload, names: set[str]) -> Iterator[str]:
    wanted = {one.to for one in workload.couplings if one.to and one.how in _NEEDED}
    return (name for name in sorted(wanted) if name in names and name != workload.name)


def _reaches(start: str, goal: str, edges: Mapping[str, tuple[str, ...]]) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(edges.get(name, ()))
    return False
