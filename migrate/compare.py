"""Compare a recorded answer with a new one. Pure.

Equal means: the same status, kind, place and content, byte for byte or after named rules for what changes by nature.
Where such rules would remove most of a page, nothing is claimed.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from difflib import unified_diff

from migrate.exchange import Reply
from migrate.model.verdict import Rule
from migrate.normalising import CLOSE, OPEN, RULES, Moment, Normalisation, normalise
from migrate.quoting import terminal
from migrate.statuspages import NUMBERS, is_status, numbers_apart, shape
from migrate.statuspages import RULE as STATUS
from migrate.variation import fits, fixed_share, template

EQUAL, DIFFERENT, TOO_VARIABLE = "equal", "different", "too variable"
VARIED = Rule("varied", "it differed between two askings of the legacy server itself")
ALL_RULES: tuple[Rule, ...] = (*(normalisation.rule for normalisation in RULES), VARIED, STATUS, NUMBERS)

# What a browser or another program acts upon. Others (Date, ETag, Server, …) are the server's own business.
HEADERS = (
    "content-type",
    "location",
    "www-authenticate",
    "content-disposition",
    "content-language",
    "strict-transport-security",
    "content-security-policy",
    "x-frame-options",
    "x-content-type-options",
    "access-control-allow-origin",
    "cache-control",
    "refresh",
)
_CASELESS = ("content-type", "cache-control", "x-frame-options", "x-content-type-options", "content-language")
_WEAK = ("etag", "last-modified", "expires", "server", "vary")
_TEXT = re.compile(
    r"^(?:text/|application/(?:.*[+/])?(?:json|xml|javascript|ecmascript|xhtml|x-www-form|rss|atom))", re.I
)
_MASK = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_LEAST_FIXED = 0.5
_DIFF_LINES, _DIFF_WIDTH = 60, 160


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the legacy server said.

    :ivar again: the body of the second asking where it differed, None where it was the same.
    """

    reply: Reply
    again: bytes | None = None
    again_status: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """:ivar rules: names of the rules without which it would not be equal.
    :ivar detail: what differs, with a unified diff; or remarks on headers that nobody depends on."""

    outcome: str
    rules: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """The comparison of a header or the body."""

    outcome: str
    rules: tuple[str, ...] = ()
    detail: str = ""


def compare(recorded: Recorded, new: Reply, then: Moment, now: Moment) -> Comparison:
    """Whether the new server answers as the legacy one did."""
    old = recorded.reply
    if recorded.again_status is not None:
        what = f"the legacy server itself answered {old.status} once and {recorded.again_status} the next time"
        return Comparison(TOO_VARIABLE, detail=what)
    parts = [_status(old, new), *_headers(old, new, then, now), _cookies(old, new), _body(recorded, new, then, now)]
    rules = tuple(dict.fromkeys(rule for part in parts for rule in part.rules))
    wrong = [part for part in parts if part.outcome != EQUAL]
    if not wrong:
        return Comparison(EQUAL, rules, _remarks(old, new))
    outcome = DIFFERENT if any(part.outcome == DIFFERENT for part in wrong) else TOO_VARIABLE
    return Comparison(outcome, rules, "\n".join(part.detail for part in wrong))


def _status(old: Reply, new: Reply) -> _Part:
    if old.status == new.status:
        return _Part(EQUAL)
    return _Part(DIFFERENT, detail=f"status: {old.status} before, {new.status} now")


def _headers(old: Reply, new: Reply, then: Moment, now: Moment) -> list[_Part]:
    return [_header(name, old.header(name), new.header(name), then, now) for name in HEADERS]


def _header(name: str, old: str | None, new: str | None, then: Moment, now: Moment) -> _Part:
    if _plain(name, old) == _plain(name, new):
        return _Part(EQUAL)
    if old is not None and new is not None:
        a, b = normalise(old, then, RULES), normalise(new, now, RULES)
        if a == b:
            return _Part(EQUAL, _needed(old, new, then, now))
    said = [terminal(value[:300]) if value is not None else "absent" for value in (old, new)]
    return _Part(DIFFERENT, detail=f"{name}: {said[0]} before, {said[1]} now")


def _plain(name: str, value: str | None) -> str | None:
    """Without the spaces and the case that carry no meaning in some headers."""
    return re.sub(r"\s+", "", value).lower() if value is not None and name in _CASELESS else value


def _cookies(old: Reply, new: Reply) -> _Part:
    before, after = ({value for key, value in side.headers if key == "set-cookie"} for side in (old, new))
    if before == after:
        return _Part(EQUAL)
    names = [terminal(", ".join(sorted(names)) or "none") for names in (before, after)]
    return _Part(DIFFERENT, detail=f"cookies set: {names[0]} before, {names[1]} now")


def _body(recorded: Recorded, new: Reply, then: Moment, now: Moment) -> _Part:
    old, new_body = recorded.reply, new.body
    if old.truncated:
        new_body = new_body[: len(old.body)]
    if old.body == new_body:
        return _Part(EQUAL)
    if not is_text(old) or not is_text(new):
        return _binary(recorded, new_body)
    a, n = text_of(old, old.body), text_of(new, new_body)
    b = None if recorded.again is None else text_of(old, recorded.again)
    return _texts(a, b, n, then, now)


