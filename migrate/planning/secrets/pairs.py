"""Settings whose name says that they hold a secret, in whatever syntax stands around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from migrate.planning.secrets import names, values
from migrate.planning.secrets.shapes import Hit, lowered
from migrate.planning.secrets.syntaxes import Manner, Place, in_block, values_of

# Of a name that may be one. Plain words: looking for each by itself is many times faster than one expression of all.
_HINTS = (
    "pass pwd secret token key credential psk bindpw rootpw auth salt kennwort jwt haslo parola bearer pw wachtwoord "
    "senha clave contrase schlu schlü chiave sleutel jeton cle_ erlang_cookie encrypt geheim segret"
).split()
_ENDS_A_WORD = re.compile(r"\b")
_BEFORE = re.compile(r"[\w.-]{0,80}\Z")
_AFTER = re.compile(r"[\w.-]{0,80}")
# What a name that says too little stands in: "jwt": {"key": "…"}.
_OPENED = re.compile(r"([\w.-]{1,80})[\"']?\s*(?:(?:=>?|:)?\s*(?:array\s*)?[\[({]|>\s*<)\Z")


def find(text: str, how: Manner, commented: Callable[[int], bool] | None = None) -> Iterator[Hit]:
    """Settings of ``text`` that hold a secret.

    :param commented: whether a place lies in a comment; what does must be surely no example.
    """
    at = 0
    for first, last in _hints(text):
        if first < at:
            continue
        start, end = _name(text, first, last)
        at = max(end, last)
        name = text[start:end].rstrip(".-")
        places = _places(text, start, start + len(name), how)
        if places is None:
            continue
        doubtful = how.doubtful or (commented is not None and bool(places[1]) and commented(start))
        for begin, value in places[1]:
            if values.plausible(value, places[0], literal=how.literal, doubtful=doubtful, name=name):
                yield Hit(_kind(places[0], value), name.lstrip("-"), begin, value)


def _places(text: str, start: int, end: int, how: Manner) -> tuple[str, list[Place]] | None:
    """What the name at ``start``-``end`` holds, and where; None where it holds no secret."""
    name = text[start:end]
    kind = names.kind(name)
    if kind is None and name.lower() == "key":
        kind = _of_block(text, start)
    if kind is None:
        block = in_block(text, end) if name.lower() == "tokens" and not how.literal else []
        return ("strong", block) if block else None
    return kind, values_of(text, start, end, how)


def _of_block(text: str, start: int) -> str | None:
    """What a plain "key" is in ``"jwt": {"key": …``, ``<crypt><key>``."""
    window = text[max(0, start - 200) : start]
    opened = max(window.rfind(one) for one in "[({")
    if opened < max(window.rfind(one) for one in "])}") or opened < 0:
        opened = window.rfind("<")
    inside = _OPENED.search(window[max(0, opened - 100) : opened + 1])
    return names.kind(f"{inside[1]}_key") if inside else None


def _hints(text: str) -> list[tuple[int, int]]:
    """Where a word begins and ends that names of secrets have in them, by place."""
    lower = lowered(text)
    found: list[tuple[int, int]] = []
    for word in _HINTS:
        at = lower.find(word)
        while at >= 0:
            end = at + len(word)
            if word != "pw" or _ENDS_A_WORD.match(lower, end):
                found.append((at, end))
            at = lower.find(word, end)
    # Of two that begin at one place the longer: "pwd" before "pw".
    return sorted(found, key=lambda place: (place[0], -place[1]))


def _name(text: str, start: int, end: int) -> tuple[int, int]:
    before = _BEFORE.search(text[max(0, start - 80) : start])
    after = _AFTER.match(text, end)
    return start - (len(before.group()) if before else 0), after.end() if after else end


def _kind(kind: str, value: str) -> str:
    if re.match(r"\$\w{1,10}\$.{16,}|\{S?(?:SHA|MD5|CRYPT)", value):
        return "password-hash"
    return {"material": "key", "strong": "token"}.get(kind, kind)
