from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from migrate.variation import Hole, fits, fixed_share, template

TEXTS = st.text("ab 1<>\n", max_size=120)


@given(TEXTS, TEXTS)
def test_a_template_fits_both_texts_it_was_made_of(first: str, second: str) -> None:
    made = template(first, second)
    assert fits(made, first)
    assert fits(made, second)


@given(TEXTS)
def test_a_template_of_equal_texts_fits_nothing_else(text: str) -> None:
    assert template(text, text) == ((text,) if text else ())
    assert not fits(template(text, text), text + "x")


def test_only_what_differs_is_a_hole() -> None:
    made = template("visitor 41 of today", "visitor 42 of today")
    assert [part for part in made if isinstance(part, str)] == ["visitor ", " of today"]
    assert fits(made, "visitor 7 of today")
    assert not fits(made, "visitor seven of today")


def test_a_hole_takes_no_more_than_about_what_was_seen() -> None:
    made = template("x1y", "x2y")
    assert not fits(made, "x" + "1" * 50 + "y")


def test_the_share_that_is_fixed_is_told() -> None:
    assert fixed_share(("abc", Hole(None, 5)), "abc def") == 0.5


def test_hostile_pages_cost_no_more_than_seconds() -> None:
    began = time.monotonic()
    first, second = "a\n" * 200_000, "a\nb\n" * 100_000
    fits(template(first, second), second)
    one = "<p>" + "1 " * 2000
    fits(template(one, one.replace("1", "2")), "<p>" + "3 " * 2000)
    assert time.monotonic() - began < 30
