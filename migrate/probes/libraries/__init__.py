"""How each language's package manager says what it installed: from the records that it keeps beside the libraries.

One module for each language, ending in ``FIND``. Nothing is executed: neither pip nor npm is asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.model.libraries import Environment, Library


@dataclass(frozen=True, slots=True)
class Shelf:
    """What finders look at: captured files that no package of the operating system owns.

    :ivar texts: by path, sorted; ``files``: the paths of all, those that are too large to be read included.
    :ivar links: where symbolic links lead, as written.
    """

    texts: Mapping[str, bytes]
    files: frozenset[str]
    links: Mapping[str, str]

    def text(self, path: str) -> str:
        """A file as text, "" where it is not there."""
        return self.texts.get(path, b"").decode("utf-8", "replace")

    def matching(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """The paths of texts that match as a whole."""
        return (match for path in self.texts if (match := pattern.fullmatch(path)))

    def data(self, path: str) -> object:
        """What a file's JSON says; None where it is not there, or no JSON."""
        try:
            return json.loads(self.texts.get(path, b""))
        except (ValueError, RecursionError):
            return None

    def json(self, path: str) -> dict[str, Any]:
        """A file's JSON object; empty where it is not there, or something else."""
        return mapping(self.data(path))


Find = Callable[[Shelf], Iterator[Library | Environment]]


def word(value: object) -> str | None:
    """A short text, or None."""
    return value if isinstance(value, str) and 0 < len(value) <= 300 and "\n" not in value else None


def mapping(value: object) -> dict[str, Any]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[dict[str, Any]]:
    """The objects in a JSON list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def licence(*values: object) -> str | None:
    """The first of some values that names licences: a word, npm's old object, a list of either."""
    for value in values:
        some = value if isinstance(value, list) else [value]
        names = [name for one in some if (name := word(mapping(one).get("type") if isinstance(one, dict) else one))]
        if names:
            return " or ".join(names)[:200]
    return None


def headers(text: str) -> dict[str, str]:
    """``Name: value`` lines up to the first empty one, by lower-case name; the first of each counts."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            break
        name, colon, value = line.partition(":")
        if colon and name[:1] not in (" ", "\t", ""):
            found.setdefault(name.lower(), value.strip())
    return found
