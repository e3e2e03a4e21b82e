"""The same facts give the same bytes, on whatever machine and in whatever order they are read."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from migrate.model.inventory import Snapshot
from migrate.model.plan_file import dump_plan
from migrate.planning.derive import derive
from tests.test_planner import BACKUP, host

ROOT = Path(__file__).parents[2]
_ELSEWHERE = """
import sys
from tests.planning.test_determinism import hosts
from migrate.model.plan_file import dump_plan
from migrate.planning.derive import derive
sys.stdout.buffer.write(dump_plan(derive(hosts())).encode())
"""


def named(snapshot: Snapshot, name: str) -> Snapshot:
    return dataclasses.replace(snapshot, inventory=dataclasses.replace(snapshot.inventory, host=name, target=name))


def hosts() -> dict[str, Snapshot]:
    """Two hosts whose workloads have the same names."""
    one = host("shop.service", "stock.service", jobs=(BACKUP,))["web01"]
    return {"web01": one, "web02": named(one, "web02")}


def planned(found: dict[str, Snapshot]) -> str:
    return dump_plan(derive(found))


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4711", "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "COLUMNS": "40"},
    ],
)
def test_another_machine_gives_the_same_bytes(environment: dict[str, str]) -> None:
    words = (sys.executable, "-c", _ELSEWHERE)
    settings = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=ROOT, env=settings, capture_output=True, check=True)
    assert done.stdout.decode() == planned(hosts())


def test_the_order_of_hosts_and_scopes_does_not_matter() -> None:
    def turned(snapshot: Snapshot) -> Snapshot:
        inventory = dataclasses.replace(snapshot.inventory, scopes=snapshot.inventory.scopes[::-1])
        return dataclasses.replace(snapshot, inventory=inventory, texts=dict(list(snapshot.texts.items())[::-1]))

    found = hosts()
    assert planned({name: turned(found[name]) for name in reversed(found)}) == planned(found)
