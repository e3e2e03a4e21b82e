"""The one door for putting a host's text into another language."""

from __future__ import annotations

import json
import re
import shlex

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def shell(text: str) -> str:
    """One word for a POSIX shell."""
    return shlex.quote(text)


def shell_words(words: tuple[str, ...] | list[str]) -> str:
    """A command line for a POSIX shell."""
    return " ".join(shlex.quote(word) for word in words)


def exec_form(words: tuple[str, ...] | list[str]) -> str:
    """A Dockerfile's or YAML's JSON list. Surrogates (bytes that are not UTF-8) can't be carried: ValueError."""
    text = json.dumps(list(words), ensure_ascii=False)
    text.encode("utf-8")
    return text


def terminal(text: str) -> str:
    """Text that can't steer a terminal: control, bidirectional and undecodable characters become visible."""
    return _CONTROL.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)


def slug(text: str, longest: int = 50) -> str:
    """A name for a workload, file or Kubernetes object from any text: a-z, 0-9 and inner dashes, at most 50."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:longest].strip("-")
    return name if name[:1].isalpha() else f"w-{name}".rstrip("-") if name else "workload"
