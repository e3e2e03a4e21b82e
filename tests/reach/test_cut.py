"""The whole conversation of all probes with a real host, cut at any byte: a named partial inventory each time."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.framing import Frames, Question, nonce, script
from migrate.model.inventory import Scope
from migrate.model.target import Access
from migrate.parts import parts
from migrate.probes import Probe
from migrate.probing import Said, scopes
from migrate.reach.docker import DockerConnection
from tests.reach.box import Box

pytestmark = pytest.mark.engine

PROBES: tuple[Probe, ...] = parts("migrate.probes", "PROBE")
NAMES = [one.facts.scope for one in PROBES]
LOST = "the connection broke"


@dataclass(frozen=True, slots=True)
class Recorded:
    word: str
    stream: bytes
    whole: tuple[Scope, ...]

    def cut(self, end: int) -> tuple[Scope, ...]:
        return scopes(PROBES, self.said(end))

    def said(self, end: int) -> Said:
        frames = Frames(NAMES, self.word)
        frames.feed(self.stream[:end])
        return Said(frames.finish(), None if frames.done else LOST)


@pytest.fixture(scope="module")
def recorded(box: Box) -> Recorded:
    word, stream = nonce(), bytearray()
    connection = DockerConnection(box.container, Access())
    questions = [Question(one.facts.scope, one.shell, one.budget) for one in PROBES]
    connection.run(script(questions, word), stream.extend)
    connection.close()
    made = Recorded(word, bytes(stream), ())
    return Recorded(word, made.stream, made.cut(len(stream)))


def test_the_host_answers_everything(recorded: Recorded) -> None:
    assert [scope.name for scope in recorded.whole] == NAMES
    assert all(scope.facts is not None for scope in recorded.whole)
    assert recorded.said(len(recorded.stream)).lost is None


def check(recorded: Recorded, end: int) -> None:
    said = recorded.said(end)
    for scope, whole, section in zip(recorded.cut(end), recorded.whole, said.sections, strict=True):
        if section.complete:
            assert scope == whole
        else:
            assert scope.status in ("partial", "failed")
            assert LOST in scope.gaps[0].why
            assert "its parser failed" not in " ".join(gap.why for gap in scope.gaps)
            assert (scope.facts is None) == (scope.status == "failed")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_cut_at_any_byte_is_a_named_partial_inventory(recorded: Recorded, data: st.DataObject) -> None:
    check(recorded, data.draw(st.integers(0, len(recorded.stream))))


def test_a_cut_beside_each_mark_is_one_too(recorded: Recorded) -> None:
    mark = f"\n@@{recorded.word} ".encode()
    at = recorded.stream.find(mark)
    while at >= 0:
        for end in (at, at + 1, at + len(mark), recorded.stream.find(b"\n", at + 1)):
            check(recorded, end)
        at = recorded.stream.find(mark, at + 1)
