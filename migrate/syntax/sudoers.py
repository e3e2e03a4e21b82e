"""sudoers and doas.conf: who may run what as whom, with aliases resolved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrate.model.access import SudoDefault, SudoRule

Lines = Iterable[tuple[int, str]]

_ALIAS = re.compile(r"(User|Runas|Host|Cmnd|Cmd)_Alias\s+(.*)", re.DOTALL)
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_TAG = re.compile(r"\b((?:NO)?(?:PASSWD|EXEC|SETENV|LOG_INPUT|LOG_OUTPUT|MAIL|FOLLOW|INTERCEPT))\s*:")
_OPTION = re.compile(r"(?:ROLE|TYPE|PRIVS|LIMITPRIVS|APPARMOR_PROFILE|CWD|CHROOT|TIMEOUT|NOTBEFORE|NOTAFTER)=\S+\s+")
_INCLUDE = re.compile(r"[#@]include(dir)?\s")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Sudoers:
    rules: tuple[SudoRule, ...] = ()
    defaults: tuple[SudoDefault, ...] = ()
    odd: tuple[str, ...] = ()  # file:line of what was not understood


def read(files: Mapping[str, Lines]) -> Sudoers:
    """All files together: an alias of one may be used in another."""
    entries = [(f"{path}:{at}", text) for path, lines in files.items() for at, text in _joined(lines)]
    aliases = _aliases(entries)
    rules: list[SudoRule] = []
    defaults: list[SudoDefault] = []
    odd: list[str] = []
    for seen, text in entries:
        if _ALIAS.match(text) or _INCLUDE.match(text):
            continue
        if found := re.match(r"Defaults(?:([:@>!])(\S+))?\s+(.*)", text):
            scope = found[1] + _whom(found[1], found[2], aliases) if found[1] else None
            defaults.append(SudoDefault(found[3], scope, seen))
        elif made := _rules(text, seen, aliases):
            rules += made
        else:
            odd.append(seen)
    return Sudoers(tuple(rules), tuple(defaults), tuple(odd))


def _whom(sign: str, names: str, aliases: Mapping[tuple[str, str], list[str]]) -> str:
    kind = {":": "User", "@": "Host", ">": "Runas", "!": "Cmd"}[sign]
    return ",".join(_resolved(_split(names, ","), kind, aliases))


def _joined(lines: Lines) -> Iterator[tuple[int, str]]:
    """Lines put together where they end in a backslash, without comments."""
    held, start = "", 0
    for at, raw in lines:
        text = raw if _INCLUDE.match(raw.strip()) else _uncommented(raw)
        start = start if held else at
        if text.endswith("\\"):
            held += text[:-1] + " "
            continue
        if whole := (held + text).strip():
            yield start, whole
        held = ""
    if held.strip():
        yield start, held.strip()


def _uncommented(line: str) -> str:
    """Up to a "#" that begins a comment: not a user id, not escaped, not within quotes."""
    quoted = False
    for at, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        elif sign == "#" and not quoted and line[at - 1 : at] != "\\" and not line[at + 1 : at + 2].isdigit():
            return line[:at]
    return line


def _aliases(entries: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for _, text in entries:
        if match := _ALIAS.match(text):
            for piece in _split(match[2], ":"):
                name, equals, value = piece.partition("=")
                if equals:
                    found[match[1].replace("Cmnd", "Cmd"), name.strip()] = _split(value, ",")
    return found


def _rules(text: str, seen: str, aliases: Mapping[tuple[str, str], list[str]]) -> list[SudoRule]:
    """The rules of one user specification: ``users hosts = (as) TAG: commands : hosts = …``."""
    left, equals, right = _TAG.sub("\\1\0", text).partition("=")
    words = re.findall(r'(?:"[^"]*"|\\.|[^\s"])+', re.sub(r"\s*,\s*", ",", left))
    if not equals or len(words) != 2:
        return []
    users = _resolved(_split(words[0], ","), "User", aliases)
    found = []
    for number, piece in enumerate(_split(right, ":")):
        hosts, _, commands = (words[1], "", piece) if number == 0 else piece.partition("=")
        where = _resolved(_split(hosts, ","), "Host", aliases)
        found += [_rule(users, where, group, seen, aliases) for group in _groups(commands)]
    return found


@dataclass
class _Group:
    """Commands with the same way to be run."""

    run_as: str | None
    tags: tuple[str, ...]
    commands: list[str]


def _groups(text: str) -> list[_Group]:
    """What stands before a command holds for those behind it, too."""
    found: list[_Group] = []
    run_as: str | None = None
    tags: tuple[str, ...] = ()
    for piece in _split(text, ","):
        rest = piece
        while rest:
            if match := re.match(r"\(([^)]*)\)\s*", rest):
                run_as = match[1]
            elif match := re.match(r"([A-Z_]+)\0\s*", rest):
                opposite = match[1].removeprefix("NO") if match[1].startswith("NO") else "NO" + match[1]
                tags = (*(tag for tag in tags if tag not in (match[1], opposite)), match[1])
            elif not (match := _OPTION.match(rest)):
                break
            rest = rest[match.end() :]
        if not found or (found[-1].run_as, found[-1].tags) != (run_as, tags):
            found.append(_Group(run_as, tags, []))
        found[-1].commands.append(rest.replace("\0", ":"))
    return found


def _rule(
    users: tuple[str, ...],
    hosts: tuple[str, ...],
    group: _Group,
    seen: str,
    aliases: Mapping[tuple[str, str], list[str]],
) -> SudoRule:
    as_users, _, as_groups = (group.run_as if group.run_as is not None else "root").partition(":")
    return SudoRule(
        users,
        _resolved(group.commands, "Cmd", aliases),
        hosts,
        _resolved(_split(as_users, ","), "Runas", aliases),
        _resolved(_split(as_groups, ","), "Runas", aliases),
        group.tags,
        seen=seen,
    )


def _resolved(
    names: Iterable[str], kind: str, aliases: Mapping[tuple[str, str], list[str]], depth: int = 0
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        bare = name.lstrip("!").strip()
        excluded = name.count("!", 0, len(name) - len(name.lstrip("!"))) % 2 == 1
        members = aliases.get((kind, bare)) if _NAME.fullmatch(bare) and depth < _DEEPEST else None
        inner = _resolved(members, kind, aliases, depth + 1) if members is not None else (_plain(bare),)
        for one in inner:
            found.setdefault(_negated(one) if excluded else one)
    return tuple(one for one in found if one)


def _negated(name: str) -> str:
    return name[1:] if name.startswith("!") else "!" + name


def _plain(word: str) -> str:
    """Without the quotes around it and the backslashes that sudoers wants before its own signs."""
    word = word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word
    return re.sub(r"\\([,:=\\ \"#])", r"\1", word)


def _split(text: str, mark: str) -> list[str]:
    """Pieces between marks that are not escaped, quoted or in parentheses."""
    pieces = re.findall(rf'(?:\\.|"[^"]*"|\([^)]*\)|[^{mark}])+', text, re.DOTALL)
    return [piece.strip() for piece in pieces if piece.strip()]


def doas(path: str, lines: Lines) -> Iterator[SudoRule]:
    """``permit nopass alice as root cmd /bin/x args a b``."""
    for at, raw in lines:
        words = _uncommented(raw).split()
        if not words or words[0] != "permit":
            continue
        options = [word for word in words[1:] if word in ("nopass", "persist", "keepenv", "nolog")]
        rest = re.sub(r"\bsetenv\s*\{[^}]*\}", "", " ".join(words[1:])).split()
        rest = [word for word in rest if word not in options]
        if not rest:
            continue
        tags = ("NOPASSWD",) if "nopass" in options else ()
        who = rest[0].replace(":", "%", 1) if rest[0].startswith(":") else rest[0]
        run_as = rest[rest.index("as") + 1 : rest.index("as") + 2] if "as" in rest else ["root"]
        command = " ".join(rest[rest.index("cmd") + 1 :]) if "cmd" in rest else "ALL"
        yield SudoRule((who,), (command,), run_as=tuple(run_as), tags=tags, program="doas", seen=f"{path}:{at}")
