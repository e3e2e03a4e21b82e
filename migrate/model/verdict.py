"""The verdict: what was proven about a bundle, check by check."""

from __future__ import annotations

from dataclasses import dataclass

PASSED, FAILED, UNVERIFIED = "passed", "failed", "unverified"


@dataclass(frozen=True, slots=True)
class Check:
    """One proof.

    :ivar id: stable and unique: ``build:nginx``, ``http:nginx:80/shop/``.
    :ivar kind: build, start, health, listens, http, image, state, …
    :ivar detail: evidence: what was expected, what was found, a diff; shown to people.
    :ivar rules: names of the normalisation rules that changed something before comparing.
    """

    id: str
    workload: str | None
    kind: str
    status: str
    summary: str
    detail: str = ""
    rules: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A normalisation that was in force: what it replaces, and why that changes by nature."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class ImageSize:
    workload: str
    bytes: int  # all layers
    own: int  # layers that no other image of the bundle has


@dataclass(frozen=True, slots=True)
class Verdict:
    engine: str
    started: str  # UTC, ISO 8601
    seconds: float
    checks: tuple[Check, ...]
    rules: tuple[Rule, ...] = ()
    images: tuple[ImageSize, ...] = ()
    total_bytes: int | None = None  # images together, shared layers counted once
    with_state: bool = False

    @property
    def holds(self) -> bool:
        """Whether nothing that was checked failed."""
        return all(check.status != FAILED for check in self.checks)