def _binary(recorded: Recorded, new: bytes) -> _Part:
    if recorded.again is not None:
        return _Part(TOO_VARIABLE, detail="binary content that differed between two askings of the legacy server")
    sides = [f"{len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()}" for body in (recorded.reply.body, new)]
    return _Part(DIFFERENT, detail=f"binary content: {sides[0]} before; {sides[1]} now")


def _texts(a: str, b: str | None, n: str, then: Moment, now: Moment) -> _Part:
    if b is not None and fits(parts := template(a, b), n):
        return _trusted(fixed_share(parts, a), (VARIED.name,))
    na, nn = normalise(a, then, RULES), normalise(n, now, RULES)
    if na == nn:
        return _trusted(_kept_share(na, a), _needed(a, n, then, now))
    if b is not None and fits(parts := template(na, normalise(b, then, RULES)), nn):
        share = fixed_share(tuple(_MASK.sub("", part) if isinstance(part, str) else part for part in parts), a)
        return _trusted(share, (*_changing(a, n, then, now), VARIED.name))
    return _by_shape(a, b, n, then, now) or _Part(DIFFERENT, detail=f"content:\n{_diff(na, nn)}")


def _by_shape(a: str, b: str | None, n: str, then: Moment, now: Moment) -> _Part | None:
    """Pages of counters, and those of which the legacy server itself changed nothing but numbers."""
    if is_status(a) and is_status(n):
        before, after = shape(a, then.own), shape(n, now.own)
        return _Part(EQUAL, (STATUS.name,)) if before and before == after else None
    plain = numbers_apart(a)
    if b is not None and plain == numbers_apart(b) == numbers_apart(n):
        return _trusted(_kept_share(plain, a), (NUMBERS.name,))
    return None


def _trusted(share: float, rules: tuple[str, ...]) -> _Part:
    if share >= _LEAST_FIXED:
        return _Part(EQUAL, rules)
    what = f"changes by nature too much to be compared: only {share:.0%} of the page is left after {', '.join(rules)}"
    return _Part(TOO_VARIABLE, rules, what)


def _kept_share(normalised: str, original: str) -> float:
    total = len("".join(original.split()))
    return len("".join(_MASK.sub("", normalised).split())) / total if total else 1.0


def _changing(old: str, new: str, then: Moment, now: Moment) -> tuple[str, ...]:
    """Names of the rules that change one side, applied in turn."""
    return tuple(rule.rule.name for rule in _changing_rules(old, new, then, now))


def _changing_rules(old: str, new: str, then: Moment, now: Moment) -> list[Normalisation]:
    found = []
    for rule in RULES:
        after = rule.apply(old, then), rule.apply(new, now)
        if after != (old, new):
            found.append(rule)
        old, new = after
    return found


def _needed(old: str, new: str, then: Moment, now: Moment) -> tuple[str, ...]:
    """Names of the rules without which both would not be equal."""
    rules = _changing_rules(old, new, then, now)
    for rule in list(rules):
        fewer = tuple(other for other in rules if other is not rule)
        if normalise(old, then, fewer) == normalise(new, now, fewer):
            rules = list(fewer)
    return tuple(rule.rule.name for rule in rules)


def is_text(reply: Reply) -> bool:
    kind = reply.header("content-type")
    if kind is not None:
        return bool(_TEXT.match(kind.strip()))
    return b"\0" not in reply.body


def text_of(reply: Reply, body: bytes) -> str:
    """The body as text, in the character set it names.

    No two bodies give the same text: what is not of the character set becomes visible, and so do the signs of masks.
    """
    named = re.search(r"charset=[\"']?([\w.:-]+)", reply.header("content-type") or "", re.IGNORECASE)
    name = named[1] if named and _is_text_codec(named[1]) else "utf-8"
    return body.decode(name, "backslashreplace").replace(OPEN, r"\ue000").replace(CLOSE, r"\ue001")


def _is_text_codec(name: str) -> bool:
    try:
        return bool(codecs.lookup(name)._is_text_encoding)
    except LookupError:
        return False


def _remarks(old: Reply, new: Reply) -> str:
    lines = []
    for name in _WEAK:
        before, after = old.header(name), new.header(name)
        if (before is None) != (after is None):
            lines.append(f"remark: {name} {'is sent now' if before is None else 'is not sent any more'}")
    return "\n".join(lines)


def _diff(old: str, new: str) -> str:
    lines = list(unified_diff(_lines(old), _lines(new), "legacy server", "container", lineterm="", n=2))
    shown = [terminal(line) for line in lines[:_DIFF_LINES]]
    if len(lines) > _DIFF_LINES:
        shown.append(f"… {len(lines) - _DIFF_LINES} more lines")
    return "\n".join(shown)


def _lines(text: str) -> list[str]:
    """Lines that a person can read: masks by name, long ones broken after a tag or a comma."""
    readable = _MASK.sub(r"‹\1›", text)
    pieces = re.compile(rf".{{1,{_DIFF_WIDTH}}}(?:[>,;\s]|$)|.{{1,{_DIFF_WIDTH}}}")
    return [piece for line in readable.splitlines()[:20_000] for piece in (pieces.findall(line) or [""])]
