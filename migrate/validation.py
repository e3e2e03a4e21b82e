"""Prove a bundle: build it, start it in a place of its own, look at it, and take it away again."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from migrate import files, isolation
from migrate.building import Built, build_all, image_names
from migrate.checks import CheckPart, Scene, moves
from migrate.checks.health import judged
from migrate.compare import ALL_RULES
from migrate.engines import Container, Engine, Project, Say
from migrate.engines.layers import Contents, contents, searchable
from migrate.engines.probe import Probe
from migrate.errors import EngineError, MigrateError
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Check, ImageSize, Verdict
from migrate.parts import parts
from migrate.redaction import without_secrets
from migrate.workspace import Workspace

_SETTLE = 60.0  # seconds beyond the longest start that the plan expects
_UNHEALTHY = 30.0  # seconds for which an unhealthy container may still recover


@dataclass(frozen=True, slots=True)
class _Work:
    """What one validation works on."""

    workspace: Workspace
    plan: Plan
    snapshots: Mapping[str, Snapshot]
    engine: Engine
    say: Say
    disturb: Callable[[Project], None] | None
    reach_out: bool
    secrets: Mapping[str, Mapping[str, str]]
    bodies: Mapping[str, Mapping[str, bytes]]


def validate(
    workspace: Workspace,
    plan: Plan,
    snapshots: Mapping[str, Snapshot],
    engine: Engine,
    say: Say,
    *,
    reach_out: bool = False,
    disturb: Callable[[Project], None] | None = None,
) -> Verdict:
    """Build, start, compare, take away. Images stay; containers, networks and volumes do not, whatever happens.

    State that was synced into the workspace's data/ is loaded first.

    :param reach_out: let the containers reach what is outside; by default they can't, so that a copy of a production
        application does nothing to anyone.
    :param disturb: called with the started project before it is looked at; for tests of the proof itself.
    :raises EngineError: the engine is missing or does not answer. All else is a failed check.
    """
    engine.check()
    values = {host: workspace.load_secrets(host) for host in snapshots}
    bodies = {host: workspace.load_answers(host) for host in snapshots}
    work = _Work(workspace, plan, snapshots, engine, say, disturb, reach_out, values, bodies)
    started, began = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), time.monotonic()
    with _scratch() as scratch:
        checks, read, loaded = _proven(work, scratch)
    checks = tuple(without_secrets(check, values) for check in checks)
    sizes = tuple(ImageSize(name, read.size(name), read.own_size(name)) for name in sorted(read.images))
    return Verdict(
        engine=engine.name,
        started=started,
        seconds=round(time.monotonic() - began, 1),
        checks=checks,
        rules=tuple(rule for rule in ALL_RULES if any(rule.name in check.rules for check in checks)),
        images=sizes,
        total_bytes=read.total() if sizes else None,
        with_state=bool(loaded),
    )


def _proven(work: _Work, scratch: Path) -> tuple[tuple[Check, ...], Contents, frozenset[str]]:
    generated = work.workspace.generated.resolve()
    name = f"migrate-validate-{secrets.token_hex(4)}"
    config = work.engine.config(Project(name, generated, generated / "compose.yaml"))
    contexts = isolation.contexts(config)
    built = build_all(generated, work.plan, work.snapshots, work.engine, image_names(config), work.say)
    unbuilt = sorted({Path(folder).name for folder in contexts.values()} - set(built.images))
    if unbuilt:
        summary = f"not started: there is no image of {', '.join(unbuilt)}"
        return (*built.checks, Check("start", None, "start", FAILED, summary)), Contents({}, {}), frozenset()
    images = {service: built.images[Path(folder).name] for service, folder in contexts.items()}
    resolved = isolation.isolated(config, name, images, reach_out=work.reach_out)
    files.write(scratch / "compose.json", json.dumps(resolved), mode=0o600)
    project = Project(name, generated, scratch / "compose.json")
    return _started(work, project, built, resolved)


def _started(
    work: _Work, project: Project, built: Built, config: Mapping[str, Any]
) -> tuple[tuple[Check, ...], Contents, frozenset[str]]:
    checks = list(built.checks)
    with _project(work, project) as probes:
        state_checks, loaded = _load_state(work, project)
        checks += state_checks
        start = _start(work, project, config, loaded)
        checks.append(start)
        _settle(work, project, tuple(config["services"]), all_started=start.status == PASSED)
        if work.disturb:
            work.disturb(project)
        scene = _scene(work, project, built, tuple(sorted(config["services"])), probes, loaded)
        for part in _parts():
            work.say(f"checking: {part.kind}")
            checks += _ran(part, scene)
        return tuple(checks), scene.contents, loaded


def _parts() -> tuple[CheckPart, ...]:
    return tuple(sorted(parts("migrate.checks", "CHECK"), key=lambda part: part.order))


def _ran(part: CheckPart, scene: Scene) -> Iterable[Check]:
    """What a part proves; one that can't be carried out is a failed check, and costs the others nothing."""
    done: list[Check] = []
    try:
        for check in part.run(scene):
            done.append(check)  # noqa: PERF402  # what was proven before an error counts
    except MigrateError as error:
        done.append(Check(f"{part.kind}:all", None, part.kind, FAILED, "it could not be checked", error.message))
    return done


