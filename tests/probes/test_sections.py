from __future__ import annotations

from migrate.probes.sections import number, settings, split


def test_what_was_cut_off_in_a_line_or_record_is_left_out() -> None:
    parts = split(b"\n@@0 part a\none\ntwo\nthr\n@@0 part b\nx\0y\0z")
    assert parts.lines("a") == ["one", "two"]
    assert parts.records("b") == [b"x", b"y"]


def test_a_mark_of_another_program_is_data() -> None:
    parts = split(b"\n@@0 part a\none\n\n@@1 part b\ntwo\n")
    assert parts.lines("a") == ["one", "", "@@1 part b", "two"]
    assert parts.lines("b") == []


def test_a_section_without_marks_says_nothing() -> None:
    assert split(b"Segmentation fault\n").blocks == {}


def test_numbers_are_plain_and_not_endless() -> None:
    assert [number(word) for word in ("12", "-1", "²", "٣", "9" * 30, "")] == [12, None, None, None, None, None]


def test_settings_lose_their_quotes() -> None:
    lines = ['A="b c"', "export B='d'", "C=e", "# D=f", 'A="it\\"s"']
    assert settings(lines) == {"A": 'it"s', "B": "d", "C": "e"}
