from __future__ import annotations

from typing import Any

import yaml

from migrate.emitters.gitlab_ci import EMITTER, emit
from tests.emission.sample import shop


def pipeline() -> dict[str, Any]:
    (file,) = emit(shop())
    assert isinstance(file.data, bytes)
    found: dict[str, Any] = yaml.safe_load(file.data)
    return found


def test_it_is_written_on_request() -> None:
    assert EMITTER.on_request


def test_every_image_is_built_scanned_and_published_in_this_order() -> None:
    found = pipeline()
    assert found["stages"] == ["build", "scan", "publish"]
    assert found[".images"]["parallel"]["matrix"] == [{"IMAGE": ["nginx", "app", "db", "report", "forwarder"]}]
    for stage in found["stages"]:
        assert found[stage]["stage"] == stage
        assert ".images" in found[stage]["extends"]


def test_images_are_pinned_and_the_password_comes_by_standard_input() -> None:
    found = pipeline()
    for image in (found[".docker"]["image"], *found[".docker"]["services"], found["scan"]["image"]["name"]):
        assert image.partition(":")[2][:1].isdigit()
    assert "--password-stdin" in found[".docker"]["before_script"][0]
