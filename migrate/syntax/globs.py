"""File name patterns over captured paths, as ``include`` directives have them."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

_CLASS = re.compile(r"\[!?[^\]/!][^\]/]*\]")
_PARTS = re.compile(r"(\[!?[^\]/!][^\]/]*\]|\*+|\?)")


def matching(paths: Collection[str], pattern: str) -> tuple[str, ...]:
    """The paths that a shell's glob would give, sorted; ``*`` and ``?`` stop at a slash, and leave out hidden names."""
    if not re.search(r"[*?\[]", pattern):
        return (pattern,) if pattern in paths else ()
    compiled = _compiled(pattern)
    start = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    return tuple(sorted(path for path in paths if path.startswith(start) and compiled.fullmatch(path)))


def _set(characters: str) -> str:
    """Members of a class; a dash is a range only between two characters that are none themselves."""
    return re.sub(r"(?<=[^\\-])\\-(?=[^\\-])", "-", re.escape(characters))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = [""]
    for part in _PARTS.split(pattern):
        if part.startswith("*") or part == "?":
            start = r"(?!\.)" if parts[-1].endswith("/") else ""
            parts.append(start + ("[^/]" if part == "?" else "[^/]*"))
        elif _CLASS.fullmatch(part):
            parts.append("[" + ("^" if part[1] == "!" else "") + _set(part[1:-1].lstrip("!")) + "]")
        elif part:
            parts.append(re.escape(part))
    try:
        return re.compile("".join(parts), re.DOTALL)
    except re.error:  # [z-a]
        return re.compile(re.escape(pattern))
