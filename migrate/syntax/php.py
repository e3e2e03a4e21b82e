"""What PHP's settings say, in php.ini, a pool of its process manager, or Apache's configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SAVE_PATH = re.compile(
    r"^\s*(?:php(?:_admin)?_value\[?\s*)?session\.save_path\]?\s*=?\s*\"?(?:\d+;)*(?P<path>/[\w./-]+)", re.M
)
_SESSION = re.compile(r"(?P<path>/.+)/sess_[\w,-]{16,}")
_SETTINGS = re.compile(r"/php[\w.-]*\.ini$|/(?:php|php-fpm|fpm)(?:\.d|/).*\.(?:conf|ini)$|/(?:apache2|httpd)/.*\.conf$")
_SERVER = re.compile(r"/php\d*(?:\.\d+)?-(?:fpm|cgi)(?:\d[\d.]*)?$|/php-(?:fpm|cgi)[\d.]*$")
_TEXT = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_COMMENT = re.compile(rf"(?P<text>{_TEXT})|/\*.*?(?:\*/|\Z)|(?://|\#(?!\[))[^\n]*", re.DOTALL)
_ASSIGNED = re.compile(
    rf"(?:\bdefine\s*\(\s*['\"](?P<constant>\w+)['\"]\s*,"
    rf"|(?:\bconst\s+(?:(?:string|int)\s+)?|\$)(?P<variable>\w+(?:->\w+)?)"
    rf"(?P<keys>(?:\s*\[\s*(?:'[^']*'|\"[^\"]*\"|\$?\w+)\s*\])*)\s*=(?!=)|"
    rf"['\"](?P<pair>[\w./-]+)['\"]\s*=>)\s*(?P<value>{_TEXT}|-?[\d.]+|true|false)"
)
_MODULE = re.compile(r"/(?:lib|mod_)php[\w.-]*\.so$")


def settings(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths that hold settings of PHP."""
    return tuple(path for path in paths if _SETTINGS.search(path))


def session_directory(text: str) -> str | None:
    """Where sessions are kept, where the text says so."""
    found = _SAVE_PATH.findall(text)
    return str(found[-1]).rstrip("/") if found else None


def session_of(path: str) -> str | None:
    """The directory of a session's file; None where ``path`` is none."""
    match = _SESSION.fullmatch(path)
    return match["path"] if match else None


def is_module(path: str) -> bool:
    """Whether a mapped library is PHP inside of Apache."""
    return bool(_MODULE.search(path))


def serves(path: str) -> bool:
    """Whether a program or a mapped library answers requests with PHP."""
    return is_module(path) or bool(_SERVER.search(path))


@dataclass(frozen=True, slots=True)
class Assignment:
    """A setting in a program: ``define('A', 'v')``, ``$a['b'] = 'v'``, ``'key' => 'v'``, ``const A = 'v'``.

    :ivar name: as written, the keys of an array behind dots: ``db.default.host``.
    :ivar value: of a text what is between the quotes, otherwise the word.
    """

    name: str
    value: str
    line: int

    @property
    def key(self) -> str:
        """The last piece of the name, in lower case."""
        return re.split(r"[.>]", self.name)[-1].lower()


def assignments(text: str) -> tuple[Assignment, ...]:
    """What a program sets to plain values, comments left out."""
    plain = without_comments(text)
    found = []
    for match in _ASSIGNED.finditer(plain):
        name = match["constant"] or match["pair"] or (match["variable"] or "") + _keys(match["keys"])
        value = match["value"]
        if value[:1] in "'\"":
            value = re.sub(r"\\(['\"\\$])", r"\1", value[1:-1])
        found.append(Assignment(name, value, plain.count("\n", 0, match.start()) + 1))
    return tuple(found)


def without_comments(text: str) -> str:
    """The program with blanks in the place of its comments."""
    return _COMMENT.sub(lambda match: match[0] if match["text"] else re.sub(r"[^\n]", " ", match[0]), text)


def _keys(keys: str | None) -> str:
    return "".join("." + key for key in re.findall(r"[\w./-]+", keys or ""))
