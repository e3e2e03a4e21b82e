"""What is written for every target from the plans of the sample servers, read by those who would read it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from migrate import process
from migrate.bundling import bundle
from migrate.parts import parts
from migrate.workspace import Workspace
from migrate.writer import write
from tests.e2e import samples
from tests.e2e.samples import Sample, Samples

pytestmark = pytest.mark.engine

TARGETS = tuple(one.name for one in parts("migrate.emitters", "EMITTER") if one.on_request)
GENERATOR = os.environ.get("QUADLET", "/usr/libexec/podman/quadlet")


@pytest.fixture(scope="module", params=samples.names())
def generated(request: pytest.FixtureRequest, sampled: Samples) -> Path:
    """The bundle of a sample server for all targets."""
    sample: Sample = sampled.get(request.param)
    workspace = Workspace(sample.folder)
    values = {host: workspace.load_secrets(host) for host in sample.sources.snapshots}
    made = bundle(replace(sample.plan, targets=TARGETS), sample.sources.snapshots, values)
    write(workspace, made.files)
    return workspace.generated


def test_compose_takes_the_whole(generated: Path) -> None:
    done = process.run(("docker", "compose", "--file", str(generated / "compose.yaml"), "config", "--quiet"))
    assert done.ok, done.complaint


def test_podman_compose_takes_the_whole(generated: Path) -> None:
    if shutil.which("podman-compose") is None:
        pytest.skip("no podman-compose here")
    done = process.run(("podman-compose", "--file", str(generated / "compose.yaml"), "config"))
    assert done.ok, done.complaint


def test_podmans_generator_takes_the_units(generated: Path) -> None:
    if not Path(GENERATOR).exists() or not (generated / "quadlet").is_dir():
        pytest.skip("no generator of units, or no unit here")
    done = subprocess.run(
        (GENERATOR, "-dryrun"), env={"QUADLET_UNIT_DIRS": str(generated / "quadlet")}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_kustomize_takes_the_services_of_knative(generated: Path) -> None:
    if not (generated / "knative").is_dir() or not process.available("kubectl"):
        pytest.skip("nothing that answers HTTP and keeps nothing, or no kubectl here")
    done = process.run(("kubectl", "kustomize", str(generated / "knative")))
    assert done.ok, done.complaint
