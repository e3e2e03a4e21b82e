"""Plans of the sample servers against what their administrators know of them."""

from __future__ import annotations

from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from migrate import process
from migrate.emitters.dockerfile import EMITTER as DOCKERFILE
from migrate.emitters.kubernetes import EMITTER as KUBERNETES
from migrate.emitters.sbom import EMITTER as SBOM
from migrate.emitters.secret_files import EMITTER as SECRETS
from tests.e2e import samples
from tests.e2e.samples import Sample, Samples

pytestmark = pytest.mark.engine


@pytest.fixture(params=samples.names())
def sample(request: pytest.FixtureRequest, sampled: Samples) -> Sample:
    return sampled.get(request.param)


def test_workloads_ports_state_and_jobs_are_the_true_ones_and_no_others(sample: Sample) -> None:
    wrong = {one.kind: (one.missing, one.extra) for one in samples.scores(sample) if one.missing or one.extra}
    assert wrong == {}


def test_each_has_what_it_needs_and_nothing_of_what_was_left_lying_about(sample: Sample) -> None:
    assert samples.faults(sample) == ()


def test_no_more_packages_are_asked_for_than_one_and_a_half_times_those_of_a_person(sample: Sample) -> None:
    assert samples.without_reference(sample) == ()
    counted = samples.packages(sample)
    assert sum(one.ours for one in counted) <= 1.5 * sum(one.reference for one in counted), counted


def test_an_assessment_finds_what_their_administrators_would_name(sample: Sample) -> None:
    expected = sample.truth.get("findings")
    assert expected is None or samples.findings(sample) == set(expected)


def test_hadolint_has_no_error_and_no_warning(sample: Sample, tmp_path: Path) -> None:
    written = []
    for file in DOCKERFILE.emit(sample.sources):
        if file.path.endswith("/Dockerfile") and isinstance(file.data, bytes):
            written.append(tmp_path / file.path.replace("/", "-"))
            written[-1].write_bytes(file.data)
    assert written or not any(one.migrate for one in sample.plan.workloads)
    done = process.run(("hadolint", "--failure-threshold", "warning", *map(str, written))) if written else None
    assert done is None or done.ok, done.text


@pytest.mark.skipif(not process.available("kubectl"), reason="no kubectl here")
@pytest.mark.parametrize("place", ["base", "overlays/development", "overlays/production"])
def test_every_kubernetes_object_is_valid(sample: Sample, place: str, tmp_path: Path) -> None:
    for file in (*KUBERNETES.emit(sample.with_secrets), *SECRETS.emit(sample.with_secrets)):
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_bytes(file.data if isinstance(file.data, bytes) else b"captured")
    done = process.run(("kubectl", "kustomize", str(tmp_path / "kubernetes" / place)))
    assert done.ok, done.complaint
    for item in yaml.safe_load_all(done.out):
        for version in ("1.29", kubernetes_validate.latest_version()):
            kubernetes_validate.validate(item, version, strict=True)


def test_the_schema_takes_what_is_said_of_each_image(sample: Sample) -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    for file in SBOM.emit(sample.sources):
        if file.path.endswith(".cdx.json") and isinstance(file.data, bytes):
            assert validator.validate_str(file.data.decode()) is None, file.path


def test_what_a_dockerfile_installs_is_read_over_several_lines() -> None:
    text = "RUN apt-get update && \\\n  # why\n  apt-get install -y nginx \\\n  curl=7.1 && rm -rf /x\n"
    assert samples.installed(text) == {"nginx", "curl"}
