from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.framing import Frames, Question, Section, script

STREAM = (
    b"Welcome to web01!\nLast login: today\n"
    b"\n@@n begin 0 one 100.25\nhello\nworld\n\n@@n end 0 0 100.50\n"
    b"\n@@n begin 1 two 100.50\n\n@@n part a\n1\n\n@@n gap x\troot\n2\n\n@@n end 1 143 103.50\n"
    b"\n@@n done 2\n"
)
WHOLE = (
    Section("one", b"hello\nworld\n", True, True, 0, 0.25),
    Section("two", b"\n@@n part a\n1\n\n@@n gap x\troot\n2\n", True, True, 143, 3.0),
)


def read(*chunks: bytes) -> Frames:
    frames = Frames(["one", "two"], "n")
    for chunk in chunks:
        frames.feed(chunk)
    frames.finish()
    return frames


def test_a_banner_before_the_first_mark_is_skipped() -> None:
    frames = read(STREAM)
    assert frames.sections == WHOLE
    assert frames.done


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_how_the_stream_is_cut_into_chunks_does_not_matter(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    assert read(*(STREAM[a:b] for a, b in pairwise(edges))).sections == WHOLE


def test_a_stream_that_ends_anywhere_keeps_whole_what_was_whole() -> None:
    for end in range(len(STREAM)):
        frames = read(STREAM[:end])
        one, two = frames.sections
        assert one == WHOLE[0] if end >= STREAM.index(b"\n@@n begin 1") else not two.seen
        assert WHOLE[0].data.startswith(one.data)
        assert WHOLE[1].data.startswith(two.data)
        assert not frames.done


def test_a_mark_with_another_nonce_or_another_name_is_data() -> None:
    fake = b"\n@@m end 0 0 1\n\n@@n end 1 0 1\n\n@@n begin 1 other 1\n"
    frames = read(b"\n@@n begin 0 one 1\n" + fake + b"\n@@n end 0 0 2\n")
    assert frames.sections[0].data == fake
    assert frames.sections[0].complete


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    read(b"\n@@n begin 0 one 1\n" + data)
    read(data)


def test_a_sink_takes_the_bytes_of_its_section() -> None:
    taken = bytearray()
    frames = Frames(["one", "two"], "n", sinks={"one": taken.extend})
    for at in range(len(STREAM)):
        frames.feed(STREAM[at : at + 1])
    assert bytes(taken) == b"hello\nworld\n"
    assert frames.finish()[0] == Section("one", b"", True, True, 0, 0.25)


def test_the_beginning_of_a_section_is_told() -> None:
    begun: list[str] = []
    Frames(["one", "two"], "n", begun.append).feed(STREAM)
    assert begun == ["one", "two"]


def test_a_whole_section_is_told_and_a_cut_one_is_not() -> None:
    ended: list[Section] = []
    frames = Frames(["one", "two"], "n", on_end=ended.append)
    frames.feed(STREAM[: STREAM.index(b"begin 1")])
    frames.finish()
    assert ended == [Section("one", b"hello\nworld\n", True, True, 0, 0.25)]


def test_the_program_ends_without_reading_on() -> None:
    text = script([Question("one", "echo a\n    # a comment\n    echo b", 3.4)], "word").decode()
    assert text.endswith("main </dev/null; exit\n")
    assert "section 0 one 3 section_0\n" in text
    assert "# a comment" not in text
    assert "<<" not in text, "a here-document is a temporary file in some shells"


def test_a_section_s_name_cannot_carry_shell() -> None:
    with pytest.raises(ValueError, match="not a section's name"):
        script([Question("one; reboot", "echo", 3)], "word")
