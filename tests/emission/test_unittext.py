from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.emission.unittext import literal, title, unit, word, words
from migrate.errors import InputError
from tests.emission.units import spelt_out, split

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
ODD = st.sampled_from(
    ["", "-x", "#a", ";", "a b", "'", '"', "\\", "\\n", "$HOME", "${A}", "%n", "%%", "a\nb", "\t", "é", "{{x}}"]
)


@given(st.lists(TEXT | ODD, min_size=1))
def test_words_are_what_systemd_takes_out_again(given_: list[str]) -> None:
    line = words(given_)
    assert "\n" not in line
    assert [spelt_out(one) for one in split(line)] == given_


@given(TEXT | ODD)
def test_a_text_that_is_taken_whole_keeps_its_dollars_and_percents(text: str) -> None:
    assert spelt_out(literal(text)) == text
    assert title(text).replace("%%", "%") == text


def test_sections_without_a_word_are_left_out_and_reasons_stay_comments() -> None:
    assert unit("a\n[Unit]\nb", [("Unit", []), ("Container", [("Exec", word("a b"))])]) == (
        b'# a [Unit] b\n[Container]\nExec="a b"\n'
    )


@pytest.mark.parametrize("value", ["a\nExec=evil", "a\\", "\udcff"])
def test_what_would_leave_its_line_is_refused(value: str) -> None:
    with pytest.raises(InputError):
        unit("", [("Container", [("Image", value)])])
