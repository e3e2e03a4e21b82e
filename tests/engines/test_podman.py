from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from migrate.engines.choose import choose
from migrate.engines.commands import CommandEngine
from migrate.errors import EngineError
from migrate.process import available
from tests import tiny
from tests.engines import podman

_VALIDATE = """
import json, pickle, sys
from pathlib import Path
from migrate.engines.choose import choose
from migrate.validation import validate
from migrate.workspace import Workspace
from tests import tiny
folder = Path(sys.argv[1])
snapshots = pickle.loads((folder / "snapshots").read_bytes())
verdict = validate(Workspace(folder / "w"), tiny.plan(), snapshots, choose("podman"), lambda line: None)
print(json.dumps({check.id: [check.status, check.summary, check.detail] for check in verdict.checks}))
"""


@pytest.mark.skipif(available("podman"), reason="podman is installed here")
def test_a_missing_engine_is_named_with_what_to_do() -> None:
    with pytest.raises(EngineError, match="podman is not installed") as caught:
        choose("podman").check()
    assert caught.value.hint == "install podman and try again"


def test_names_without_a_registry_are_docker_hubs() -> None:
    engine = CommandEngine("podman")
    assert engine._full("debian:12") == "docker.io/library/debian:12"
    assert engine._full("bitnami/redis") == "docker.io/bitnami/redis"
    assert engine._full("quay.io/a/b") == "quay.io/a/b"
    assert engine._full("localhost:5000/b") == "localhost:5000/b"
    assert CommandEngine("docker")._full("debian:12") == "debian:12"


@pytest.mark.slow
@pytest.mark.engine
@pytest.mark.skipif(not podman.usable(), reason="podman is not installed, or may not make what containers need")
def test_a_bundle_is_proven_by_podman_alone(tmp_path: Path) -> None:
    """Built, started in order, compared and its jobs run, with no compose program."""
    legacy = "migrate-test-podman-legacy"
    try:
        tiny.make_base(tmp_path)
        podman.loaded(tmp_path, tiny.IMAGE)
        (tmp_path / "old").mkdir()
        tiny.start_legacy(legacy, tmp_path / "old")
        workspace, snapshots = tiny.save(tmp_path / "w", *tiny.record_legacy(legacy, "2026-01-01T00:00:00Z"))
    finally:
        subprocess.run(["docker", "rm", "-f", legacy], capture_output=True, check=False)
    tiny.write_bundle(workspace)
    (tmp_path / "snapshots").write_bytes(pickle.dumps(snapshots))
    done = podman.within(tmp_path, sys.executable, "-c", _VALIDATE, str(tmp_path))
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    failed = {name: check for name, check in found.items() if check[0] == "failed"}
    assert failed == {}
    assert found["health:front"][0] == found["job:backend:touch"][0] == "passed"
    assert any(name.startswith("http:") and check[0] == "passed" for name, check in found.items())
    left = podman.within(tmp_path, "podman", "ps", "--all", "--quiet", "--filter=label=org.migrate.validation").stdout
    assert left == ""
