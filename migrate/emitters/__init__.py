"""What is written for one target. One module for each, ending in ``EMITTER = Emitter(…)``; its templates are in
``templates/<name>/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from migrate.model.bundle import BundleFile
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Sources:
    """What emitters read: the plan, the snapshots by host, and the secrets' values by host and id."""

    plan: Plan
    snapshots: Mapping[str, Snapshot]
    secrets: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class About:
    """What the bundle's README says of a target.

    :ivar title: its heading, in plain text.
    :ivar how: how its files are used, in Markdown.
    :ivar missing: what of the plan it can't carry, a sentence each, in plain text.
    """

    title: str
    how: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Emitter:
    """One output target; ``emit`` is a pure function, and so is ``about``.

    :ivar on_request: it is written only where the plan's ``targets`` name it.
    """

    name: str
    emit: Callable[[Sources], tuple[BundleFile, ...]]
    on_request: bool = False
    about: Callable[[Sources], About] | None = None
