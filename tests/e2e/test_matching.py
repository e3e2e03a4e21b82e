"""The words of facts.yaml mean what planted.py says; no engine is needed."""

from __future__ import annotations

from typing import Any

import pytest

from migrate.model.facts import FileFact, Service, Tree
from migrate.model.inventory import Inventory
from tests.e2e.oracles import Oracle, judge
from tests.e2e.planted import like, told

_SERVICE = Service("web.service", "systemd", active=True, environment=(("A", "b"),), exec_start=(("/bin/x", "-v"),))


@pytest.mark.parametrize(
    ("expected", "is_like"),
    [
        ({"name": "web.service"}, True),
        ({"name": "web"}, False),
        ({"name": {"regex": "^web"}, "active": True}, True),
        ({"name": {"contains": "eb.s"}}, True),
        ({"environment": {"contains": ["A", "b"]}}, True),
        ({"environment": {"contains": ["A", "c"]}}, False),
        ({"environment": [["A", "b"]]}, True),
        ({"exec_start": {"has": {"contains": "-v"}}}, True),
        ({"exec_start": {"has": {"contains": "-"}}}, False),
        ({"main_pid": {"known": True}}, False),
        ({"main_pid": {"known": False}}, True),
        ({"name": {"not": {"contains": "mail"}}}, True),
        ({"no_such_field": 1}, False),
    ],
)
def test_a_field_is_as_expected_or_it_is_not(expected: Any, is_like: bool) -> None:
    assert like(expected, _SERVICE) is is_like


def test_a_fact_within_a_fact_is_looked_into() -> None:
    tree = Tree(FileFact("/opt/x", "directory", 0o755, 0, 0), "application")
    assert like({"root": {"path": "/opt/x", "kind": "directory"}}, tree)
    assert not like({"root": {"path": "/opt"}}, tree)


def test_a_scope_that_failed_tells_nothing() -> None:
    assert told(Inventory("a", "a", ""), "services.services") == ()


def test_what_only_one_side_says_is_invented_or_missing_unless_it_came_or_went() -> None:
    oracle = Oracle("x", frozenset(), lambda _: {"same", "went", "never was"}, lambda _: set(), whole=True)
    judged = judge(oracle, Inventory("a", "a", ""), {"same", "went", "untold"}, {"same", "came", "untold"})
    assert (judged.told, judged.invented, judged.missing) == (3, ("never was",), ("untold",))
