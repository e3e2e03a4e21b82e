"""What PHP's settings say, in php.ini, a pool of its process manager, or Apache's configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SAVE_PATH = re.compile(
    r"^\s*(?:php(?:_admin)?_value\[?\s*)?session\.save_path\]?\s*=?\s*\"?(?:\d+;)*(?P<path>/[\w./-]+)", re.M
)
_SESSION = re.compile(r"(?P<path>/.+)/sess_[\w,-]{16,}")
_SETTINGS = re.compile(r"/php[\w.-]*\.ini$|/(?:php|php-fpm|fpm)(?:\.d|/).*\.(?:conf|ini)$|/(?:apache2|httpd)/.*\.conf$")
_SERVER = re.compile(r"/php\d*(?:\.\d+)?-(?:fpm|cgi)(?:\d[\d.]*)?$|/php-(?:fpm|cgi)[\d.]*$")
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
