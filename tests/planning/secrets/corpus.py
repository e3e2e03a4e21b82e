"""A corpus of configuration as administrators write it, with every secret in it marked.

A sample starts with ``==> PLACE | FORMAT``; the place is a path on a host, ``argv`` (an argument a line), ``environ``
(a variable a line) or ``cron`` (a job's command). What stands in ⟦…⟧ is a secret, all the rest is none: whatever
else a search calls a secret is a mistake. The marks, and each ``¦`` (it keeps those who scan repositories from taking
a sample for a real token), are taken out before the search. ``\\xNN`` in a sample whose format says "binary" is a byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrate.planning import secrets

FOLDER = Path(__file__).parent / "canaries"
_HEADING = re.compile(r"^==> (\S+) \| (.+)\n", re.M)
_MARKED = re.compile(r"⟦(.*?)⟧", re.S)


@dataclass(frozen=True, slots=True)
class Planted:
    """A secret of a sample: its value and the lines that it stands on, counted from 1."""

    value: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A text at its place on a host, and the secrets in it."""

    place: str
    format: str
    text: str
    planted: tuple[Planted, ...]

    @property
    def data(self) -> bytes:
        if "binary" not in self.format:
            return self.text.encode()
        return re.sub(rb"\\x([0-9a-f]{2})", lambda one: bytes.fromhex(one[1].decode()), self.text.encode())


@dataclass(frozen=True, slots=True)
class Claim:
    """What a search calls a secret: a value, and the line where it knows one."""

    value: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Score:
    """How a search did on one sample."""

    sample: Sample
    missed: tuple[Planted, ...]
    mistaken: tuple[Claim, ...]

    @property
    def found(self) -> int:
        return len(self.sample.planted) - len(self.missed)


def samples(name: str) -> tuple[Sample, ...]:
    """Those of one file of the corpus, by its name without ``.txt``."""
    pieces = _HEADING.split((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))[1:]
    return tuple(_sample(*pieces[at : at + 3]) for at in range(0, len(pieces), 3))


def _sample(place: str, title: str, marked: str) -> Sample:
    marked = marked.removesuffix("\n").replace("¦", "")
    planted = tuple(_planted(marked, one) for one in _MARKED.finditer(marked))
    return Sample(place, title, _MARKED.sub(r"\1", marked), planted)


def _planted(marked: str, one: re.Match[str]) -> Planted:
    first = marked.count("\n", 0, one.start()) + 1
    return Planted(one[1], first, first + one[1].count("\n"))


def search(sample: Sample) -> Iterator[Claim]:
    """What the toolkit finds. All of a file that is secret as a whole counts as found."""
    if sample.place == "argv":
        found = secrets.find_in_argv(sample.text.split("\n"))
    elif sample.place == "environ":
        found = secrets.find_in_variables([(name, value) for name, _, value in _variables(sample.text)])
    elif sample.place == "cron":
        found = secrets.find_in_command(sample.text)
    elif secrets.private_file(sample.place, sample.data):
        yield Claim(sample.text, None)
        return
    else:
        found = secrets.find(sample.place, sample.data)
    yield from (Claim(one.value, one.line) for one in found)


def _variables(text: str) -> Iterator[tuple[str, str, str]]:
    return (line.partition("=") for line in text.split("\n") if line)


def score(sample: Sample, find: Callable[[Sample], Iterator[Claim]] = search) -> Score:
    """The sample's secrets that a search misses, and what it takes for one by mistake. A part of a secret is a miss."""
    claims = tuple(find(sample))
    missed = tuple(one for one in sample.planted if not any(_covers(claim, one) for claim in claims))
    mistaken = tuple(claim for claim in claims if not any(_touches(claim, one) for one in sample.planted))
    return Score(sample, missed, mistaken)


def _covers(claim: Claim, planted: Planted) -> bool:
    return planted.value in claim.value and _near(claim, planted)


def _touches(claim: Claim, planted: Planted) -> bool:
    part = planted.value in claim.value or (claim.value and claim.value in planted.value)
    return bool(part) and _near(claim, planted)


def _near(claim: Claim, planted: Planted) -> bool:
    if claim.line is None:
        return True
    return claim.line <= planted.last and claim.line + claim.value.count("\n") >= planted.first


def recall(scores: Sequence[Score]) -> float:
    planted = sum(len(one.sample.planted) for one in scores)
    return sum(one.found for one in scores) / planted if planted else 1.0


def precision(scores: Sequence[Score]) -> float:
    found, mistaken = sum(one.found for one in scores), sum(len(one.mistaken) for one in scores)
    return found / (found + mistaken) if found + mistaken else 1.0
