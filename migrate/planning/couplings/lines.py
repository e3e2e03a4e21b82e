"""Looking for a pattern on those lines alone that hold a word without which it does not match: texts are long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Spans = list[tuple[int, int]]


def line_starts(text: str) -> list[int]:
    """Where each line begins."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


def with_words(text: str, *words: str) -> Spans:
    """Where the lines begin and end that hold one of ``words``, in their order; the line break belongs to its line."""
    spans: set[tuple[int, int]] = set()
    for word in words:
        at = text.find(word)
        while at >= 0:
            span = _line(text, at)
            spans.add(span)
            at = text.find(word, span[1])
    return sorted(spans)


def with_words_of_any_case(text: str, *words: str) -> Spans:
    """The same, for words in lower case."""
    lower = text.lower()
    return with_words(lower, *words) if len(lower) == len(text) else [(0, len(text))]


def with_pattern(text: str, pattern: re.Pattern[str]) -> Spans:
    """The same, for what ``pattern`` finds within a line."""
    spans: Spans = []
    match = pattern.search(text)
    while match:
        spans.append(_line(text, match.start()))
        match = pattern.search(text, spans[-1][1])
    return spans


def matches(pattern: re.Pattern[str], text: str, spans: Iterable[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """What ``pattern``, which does not go beyond a line, finds there."""
    for start, end in spans:
        yield from pattern.finditer(text, start, end)


def _line(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at) + 1
    return text.rfind("\n", 0, at) + 1, end or len(text)
