"""The inventory: every fact of one host at one time, with what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, TypeVar

from migrate.model.paths import span

SCHEMA_VERSION = 2
"""2: scopes for the whole machine and its applications (before, an inventory had 18 of them). See ``codec``."""

LARGEST_TEXT = 512 << 10
"""Captured files up to this size are read with a snapshot."""


class Facts(Protocol):
    """A scope's facts: a frozen dataclass that can be made without arguments."""

    scope: ClassVar[str]


F = TypeVar("F", bound=Facts)


@dataclass(frozen=True, slots=True)
class Gap:
    """What a scope could not read, and what would let it."""

    what: str
    why: str
    remedy: str | None = None  # a sudoers line, a command, a package


@dataclass(frozen=True, slots=True)
class Scope:
    name: str
    status: str  # complete, partial, failed, skipped
    seconds: float | None = None
    gaps: tuple[Gap, ...] = ()
    facts: Facts | None = None  # None where the scope failed


@dataclass(frozen=True, slots=True)
class Inventory:
    """All scopes of a host.

    :ivar host: the name of its folder in the workspace, a safe file name.
    :ivar target: how the user named it, without credentials.
    :ivar collected: UTC, ISO 8601.
    """

    host: str
    target: str
    collected: str
    scopes: tuple[Scope, ...] = ()
    tool: str = ""
    schema: int = SCHEMA_VERSION

    def get(self, kind: type[F]) -> F:
        """The facts of ``kind``'s scope; empty ones where the scope is missing or failed."""
        for scope in self.scopes:
            if scope.name == kind.scope and isinstance(scope.facts, kind):
                return scope.facts
        return kind()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An inventory with the texts that were captured beside it: what planning reads.

    ``texts`` holds every captured regular file of at most 512 KiB (secret ones included: they never leave this
    process but to generated/secrets), by path, as bytes.
    """

    inventory: Inventory
    texts: Mapping[str, bytes] = field(default_factory=dict)
    _order: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())
    _decoded: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_order", tuple(sorted(self.texts)))

    def text(self, path: str) -> str | None:
        """The captured file as text, undecodable bytes kept as surrogates; None where it was not captured."""
        if (text := self._decoded.get(path)) is None and (data := self.texts.get(path)) is not None:
            text = self._decoded[path] = data.decode("utf-8", "surrogateescape")
        return text

    def texts_below(self, directory: str) -> Iterator[str]:
        """Paths of the captured texts at or below ``directory``, sorted."""
        return (self._order[at] for at in span(self._order, directory))
