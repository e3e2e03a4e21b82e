from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import pytest

from migrate.building import base_arguments, build_all
from migrate.engines.commands import CommandEngine
from migrate.model.plan import Plan


def test_arguments_that_name_a_base_are_found() -> None:
    text = 'ARG BASE=debian:11\nARG OTHER="x"\nFROM ${BASE} AS packages\nARG BASE\nFROM packages\n'
    assert base_arguments(text) == {"BASE": "debian:11"}


def test_a_fixed_base_is_no_argument() -> None:
    assert base_arguments("FROM debian:11\n") == {}


class _Counting(CommandEngine):
    built = 0

    def build(self, *words: Any, **more: Any) -> str:
        self.built += 1
        return super().build(*words, **more)


@pytest.mark.engine
def test_an_image_is_built_again_when_what_it_is_made_of_has_changed_and_no_sooner(tmp_path: Path) -> None:
    engine, tag = _Counting("docker"), f"migrate-test-building:{secrets.token_hex(4)}"
    context = tmp_path / "generated" / "images" / "page"
    context.mkdir(parents=True)
    (context / "Dockerfile").write_text("FROM scratch\nCOPY page /\n")
    (context / "page").write_text("one")
    counts = []
    try:
        for change in ("", "", "two", "two", "touched"):
            if change == "two":
                (context / "page").write_text("two")
                os.utime(context / "page", (1, 1))
            elif change:
                os.utime(context / "page", (2, 2))
            done = build_all(tmp_path / "generated", Plan(()), {}, engine, {"page": tag}, lambda _line: None)
            assert [check.status for check in done.checks] == ["passed"]
            assert done.images == {"page": tag}
            counts.append(engine.built)
    finally:
        engine.remove_image(tag)
    assert counts == [1, 1, 2, 2, 3]
