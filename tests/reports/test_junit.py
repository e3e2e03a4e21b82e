from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.verdict import Check, Verdict
from migrate.reports import junit
from tests.reports.verdicts import VERDICT


def test_junit_counts_unverified_as_skipped() -> None:
    root = ET.fromstring(junit.render(VERDICT))  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("5", "1", "1")
    suite = next(suite for suite in root if suite.get("name") == "nginx")
    assert [case[0].tag for case in suite if len(case)] == ["system-out", "failure", "skipped"]


@given(st.text(max_size=60))
def test_any_evidence_can_be_written(text: str) -> None:
    verdict = Verdict("docker", "2026-11-23T20:00:00Z", 1.0, (Check(text, text, "http", "failed", text, text),))
    ET.fromstring(junit.render(verdict))  # noqa: S314 - our own
