"""Scenes for tests of single proofs: what they judge, without anything that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from migrate.checks import Scene
from migrate.engines import Project
from migrate.engines.choose import choose
from migrate.model.facts import Content
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.model.plan import Base, Plan, Workload

BASE = Base("debian:12", "dpkg", "debian", "12")


def workload(name: str, **more: Any) -> Workload:
    return Workload(name, "old", "generic", "seen", BASE, **more)


def snapshot(*facts: Any) -> Snapshot:
    return Snapshot(
        Inventory("old", "old", "2026-11-23T20:00:00Z", tuple(Scope(one.scope, "complete", facts=one) for one in facts))
    )


def scene(*workloads: Workload, facts: tuple[Any, ...] = (Content(),), **more: Any) -> Scene:
    """The engine is the real one and is not asked for anything."""
    return Scene(
        engine=choose("docker"),
        project=Project("trial", Path(), Path("compose.yaml")),
        plan=Plan(("old",), workloads),
        snapshots={"old": snapshot(*facts)},
        services=tuple(one.name for one in workloads),
        images={one.name: one.name for one in workloads},
        **more,
    )
