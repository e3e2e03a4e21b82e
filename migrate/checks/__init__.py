"""The proofs. One module for each, ending in ``CHECK = CheckPart(…)``; each looks at the application while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from migrate.engines import Container, Engine, Project
from migrate.engines.layers import Contents
from migrate.engines.probe import Probe
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan, Volume, Workload
from migrate.model.verdict import Check


@dataclass(frozen=True)
class Scene:
    """A started application and everything it is compared with.

    :ivar services: the names of all services of the compose file.
    :ivar images: what was built, by folder of generated/images/.
    :ivar bodies: recorded bodies by their sha256, by host.
    :ivar secrets: values by id, by host.
    :ivar probes: a look into the network of a workload's container, by workload.
    :ivar read_images: the contents of all built images; asked for once.
    :ivar loaded: names of the volumes that hold the state of the legacy server.
    """

    engine: Engine
    project: Project
    plan: Plan
    snapshots: Mapping[str, Snapshot]
    services: tuple[str, ...]
    images: Mapping[str, str]
    bodies: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    probes: Mapping[str, Probe] = field(default_factory=dict)
    read_images: Callable[[], Contents] = field(default=lambda: Contents({}, {}))
    loaded: frozenset[str] = frozenset()

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """The workloads that are to run."""
        return tuple(workload for workload in self.plan.workloads if workload.migrate)

    @cached_property
    def contents(self) -> Contents:
        return self.read_images()

    def containers(self) -> dict[str, Container]:
        """What there is now, by service."""
        return {container.service: container for container in self.engine.containers(self.project)}

    def missing_state(self, workload: Workload) -> tuple[tuple[str, Volume], ...]:
        """State that the workload or one that it leads to had on the legacy server and lacks here."""
        return tuple(
            (reached.name, volume)
            for reached in self.reached(workload)
            for volume in reached.volumes
            if moves(volume) and volume.name not in self.loaded
        )

    def outside(self, workload: Workload) -> tuple[str, ...]:
        """What the workload, or one that it leads to, needs outside of the application."""
        found = (coupling for reached in self.reached(workload) for coupling in reached.couplings)
        return tuple(
            dict.fromkeys(coupling.address or coupling.because for coupling in found if coupling.how == "external")
        )

    def reached(self, workload: Workload) -> tuple[Workload, ...]:
        """The workload and all that its couplings lead to."""
        by_name = {one.name: one for one in self.workloads}
        seen, ahead = {workload.name: workload}, [workload]
        while ahead:
            for coupling in ahead.pop().couplings:
                other = by_name.get(coupling.to or "")
                if other is not None and other.name not in seen:
                    seen[other.name] = other
                    ahead.append(other)
        shared = {volume.name for one in seen.values() for volume in one.volumes}
        sharing = {one.name: one for one in self.workloads if any(volume.name in shared for volume in one.volumes)}
        return tuple((seen | sharing).values())


@dataclass(frozen=True, slots=True)
class CheckPart:
    """:ivar order: low ones first; those that change something come last."""

    kind: str
    order: int
    run: Callable[[Scene], Iterator[Check]]


def moves(volume: Volume) -> bool:
    """Whether a volume is to hold what it held on the legacy server."""
    return volume.method != "none" and not volume.seed
