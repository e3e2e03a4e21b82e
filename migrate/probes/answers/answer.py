"""One database server's answer, put together line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from migrate.model.databases import DatabaseServer, DatabaseUser
from migrate.model.facts import Database
from migrate.probes.sections import text

SERVER_SAYS = "the server"
HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")


@dataclass
class Answer:
    """What one server said so far.

    :ivar users: by name and, where accounts have one, the host they come from.
    """

    server: DatabaseServer
    databases: list[Database] = field(default_factory=list)
    users: dict[tuple[str, str | None], DatabaseUser] = field(default_factory=dict)

    def user(self, name: str, host: str | None, changed: Callable[[DatabaseUser], DatabaseUser]) -> None:
        """Change what is known of a user; one that was never named stays unknown."""
        known = self.users.get((name, host))
        if known is not None:
            self.users[name, host] = changed(known)

    def database(self, name: str | None, changed: Callable[[Database], Database]) -> None:
        self.databases = [changed(one) if one.name == name else one for one in self.databases]

    def whole(self) -> tuple[DatabaseServer, tuple[Database, ...]]:
        """The server with all that was said of it, and its databases."""
        names = tuple(one.name for one in self.databases)
        sizes = [one.size for one in self.databases if one.size is not None]
        size = sum(sizes) if sizes else None
        server = replace(self.server, users=tuple(self.users.values()), databases=names)
        return replace(server, size=server.size or size), tuple(self.databases)


def plain(word: str) -> str | None:
    """A word that the server's client wrote in hexadecimal digits, None where it is not."""
    return text(bytes.fromhex(word)) if HEX.fullmatch(word) else None


def plain_words(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain(word) or "" for word in words)
