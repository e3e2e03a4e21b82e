"""lighttpd's configuration, read from captured texts: settings with the conditions that they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, isabs, join, normpath

from migrate.syntax.globs import matching

_TOKEN = re.compile(
    r"(?P<string>\"(?:[^\"\\]|\\.)*\"|'[^']*')|(?P<comment>#[^\n]*)|(?P<newline>\n)|(?P<space>[^\S\n]+)"
    r"|(?P<mark>=>|==|!=|=~|!~|=\^|=\$|\+=|:=|[=+(),{}\[\]])|(?P<word>[$\w.:*/-]+)|(?P<odd>.)",
    re.DOTALL,
)
_DEPTH = 10
Token = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Condition:
    """``$HTTP["host"] == "a.example.org"``."""

    field: str  # host, url, socket, …
    sign: str
    value: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One assignment.

    :ivar words: the texts and numbers in its value, in order; of an array, those inside.
    :ivar pairs: what stands before and behind ``=>``, at any depth.
    """

    name: str
    words: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    where: tuple[Condition, ...]
    path: str
    line: int


def read(texts: Mapping[str, str], path: str) -> tuple[Setting, ...]:
    """Every setting, those of included files in their place."""
    return tuple(_Reader(texts, {}).file(path, (), _DEPTH))


@dataclass(slots=True)
class _Reader:
    texts: Mapping[str, str]
    variables: dict[str, str]

    def file(self, path: str, where: tuple[Condition, ...], depth: int) -> Iterator[Setting]:
        stack: list[tuple[Condition, ...]] = [where]
        for tokens in _statements(self.texts.get(path, "")):
            kinds = [token[1] for token in tokens]
            if kinds[0] == "}":
                stack = stack[:-1] or [where]
            elif kinds[-1] == "{":
                stack.append((*stack[-1], *self._condition(tokens)) if len(stack) < 50 else stack[-1])
            elif kinds[0] in ("include", "include_shell"):
                if kinds[0] == "include" and depth:
                    yield from self._included(path, "".join(self._words(tokens[1:])), stack[-1], depth)
            elif len(tokens) > 2 and kinds[1] in ("=", "+=", ":="):
                yield self._setting(tokens, stack[-1], path)

    def _setting(self, tokens: list[Token], where: tuple[Condition, ...], path: str) -> Setting:
        name, words = tokens[0][1], self._words(tokens[2:])
        if not any(token[1] == "(" for token in tokens):
            words = ("".join(words),)
            self.variables[name.removeprefix("var.")] = words[0]
        return Setting(name, words, self._pairs(tokens[2:]), where, path, tokens[0][2])

    def _condition(self, tokens: list[Token]) -> tuple[Condition, ...]:
        texts = [_plain(token) for token in tokens if token[0] == "string"]
        sign = next((token[1] for token in tokens if token[1] in ("==", "!=", "=~", "!~", "=^", "=$")), "")
        outer = next((token[1] for token in tokens if token[1].startswith("$")), "")
        field = texts[0] if len(texts) > 1 else outer
        return (Condition(field.lower(), sign, texts[-1]),) if texts and sign else ()

    def _included(self, path: str, pattern: str, where: tuple[Condition, ...], depth: int) -> Iterator[Setting]:
        whole = normpath(pattern if isabs(pattern) else join(dirname(path), pattern))
        for one in matching(self.texts, whole):
            yield from self.file(one, where, depth - 1)

    def _words(self, tokens: list[Token]) -> tuple[str, ...]:
        return tuple(self._value(token) for token in tokens if token[0] in ("string", "word"))

    def _value(self, token: Token) -> str:
        if token[0] == "string":
            return _plain(token)
        return self.variables.get(token[1].removeprefix("var."), token[1])

    def _pairs(self, tokens: list[Token]) -> tuple[tuple[str, str], ...]:
        found = []
        for at in range(1, len(tokens) - 1):
            before, behind = tokens[at - 1], tokens[at + 1]
            if tokens[at][1] == "=>" and before[0] in ("string", "word"):
                value = self._value(behind) if behind[0] in ("string", "word") else ""
                found.append((self._value(before), value))
        return tuple(found)


def _statements(text: str) -> Iterator[list[Token]]:
    """Tokens up to the end of each statement: its line, unless something is open there."""
    tokens: list[Token] = []
    line, depth = 1, 0
    for match in _TOKEN.finditer(text):
        kind, word = match.lastgroup or "odd", match.group()
        if kind == "newline":
            if tokens and depth <= 0 and tokens[-1][1] not in ("+", "=", "+=", ",", ":="):
                yield tokens
                tokens, depth = [], 0
        elif kind not in ("comment", "space", "odd"):
            tokens.append((kind, word, line))
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(word, 0) if kind == "mark" else 0
            if word in "{}" and kind == "mark":
                yield from ([tokens] if word == "{" or len(tokens) == 1 else [tokens[:-1], tokens[-1:]])
                tokens, depth = [], 0
        line += word.count("\n")
    if tokens:
        yield tokens


def _plain(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", token[1][1:-1]) if token[1][:1] == '"' else token[1][1:-1]
