"""What was planted on a machine, as data, and whether an inventory tells it.

``boxes/NAME/facts.yaml`` holds ``planted`` (must be told) and ``never`` (looks like a fact and is none: must not be
told). Each entry has an ``id``, the ``scope`` (``services.services``: a list of a scope; ``system``: the scope itself)
and what it ``is``: a mapping of fields to a value, or to one of ``regex``, ``contains`` (a part of a text, an element
of a list), ``has`` (a list with an element like this), ``known`` (true: there is a value) and ``not``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from migrate.model.inventory import Inventory

BOXES = Path(__file__).parent / "boxes"


@dataclass(frozen=True, slots=True)
class Planted:
    """One entry of a machine's facts.yaml. ``never``: it is no fact, and must not be told."""

    machine: str
    id: str
    scope: str
    expected: Any
    never: bool = False

    def __str__(self) -> str:
        return f"{self.machine}/{self.id} ({self.scope}): {self.expected}"


def planted(machine: str) -> tuple[Planted, ...]:
    """What facts.yaml of the machine says."""
    data = yaml.safe_load((BOXES / machine / "facts.yaml").read_text("utf-8"))
    return tuple(
        Planted(machine, one["id"], one["scope"], one["is"], never)
        for name, never in (("planted", False), ("never", True))
        for one in data.get(name) or ()
    )


def told(inventory: Inventory, scope: str) -> tuple[Any, ...]:
    """The facts of a scope's list, or the scope itself as the only one."""
    name, _, field = scope.partition(".")
    facts = next((one.facts for one in inventory.scopes if one.name == name), None)
    if facts is None:
        return ()
    return tuple(getattr(facts, field)) if field else (facts,)


def is_told(one: Planted, inventory: Inventory) -> bool:
    return any(like(one.expected, fact) for fact in told(inventory, one.scope))


def like(expected: Any, have: Any) -> bool:
    """Whether a fact, or a field of one, is as expected."""
    if isinstance(expected, Mapping):
        return all(_as(word, value, have) for word, value in expected.items())
    if isinstance(expected, list):
        return isinstance(have, tuple | list) and _plain(have) == expected
    return bool(have == expected)


def _as(word: str, value: Any, have: Any) -> bool:
    match word:
        case "regex":
            return isinstance(have, str) and re.search(value, have, re.S) is not None
        case "contains":
            return have is not None and (value in have if isinstance(have, str) else value in _plain(have))
        case "has":
            return have is not None and any(like(value, one) for one in have)
        case "known":
            return bool(value) == (have not in (None, "", (), False))
        case "not":
            return not like(value, have)
        case _:
            # A field that the type does not have is an error in facts.yaml, or a fact that is not told yet.
            return hasattr(have, word) and like(value, getattr(have, word))


def _plain(values: Iterable[Any]) -> list[Any]:
    return [_plain(one) if isinstance(one, tuple) else one for one in values]
