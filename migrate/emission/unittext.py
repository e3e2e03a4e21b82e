"""Files in systemd's format of units, with a host's text in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from migrate.emission.yamltext import comment
from migrate.errors import InputError

Section = tuple[str, Sequence[tuple[str, str]]]
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def unit(because: str, sections: Iterable[Section]) -> bytes:
    """The text of a unit, without sections that say nothing.

    :raises InputError: a value holds a line break, or bytes that are no UTF-8.
    """
    made = [f"[{called}]\n{''.join(_line(*pair) for pair in pairs)}" for called, pairs in sections if pairs]
    return (comment(because) + "\n".join(made)).encode()


def _line(key: str, value: str) -> str:
    if any("\ud800" <= one <= "\udfff" for one in value):
        raise InputError(f"{value!r} is not UTF-8, which a unit can't carry", "change it in plan.yaml")
    if "\n" in value or "\r" in value or "\0" in value or value.endswith("\\"):
        raise InputError(f"{value!r} can't stand on a line of a unit", "change it in plan.yaml")
    return f"{key}={value}\n"


def words(parts: Iterable[str]) -> str:
    """A command line as systemd splits it, in which neither variables nor specifiers are meant."""
    return " ".join(map(word, parts))


def word(text: str) -> str:
    """One word of a line that is split into words, as an argument of the command that the generator makes of it."""
    plain = literal(text)
    if plain and all(one.isalnum() or one in "%+,-./:=@_" for one in plain) and plain.isascii():
        return plain
    return '"' + "".join(_ESCAPED.get(one) or _escaped(one) for one in plain) + '"'


def _escaped(one: str) -> str:
    return f"\\x{ord(one):02x}" if one < " " or one == "\x7f" else one


def literal(text: str) -> str:
    """Text of a line that is taken whole into that command: systemd takes $ for a variable, % for a specifier."""
    return title(text).replace("$", "$$")


def title(text: str) -> str:
    """Text of a line that goes into no command."""
    return text.replace("%", "%%")
