"""systemd's unit files: assignments with repeats, continuations, drop-ins and resets; words with quotes and escapes.

``systemctl show`` prints commands without quotes, so that arguments with blanks can't be told apart; the unit's own
text can. What is not known to the letter is kept as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "s": " "}
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|[0-3][0-7]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[abfnrtvs\\\"'])")


@dataclass(frozen=True, slots=True)
class Unit:
    """The assignments of a unit and its drop-ins, in order, as (section, key, value)."""

    entries: tuple[tuple[str, str, str], ...] = ()

    def all(self, section: str, key: str) -> list[str]:
        """Every value of ``key`` since the last empty assignment, which resets."""
        found: list[str] = []
        for where, name, value in self.entries:
            if where == section and name == key:
                found = [*found, value] if value else []
        return found

    def last(self, section: str, key: str) -> str | None:
        values = self.all(section, key)
        return values[-1] if values else None

    def keys(self, section: str) -> list[str]:
        """In the order in which they first stand there."""
        return list(dict.fromkeys(name for where, name, _ in self.entries if where == section))


def unit(texts: Iterable[list[str]]) -> Unit:
    """A unit from the lines of its file and of its drop-ins, in the order in which systemd reads them."""
    return Unit(tuple(entry for lines in texts for entry in _entries(lines)))


def _entries(lines: list[str]) -> Iterator[tuple[str, str, str]]:
    section = ""
    for line in _joined(lines):
        heading = re.fullmatch(r"\s*\[([^]]+)\]\s*", line)
        if heading:
            section = heading[1]
        elif "=" in line:
            key, _, value = line.partition("=")
            yield section, key.strip(), value.strip()


def _joined(lines: list[str]) -> Iterator[str]:
    """Lines that end in a backslash go on in the next one; comments between them don't count."""
    whole = ""
    for line in lines:
        if line.lstrip()[:1] in ("#", ";"):
            continue
        if line.endswith("\\"):
            whole += line[:-1] + " "
            continue
        yield whole + line
        whole = ""
    if whole:
        yield whole


def words(text: str) -> list[str]:
    """Split as systemd does: quotes anywhere in a word, C escapes, no expansion."""
    found: list[str] = []
    word, quote, at = None, "", 0  # type: str | None, str, int
    while at < len(text):
        char = text[at]
        escape = _ESCAPE.match(text, at) if char == "\\" else None
        if escape:
            word, at = (word or "") + _unescaped(escape[1]), escape.end()
            continue
        at += 1
        if quote:
            if char == quote:
                quote = ""
            else:
                word = (word or "") + char
        elif char in "\"'":
            word, quote = word or "", char
        elif char in " \t\n\r":
            if word is not None:
                found.append(word)
            word = None
        else:
            word = (word or "") + char
    return found if word is None else [*found, word]


def _unescaped(code: str) -> str:
    if code in _ESCAPES:
        return _ESCAPES[code]
    if code[0] == "x":
        return bytes([int(code[1:], 16)]).decode("utf-8", "surrogateescape")
    if code[0] in "uU":
        point = int(code[1:], 16)
        return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"
    return chr(int(code, 8)) if code[0].isdigit() else code


def commands(value: str, specifiers: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The commands of one ExecStart= value as argv; variables (``$X``, ``${X}``) stay as they are written.

    Prefixes (``-``, ``:``, ``+``, ``!``) are taken off; with ``@`` the given name of argument zero goes, too.
    """
    found, current = [], []  # type: list[tuple[str, ...]], list[str]
    for word in [*words(value), ";"]:
        if word == ";":
            if command := _command(current):
                found.append(command)
            current = []
        else:
            current.append(expanded("" if word == "\\;" else word, specifiers) or ";")
    return found


def _command(argv: list[str]) -> tuple[str, ...]:
    if not argv:
        return ()
    prefix = re.match(r"[-@:+!|]*", argv[0])
    marks = prefix[0] if prefix else ""
    rest = argv[2:] if "@" in marks else argv[1:]
    program = argv[0][len(marks) :]
    return (program, *rest) if program else ()


def expanded(text: str, specifiers: Mapping[str, str]) -> str:
    """``%i`` and the like; those that are not known stay."""
    return re.sub(r"%(.)", lambda match: specifiers.get(match[1], match[0]), text, flags=re.DOTALL)


def specifiers(name: str, hostname: str = "") -> dict[str, str]:
    """What the specifiers of a system unit of that name stand for."""
    stem = name.rpartition(".")[0] or name
    prefix, _, instance = stem.partition("@")
    last = prefix.rpartition("-")[2]
    known = {
        "%": "%",
        "n": name,
        "N": stem,
        "p": prefix,
        "P": unescape(prefix),
        "i": instance,
        "I": unescape(instance),
        "j": last,
        "J": unescape(last),
        "f": "/" + unescape(instance or prefix).lstrip("/"),
        "t": "/run",
        "S": "/var/lib",
        "C": "/var/cache",
        "L": "/var/log",
        "E": "/etc",
        "T": "/tmp",
        "V": "/var/tmp",
        "u": "root",
        "U": "0",
        "g": "root",
        "G": "0",
        "h": "/root",
        "s": "/bin/sh",
    }
    return known | ({"H": hostname, "l": hostname.partition(".")[0]} if hostname else {})


def unescape(name: str) -> str:
    """As ``systemd-escape --unescape``: dashes are slashes, ``\\x2d`` is a dash."""
    plain = name.replace("-", "/").encode("utf-8", "surrogateescape")
    plain = re.sub(rb"\\x([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), plain)
    return plain.decode("utf-8", "surrogateescape")


def environment(values: Iterable[str], known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Of Environment= assignments; a later one of the same name wins."""
    found: dict[str, str] = {}
    for value in values:
        for word in words(value):
            name, equals, setting = expanded(word, known).partition("=")
            if equals and name:
                found.pop(name, None)
                found[name] = setting
    return tuple(found.items())
