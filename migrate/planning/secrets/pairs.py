"""Settings whose name says that they hold a secret, in whatever syntax stands around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from migrate.planning.secrets import names, values
from migrate.planning.secrets.shapes import Hit

_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")  # str.lower() may change the length
# Of a name that may be one. Plain words: looking for each by itself is many times faster than one expression of all.
_HINTS = "pass pwd secret token key credential psk bindpw rootpw auth salt kennwort jwt haslo parola bearer pw".split()
_ENDS_A_WORD = re.compile(r"\b")
_BEFORE = re.compile(r"[\w.-]{0,80}\Z")
_AFTER = re.compile(r"[\w.-]{0,80}")

_CLOSE = r"(?:\\?[\"'])?(?:[ \t]*\])*"
_QUOTED = r"(?:<<)?[rbuBRU@]?(?P<quote>\\?[\"'])(?P<value>(?:\\[^\n]|(?!(?P=quote))[^\n\\]){0,1000}?)(?P=quote)"
_ASSIGNED = re.compile(_CLOSE + r"[ \t]*(?P<sep>=>|:=|\|\|=|=(?!=)|:(?!:))[ \t]*" + _QUOTED)
_ARGUMENT = re.compile(r"(?:(?P<closed>\\?[\"'])[ \t]*,|(?P<call>\()|(?P<tuple>,))[ \t]*" + _QUOTED)
_WORD = re.compile(_CLOSE + r"(?P<sep>[ \t]*(?:=>|:=|=(?!=)|:(?![:=]))[ \t]*)(?P<value>[^\s\"'`][^\r\n]{0,1000})")
_ATTRIBUTE = re.compile(
    r"(?P<name>[\"'])\s+(?:[\w:-]{1,40}=[\"'][^\"'<>]{0,200}[\"']\s+){0,3}(?:value|content"
    r"|Value)\s*=\s*(?P<quote>[\"'])"
    r"(?P<value>[^\"'<>]{1,1000}?)(?P=quote)"
)
_ELEMENT = re.compile(
    r"(?:[\"']?\s[^<>]{0,200}|[\"'])?>\s*(?:<!\[CDATA\[|<value>\s*)?(?P<value>[^<>\s][^<>]{0,1000}?)\s*(?:\]\]>)?\s*</"
)
_PARAMETER = re.compile(r"\s*</[\w:-]{1,60}>\s*<[\w:-]*value[^<>]{0,80}>\s*(?P<value>[^<>\s][^<>]{0,1000}?)\s*</")
_NAMED = re.compile(
    r"[\"']?[ \t]*,?[ \t]*(?:\r?\n[ \t]*)?[\"']?value[\"']?[ \t]*[:=][ \t]*"
    r"(?:(?P<quote>[\"'])(?P<value>[^\"'\n]{1,1000}?)(?P=quote)|(?P<bare>[^\s\"',{}\[\]][^\s,{}]{0,1000}))"
)
_IS_NAME = re.compile(r"(?i)\b(?:name|key)[\"']?[ \t]*[:=][ \t]*[\"']?\Z")
# Inside a connection string: "Server=x;Password=…", "…?user=x&password=…", "host=x password=…".
_IN_STRING = re.compile(r"[?&;]\Z|[\"'][^\"'\n]*\w=\S+[ ]\Z")
_REST = re.compile(r"\s*(?:[#;].*|//.*|--?\w.*|\\|[)\]}>,;|&\"'].*|[\w.\"'-]+\s*(?:[=:]|=>).*)?")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is to be read.

    :ivar bare: values may stand without quotes (configuration, shell).
    :ivar spaced: a bare value may hold spaces: it ends with its line.
    :ivar tight: a bare value follows "=" without a space (shell).
    :ivar literal: it is a program.
    :ivar doubtful: it is a document, a translation, a template.
    """

    bare: bool = True
    spaced: bool = False
    tight: bool = False
    literal: bool = False
    doubtful: bool = False


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
        kind = names.kind(name)
        if kind is None:
            continue
        hit = _value(text, start, start + len(name), how)
        if hit is None:
            continue
        doubtful = how.doubtful or (commented is not None and commented(start))
        if values.plausible(hit[1], kind, literal=how.literal, doubtful=doubtful):
            yield Hit(_kind(kind, hit[1]), name.lstrip("-"), hit[0], hit[1])


def _hints(text: str) -> list[tuple[int, int]]:
    """Where a word begins and ends that names of secrets have in them, by place."""
    lower = text.lower() if text.isascii() else text.translate(_LOWER)
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
    return "password-hash" if re.match(r"\$\w{1,10}\$.{16,}|\{S?(?:SHA|MD5|CRYPT)", value) else kind


def _value(text: str, start: int, end: int, how: Manner) -> tuple[int, str] | None:
    """Where the value of the name at ``start``-``end`` begins, and what it is."""
    return (
        _neighbour(text, start, end)
        or _quoted(text, start, end)
        or _markup(text, start, end)
        or (_bare(text, start, end, how) if how.bare or _IN_STRING.search(text[max(0, start - 200) : start]) else None)
    )


def _quoted(text: str, start: int, end: int) -> tuple[int, str] | None:
    match = _ASSIGNED.match(text, end)
    if match:
        return match.start("value"), match["value"]
    match = _ARGUMENT.match(text, end)
    if match is None:
        return None
    setter = match["call"] and not {"set", "with"}.isdisjoint(names.words(text[start:end]))
    inside = match["tuple"] and text[max(0, start - 1) : start] == "{"
    return (match.start("value"), match["value"]) if match["closed"] or setter or inside else None


def _markup(text: str, start: int, end: int) -> tuple[int, str] | None:
    opened = text.rfind("<", max(0, start - 300), start)
    if opened < 0:
        return None
    inside = ">" not in text[opened:start]
    match = (_ATTRIBUTE.match(text, end) or _ELEMENT.match(text, end)) if inside else _PARAMETER.match(text, end)
    return (match.start("value"), match["value"]) if match else None


def _neighbour(text: str, start: int, end: int) -> tuple[int, str] | None:
    if not _IS_NAME.search(text[max(0, start - 20) : start]):
        return None
    match = _NAMED.match(text, end)
    if match is None:
        return None
    group = "value" if match["value"] is not None else "bare"
    return match.start(group), match[group]


def _bare(text: str, start: int, end: int, how: Manner) -> tuple[int, str] | None:
    match = _WORD.match(text, end)
    if match is None or (how.tight and match["sep"] != "=") or match["sep"].endswith(":"):
        return None
    line, at = match["value"], match.start("value")
    begin = max(text.rfind("\n", 0, start) + 1, start - 2000)
    before = text[begin:start]
    word = _cut(line.split(None, 1)[0] if line.split() else "", before, line)
    if not word:
        return None
    rest = line[len(word) :]
    if _REST.fullmatch(rest):
        return at, word
    return (at, line.rstrip()) if how.spaced and not before.strip() else None


def _cut(word: str, before: str, line: str) -> str:
    """A bare word without what belongs to the syntax around it."""
    last = before[-1:]
    for quote in "\"'":
        if before.count(quote) % 2 and quote in word:
            word = word[: word.index(quote)]
    if (last in "?&" and last) or ("&" in word and "://" in before):
        word = word.split("&")[0]
    if last == ";" or re.search(r";\s*[\w ]+=", line):
        word = word.split(";")[0]
    if last in "({[," and last:
        word = word.rstrip(")}],")
    return word.rstrip(";,") if len(word.rstrip(";,")) >= len(word) - 1 else word
