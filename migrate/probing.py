"""Ask a host, and make scopes of what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from migrate.errors import ConnectionLost
from migrate.framing import Frames, Question, Section, TooMuch, nonce, script
from migrate.model.inventory import Gap, Scope
from migrate.probes import Parsed, Probe
from migrate.reach import Connection, ProgramTooLong

LARGEST = 128 << 20
"""Bytes that a host may say to one program: hundreds of times what honest ones do."""

Progress = Callable[[str, int, int], None]
"""Called with a section's name, its number (from 1) and how many there are, when it begins on the host."""


@dataclass(frozen=True, slots=True)
class Said:
    """The whole answer to a framed program.

    :ivar lost: why the stream ended early; None where it is whole.
    :ivar err: the end of the program's standard error.
    """

    sections: tuple[Section, ...]
    lost: str | None = None
    err: str = ""

    def __getitem__(self, name: str) -> Section:
        return next(section for section in self.sections if section.name == name)


def ask(
    connection: Connection,
    questions: Sequence[Question],
    on_progress: Progress | None = None,
    *,
    sinks: Mapping[str, Callable[[bytes], object]] | None = None,
    deadline: float = 600.0,
    idle: float = 120.0,
    most: int | None = None,
    on_section: Callable[[Section], object] | None = None,
) -> Said:
    """Run one framed program on the host.

    Where the way to the host takes no program of that length, the questions go in two.

    A lost connection is no error here: the sections that were whole are whole, and ``lost`` says why the rest is not.

    :param on_section: called with each section that is whole, while the host is busy with the next one.
    :param most: bytes of the whole answer; a host that says more is not listened to any longer.
    :param sinks: by section name, where its bytes go as they come, in the place of ``Section.data``.
    """
    names = [question.name for question in questions]
    word = nonce()

    def begun(name: str) -> None:
        if on_progress:
            on_progress(name, names.index(name) + 1, len(names))

    most = LARGEST if most is None else most
    frames = Frames(names, word, begun, sinks, most, on_section)
    lost, err = None, b""
    try:
        ended = connection.run(script(questions, word), frames.feed, deadline=deadline, idle=idle)
        err = ended.err
        if not frames.done:
            lost = _why_unfinished(ended.status)
    except ConnectionLost as error:
        lost = error.message
    except ProgramTooLong:
        if len(questions) < 2:
            raise
        half = len(questions) // 2
        asked = (questions[:half], questions[half:])
        one, two = (
            ask(
                connection,
                part,
                on_progress,
                sinks=sinks,
                deadline=deadline,
                idle=idle,
                most=most,
                on_section=on_section,
            )
            for part in asked
        )
        return Said((*one.sections, *two.sections), one.lost or two.lost, one.err or two.err)
    except TooMuch:
        lost = None if frames.done else f"it said more than {most >> 20} MiB"
    return Said(frames.finish(), lost, err.decode("utf-8", "replace"))


def _why_unfinished(status: int | None) -> str:
    if status is None:
        return "the answer stopped before its end, or took longer than it may"
    return f"the program on the host ended early, with status {status}"


def probe(
    connection: Connection, probes: Sequence[Probe], on_progress: Progress | None = None, *, deadline: float = 600.0
) -> tuple[Scope, ...]:
    """Collect the scopes of ``probes``. What could not be had is a gap of its scope, never an exception."""
    questions = [Question(each.facts.scope, each.shell, each.budget, each.packed) for each in probes]
    by_name = {each.facts.scope: each for each in probes}
    read: dict[str, Parsed] = {}
    said = ask(
        connection, questions, on_progress, deadline=deadline,
        on_section=lambda section: read.setdefault(section.name, _parse(by_name[section.name], section)),
    )  # fmt: skip
    return scopes(probes, said, read)


def scopes(probes: Sequence[Probe], said: Said, read: Mapping[str, Parsed] | None = None) -> tuple[Scope, ...]:
    """Scopes from sections; pure.

    :param read: what was understood already of sections that are whole.
    """
    pairs = zip(probes, said.sections, strict=True)
    return tuple(_scope(each, section, said, read or {}) for each, section in pairs)


def _scope(part: Probe, section: Section, said: Said, read: Mapping[str, Parsed]) -> Scope:
    name = section.name
    if section.absent:
        return Scope(name, "failed", gaps=(Gap(name, section.absent),))
    if not section.seen:
        return Scope(
            name, "failed", gaps=(Gap(name, f"not asked: {said.lost or 'the host said nothing'}", _hint(said)),)
        )
    parsed = read[name] if section.complete and name in read else _parse(part, section)
    gaps = (*_ending(part, section, said), *parsed.gaps)
    if parsed.facts is None:
        return Scope(name, "failed", section.seconds, gaps)
    return Scope(name, "partial" if gaps else "complete", section.seconds, gaps, parsed.facts)


def _parse(part: Probe, section: Section) -> Parsed:
    try:
        return part.parse(section.data)
    except Exception as error:  # noqa: BLE001 - a parser's bug costs its scope, not the run
        return Parsed(None, (Gap(section.name, f"its parser failed: {type(error).__name__}: {error}", "report this"),))


def _ending(part: Probe, section: Section, said: Said) -> tuple[Gap, ...]:
    if not section.complete:
        return (Gap(section.name, f"cut short: {said.lost or 'no end was seen'}", _hint(said)),)
    if section.status == 0:
        return ()
    if section.status and section.status > 128 and (section.seconds or 0.0) >= part.budget - 1:
        return (Gap(section.name, f"took longer than its {part.budget:.0f} s on the host and was ended"),)
    return (Gap(section.name, f"its commands ended with status {section.status}"),)


def _hint(said: Said) -> str | None:
    words = said.err.strip().splitlines()
    return f"the host said: {words[-1][:200]}" if words else "run discover again"
