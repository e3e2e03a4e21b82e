"""Apache httpd configuration, read from captured texts, whatever the distribution's layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import isabs, join, normpath

from migrate.syntax.globs import matching

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[^\s"\'][^\s]*|["\']')
_SECTION = re.compile(r"<\s*(/?)([A-Za-z]\w*)\s*([^\n]*?)\s*>?\s*$")
_VARIABLE = re.compile(r"\$\{([\w.:-]+)\}")
_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive, or a section with what is inside. Names are in lower case, words without their quotes."""

    name: str
    words: tuple[str, ...]
    path: str
    line: int
    block: tuple[Directive, ...] = ()
    is_block: bool = False

    def all(self, name: str) -> Iterator[Directive]:
        """Directives of this name inside, through transparent sections (IfModule, IfDefine, If…) too."""
        return (one for one in transparent(self.block) if one.name == name)

    def first(self, name: str) -> Directive | None:
        return next(self.all(name), None)


@dataclass(slots=True)
class _State:
    texts: Mapping[str, str]
    variables: dict[str, str]
    defined: set[str] = field(default_factory=set)
    root: str = ""


def read(
    texts: Mapping[str, str],
    path: str,
    *,
    root: str,
    variables: Mapping[str, str] | None = None,
    defined: frozenset[str] = frozenset(),
) -> tuple[Directive, ...]:
    """The configuration that begins in ``path``, included files in the place of their Include.

    :param root: ServerRoot until the configuration names one (``-d``).
    :param variables: what ``${X}`` stands for: the server's environment (Debian's envvars).
    :param defined: names given with ``-D``.
    """
    state = _State(texts, dict(variables or {}), set(defined), root)
    return _file(state, path, _DEPTH)


def transparent(directives: tuple[Directive, ...]) -> Iterator[Directive]:
    """The directives, and those inside sections that only ask a condition."""
    for one in directives:
        yield one
        if one.is_block and one.name in {"ifmodule", "ifdefine", "ifversion", "ifdirective", "iffile", "ifsection"}:
            yield from transparent(one.block)


def _file(state: _State, path: str, depth: int) -> tuple[Directive, ...]:
    text = state.texts.get(path)
    if text is None or depth == 0:
        return ()
    lines = list(logical_lines(text))
    return _block(state, path, lines, 0, "", depth)[0]


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """(first line's number, text) of each line that is no comment, continuations joined."""
    pending, first = "", 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        if not pending and line.lstrip().startswith("#"):
            continue
        first = first if pending else number
        if line.endswith("\\"):
            pending += line[:-1] or " "
            continue
        if whole := (pending + line).strip():
            yield first, whole
        pending = ""
    if pending.strip():
        yield first, pending.strip()


def _block(
    state: _State, path: str, lines: list[tuple[int, str]], at: int, section: str, depth: int
) -> tuple[tuple[Directive, ...], int]:
    found: list[Directive] = []
    while at < len(lines):
        number, line = lines[at]
        at += 1
        opened = _SECTION.match(line)
        if opened and opened[1]:
            if opened[2].lower() == section or not section:
                return tuple(found), at
        elif opened:
            inner, at = _section(state, path, lines, at, opened, depth)
            found.append(Directive(opened[2].lower(), _words(state, opened[3]), path, number, inner, True))
        else:
            found += _simple(state, Directive("", _words(state, line), path, number), depth)
    return tuple(found), at


def _section(
    state: _State, path: str, lines: list[tuple[int, str]], at: int, opened: re.Match[str], depth: int
) -> tuple[tuple[Directive, ...], int]:
    name = opened[2].lower()
    if depth <= 1:
        return (), at
    before = dict(state.variables), set(state.defined)
    inner, after = _block(state, path, lines, at, name, depth - 1)
    if name == "ifdefine" and not _holds(before[1], opened[3]):
        state.variables, state.defined = before
        return (), after
    return inner, after


def _holds(defined: set[str], condition: str) -> bool:
    name = condition.strip().strip("\"'")
    return (name[1:] not in defined) if name.startswith("!") else name in defined


def _simple(state: _State, raw: Directive, depth: int) -> Iterator[Directive]:
    if not raw.words:
        return
    one = Directive(raw.words[0].lower(), raw.words[1:], raw.path, raw.line)
    yield one
    if one.name == "define" and one.words:
        state.defined.add(one.words[0])
        if len(one.words) > 1:
            state.variables[one.words[0]] = one.words[1]
    elif one.name == "undefine" and one.words:
        state.defined.discard(one.words[0])
        state.variables.pop(one.words[0], None)
    elif one.name == "serverroot" and one.words:
        state.root = one.words[0]
    elif one.name in {"include", "includeoptional"} and one.words:
        yield from _included(state, one.words[0], depth)


def _included(state: _State, words: str, depth: int) -> Iterator[Directive]:
    pattern = normpath(words if isabs(words) else join(state.root, words))
    paths = matching(state.texts, pattern) or matching(state.texts, pattern.rstrip("/") + "/*")
    for path in paths:
        yield from _file(state, path, depth - 1)


def _words(state: _State, line: str) -> tuple[str, ...]:
    found = []
    for word in _WORD.findall(line):
        plain = word[1:-1].replace('\\"', '"') if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else word
        found.append(_VARIABLE.sub(lambda match: state.variables.get(match[1], match[0]), plain))
    return tuple(found)
