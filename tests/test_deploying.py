"""Deploying a small bundle with synced files: loaded once, kept, refused when it changed, taken away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate import process
from migrate.deploying import deploy, project_of, take_down
from migrate.engines.choose import choose
from migrate.errors import InputError
from migrate.model.plan import Base, Plan, Volume, Workload
from migrate.model.target import Access
from migrate.model.verdict import PASSED
from migrate.reach.local import LocalConnection
from migrate.syncing import sync
from migrate.workspace import Workspace

# The volume is at the same path on the "host" and in the container, as with every workload.
COMPOSE = """\
name: state-deployed
services:
  app:
    image: migrate/state-app
    volumes: ["app-data:{path}"]
    init: true
    healthcheck: {{test: ["CMD", "test", "-e", "{path}/page"], interval: 1s}}
volumes:
  app-data: {{}}
"""
DOCKERFILE = """\
ARG BASE=debian:11
FROM ${{BASE}}
RUN mkdir -p {path} && echo seed > {path}/seed
CMD ["sleep", "600"]
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Iterator[tuple[Workspace, Plan, Path]]:
    workspace, source = Workspace(tmp_path / "ws"), tmp_path / "source"
    image = workspace.generated / "images" / "state-app"
    image.mkdir(parents=True)
    (image / "Dockerfile").write_text(DOCKERFILE.format(path=source))
    (workspace.generated / "compose.yaml").write_text(COMPOSE.format(path=source))
    source.mkdir()
    (source / "page").write_text("first")
    volume = Volume("app-data", str(source), "data", "copy", 0, 0, 0o755, "")
    base = Base("debian:11", "dpkg", "debian", "11", "bullseye")
    app = Workload("app", "here", "service", "", base, volumes=(volume,))
    plan = Plan(("here",), (app,))
    fetch(workspace, plan)
    yield workspace, plan, source
    take_down(workspace, plan, choose("docker"), volumes=True, say=lambda _: None)
    process.run(["docker", "image", "rm", "migrate/state-app"], timeout=60)


def fetch(workspace: Workspace, plan: Plan) -> None:
    report = sync(plan, {}, lambda _: LocalConnection(Access(sudo=False)), workspace, lambda _: None)
    assert report.holds


def shown(workspace: Workspace, path: Path) -> str:
    engine = choose("docker")
    container = engine.containers(project_of(workspace))[0]
    return engine.execute(container.id, ["sh", "-c", f"cat {path}/*"]).text


@pytest.mark.engine
def test_state_is_loaded_once_kept_refused_when_it_changed_and_taken_away(bundle: tuple[Workspace, Plan, Path]) -> None:
    workspace, plan, source = bundle
    engine = choose("docker")

    def quiet(_line: str) -> None:
        return

    first = deploy(workspace, plan, engine, quiet)
    assert first.holds
    assert [check.status for check in first.checks] == [PASSED]
    assert [(service.name, service.health) for service in first.services] == [("app", "healthy")]
    assert shown(workspace, source) == "first"

    again = deploy(workspace, plan, engine, quiet)
    assert (again.loaded, again.kept) == ((), ("state-deployed_app-data",))

    (source / "page").write_text("second")
    fetch(workspace, plan)
    with pytest.raises(InputError, match="data/ holds other state since"):
        deploy(workspace, plan, engine, quiet)
    assert shown(workspace, source) == "first"
    deploy(workspace, plan, engine, quiet, reload=True)
    assert shown(workspace, source) == "second"

    take_down(workspace, plan, engine, volumes=False, say=quiet)
    kept = deploy(workspace, plan, engine, quiet)
    assert (kept.loaded, kept.kept) == ((), ("state-deployed_app-data",))
    take_down(workspace, plan, engine, volumes=True, say=quiet)
    assert process.run(["docker", "volume", "ls", "-q", "--filter", "name=state-deployed"], timeout=60).text == ""


@pytest.mark.engine
def test_a_volume_that_somebody_else_made_is_left_alone(bundle: tuple[Workspace, Plan, Path]) -> None:
    workspace, plan, _ = bundle
    engine = choose("docker")
    process.run(["docker", "volume", "create", "state-deployed_app-data"], timeout=60)
    with pytest.raises(InputError, match="was not loaded by migrate deploy"):
        deploy(workspace, plan, engine, lambda _: None)
