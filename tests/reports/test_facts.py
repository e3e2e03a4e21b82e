from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate import reports
from migrate.errors import InputError
from migrate.model.verdict import Check, Verdict
from migrate.reports import facts
from tests.reports.verdicts import VERDICT


def test_the_json_gives_the_verdict_back(tmp_path: Path) -> None:
    reports.save(tmp_path, VERDICT)
    assert reports.load(tmp_path) == VERDICT
    assert json.loads((tmp_path / "validation.json").read_bytes())["holds"] is False


def test_a_page_can_be_rendered_again_from_the_json(tmp_path: Path) -> None:
    reports.save(tmp_path, VERDICT)
    before = (tmp_path / "validation.html").read_bytes()
    (tmp_path / "validation.html").unlink()
    assert reports.again(tmp_path).read_bytes() == before


def test_without_a_verdict_there_is_nothing_to_render(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing was validated yet"):
        reports.again(tmp_path)


@given(st.text(max_size=60))
def test_any_evidence_can_be_written(text: str) -> None:
    verdict = Verdict("docker", "2026-11-23T20:00:00Z", 1.0, (Check(text, text, "http", "failed", text, text),))
    assert json.loads(facts.render(verdict))["counts"] == {"failed": 1}
