"""Facts of lines that may hold a password: the line without it."""

from __future__ import annotations

from migrate.planning import secrets
from migrate.syntax.repositories import masked


def hidden(text: str) -> str:
    """A command, a setting or an address with ``***`` in the place of what is secret in it."""
    for found in (*secrets.find_in_command(text), *secrets.find("/etc/line.conf", text.encode("utf-8", "replace"))):
        text = text.replace(found.value, "***")
    return masked(text) if "://" in text else text
