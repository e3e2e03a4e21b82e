"""nginx configuration, read from captured texts.

crossplane reads (and follows includes on) the machine it runs on, so this is a reader of our own; crossplane is the
oracle in its test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, isabs, join, normpath

from migrate.syntax.globs import matching

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<comment>\#[^\n]*)|(?P<mark>[{};])
    |(?P<word>(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\$\{[^}\s]*\}|\\.|[^\s{};"'\\])(?:\$\{[^}\s]*\}|\\.|[^\s{};\\])*)
    |(?P<odd>.)""",
    re.VERBOSE | re.DOTALL,
)
_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive, with its block where it has one. Words are without their quotes."""

    name: str
    words: tuple[str, ...]
    path: str
    line: int
    block: tuple[Directive, ...] = ()
    is_block: bool = False

    def all(self, name: str) -> Iterator[Directive]:
        """Directives of this name directly inside."""
        return (one for one in self.block if one.name == name)

    def first(self, name: str) -> Directive | None:
        return next(self.all(name), None)


def read(texts: Mapping[str, str], path: str, prefix: str | None = None) -> tuple[Directive, ...]:
    """The configuration that begins in ``path``, included files in the place of their ``include``.

    :param prefix: what relative includes start from; the directory of ``path`` where it is None.
    """
    return _read(texts, path, prefix or dirname(path), _DEPTH)


def walk(directives: tuple[Directive, ...]) -> Iterator[Directive]:
    """Every directive, outer ones first."""
    for one in directives:
        yield one
        yield from walk(one.block)


def _read(texts: Mapping[str, str], path: str, prefix: str, depth: int) -> tuple[Directive, ...]:
    text = texts.get(path)
    if text is None or depth == 0:
        return ()
    return _Reader(texts, path, prefix, depth, list(_tokens(text))).block(0)[0]


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """(kind, text, line) of marks and words."""
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "odd"
        if kind in {"mark", "word"}:
            yield kind, match.group(), line
        line += match.group().count("\n")


@dataclass(frozen=True, slots=True)
class _Reader:
    texts: Mapping[str, str]
    path: str
    prefix: str
    depth: int
    tokens: list[tuple[str, str, int]]

    def block(self, at: int, level: int = 0) -> tuple[tuple[Directive, ...], int]:
        """The directives from ``at`` up to the end of their block, and where the reading goes on."""
        found: list[Directive] = []
        words: list[str] = []
        first = 0
        while at < len(self.tokens):
            kind, text, line = self.tokens[at]
            at += 1
            if kind == "word":
                first = first if words else line
                words.append(_plain(text))
            elif text == "}":
                return tuple(found), at
            elif text == ";":
                found += self._simple(words, first)
                words = []
            else:
                inner, at = self._inner(words, at, level)
                if words:
                    found.append(Directive(words[0], tuple(words[1:]), self.path, first, inner, True))
                words = []
        return tuple(found), at

    def _inner(self, words: list[str], at: int, level: int) -> tuple[tuple[Directive, ...], int]:
        if words and words[0].endswith("_by_lua_block"):
            return (), self._after_brace(at)
        # Deeper than any configuration: hostile, and Python's stack is not endless.
        return self.block(at, level + 1) if level < 60 else ((), self._after_brace(at))

    def _after_brace(self, at: int) -> int:
        depth = 1
        while at < len(self.tokens) and depth:
            depth += {"{": 1, "}": -1}.get(self.tokens[at][1], 0)
            at += 1
        return at

    def _simple(self, words: list[str], line: int) -> Iterator[Directive]:
        if not words:
            return
        yield Directive(words[0], tuple(words[1:]), self.path, line)
        if words[0] == "include" and len(words) == 2:
            pattern = words[1] if isabs(words[1]) else join(self.prefix, words[1])
            for path in matching(self.texts, normpath(pattern)):
                yield from _read(self.texts, path, self.prefix, self.depth - 1)


def _plain(word: str) -> str:
    if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'":
        return re.sub(r"\\(.)", lambda m: m[1] if m[1] in "\"'\\" else m[0], word[1:-1], flags=re.DOTALL)
    return word
