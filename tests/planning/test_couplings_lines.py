"""A pattern finds on the lines that hold its word what it finds in the whole text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.planning.couplings import scanning, settings
from migrate.planning.couplings.lines import line_starts, matches, with_pattern, with_words, with_words_of_any_case

PIECES = (
    *("\n", " ", "\t", "'", '"', ":", ",", "=", "//", "/", ".", "@", "-h ", "--host=", "8080", "10.0.0.7", "db", "x"),
    *("host", "HOST", "server", "port", "Port=", "address", "data source", "mysqli(", "mysql_connect(", "SMTP("),
    *("/dev/tcp/", "jdbc:mysql:", "http:", "relay_host = ", "smart_host", "server ", ";", "nc ", "telnet ", "curl "),
    *("localhost", "[::1]", "İ", "\r\n", "real_connect", "(", ")", "weight=1", "smtplib."),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
WORDS = [
    (scanning._URL, ("//",)),
    (scanning._DEVICE, ("/dev/",)),
    (scanning._MYSQL_CALL, ("mysql", "connect")),
    (scanning._MAIL_CALL, ("SMTP",)),
    (scanning._RELAY, ("relay", "smart", "mailhub")),
    (scanning._UPSTREAM, ("server",)),
    (settings._HOST_OPTION, ("-h",)),
    (settings._TALK, settings._TALKERS),
    (settings._FETCH, ("curl", "wget")),
]
ANY_CASE = [
    (settings._HOST_KEY, settings._HOST_WORDS),
    (settings._PORT_KEY, ("port",)),
    (settings._DIRECTORY_KEY, ("host",)),
]
PATTERNS = [(scanning._PAIR, scanning._NUMBERED), (scanning._ARGUMENTS, scanning._LISTED)]


def spans(found: object) -> list[tuple[int, int]]:
    return [match.span() for match in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("pattern", "words"), WORDS)
@given(text=TEXTS)
def test_words(pattern: re.Pattern[str], words: tuple[str, ...], text: str) -> None:
    assert spans(matches(pattern, text, with_words(text, *words))) == spans(pattern.finditer(text))


@pytest.mark.parametrize(("pattern", "words"), ANY_CASE)
@given(text=TEXTS)
def test_words_of_any_case(pattern: re.Pattern[str], words: tuple[str, ...], text: str) -> None:
    assert spans(matches(pattern, text, with_words_of_any_case(text, *words))) == spans(pattern.finditer(text))


@pytest.mark.parametrize(("pattern", "needed"), PATTERNS)
@given(text=TEXTS)
def test_patterns(pattern: re.Pattern[str], needed: re.Pattern[str], text: str) -> None:
    assert spans(matches(pattern, text, with_pattern(text, needed))) == spans(pattern.finditer(text))


def test_lines_begin_behind_line_breaks() -> None:
    assert line_starts("a\n\nbc") == [0, 2, 3]
    assert with_words("a\nbab\nc", "a", "b") == [(0, 2), (2, 6)]
