"""What the workloads of a host ask for beside what the host has: what is gained by putting them together."""

from __future__ import annotations

from migrate.assessment.world import World
from migrate.model.assessment import Room
from migrate.model.facts import System


def of(world: World) -> Room:
    """Sums of requests and limits; jobs count while they run, so their requests are in."""
    system = world.snapshot.inventory.get(System)
    asked = [one.resources for one in world.workloads]
    return Room(
        host=world.host,
        memory=system.memory,
        cpus=system.cpus,
        memory_requests=sum(one.memory_request or 0 for one in asked),
        memory_limits=sum(one.memory_limit or 0 for one in asked),
        cpu_requests=round(sum(one.cpu_request or 0 for one in asked), 3),
        unmeasured=tuple(one.name for one in world.workloads if one.resources.memory_request is None),
    )
