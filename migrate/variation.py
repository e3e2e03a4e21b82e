"""What varied between two askings of the same server, as a template that a third answer fits or not. Pure.

The template is fixed text with holes. A hole takes only text of the kind and about the length that was seen in it,
so that a different page never fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
_KINDS = (re.compile(r"[\d.,:]"), re.compile(r"[\w.,:%+/=-]"), re.compile(r"[^<>\n]"), re.compile(r"[^\n]"))
# Aligning costs the square of these where a page repeats itself; beyond them a stretch varies as a whole.
_MAX_TOKENS = 3000
_MAX_LINES = 3000


@dataclass(frozen=True, slots=True)
class Hole:
    """A place that varies.

    :ivar kind: what one character of it may be; None for any.
    :ivar longest: characters that it may take.
    """

    kind: re.Pattern[str] | None
    longest: int


Template = tuple[str | Hole, ...]


def template(first: str, second: str) -> Template:
    """The text that both have, with holes where they differ."""
    parts: list[str | Hole] = []
    for mine, other in _differences(first, second):
        if mine == other:
            parts.extend([mine] if mine else [])
        else:
            parts.append(_hole(mine, other))
    return tuple(_joined(parts))


def fits(parts: Template, text: str) -> bool:
    """Whether ``text`` is the template with its holes filled."""
    positions = {0}
    for part in parts:
        positions = (
            _after_hole(part, text, positions) if isinstance(part, Hole) else _after_fixed(part, text, positions)
        )
        if not positions:
            return False
    return len(text) in positions


def fixed_share(parts: Template, text: str) -> float:
    """How much of ``text``, white space apart, is fixed: from 0 to 1."""
    total = len("".join(text.split()))
    fixed = sum(len("".join(part.split())) for part in parts if isinstance(part, str))
    return fixed / total if total else 1.0


def _differences(first: str, second: str) -> Iterator[tuple[str, str]]:
    """Pairs of pieces of both texts, in order: equal ones, and ones that differ."""
    mine, other = first.splitlines(keepends=True), second.splitlines(keepends=True)
    for one, two in _aligned(mine, other, _MAX_LINES):
        if one == two or not one or not two:
            yield "".join(one), "".join(two)
        else:
            tokens = _TOKENS.findall("".join(one)), _TOKENS.findall("".join(two))
            yield from (("".join(x), "".join(y)) for x, y in _aligned(*tokens, _MAX_TOKENS))


def _aligned(mine: list[str], other: list[str], most: int) -> Iterator[tuple[list[str], list[str]]]:
    """Equal and differing stretches of two lists; what lies between equal ends is one stretch where it is too long."""
    start = _common(mine, other)
    end = _common(mine[start:][::-1], other[start:][::-1])
    one, two = mine[start : len(mine) - end], other[start : len(other) - end]
    yield mine[:start], other[:start]
    if len(one) + len(two) > most:
        yield one, two
    else:
        for _tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
            yield one[a:b], two[c:d]
    yield mine[len(mine) - end :], other[len(other) - end :]


def _common(one: list[str], two: list[str]) -> int:
    """How many items at the start are equal."""
    pairs = enumerate(zip(one, two, strict=False))
    return next((position for position, (x, y) in pairs if x != y), min(len(one), len(two)))


def _hole(first: str, second: str) -> Hole:
    both = first + second
    kind = next((kind for kind in _KINDS if all(map(kind.match, both))), None)
    return Hole(kind, 2 * max(len(first), len(second)) + 8)


def _joined(parts: list[str | Hole]) -> Iterator[str | Hole]:
    """Neighbours of a sort put together."""
    current: str | Hole | None = None
    for part in parts:
        if current is None:
            current = part
        elif isinstance(current, str) and isinstance(part, str):
            current += part
        elif isinstance(current, Hole) and isinstance(part, Hole):
            current = Hole(_wider(current.kind, part.kind), current.longest + part.longest)
        else:
            yield current
            current = part
    if current is not None:
        yield current


def _wider(one: re.Pattern[str] | None, two: re.Pattern[str] | None) -> re.Pattern[str] | None:
    if one is None or two is None:
        return None
    return max(one, two, key=_KINDS.index)


def _after_fixed(part: str, text: str, positions: set[int]) -> set[int]:
    return {position + len(part) for position in positions if text.startswith(part, position)}


def _after_hole(hole: Hole, text: str, positions: set[int]) -> set[int]:
    reached: set[int] = set()
    blocked = done = -1
    for position in sorted(positions):
        blocked = max(blocked, position)
        while blocked < len(text) and (hole.kind is None or hole.kind.match(text[blocked])):
            blocked += 1
        end = min(position + hole.longest, blocked)
        reached.update(range(max(position, done + 1), end + 1))
        done = max(done, end)
    return reached
