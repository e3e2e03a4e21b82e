"""Bring the bundle up for good: images built, state loaded exactly once, every service healthy; and take it away.

What was loaded into which volume is kept in .migrate/deployed.json, beside the moment when the engine made that
volume: a volume that was removed and made again is a new one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from migrate import files
from migrate.building import build_all, image_names
from migrate.engines import Engine, Project
from migrate.errors import EngineError, InputError
from migrate.loading import Cargo, cargo, load, wait
from migrate.model import codec
from migrate.model.plan import Plan
from migrate.model.verdict import FAILED, Check
from migrate.quoting import slug
from migrate.stores.application import Application
from migrate.stores.manifests import fingerprint
from migrate.workspace import Workspace

Say = Callable[[str], None]
LOADING, LOADED = "loading", "loaded"
_WAY_OUT = (
    "to go on with what the volume holds: docker compose up; to have it replaced by what is in data/: "
    "migrate deploy --down --volumes, then migrate deploy"
)


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    state: str
    health: str | None = None


@dataclass(frozen=True, slots=True)
class DeployReport:
    """What stands now.

    :ivar action: up, down.
    :ivar loaded: volumes that were filled this time; ``kept``: those that held their state already.
    """

    action: str
    engine: str
    project: str
    services: tuple[Service, ...] = ()
    checks: tuple[Check, ...] = ()
    loaded: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return all(check.status != FAILED for check in self.checks)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A volume of the engine, and what was loaded into it.

    :ivar created: when the engine made the volume.
    :ivar status: loading (interrupted, where nothing runs), loaded.
    """

    volume: str
    created: str
    state: str
    status: str


@dataclass(frozen=True, slots=True)
class Ledger:
    volumes: tuple[Loaded, ...] = field(default_factory=tuple)


def deploy(workspace: Workspace, plan: Plan, engine: Engine, say: Say, *, reload: bool = False) -> DeployReport:
    """Build, load what was synced where it is not loaded yet, start everything, wait until it is healthy.

    :param reload: replace state that was loaded before, or that somebody else made, by what is in data/.
    :raises InputError: a volume holds other state than data/.
    :raises EngineError: an image does not build, or a service does not become healthy.
    """
    engine.check()
    project = project_of(workspace)
    application = Application(project, engine.name)
    _build(workspace, plan, engine, say)
    wanted = cargo(application, plan, workspace.data, say)
    todo, kept = _sort(workspace, application, wanted, reload=reload)
    if todo:
        _make_room(application, todo, say)
        checks = _load(workspace, application, todo, say)
        if any(check.status == FAILED for check in checks):
            return _report(
                "up", application, engine, checks, todo, kept, ("not everything could be loaded: not started",)
            )
    else:
        checks = ()
    say("starting the application")
    engine.up(project, say=say)
    for service in sorted(application.services()):
        wait(application, service)
    missing = _missing(plan, wanted)
    return _report("up", application, engine, checks, todo, kept, missing)


def take_down(workspace: Workspace, _plan: Plan, engine: Engine, *, volumes: bool, say: Say) -> DeployReport:
    """Remove containers and networks, with their state where ``volumes``. Nothing there is no error."""
    engine.check()
    project = project_of(workspace)
    say(f"taking {project.name} away" + (" with its state" if volumes else ""))
    engine.down(project, volumes=volumes, say=say)
    application = Application(project, engine.name)
    if volumes:
        _remember(workspace, (each for each in _ledger(workspace).volumes if application.created(each.volume)))
    return DeployReport("down", engine.name, project.name)


def project_of(workspace: Workspace) -> Project:
    """The project that ``docker compose up`` in generated/ makes.

    :raises InputError: there is no bundle.
    """
    import yaml

    path = workspace.generated / "compose.yaml"
    if not path.is_file():
        raise InputError(f"there is no {path}", "run: migrate generate")
    try:
        found = yaml.safe_load(files.read(path))
    except yaml.YAMLError as error:
        raise InputError(f"{path} is not YAML: {error}") from error
    name = found.get("name") if isinstance(found, dict) else None
    root = workspace.generated.resolve()
    return Project(str(name or slug(root.parent.name)), root, root / "compose.yaml")


def _build(workspace: Workspace, plan: Plan, engine: Engine, say: Say) -> None:
    """Build the images; what did not change comes from the engine's cache. :raises EngineError: one does not build."""
    snapshots = workspace.snapshots() if workspace.hosts() else {}
    tags = image_names(engine.config(project_of(workspace)))
    built = build_all(workspace.generated, plan, snapshots, engine, tags, say)
    failed = [check for check in built.checks if check.status == FAILED]
    if failed:
        raise EngineError(f"{failed[0].workload or failed[0].id}: {failed[0].summary}\n{failed[0].detail}")


# --- exactly once ----------------------------------------------------------------------------------------------------


