from __future__ import annotations

import gzip

from hypothesis import given
from hypothesis import strategies as st

from migrate.probes.sections import number, settings, split

INSIDE = b"\n@@0 part a\none\n\n@@0 gap x\troot\n\n@@0 part b\n" + bytes(range(97, 123)) + b"\n"
PACKED = b"\n@@0 packed\n" + gzip.compress(INSIDE)


def test_what_was_cut_off_in_a_line_or_record_is_left_out() -> None:
    parts = split(b"\n@@0 part a\none\ntwo\nthr\n@@0 part b\nx\0y\0z")
    assert parts.lines("a") == ["one", "two"]
    assert parts.records("b") == [b"x", b"y"]


def test_a_mark_of_another_program_is_data() -> None:
    parts = split(b"\n@@0 part a\none\n\n@@1 part b\ntwo\n")
    assert parts.lines("a") == ["one", "", "@@1 part b", "two"]
    assert parts.lines("b") == []


def test_what_is_packed_is_read_as_if_it_were_not() -> None:
    assert split(PACKED + b"\n@@0 part c\nthree\n") == split(INSIDE + b"\n@@0 part c\nthree\n")


def test_of_a_packed_stream_that_was_cut_the_beginning_is_read() -> None:
    whole = split(INSIDE)
    for end in range(len(PACKED)):
        found = split(PACKED[:end])
        assert whole.block("a").startswith(found.block("a"))
        assert whole.lines("b")[: len(found.lines("b"))] == found.lines("b")


@given(st.integers(0, len(PACKED)), st.binary(max_size=40))
def test_a_packed_stream_that_was_spoilt_raises_nothing(end: int, noise: bytes) -> None:
    split(PACKED[:end] + noise)


def test_a_section_without_marks_says_nothing() -> None:
    assert split(b"Segmentation fault\n").blocks == {}


def test_numbers_are_plain_and_not_endless() -> None:
    assert [number(word) for word in ("12", "-1", "²", "٣", "9" * 30, "")] == [12, None, None, None, None, None]


def test_settings_lose_their_quotes() -> None:
    lines = ['A="b c"', "export B='d'", "C=e", "# D=f", 'A="it\\"s"']
    assert settings(lines) == {"A": 'it"s', "B": "d", "C": "e"}
