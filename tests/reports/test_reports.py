from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate import reports
from migrate.errors import InputError
from migrate.model.verdict import Check, ImageSize, Rule, Verdict
from migrate.reports import facts, junit, page

VERDICT = Verdict(
    engine="docker",
    started="2026-11-23T20:00:00Z",
    seconds=61.5,
    checks=(
        Check("build:nginx", "nginx", "build", "passed", "it builds", seconds=12.0),
        Check("start", None, "start", "passed", "every container was started"),
        Check("http:nginx:localhost:80/", "nginx", "http", "passed", "equal after date", rules=("date",)),
        Check("http:nginx:localhost:80/x", "nginx", "http", "failed", "it differs", "-a\n+<b>&\x1b[31m"),
        Check("http:nginx:localhost:80/y", "nginx", "http", "unverified", "no state"),
    ),
    rules=(Rule("date", "the date of asking"),),
    images=(ImageSize("nginx", 2_000_000, 1_000_000),),
    total_bytes=2_000_000,
)


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


def test_junit_counts_unverified_as_skipped() -> None:
    root = ET.fromstring(junit.render(VERDICT))  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("5", "1", "1")
    suite = next(suite for suite in root if suite.get("name") == "nginx")
    assert [case[0].tag for case in suite if len(case)] == ["system-out", "failure", "skipped"]


def test_the_page_needs_nothing_from_elsewhere_and_escapes_evidence() -> None:
    text = page.render(VERDICT).decode()
    assert "http://" not in text.replace("http:nginx", "")
    assert "https://" not in text
    assert "<script" not in text
    assert "<b>&\x1b" not in text
    assert "+&lt;b&gt;&amp;\\x1b[31m" in text


HOSTILE = st.text(max_size=60)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_evidence_breaks_no_report(name: str, summary: str, detail: str) -> None:
    verdict = Verdict("docker", "2026-11-23T20:00:00Z", 1.0, (Check(name, name, "http", "failed", summary, detail),))
    json.loads(facts.render(verdict))
    ET.fromstring(junit.render(verdict))  # noqa: S314 - our own
    found = _Tags()
    found.feed(page.render(verdict).decode())
    assert found.tags == _expected(verdict)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("details", "summary", "pre", "span"):
            self.tags.append(tag)


def _expected(verdict: Verdict) -> list[str]:
    found = _Tags()
    plain = Verdict(verdict.engine, verdict.started, verdict.seconds, (Check("a", "w", "http", "failed", "b", "c"),))
    found.feed(page.render(plain).decode())
    return found.tags
