"""Where the value of a setting stands: each syntax that puts one beside its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.planning.secrets import markup, names

_CLOSE = r"(?:\\?[\"'])?(?:[ \t]*[\]}])*"
# A literal may be made into bytes or an object first: []byte("…"), Buffer.from('…').
_MADE = r"(?:(?:\[\]byte|bytes|(?:new\s+)?String|Buffer\.from|bytearray)\(\s*)?"
_LITERAL = r"(?P<quote>\"{3}|'{3}|\\?[\"'`])(?P<value>(?:\\[^\n]|(?!(?P=quote))[^\n\\]){0,1000}?)(?P=quote)"
_QUOTED = rf"(?:<<)?{_MADE}[rbuBRU@]?" + _LITERAL
_ASSIGNED = re.compile(_CLOSE + r"[ \t]*(?P<sep>=>|:=|\|\||=(?!=)|:(?!:))[ \t]*" + _QUOTED)
_PERL = re.compile(_CLOSE + r"[ \t]*(?:=>|=)[ \t]*qq?(?:\{(?P<a>[^}\n]*)\}|\((?P<b>[^)\n]*)\)|/(?P<c>[^/\n]*)/)")
_COMPARED = re.compile(_CLOSE + r"[ \t]*(?:[!=]==?|\b(?:eq|ne)\b)[ \t]*" + _LITERAL)
_STRING = r"(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}')"
_LIST = re.compile(_CLOSE + rf"[ \t]*(?:=>|=|:)[ \t]*\[\s*(?P<items>{_STRING}(?:\s*,\s*{_STRING}){{0,20}})\s*,?\s*\]")
_ARGUMENT = re.compile(r"(?:(?P<closed>\\?[\"'])[ \t]*,|(?P<call>\()|(?P<tuple>,))[ \t]*" + _QUOTED)
_CALL = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*\(\s*[\"']\Z")
_LISTS = frozenset("array list in_array isset compact tuple set frozenset words print printf echo".split())
_SETS = frozenset("define set put add property option param parameter config env getenv setenv append".split())
_ADDED = re.compile(r"\s*[.+]\s*" + _LITERAL)
_ITEM = re.compile(r"\"(?P<a>[^\"\n]*)\"|'(?P<b>[^'\n]*)'")
_BLOCK = re.compile(r"[\"']?\s*[:=]?\s*\{(?P<items>[^{}]{1,2000})\}")

_WORD = re.compile(_CLOSE + r"(?P<sep>[ \t]*(?:=>|:=|=(?!=)|:(?![:=]))[ \t]*)(?P<value>[^\s\"'`][^\r\n]{0,1000})")
_DEFAULT = re.compile(r"\$\{[\w.-]+?:-?(?P<value>[^{}\s?:-][^{}\n]*)\}")
_DIRECTIVE = re.compile(
    r"[ \t]+(?:(?P<quote>[\"'])(?P<value>(?:(?!(?P=quote))[^\n]){1,400})(?P=quote)"
    r"|(?P<bare>[^\s\"'=:][^\s\"';]{0,400}))[ \t]*;?(?:[ \t]+(?:all|always))?[ \t]*\r?(?:\n|\Z)"
)
_OPTION = re.compile(
    r"[ \t]+(?:(?P<quote>[\"'])(?P<value>[^\"'\n]{1,400})(?P=quote)|(?P<bare>[^\s\"'$-][^\s\"'|;)\]]{0,400}))"
)
_EXPANDED = re.compile(r":?[-=](?P<value>[^{}$\n]{1,400})\}")
_INLINE = re.compile(r"[ \t]+\"(?P<value>[^\"\n]{1,400})\"")
_LDIF = re.compile(r"::[ \t]+(?P<value>[A-Za-z0-9+/=]{4,1000})[ \t]*\r?(?:\n|\Z)")
_VERBS = re.compile(r"[ \t]*(?:[\w.:*-]+[ \t]+){0,2}\$?\Z")
_SET = re.compile(r"[ \t]*set[ \t]+\Z")

_NAMED = re.compile(
    r"[\"']?[ \t]*,?[ \t]*(?:\r?\n[ \t]*)?[\"']?value[\"']?[ \t]*[:=][ \t]*"
    r"(?:(?P<quote>[\"'])(?P<value>[^\"'\n]{1,1000}?)(?P=quote)|(?P<bare>[^\s\"',{}\[\]][^\s,{}]{0,1000}))"
)
_IS_NAME = re.compile(r"(?i)\b(?:name|key)[\"']?[ \t]*[:=][ \t]*[\"']?\Z")
# Inside a connection string: "Server=x;Password=…", "…?user=x&password=…", "host=x password=…".
_IN_STRING = re.compile(r"[?&;]\Z|[\"'][^\"'\n]*\w=\S+[ ]\Z")
_IN_OPTIONS = re.compile(r"[\w.-]=[^\s\"',]*(?:,[^\s\"']*)?,\Z")
_REST = re.compile(r"\s*(?:[#;].*|//.*|--?\w.*|\\|[)\]}>,;|&\"'].*|[\w.\"'-]+\s*(?:[=:]|=>).*)?")

Place = tuple[int, str]
"""Where a value begins, and what it is."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is to be read.

    :ivar bare: values may stand without quotes (configuration, shell).
    :ivar spaced: a bare value may hold spaces: it ends with its line.
    :ivar tight: a bare value follows "=" without a space (shell).
    :ivar literal: it is a program.
    :ivar doubtful: it is a document, a translation, a template.
    :ivar sample: it is an example that came with a program: no hash in it is a person's.
    """

    bare: bool = True
    spaced: bool = False
    tight: bool = False
    literal: bool = False
    doubtful: bool = False
    sample: bool = False


def values_of(text: str, start: int, end: int, how: Manner) -> list[Place]:
    """Where the values of the name at ``start``-``end`` begin, and what they are: one, as a rule."""
    several = _listed(text, end) or _in_pieces(text, start, end)
    return several or [_defaulted(one) for one in _single(text, start, end, how)]


def _single(text: str, start: int, end: int, how: Manner) -> Iterator[Place]:
    one = (
        _neighbour(text, start, end)
        or _quoted(text, start, end, how)
        or markup.value_of(text, start, end)
        or (_unquoted(text, start, end, how) if how.bare or _in_string(text, start) else _tcl(text, start, end))
    )
    if one:
        yield one


def _defaulted(place: Place) -> Place:
    """``${DB_PASSWORD:-abc}``: what counts where the variable is not set."""
    match = _DEFAULT.fullmatch(place[1])
    return (place[0] + match.start("value"), match["value"]) if match else place


def in_block(text: str, end: int) -> list[Place]:
    """The quoted values of ``tokens { agent = "…" }``."""
    match = _BLOCK.match(text, end)
    return list(_items(match.start("items"), match["items"])) if match else []


def _in_string(text: str, start: int) -> bool:
    return bool(_IN_STRING.search(text[max(0, start - 200) : start]))


def _listed(text: str, end: int) -> list[Place]:
    match = _LIST.match(text, end)
    return list(_items(match.start("items"), match["items"])) if match else []


def _items(offset: int, items: str) -> Iterator[Place]:
    for one in _ITEM.finditer(items):
        group = "a" if one["a"] is not None else "b"
        yield offset + one.start(group), one[group]


def _in_pieces(text: str, start: int, end: int) -> list[Place]:
    """``'one' . 'two'``: what a program puts together."""
    first = _ASSIGNED.match(text, end)
    if first is None or _IS_NAME.search(text[max(0, start - 20) : start]):
        return []
    pieces, last = [(first.start("value"), first["value"])], first.end()
    while more := _ADDED.match(text, last):
        pieces.append((more.start("value"), more["value"]))
        last = more.end()
    return pieces if len(pieces) > 1 else []


def _quoted(text: str, start: int, end: int, how: Manner) -> Place | None:
    match = _ASSIGNED.match(text, end)
    if match and not _ends_a_string(text, start, match, how) and not (how.bare and match["quote"] == "`"):
        return match.start("value"), match["value"]
    return _in_program(text, end) or _argument(text, start, end)


def _ends_a_string(text: str, start: int, match: re.Match[str], how: Manner) -> bool:
    """Whether what looks like the opening quote of a value closes the string of the name: ``"password:"``."""
    quote, at = match["quote"], match.start("value") - len(match["quote"])
    line = text[text.rfind("\n", 0, at) + 1 : at]
    if how.literal and line.count(quote) % 2 and match["value"][:1] in " .,;)":
        return True
    return text[max(0, start - 1) : start] == match["quote"] and match.group()[:1] in ":="


def _in_program(text: str, end: int) -> Place | None:
    if match := _PERL.match(text, end):
        group = next(one for one in "abc" if match[one] is not None)
        return match.start(group), match[group]
    match = _COMPARED.match(text, end)
    if match and any(map(str.isdigit, match["value"])):
        return match.start("value"), match["value"]
    return None


def _argument(text: str, start: int, end: int) -> Place | None:
    match = _ARGUMENT.match(text, end)
    if match is None:
        return None
    if match["closed"]:
        return (match.start("value"), match["value"]) if _given(text, start, match) else None
    setter = match["call"] and not {"set", "with"}.isdisjoint(names.words(text[start:end]))
    inside = match["tuple"] and text[max(0, start - 1) : start] == "{"
    return (match.start("value"), match["value"]) if setter or inside else None


def _given(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a call is given the name first, and the value behind it: ``define('DB_PASSWORD', 'abc')``; no list."""
    call = _CALL.search(text[max(0, start - 60) : start])
    if call is None or call["name"].lower() in _LISTS:
        return False
    sets = not _SETS.isdisjoint(names.words(call["name"]))
    return sets or not re.fullmatch(r"[A-Za-z_]+", match["value"])