def _scene(
    work: _Work,
    project: Project,
    built: Built,
    services: tuple[str, ...],
    probes: dict[str, Probe],
    loaded: frozenset[str],
) -> Scene:
    there = {container.service: container for container in work.engine.containers(project)}
    for workload in work.plan.workloads:
        container = there.get(workload.name)
        if container is not None and container.running:
            image = _helper(built, workload.name, container)
            name = f"{project.name}-look-{workload.name}"
            probes[workload.name] = Probe(work.engine, container.id, image, name, {isolation.LABEL: project.name})
    return Scene(
        engine=work.engine,
        project=project,
        plan=work.plan,
        snapshots=work.snapshots,
        services=services,
        images=built.images,
        bodies=work.bodies,
        secrets=work.secrets,
        probes=probes,
        read_images=lambda: _read(work, built),
        loaded=loaded,
    )


def _helper(built: Built, name: str, container: Container) -> str:
    """An image to look from: the forwarder's, which has socat, else the base image of the workload, else its own."""
    forwarder = next((image for folder, image in built.images.items() if folder.startswith("forwarder")), None)
    return forwarder or built.bases.get(name) or container.image


def _read(work: _Work, built: Built) -> Contents:
    from migrate.checks.image import expected_files
    from migrate.checks.secrets import named_values
    from migrate.emission.scratch import place

    work.say("reading the images")
    wanted = [
        place(workload, path)
        for workload in work.plan.workloads
        if workload.name in built.images
        for path in expected_files(work.plan, work.snapshots, workload)
    ]
    needles, _ = searchable(named_values(work.secrets))
    return contents(work.engine, built.images, digests=wanted, needles=needles)


# --- starting ---------------------------------------------------------------------------------------------------------


def _start(work: _Work, project: Project, config: Mapping[str, Any], loaded: frozenset[str]) -> Check:
    work.say(f"starting the application as {project.name}")
    began = time.monotonic()
    try:
        work.engine.up(project)
    except EngineError as error:
        lacking = _lacking(work, project, loaded)
        if not lacking:
            return Check("start", None, "start", FAILED, "not every container was started", error.message)
        return _started_anyway(work, project, config, lacking)
    seconds = round(time.monotonic() - began, 1)
    return Check("start", None, "start", PASSED, "every container was started", seconds=seconds)


