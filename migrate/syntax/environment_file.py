"""Files of variables: a unit's EnvironmentFile, /etc/default, /etc/sysconfig, envvars, setenv.sh.

Two programs read them by different rules: systemd takes ``KEY=value`` lines and expands nothing; a shell runs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_ASSIGNMENT = re.compile(
    r"^[ \t]*(?P<export>(?:export|declare\s+-x|typeset\s+-x|readonly)[ \t]+)?(?P<name>[A-Za-z_]\w*)(?P<append>\+?)=",
    re.MULTILINE,
)
_SHELL_VALUE = re.compile(
    r"(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|\$\([^)\n]*\)|`[^`\n]*`|\\.|[^\s\"'\\;&|#()<>]|(?<=\S)#)*", re.DOTALL
)
_PIECE = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|((?:\\.|[^\"'\\])+)", re.DOTALL)
_EXPANSION = re.compile(
    r"\\(?P<escaped>[$`\"\\])|\$(?:(?P<name>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)(?:(?P<how>:?[-+=])(?P<default>[^{}]*))?\})"
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One variable.

    :ivar value: quotes taken off, ``${X}`` expanded as far as it is known.
    :ivar raw: as it stands in the file.
    :ivar dynamic: it holds what only a shell can tell (``$(…)``, an unknown variable).
    """

    name: str
    value: str
    line: int
    raw: str
    export: bool = False
    dynamic: bool = False


def read_shell(text: str, known: Mapping[str, str] | None = None) -> tuple[Assignment, ...]:
    """The assignments of a file that a shell reads with ``.``, whatever else stands in it.

    Assignments inside ``if`` and functions are taken as if they were made.
    """
    variables = dict(known or {})
    found = []
    for match in _ASSIGNMENT.finditer(text):
        if _commented(text, match.start("name")):
            continue
        value = _SHELL_VALUE.match(text, match.end())
        raw = value.group() if value else ""
        plain, dynamic = _shell_plain(raw, variables)
        if match["append"]:
            plain = variables.get(match["name"], "") + plain
        variables[match["name"]] = plain
        line = text.count("\n", 0, match.start("name")) + 1
        found.append(Assignment(match["name"], plain, line, raw, bool(match["export"]), dynamic))
    return tuple(found)


def read_systemd(text: str) -> tuple[Assignment, ...]:
    """The assignments of a unit's EnvironmentFile."""
    found = []
    for number, line in _joined(text):
        name, equals, raw = line.partition("=")
        if equals and re.fullmatch(r"[A-Za-z_]\w*", name.strip()):
            found.append(Assignment(name.strip(), _systemd_plain(raw.strip()), number, raw, True))
    return tuple(found)


def variables(assignments: tuple[Assignment, ...]) -> dict[str, str]:
    """What counts in the end."""
    return {one.name: one.value for one in assignments}


def _commented(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at) + 1
    return text[start:at].lstrip().startswith("#")


def _shell_plain(raw: str, variables: Mapping[str, str]) -> tuple[str, bool]:
    pieces, dynamic = [], bool(re.search(r"\$\(|`", re.sub(r"'[^']*'", "", raw)))
    for double, single, bare in _PIECE.findall(raw):
        if single:
            pieces.append(single)
            continue
        text, unknown = _expanded(double or bare, variables)
        dynamic = dynamic or unknown
        pieces.append(text if double else re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL))
    return "".join(pieces), dynamic


def _expanded(text: str, variables: Mapping[str, str]) -> tuple[str, bool]:
    unknown = False

    def plain(match: re.Match[str]) -> str:
        nonlocal unknown
        if match["escaped"]:
            return match["escaped"]
        name = match["name"] or match["braced"]
        if match["how"] and match["how"].endswith("+"):
            return match["default"] if name in variables else ""
        if name in variables:
            return variables[name]
        if match["how"]:
            return str(match["default"])
        unknown = True
        return str(match.group())

    return _EXPANSION.sub(plain, text.replace("\\\n", "")), unknown


def _joined(text: str) -> Iterator[tuple[int, str]]:
    pending, first = "", 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        if not pending and (not line.strip() or line.lstrip()[0] in "#;"):
            continue
        first = first if pending else number
        if line.endswith("\\"):
            pending += line[:-1]
            continue
        yield first, pending + line
        pending = ""
    if pending:
        yield first, pending


def _systemd_plain(raw: str) -> str:
    if raw[:1] == "'" and raw.endswith("'") and len(raw) > 1:
        return raw[1:-1]
    if raw[:1] == '"' and raw.endswith('"') and len(raw) > 1:
        return re.sub(r"\\([\"\\`$])", r"\1", raw[1:-1])
    return re.sub(r"\\(.)", r"\1", raw)
