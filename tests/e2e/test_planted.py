"""What was planted on real servers is told, and nothing is told that was not there."""

from __future__ import annotations

import pytest

from tests.e2e.discovered import Discovered
from tests.e2e.planted import is_told, planted
from tests.e2e.table import totals

pytestmark = pytest.mark.engine

MACHINES = ("attic", "elder", "rouge", "tiny")


def test_at_least_150_facts_are_planted_with_unique_names() -> None:
    every = [one for machine in MACHINES for one in planted(machine)]
    assert len({(one.machine, one.id) for one in every}) == len(every)
    assert len([one for one in every if not one.never]) >= 150


@pytest.mark.parametrize("machine", MACHINES)
def test_what_looks_like_a_fact_and_is_none_is_not_told(machine: str, discovered: Discovered) -> None:
    inventory = discovered[machine].inventory
    assert [str(one) for one in planted(machine) if one.never and is_told(one, inventory)] == []


@pytest.mark.parametrize("machine", MACHINES)
def test_what_is_told_is_what_the_machine_s_own_tools_say(machine: str, discovered: Discovered) -> None:
    judged = discovered[machine].judged
    assert judged, "no oracle knows this machine"
    assert {one.scope: one.invented for one in judged if one.invented} == {}
    assert {one.scope: one.missing for one in judged if one.missing} == {}


def test_at_least_99_of_100_planted_facts_are_told(discovered: Discovered) -> None:
    rows = totals(discovered[machine] for machine in MACHINES)
    found, wanted = sum(row.found for row in rows), sum(row.planted for row in rows)
    missing = [str(one) for machine in MACHINES for one in discovered[machine].missing]
    assert found >= 0.99 * wanted, "\n".join(missing)
