from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from migrate.reports import assessed
from tests.assessment.hosts import found

HOSTILE = st.text(min_size=1, max_size=40)


def page(name: str) -> str:
    device = {"path": name, "kind": "serial", "user": {"pid": 5, "name": name}}
    case = {"bindings": {"devices": [device]}, "workload": {"name": name, "kind": name}}
    return assessed.render(found(case)).decode()


def test_the_page_needs_nothing_from_elsewhere_and_shows_evidence() -> None:
    text = page("/dev/ttyS0")
    assert "https://" not in text
    assert "<script" not in text
    assert "It holds a device of the machine open" in text
    assert "bindings:/dev/ttyS0: /dev/ttyS0 (serial), held by /dev/ttyS0" in text


@given(HOSTILE)
def test_hostile_names_break_no_page(name: str) -> None:
    assert _tags(page(name)) == _tags(page("plain"))


def _tags(text: str) -> list[str]:
    found_: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            found_.append(tag)

    Parser().feed(text)
    return found_