def _lacking(work: _Work, project: Project, loaded: frozenset[str]) -> tuple[str, ...]:
    """The workloads that are unhealthy, where each of them lacks its state; none where one does not."""
    ill = {one.service for one in work.engine.containers(project) if one.running and one.health == "unhealthy"}
    missing = {
        workload.name
        for workload in work.plan.workloads
        if any(moves(volume) and volume.name not in loaded for volume in workload.volumes)
    }
    return tuple(sorted(ill)) if ill <= missing else ()


def _started_anyway(work: _Work, project: Project, config: Mapping[str, Any], lacking: tuple[str, ...]) -> Check:
    """The same with nobody waiting for the others' health, so that the rest can be looked at."""
    services = {name: _patient(service) for name, service in config["services"].items()}
    file = project.file.with_name("compose-anyway.json")
    files.write(file, json.dumps({**config, "services": services}), mode=0o600)
    try:
        work.engine.up(replace(project, file=file))
    except EngineError as error:
        return Check("start", None, "start", FAILED, "not every container was started", error.message)
    why = f"nobody waited for {', '.join(lacking)}, unhealthy without state that was not synced"
    return Check("start", None, "start", UNVERIFIED, why)


def _patient(service: Mapping[str, Any]) -> dict[str, Any]:
    awaited = service.get("depends_on") or {}
    return {**service, "depends_on": {name: {**one, "condition": "service_started"} for name, one in awaited.items()}}


def _settle(work: _Work, project: Project, services: tuple[str, ...], *, all_started: bool) -> None:
    """Wait until every service is as it should be, or will not get so any more."""
    starts = [workload.health.start_period for workload in work.plan.workloads if workload.health]
    give_up = time.monotonic() + max(starts, default=0) + _SETTLE
    unhealthy_since: dict[str, float] = {}
    while time.monotonic() < give_up:
        there = {container.service: container for container in work.engine.containers(project)}
        left = [there[service] for service in services if service in there]
        if not any(_pending(one, unhealthy_since) and (all_started or one.state != "created") for one in left):
            return
        time.sleep(1)


def _pending(container: Container, unhealthy_since: dict[str, float]) -> bool:
    """Whether waiting may still change something for the better."""
    if judged(container)[0] == PASSED:
        return False
    if container.health == "unhealthy":
        return time.monotonic() - unhealthy_since.setdefault(container.id, time.monotonic()) < _UNHEALTHY
    return container.state in ("created", "restarting") or container.running


def _load_state(work: _Work, project: Project) -> tuple[tuple[Check, ...], frozenset[str]]:
    """Fill the project's new volumes with what was synced: the checks, and the names of the volumes."""
    data = work.workspace.data
    if not data.is_dir():
        return (), frozenset()
    from migrate.loading import load_state
    from migrate.stores.manifests import read_manifest

    manifests = (read_manifest(data / workload.name) for workload in work.plan.workloads if workload.migrate)
    volumes = frozenset(saved.volume for manifest in manifests if manifest for saved in manifest.saved)
    if not volumes:
        return (), frozenset()
    try:
        return load_state(work.engine, project, work.plan, data, work.say), volumes
    except MigrateError as error:
        return (
            Check("state:all", None, "state", FAILED, "the synced state could not be loaded", error.message),
        ), volumes


# --- taking away ------------------------------------------------------------------------------------------------------


@contextmanager
def _project(work: _Work, project: Project) -> Iterator[dict[str, Probe]]:
    """What is started inside is gone afterwards, after an interruption as well."""
    probes: dict[str, Probe] = {}
    try:
        yield probes
    finally:
        work.say("taking the application away")
        _to_the_end(probes, work.engine, project)


def _to_the_end(probes: Mapping[str, Probe], engine: Engine, project: Project) -> None:
    """Once more where a second Ctrl-C came into it."""
    for last in (False, True):
        try:
            for probe in probes.values():
                probe.close()
            engine.down(project, volumes=True)
        except KeyboardInterrupt:
            if last:
                raise
        else:
            return


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="migrate-validate-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
