"""Apache httpd configuration, read from captured texts, whatever the distribution's layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import isabs, join, normpath

from migrate.syntax.globs import matching

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[^\s"\'][^\s]*|["\']')
_SECTION = re.compile(r"<\s*(/?)([A-Za-z]\w*)\s*([^\n]*?)\s*>?\s*$")
_VARIABLE = re.compile(r"\$\{([\w.:-]+)\}")
_DEPTH = 20
# Modules that are mostly built in, so that no LoadModule for them says nothing.
_BUILT_IN = frozenset(
    "core so http http_core unixd version log_config logio watchdog prefork worker event mpm_prefork mpm_worker "
    "mpm_event mpm_common mpm_itk systemd static_core".split()
)
_PROCESSING = frozenset("mpm_prefork mpm_worker mpm_event mpm_itk prefork worker event".split())
_SHARED = 5  # with so many LoadModule before, a module that is not among them is not there


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
    version: str | None = None
    modules: set[str] = field(default_factory=set)
    macros: dict[str, tuple[tuple[str, ...], list[tuple[int, str]], str]] = field(default_factory=dict)


def read(
    texts: Mapping[str, str],
    path: str,
    *,
    root: str,
    variables: Mapping[str, str] | None = None,
    defined: frozenset[str] = frozenset(),
    version: str | None = None,
    modules: Iterable[str] = (),
) -> tuple[Directive, ...]:
    """The configuration that begins in ``path``, included files in the place of their Include.

    :param root: ServerRoot until the configuration names one (``-d``).
    :param variables: what ``${X}`` stands for: the server's environment (Debian's envvars).
    :param defined: names given with ``-D``.
    :param version: of the server, where it is known: what <IfVersion> asks for.
    :param modules: files of modules that the server has loaded, whatever the configuration says.
    """
    state = _State(texts, dict(variables or {}), set(defined), root, version, {_short(path) for path in modules})
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
        elif opened and opened[2].lower() == "macro":
            at = _macro(state, path, lines, at, opened[3])
        elif opened:
            inner, at = _section(state, path, lines, at, opened, depth)
            found.append(Directive(opened[2].lower(), _words(state, opened[3]), path, number, inner, True))
        else:
            found += _simple(state, Directive("", _words(state, line), path, number), depth)
    return tuple(found), at


def _macro(state: _State, path: str, lines: list[tuple[int, str]], at: int, head: str) -> int:
    """Remember what a macro stands for; where the reading goes on."""
    words = _WORD.findall(head)
    end = next((n for n in range(at, len(lines)) if re.match(r"(?i)<\s*/macro\b", lines[n][1])), len(lines))
    if words:
        state.macros[words[0].lower()] = (tuple(words[1:]), lines[at:end], path)
    return end + 1


def _used(state: _State, one: Directive, depth: int) -> tuple[Directive, ...]:
    """What a macro gives with the words of its ``Use``."""
    names, lines, path = state.macros.get(one.words[0].lower() if one.words else "", ((), [], ""))
    if not lines or depth <= 1:
        return ()
    given = dict(zip(names, one.words[1:], strict=False))
    longest = sorted(given, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest))) if longest else None
    filled = [(n, pattern.sub(lambda match: given[match[0]], line) if pattern else line) for n, line in lines]
    return _block(state, path, filled, 0, "", depth - 1)[0]


def _section(
    state: _State, path: str, lines: list[tuple[int, str]], at: int, opened: re.Match[str], depth: int
) -> tuple[tuple[Directive, ...], int]:
    name = opened[2].lower()
    if depth <= 1:
        return (), at
    before = (
        dict(state.variables), set(state.defined), set(state.modules), dict(state.macros), state.root,
    )  # fmt: skip
    holds = _condition(state, name, opened[3])
    inner, after = _block(state, path, lines, at, name, depth - 1)
    if not holds:
        state.variables, state.defined, state.modules, state.macros, state.root = before
        return (), after
    return inner, after


def _condition(state: _State, name: str, condition: str) -> bool:
    """Whether a section counts, as far as that is known."""
    words = condition.strip().strip("\"'")
    wanted = not words.startswith("!")
    if name == "ifdefine":
        return _holds(state.defined, words)
    if name == "ifmodule":
        there = _loaded(state.modules, words.lstrip("!").strip())
        return there is None or there == wanted
    if name == "ifversion" and state.version:
        return _version_holds(state.version, words.lstrip("!").strip()) == wanted
    return True


def _loaded(modules: set[str], name: str) -> bool | None:
    """Whether a module is loaded; None where it may be built in."""
    plain = re.sub(r"^mod_|_module$|\.(c|so)$", "", re.sub(r"\.(c|so)$", "", name.lower()))
    if plain in modules:
        return True
    if plain in _PROCESSING and modules & _PROCESSING:
        return False
    return False if len(modules) >= _SHARED and plain not in _BUILT_IN else None


def _version_holds(version: str, condition: str) -> bool:
    match = re.fullmatch(r"(=|==|>|>=|<|<=)?\s*(\d+(?:\.\d+)*)", condition.strip())
    if match is None:
        return True
    wanted = [int(piece) for piece in match[2].split(".")]
    have = [int(piece) for piece in re.findall(r"\d{1,6}", version)][: max(3, len(wanted))]
    wanted += [0] * (len(have) - len(wanted))
    signs = {">": have > wanted, ">=": have >= wanted, "<": have < wanted, "<=": have <= wanted}
    return signs.get(match[1] or "=", have == wanted)


def _holds(defined: set[str], condition: str) -> bool:
    name = condition.strip().strip("\"'")
    return (name[1:] not in defined) if name.startswith("!") else name in defined


def _simple(state: _State, raw: Directive, depth: int) -> Iterator[Directive]:
    if not raw.words:
        return
    one = Directive(raw.words[0].lower(), raw.words[1:], raw.path, raw.line)
    yield one
    if one.name == "loadmodule" and one.words:
        state.modules |= {_short(word) for word in one.words[:2]}
    elif one.name == "use":
        yield from _used(state, one, depth)
    elif one.name == "define" and one.words:
        state.defined.add(one.words[0])
        if len(one.words) > 1:
            state.variables[one.words[0]] = one.words[1]
    elif one.name == "undefine" and one.words:
        state.defined.discard(one.words[0])
        state.variables.pop(one.words[0], None)
    elif one.name == "serverroot" and one.words:
        state.root = one.words[0]
    elif one.name in {"include", "includeoptional", "resourceconfig", "accessconfig"} and one.words:
        yield from _included(state, one.words[0], depth)


def _short(word: str) -> str:
    """rewrite of ``rewrite_module`` and of ``modules/mod_rewrite.so``."""
    name = word.rpartition("/")[2].lower()
    return re.sub(r"^(?:mod_|lib(?=php))|(?:_module|\.so)$", "", re.sub(r"\.so$", "", name))


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
