from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.verdict import Check, Verdict
from migrate.reports import page
from tests.reports.verdicts import VERDICT


def test_the_page_needs_nothing_from_elsewhere_and_escapes_evidence() -> None:
    text = page.render(VERDICT).decode()
    assert "http://" not in text.replace("http:nginx", "")
    assert "https://" not in text
    assert "<script" not in text
    assert "<b>&\x1b" not in text
    assert "+&lt;b&gt;&amp;\\x1b[31m" in text


HOSTILE = st.text(max_size=60)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_evidence_breaks_no_page(name: str, summary: str, detail: str) -> None:
    verdict = Verdict("docker", "2026-11-23T20:00:00Z", 1.0, (Check(name, name, "http", "failed", summary, detail),))
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
