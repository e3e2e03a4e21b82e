"""What a Python program sets to plain values, read without running it and whatever its version of the language is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_TEXT = r"[rbuRBU]{0,2}(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
_COMMENT = re.compile(rf"(?P<text>{_TEXT})|\#[^\n]*", re.DOTALL)
_ENVIRONMENT = r"(?:os\.)?(?:environ(?:\.get)?|getenv|env(?:\.\w+)?|config)\s*[(\[]\s*['\"](?P<variable>\w+)['\"][^\n]*"
_JOINED = rf"(?:os\.path\.join\(\s*[\w.]+\s*,|[\w.]+\s*/)\s*(?P<joined>{_TEXT})"
_SET = re.compile(
    rf"(?:(?m:^)[ \t]*(?P<name>[A-Za-z_][\w.]*)(?P<keys>(?:\[['\"]\w+['\"]\])*)\s*=(?!=)"
    rf"|['\"](?P<pair>[\w.-]+)['\"]\s*:"
    rf"|[(,]\s*(?P<argument>[A-Za-z_]\w*)\s*=(?!=))\s*(?:(?P<value>{_TEXT}|-?\d[\d.]*\b|True|False|None)|{_ENVIRONMENT}|{_JOINED})"
)
_IMPORT = re.compile(r"(?m)^[ \t]*(?:from[ \t]+([A-Za-z_]\w*)[\w.]*[ \t]+import|import[ \t]+([A-Za-z_][\w., ]*))")


@dataclass(frozen=True, slots=True)
class Assignment:
    """``NAME = 'v'``, ``'NAME': 'v'``, ``f(name='v')``."""

    name: str
    value: str
    line: int


def assignments(text: str, environment: Mapping[str, str] | None = None) -> tuple[Assignment, ...]:
    """Settings with plain values, those that are taken from variables which are known, and ``BASE / 'x'`` as ``x``."""
    return tuple(_assignments(without_comments(text), environment or {}))


def _assignments(plain: str, environment: Mapping[str, str]) -> Iterator[Assignment]:
    for match in _SET.finditer(plain):
        plain_value = match["value"] or match["joined"]
        value = _plain(plain_value) if plain_value else environment.get(match["variable"] or "")
        if value is not None:
            keys = "".join("." + key for key in re.findall(r"\w+", match["keys"] or ""))
            name = match["pair"] or match["argument"] or (match["name"] or "") + keys
            yield Assignment(name, value, plain.count("\n", 0, match.start()) + 1)


def block(text: str, name: str) -> tuple[str, int] | None:
    """The text of ``NAME = {…}`` or ``[…]`` with its brackets, and the line where it begins."""
    match = re.search(rf"(?m)^{re.escape(name)}\s*=\s*(?=[{{\[(])", text)
    if match is None:
        return None
    return _balanced(text, match.end()), text.count("\n", 0, match.end()) + 1


def inner(text: str) -> Iterator[tuple[str, str, int]]:
    """(key, text, lines before it) of each ``'key': {…}`` directly inside."""
    for match in re.finditer(r"['\"]([\w.-]+)['\"]\s*:\s*(?=\{)", text):
        if _depth(text[: match.start()]) == 1:
            yield match[1], _balanced(text, match.end()), text.count("\n", 0, match.end())


def texts(text: str) -> tuple[str, ...]:
    """The texts between quotes."""
    return tuple(_plain(match[0]) for match in re.finditer(_TEXT, without_comments(text)))


def imports(text: str) -> tuple[str, ...]:
    """Top-level names of what is imported."""
    found: dict[str, None] = {}
    for one, several in _IMPORT.findall(text):
        for name in [one] if one else several.split(","):
            found[name.strip().split(".")[0].split(" ")[0]] = None
    return tuple(name for name in found if name)


def without_comments(text: str) -> str:
    return _COMMENT.sub(lambda match: match[0] if match["text"] else " " * len(match[0]), text)


def _balanced(text: str, at: int) -> str:
    depth = 0
    for match in re.compile(rf"{_TEXT}|[\[\](){{}}]").finditer(text, at):
        depth += {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}.get(match[0], 0)
        if depth <= 0:
            return text[at : match.end()]
    return text[at:]


def _depth(text: str) -> int:
    plain = re.sub(_TEXT, "", text)
    return plain.count("{") - plain.count("}")


def _plain(value: str) -> str:
    text = re.sub(r"^[rbuRBU]{1,2}(?=['\"])", "", value)
    for quote in ("'''", '"""', "'", '"'):
        if text.startswith(quote) and text.endswith(quote) and len(text) >= 2 * len(quote):
            return re.sub(r"\\(['\"\\])", r"\1", text[len(quote) : -len(quote)])
    return text