def _neighbour(text: str, start: int, end: int) -> Place | None:
    if not _IS_NAME.search(text[max(0, start - 20) : start]):
        return None
    match = _NAMED.match(text, end)
    return _either(match) if match else None


def _either(match: re.Match[str]) -> Place:
    group = "value" if match["value"] is not None else "bare"
    return match.start(group), match[group]


def _unquoted(text: str, start: int, end: int, how: Manner) -> Place | None:
    match = _LDIF.match(text, end) or (_EXPANDED.match(text, end) if text[max(0, start - 2) : start] == "${" else None)
    if match:
        return match.start("value"), match["value"]
    return _option(text, start, end) or _bare(text, start, end, how) or _directive(text, start, end, how)


def _option(text: str, start: int, end: int) -> Place | None:
    """``--token abc`` inside a line of configuration."""
    if text[start : start + 1] != "-":
        return None
    match = _OPTION.match(text, end)
    if match is None or _either(match)[1].isupper():
        return None
    return _either(match)


def _directive(text: str, start: int, end: int, how: Manner) -> Place | None:
    """``SetEnv DB_PASSWORD abc``, ``remote_password abc``: a line of a name, perhaps behind a verb, and a value.

    In quotes it may stand anywhere: ``username "me" password "abc"``.
    """
    if not how.tight and (match := _INLINE.match(text, end)):
        return match.start("value"), match["value"]
    if how.tight or not _VERBS.match(text[text.rfind("\n", 0, start) + 1 : start]):
        return None
    match = _DIRECTIVE.match(text, end)
    return _either(match) if match else None


