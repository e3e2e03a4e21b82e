"""The named rules for what changes by nature in an answer: what each replaces, and why. Pure.

A rule replaces as little as it can. Dates are only those of the moment of asking (a date in the content stays),
identifiers only where something says what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from migrate.model.verdict import Rule

# Marks what was left out; a character that no page has.
OPEN, CLOSE = "\ue000", "\ue001"
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Moment:
    """The surroundings of one asking.

    :ivar at: seconds since the epoch; None where it is not known, and then no date is replaced.
    :ivar own: names and addresses of the servers, legacy and new, without ports.
    """

    at: float | None = None
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Normalisation:
    rule: Rule
    apply: Callable[[str, Moment], str]


def mask(name: str) -> str:
    return f"{OPEN}{name}{CLOSE}"


def normalise(text: str, moment: Moment, rules: tuple[Normalisation, ...]) -> str:
    for rule in rules:
        text = rule.apply(text, moment)
    return text


def _pattern(name: str, why: str, pattern: str, replacement: str) -> Normalisation:
    compiled = re.compile(pattern, re.IGNORECASE)
    with_mask = replacement.replace("@", mask(name))
    return Normalisation(Rule(name, why), lambda text, _moment: compiled.sub(with_mask, text))


_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(?P<month>jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]*\.?"
_WEEKDAY = r"(?:\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:\s?[AP]M\b)?"
_ZONE = r"(?:\s?(?:Z\b|[+-]\d\d:?\d\d|\(?(?:UTC|GMT|CES?T|E[SD]T|P[SD]T|MES?Z)\)?))?"
_TIME = rf"(?:(?:T|,?\s+(?:at\s+|um\s+)?|:){_CLOCK}{_ZONE})?"
_DATES = tuple(
    re.compile(pattern + (r"(?!\d)" if not pattern.endswith("{4})") else ""), re.IGNORECASE)
    for pattern in (
        rf"(?<!\d)(?P<year>\d{{4}})[-/](?P<month>\d\d)[-/](?P<day>\d\d){_TIME}",
        rf"(?<!\d)(?P<day>\d{{1,2}})[./](?P<month>\d{{1,2}})[./](?P<year>\d{{4}}){_TIME}",
        rf"(?<!\d)(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}}){_TIME}",
        rf"{_WEEKDAY}(?<!\d)(?P<day>\d{{1,2}})[ ./-]+{_MONTH}[ /-]+(?P<year>\d{{4}}){_TIME}",
        rf"{_WEEKDAY}\b{_MONTH}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}}){_TIME}",
        rf"{_WEEKDAY}\b{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",
    )
)
_EPOCH = re.compile(r"(?<![\d.])(\d{10})(\d{3})?(?:\.\d{1,9})?(?![\d.])")


def _dates(text: str, moment: Moment) -> str:
    if moment.at is None:
        return text
    for pattern in _DATES:
        text = pattern.sub(lambda found: mask("date") if _near(found, moment.at) else found.group(), text)
    return text


def _near(found: re.Match[str], at: float | None) -> bool:
    """Within two days of the asking, whatever the time zones."""
    month = found["month"]
    try:
        number = int(month) if month.isdigit() else _month(month)
        day = datetime(int(found["year"]), number, int(found["day"]), 12, tzinfo=UTC)
    except ValueError:
        return False
    return at is not None and abs(day.timestamp() - at) <= 2 * _DAY


def _month(name: str) -> int:
    english = {"mär": "mar", "mai": "may", "okt": "oct", "dez": "dec"}.get(name.lower(), name.lower())
    return _MONTHS.index(english) + 1


def _epochs(text: str, moment: Moment) -> str:
    at = moment.at
    if at is None:
        return text
    return _EPOCH.sub(lambda found: mask("epoch") if abs(int(found[1]) - at) <= 2 * _DAY else found.group(), text)


def _own_addresses(text: str, moment: Moment) -> str:
    names = sorted({name for name in moment.own if len(name) > 2}, key=lambda name: (-len(name), name))
    if not names:
        return text
    either = "|".join(re.escape(name) for name in names)
    return re.sub(rf"(?<![\w.-])(?:{either})(?::\d{{1,5}})?(?![\w-]|\.\w)", mask("own-address"), text)


_GUARD = r"[\w.:-]*(?:csrf|xsrf|requestverification|viewstate|eventvalidation|nonce|_token)[\w.:-]*"
_SESSION = r"JSESSIONID(?:SSO)?|PHPSESSID|ASP\.NET_SessionId|CGISESSID|CFID|CFTOKEN|connect\.sid|osCsid|session_?id"

RULES: tuple[Normalisation, ...] = (
    _pattern(
        "session-id",
        "a session's identifier is drawn anew for every visitor",
        rf"\b({_SESSION})(=|%3D|\"\s*:\s*\"|\"\s+value=\")[\w.%+!-]+",
        r"\1\2@",
    ),
    _pattern(
        "form-token",
        "tokens against forged forms, and nonces, are drawn anew for every page",
        rf"((?:name|id|property)\s*=\s*[\"']?{_GUARD}[\"']?[^<>]{{0,200}}?(?:value|content)\s*=\s*[\"'])[^\"'<>]*",
        r"\1@",
    ),
    _pattern(
        "form-token-before",
        "the same, where the value stands before the name",
        rf"((?:value|content)\s*=\s*[\"'])[^\"'<>]*([\"'][^<>]{{0,200}}?(?:name|id)\s*=\s*[\"']?{_GUARD}[\"']?)",
        r"\1@\2",
    ),
    _pattern(
        "nonce",
        "nonces and tokens in attributes, queries and JSON are drawn anew for every page",
        r"([\"'?&;\s](?:nonce|[\w.]*csrf[\w-]*|[\w.]*xsrf[\w-]*|authenticity_token)[\"']?\s*[=:]\s*[\"']?|'nonce-)"
        r"[\w+/.%=-]{6,}",
        r"\1@",
    ),
    _pattern(
        "request-id",
        "requests are numbered",
        r"((?:request|trace|correlation|incident|event|transaction)[\s_-]?(?:id|number)?[\"']?\s*[:=]?\s*[\"']?)"
        r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16,64})\b",
        r"\1@",
    ),
    _pattern(
        "cache-buster",
        "a number that makes browsers fetch a file anew",
        r"(\.(?:css|m?js|png|jpe?g|gif|svg|ico|woff2?)\?(?:[a-z_]{1,8}=)?)[0-9a-f][\w.-]*",
        r"\1@",
    ),
    _pattern(
        "duration",
        "how long a page took to make",
        r"((?:generated|rendered|created|took|elapsed|executed|processed|duration|load(?:ed|ing)?(?: time)?"
        r"|(?:response|query) time|generiert|erzeugt|dauer)\b[^<>\n\d]{0,40})\d+(?:[.,]\d+)?"
        r"(\s?(?:ms|µs|us|s|msecs?|secs?|milliseconds?|microseconds?|seconds?|millisekunden|sekunden)\b)",
        r"\1@\2",
    ),
    _pattern(
        "uptime",
        "how long the server has been up",
        r"(\b(?:uptime|up since|up for|running for|laufzeit)\b[\"']?\s*[:=]?\s*)\d[\d.,:]*(?:\s?(?:days?|d|hours?|h|"
        r"min(?:ute)?s?|m|sec(?:ond)?s?|s|ms)\b[\s,]*\d*)*",
        r"\1@",
    ),
    _pattern(
        "process-id",
        "the number that the system gave the process",
        r"(\b(?:pid|process[ _-]?id|parent pid|ppid)\b[\"']?\s*[:=#]?\s*)\d+",
        r"\1@",
    ),
    Normalisation(Rule("date", "the date or time of asking, within two days"), _dates),
    Normalisation(Rule("epoch", "the time of asking in seconds or milliseconds, within two days"), _epochs),
    _pattern("clock", "the time of day, to the second", r"(?<![\d:])\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?![\d:])", "@"),
    Normalisation(Rule("own-address", "the server's own name or address, and its port"), _own_addresses),
)