def _sort(
    workspace: Workspace, application: Application, wanted: tuple[Cargo, ...], *, reload: bool
) -> tuple[tuple[Cargo, ...], tuple[str, ...]]:
    """What has to be loaded, and the volumes that hold it already.

    :raises InputError: a volume holds something else.
    """
    known = {each.volume: each for each in _ledger(workspace).volumes}
    names = _volume_names(application)
    todo, kept = [], []
    for each in wanted:
        volume = names.get(each.place.volume.name, f"{application.project.name}_{each.place.volume.name}")
        created = application.created(volume)
        record = known.get(volume)
        # Not by the engine's CreatedAt alone: Docker before 23 tells the folder's time of change there, which moves on.
        ours = record if record and created and record.created <= created else None
        if created is None or (ours and ours.status == LOADING) or reload:
            todo.append(each)
        elif ours and ours.state == fingerprint(each.place.saved):
            kept.append(volume)
        else:
            raise InputError(_refusal(volume, each, loaded=ours is not None), _WAY_OUT)
    return tuple(todo), tuple(kept)


def _refusal(volume: str, each: Cargo, *, loaded: bool) -> str:
    what = f"{each.place.workload.name}: the volume {volume} ({each.place.volume.path})"
    if loaded:
        return f"{what} was loaded before, and data/ holds other state since"
    return f"{what} is there already, and was not loaded by migrate deploy"


def _volume_names(application: Application) -> dict[str, str]:
    """Names that the engine knows the compose file's volumes by."""
    said = json.loads(application.compose("config", "--format", "json", timeout=60).out)
    volumes = said.get("volumes") or {}
    return {key: str((value or {}).get("name") or key) for key, value in volumes.items()}


def _make_room(application: Application, todo: tuple[Cargo, ...], say: Say) -> None:
    """Take what an interrupted or an earlier load left in these volumes away."""
    names = _volume_names(application)
    there = [name for name in sorted({names.get(each.place.volume.name, "") for each in todo}) if name]
    there = [name for name in there if application.created(name)]
    if there:
        say("stopping the application: state is replaced")
        application.compose("down", "--timeout=30", timeout=300)
        for name in there:
            application.engine("volume", "rm", name, timeout=60)


def _load(workspace: Workspace, application: Application, todo: tuple[Cargo, ...], say: Say) -> tuple[Check, ...]:
    services = sorted({each.place.workload.name for each in todo})
    application.compose("up", "--no-start", "--no-build", *services, timeout=600)
    _mark(workspace, application, todo, LOADING)
    checks = load(application, todo, say)
    failed = {check.workload for check in checks if check.status == FAILED}
    _mark(workspace, application, tuple(each for each in todo if each.place.workload.name not in failed), LOADED)
    return checks


def _mark(workspace: Workspace, application: Application, cargoes: Iterable[Cargo], status: str) -> None:
    records = {each.volume: each for each in _ledger(workspace).volumes}
    for each in cargoes:
        place = each.place
        volume = application.container(place.workload.name).volumes.get(place.volume.path)
        created = application.created(volume) if volume else None
        if volume and created:
            records[volume] = Loaded(volume, created, fingerprint(place.saved), status)
    _remember(workspace, records.values())


def _ledger(workspace: Workspace) -> Ledger:
    path = workspace.root / ".migrate" / "deployed.json"
    return codec.load(Ledger, codec.load_json(files.read(path), str(path)), str(path)) if path.is_file() else Ledger()


def _remember(workspace: Workspace, records: Iterable[Loaded]) -> None:
    folder = files.folder(workspace.root / ".migrate")
    ledger = Ledger(tuple(sorted(records, key=lambda each: each.volume)))
    files.write(folder / "deployed.json", json.dumps(codec.dump(ledger), indent=1) + "\n", mode=0o600)


# --- the report ------------------------------------------------------------------------------------------------------


def _missing(plan: Plan, wanted: tuple[Cargo, ...]) -> tuple[str, ...]:
    from migrate.syncing import owned

    here = {(each.place.workload.name, each.place.volume.name) for each in wanted}
    return tuple(
        f"{workload.name}: {volume.path} starts without the state of the host: it was not synced"
        for workload, volumes in owned(plan)
        for volume in volumes
        if (workload.name, volume.name) not in here
    )


def _report(
    action: str,
    application: Application,
    engine: Engine,
    checks: tuple[Check, ...],
    todo: tuple[Cargo, ...],
    kept: tuple[str, ...],
    notes: tuple[str, ...],
) -> DeployReport:
    services = tuple(Service(each.service, each.state, each.health) for each in engine.containers(application.project))
    loaded = tuple(f"{each.place.workload.name}:{each.place.volume.path}" for each in todo)
    return DeployReport(action, engine.name, application.project.name, services, checks, loaded, kept, notes)
