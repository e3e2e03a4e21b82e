"""Load synced state into the containers and volumes of a started bundle, and compare it there.

Used by `migrate deploy`, and by validation with a project of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.engines import Engine, Project
from migrate.errors import EngineError, MigrateError
from migrate.model.plan import Plan, Workload
from migrate.model.verdict import FAILED, Check
from migrate.stores import Place, Store
from migrate.stores.application import Application
from migrate.stores.manifests import check_files, read_manifest
from migrate.stores.pace import paced
from migrate.syncing import owned, stores

Say = Callable[[str], None]
_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Cargo:
    """One volume's state, and where it goes."""

    place: Place
    store: Store


def cargo(application: Application, plan: Plan, data: Path, say: Say) -> tuple[Cargo, ...]:
    """What was synced and belongs into the plan's volumes, data directories before databases.

    :raises WorkspaceError: a file is missing or damaged.
    """
    found = []
    for workload, volumes in owned(plan):
        manifest = read_manifest(data / workload.name)
        saved = {each.volume: each for each in manifest.saved} if manifest else {}
        for volume in volumes:
            store = stores().get(volume.method)
            state = saved.get(volume.name)
            if store is not None and state is not None and state.method == volume.method:
                check_files(data / workload.name, state)
                place = Place(application, workload, volume, data / workload.name, state, paced(say))
                found.append(Cargo(place, store))
    return tuple(sorted(found, key=lambda each: each.store.running))


def load_state(engine: Engine, project: Project, plan: Plan, data: Path, say: Say) -> tuple[Check, ...]:
    """Make the containers that own state, fill their volumes, start the databases among them, load and compare.

    The volumes must be new. Nothing else is started; what was started keeps running.

    :param project: its images are built.
    :param data: the workspace's data/; where nothing was synced the answer is ().
    :return: checks of kind ``state``: one for each directory, database and server's roles. What can't be loaded is a
        failed check, not an exception.
    """
    application = Application(project, engine.name)
    return load(application, cargo(application, plan, data, say), say)


def load(application: Application, wanted: tuple[Cargo, ...], say: Say) -> tuple[Check, ...]:
    """Load what is ``wanted``."""
    if not wanted:
        return ()
    services = sorted({each.place.workload.name for each in wanted})
    application.compose("up", "--no-start", "--no-build", *services, timeout=600)
    return tuple(check for each in wanted for check in _load_one(application, each, say))


def compare_state(engine: Engine, project: Project, plan: Plan, data: Path, say: Say) -> tuple[Check, ...]:
    """Compare once more what was loaded, without loading."""
    application = Application(project, engine.name)
    return tuple(check for each in cargo(application, plan, data, say) for check in each.store.compare(each.place))


def _load_one(application: Application, each: Cargo, say: Say) -> Iterator[Check]:
    place = each.place
    began = time.monotonic()
    try:
        if each.store.running:
            say(f"{place.workload.name}: starting it to load {place.volume.path}")
            start(application, place.workload)
        say(f"{place.workload.name}: loading {place.volume.path}")
        each.store.load(place)
        say(f"{place.workload.name}: comparing {place.volume.path}")
        checks = each.store.compare(place)
    except MigrateError as error:
        detail = error.message + (f"\n{error.hint}" if error.hint else "")
        name = f"state:{place.workload.name}:{place.volume.name}"
        checks = (
            Check(name, place.workload.name, "state", FAILED, f"{place.volume.path} could not be loaded", detail),
        )
    took = round(time.monotonic() - began, 2)
    return (replace(check, seconds=took) for check in checks)


def start(application: Application, workload: Workload, patience: float = _PATIENCE) -> None:
    """Start one service and wait until it is healthy, where it has a health check.

    :raises EngineError: it ended, or did not become healthy.
    """
    application.compose("up", "--detach", "--no-build", "--no-deps", workload.name, timeout=600)
    wait(application, workload.name, patience)


def wait(application: Application, service: str, patience: float = _PATIENCE) -> None:
    """:raises EngineError: the service ended, or did not become healthy in time."""
    ends = time.monotonic() + patience
    while True:
        state = application.container(service)
        if state.running and state.health in (None, "healthy"):
            return
        if not state.running or state.health == "unhealthy" or time.monotonic() > ends:
            said = application.engine("logs", "--tail", "15", state.id, timeout=60)
            what = "ended" if not state.running else "did not become healthy"
            raise EngineError(f"{service} {what}: {said.complaint or said.text}")
        time.sleep(0.5)