def _tcl(text: str, start: int, end: int) -> Place | None:
    """``set password "abc"`` of a program."""
    if not _SET.match(text[text.rfind("\n", 0, start) + 1 : start]):
        return None
    match = _DIRECTIVE.match(text, end)
    return (match.start("value"), match["value"]) if match and match["quote"] else None


def _bare(text: str, start: int, end: int, how: Manner) -> Place | None:
    match = _WORD.match(text, end)
    if match is None or (how.tight and match["sep"] != "=") or match["sep"].endswith(":"):
        return None
    line, at = match["value"], match.start("value")
    begin = max(text.rfind("\n", 0, start) + 1, start - 2000)
    before = text[begin:start]
    if before[-1:] in {'"', "'"} and before[-1:] in line and text[end] not in "\"'":
        return at, line[: line.index(before[-1])]
    word = _cut(line.split(None, 1)[0] if line.split() else "", before, line)
    if not word:
        return None
    rest = line[len(word) :]
    if _REST.fullmatch(rest) or _in_options(before):
        return at, word
    return (at, line.rstrip()) if not before.strip() and _to_the_end(line, match["sep"], how) else None


def _in_options(before: str) -> bool:
    return before.endswith(",") and bool(_IN_OPTIONS.search(before[-300:]))


def _to_the_end(line: str, sep: str, how: Manner) -> bool:
    """Whether a value with spaces is one: where the format says so, or two or three words behind "="."""
    return how.spaced or (not how.tight and not how.literal and "=" in sep and len(line.split()) <= 3)


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
    if _in_options(before):
        word = re.split(r",(?=[\w.-]+(?:[=,\s]|$))", word)[0]
    if last in "({[," and last:
        word = word.rstrip(")}],")
    return word.rstrip(";,") if len(word.rstrip(";,")) >= len(word) - 1 else word
