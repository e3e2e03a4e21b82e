"""Pages that servers make about themselves: counters, timings, a row for each worker. Pure.

Nothing of such a page is the same a moment later, so two of them are compared by what they tell of: their title,
their headings, and the names of their values.
"""

from __future__ import annotations

import re
from html import unescape

from migrate.model.verdict import Rule

RULE = Rule("status-page", "counters of the server about itself: what it tells of is compared, not how much it counted")
NUMBERS = Rule("numbers", "the legacy server itself gave other numbers at the second asking, and nothing else changed")

_KINDS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"<title>\s*(?:apache|lighttpd)[ \w]*status|<h1>apache server status for ",  # mod_status
        r"\A(?:localhost|[\w.-]+)?\s*(?:server(?:version|mpm|uptime\w*)|total accesses): .*\bscoreboard: ",  # its ?auto
        r"\Aactive connections: *\d+\s+server accepts handled requests",  # nginx
        r"\Apool: .*\nprocess manager: .*\naccepted conn: ",  # php-fpm
        r"\{\"pool\": *\"[^\"]*\", *\"process manager\"",
        r"<title>\s*statistics report for haproxy|\A# pxname,svname,",  # HAProxy
        r"<title>\s*/manager\s*</title>.*server status|<h1>\s*server status\s*</h1>.*jvm",  # Tomcat's manager
        r"<title>\s*(?:uwsgi|opcache|apcu?|memcached?|varnish)\b[^<]*(?:stat|info|cache)",
        r"\A# HELP [\w:]+ ",  # what Prometheus reads
    )
)
_NAMED = re.compile(
    r"<(title|h[1-4]|th)\b[^>]*>(.*?)</\1>|(?:^|<d[td]>|<td>|\n)\s*([A-Za-z][\w /.()%-]{1,40}?)\s*[:=]", re.S
)
_TAG = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def is_status(text: str) -> bool:
    """Whether a page is a server's own of that sort."""
    return any(kind.search(text[:200_000]) for kind in _KINDS)


def shape(text: str, own: tuple[str, ...] = ()) -> frozenset[str]:
    """What it tells of: titles, headings and names of values, without numbers and the server's own names."""
    found = (match[2] or match[3] or "" for match in _NAMED.finditer(text))
    return frozenset(_plain(one, own) for one in found) - {""}


def numbers_apart(text: str) -> str:
    """The text with every number as one sign."""
    return _NUMBER.sub("0", text)


def _plain(text: str, own: tuple[str, ...]) -> str:
    words = unescape(_TAG.sub(" ", text)).lower()
    for name in sorted(own, key=len, reverse=True):
        words = words.replace(name.lower(), "") if len(name) > 2 else words
    return " ".join(numbers_apart(words).split())
