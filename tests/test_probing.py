from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.errors import ConnectionLost
from migrate.framing import Frames, Question, Section, nonce, script
from migrate.model.facts import Accounts, System
from migrate.parts import parts
from migrate.probes import Parsed, Probe
from migrate.probing import Said, ask, probe, scopes
from migrate.reach import Ended, ProgramTooLong
from tests.probes.shells import SHELLS, Here, present

CORE = tuple(each for each in parts("migrate.probes", "PROBE") if each.facts.scope != "files")
NAMES = [each.facts.scope for each in CORE]


def recorded(word: str) -> bytes:
    """What this machine says to the core probes."""
    stream = bytearray()
    questions = [Question(each.facts.scope, each.shell, each.budget) for each in CORE]
    Here(SHELLS[present()[0]]).run(script(questions, word), stream.extend)
    return bytes(stream)


STREAM = recorded("abc")


def said(stream: bytes, lost: str | None = None) -> Said:
    frames = Frames(NAMES, "abc")
    frames.feed(stream)
    return Said(frames.finish(), lost)


WHOLE = scopes(CORE, said(STREAM))


def test_this_machine_gives_every_core_scope() -> None:
    assert [scope.name for scope in WHOLE] == NAMES
    assert all(scope.status in ("complete", "partial") and scope.facts is not None for scope in WHOLE)


@settings(max_examples=min(60, settings().max_examples), deadline=None)
@given(st.integers(0, len(STREAM)))
def test_a_connection_cut_at_any_byte_gives_a_named_partial_result(end: int) -> None:
    result = said(STREAM[:end], "the connection was reset")
    for scope, whole, section in zip(scopes(CORE, result), WHOLE, result.sections, strict=True):
        if section.complete:
            assert scope == whole
        elif section.seen:
            assert scope.status in ("partial", "failed")
            assert scope.gaps[0].why.startswith("cut short: the connection was reset")
        else:
            assert scope.status == "failed"
            assert scope.facts is None
            assert scope.gaps[0].why == "not asked: the connection was reset"


class Cut(Here):
    """This machine, reached over a line that breaks."""

    def __init__(self, after: int) -> None:
        super().__init__(SHELLS[present()[0]])
        self._left = after

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,
        idle: float = 120.0,
        stdin: bytes = b"",
    ) -> Ended:
        stream = bytearray()
        super().run(script, stream.extend)
        sink(bytes(stream[: self._left]))
        raise ConnectionLost("the connection to web01 was reset")


def test_a_lost_connection_is_no_exception() -> None:
    found = probe(Cut(200), [each for each in CORE if each.facts in (Accounts, System)])
    assert [scope.status for scope in found] == ["partial", "failed"]
    assert "the connection to web01 was reset" in found[1].gaps[0].why


def test_a_parser_that_fails_costs_its_scope_alone() -> None:
    def broken(data: bytes) -> Parsed:
        raise KeyError("bug")

    both = [Probe(System, "echo", broken), next(each for each in CORE if each.facts is Accounts)]
    found = probe(Here(SHELLS[present()[0]]), both)
    assert [scope.status for scope in found] == ["failed", "complete"]
    assert "its parser failed: KeyError" in found[0].gaps[0].why


def test_a_section_over_its_budget_is_partial() -> None:
    part = Probe(System, "", lambda data: Parsed(System()), budget=2)
    section = Section("system", b"", True, True, 143, 3.0)
    (scope,) = scopes([part], Said((section,)))
    assert scope.status == "partial"
    assert scope.gaps[0].why == "took longer than its 2 s on the host and was ended"


@pytest.mark.parametrize("name", present())
def test_progress_names_each_section(name: str) -> None:
    told: list[tuple[str, int, int]] = []
    answer = ask(Here(SHELLS[name]), [Question("a", "echo 1"), Question("b", "echo 2")], lambda *one: told.append(one))
    assert told == [("a", 1, 2), ("b", 2, 2)]
    assert answer["b"].data == b"2\n"
    assert answer.lost is None


def test_a_program_that_never_answers_says_so() -> None:
    answer = ask(Here(("sh", "-c", "echo a banner; exit 7", "sh")), [Question("a", "echo 1")])
    assert answer.lost == "the program on the host ended early, with status 7"
    assert not answer["a"].seen


def test_questions_that_are_too_long_for_the_way_go_in_parts() -> None:
    questions = [Question(name, f"echo {name}; : {'x' * 350}") for name in ("a", "b", "c")]
    one = len(script(questions[:1], nonce()))

    class Narrow(Here):
        def run(self, script: bytes, *rest: Any, **options: Any) -> Ended:
            if len(script) > one + 300:
                raise ProgramTooLong("too long")
            return super().run(script, *rest, **options)

    said = ask(Narrow(SHELLS[present()[0]]), questions)
    assert [(section.name, section.data, section.complete) for section in said.sections] == [
        ("a", b"a\n", True), ("b", b"b\n", True), ("c", b"c\n", True)
    ]  # fmt: skip
    assert said.lost is None
    with pytest.raises(ProgramTooLong):
        ask(Narrow(SHELLS[present()[0]]), [Question("a", f"echo {'x' * 5000}")])
