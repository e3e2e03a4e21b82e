from __future__ import annotations

import re
import subprocess
from typing import Any

import yaml

from migrate.emitters.github_actions import EMITTER, emit
from tests.emission.sample import shop


def workflow() -> tuple[str, dict[Any, Any]]:
    (file,) = emit(shop())
    assert isinstance(file.data, bytes)
    assert file.path == ".github/workflows/images.yml"
    return file.data.decode(), yaml.safe_load(file.data)


def test_it_is_written_on_request() -> None:
    assert EMITTER.on_request


def test_every_image_is_built_beside_the_others() -> None:
    _, found = workflow()
    job = found["jobs"]["image"]
    assert job["strategy"]["matrix"] == {"image": ["nginx", "app", "db", "report", "forwarder"]}
    assert [one["name"] for one in job["steps"]] == [
        "Check out", "Name the image", "Set up BuildKit", "Build", "Scan", "Log in to the registry",
        "Push what was scanned",
    ]  # fmt: skip


def test_actions_are_pinned_and_secrets_are_githubs() -> None:
    text, found = workflow()
    used = [one["uses"] for one in found["jobs"]["image"]["steps"] if "uses" in one]
    assert len(used) == 6
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", one) for one in used)
    assert not re.search(r"(?i)password: (?!\$\{\{ secrets\.)", text)
    assert found["permissions"] == {"contents": "read"}


def test_its_script_is_one() -> None:
    _, found = workflow()
    for step in found["jobs"]["image"]["steps"]:
        if "run" in step:
            assert "${{" not in step["run"]  # what comes from outside goes through the environment
            subprocess.run(("bash", "-n"), input=step["run"], text=True, check=True)
