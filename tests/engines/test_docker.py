from __future__ import annotations

from pathlib import Path

import pytest

from migrate.engines import Project
from migrate.engines.choose import choose
from migrate.errors import EngineError, InputError

pytestmark = pytest.mark.engine

COMPOSE = """\
services:
  a: {image: "migrate-test-none/a", environment: {MONEY: "$$5", PORT: "${PUBLISH:-80}"}}
"""


def test_an_engine_nobody_knows_is_refused() -> None:
    with pytest.raises(InputError, match="there is no engine 'cloud'"):
        choose("cloud")


def test_docker_answers_and_an_absent_image_is_none() -> None:
    engine = choose("docker")
    engine.check()
    assert engine.image("migrate-test-none/absent:1") is None


def test_a_compose_file_is_read_with_its_variables(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(COMPOSE)
    found = choose("docker").config(Project("migrate-test-none", tmp_path, file, {"PUBLISH": "8080"}))
    # Dollar signs stay doubled, so that the result is a compose file again.
    assert found["services"]["a"]["environment"] == {"MONEY": "$$5", "PORT": "8080"}


def test_a_failing_build_ends_with_what_it_said(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY absent /\n")
    with pytest.raises(EngineError, match=r"migrate-test-none:1 does not build:\n(.|\n)*absent"):
        choose("docker").build(tmp_path, "migrate-test-none:1", arguments={}, labels={})


def test_an_application_that_can_not_start_says_why(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("services: {a: {image: 'migrate-test-none/a', pull_policy: never}}\n")
    project = Project("migrate-test-none", tmp_path, file)
    try:
        with pytest.raises(EngineError, match="the application did not start"):
            choose("docker").up(project)
    finally:
        choose("docker").down(project, volumes=True)
