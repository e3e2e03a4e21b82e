"""Two hosts become one application: what one told the other over the network, its containers tell each other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from migrate.model.plan import Coupling, Plan
from migrate.workspace import Workspace
from tests.e2e import pair
from tests.e2e.pair import Pair

pytestmark = pytest.mark.engine


@dataclass(frozen=True, slots=True)
class Both:
    servers: Pair
    folder: Path
    plan: Plan


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("pair")
    with pair.running(folder / "servers", str(os.getpid())) as servers:
        workspace = folder / "workspace"
        workspace.mkdir()
        for words in (("discover", "front", "store"), ("plan",)):
            done = servers.migrate(*words, folder=workspace)
            assert done.status == 0, done.err[-3000:]
        plan = Workspace(workspace).load_plan()
        assert plan is not None
        yield Both(servers, workspace, plan)


def couplings(plan: Plan, name: str) -> dict[tuple[str | None, int | None], Coupling]:
    workload = next(one for one in plan.workloads if one.name == name)
    return {(one.to, one.port): one for one in workload.couplings}


def test_the_workloads_of_both_are_told_apart(both: Both) -> None:
    names = {(one.host, one.called or one.name): one.name for one in both.plan.workloads}
    assert set(names) == {
        ("front", "nginx"), ("front", "visits"), ("front", "remember"), ("store", "nginx"), ("store", "redis"),
    }  # fmt: skip
    assert len(set(names.values())) == 5
    published = [port.publish for one in both.plan.workloads for port in one.ports if port.publish]
    assert len(set(published)) == len(published)


def test_what_led_to_the_other_host_leads_to_its_workloads(both: Both) -> None:
    store = next(one.name for one in both.plan.workloads if (one.host, one.called or one.name) == ("store", "nginx"))
    assert couplings(both.plan, "nginx")[store, 8080].how == "rewrite"
    assert couplings(both.plan, "visits")["redis", 6379].how == "rewrite"
    assert couplings(both.plan, "remember")["redis", 6379].how in ("rewrite", "alias")
    outside = [one for workload in both.plan.workloads for one in workload.couplings if one.how == "external"]
    assert outside == []


@pytest.mark.slow
def test_the_bundle_of_both_runs_and_answers_as_they_did(both: Both) -> None:
    done = both.servers.migrate("generate", folder=both.folder)
    assert done.status == 0, done.out[-5000:] + done.err[-3000:]
    services = yaml.safe_load((both.folder / "generated" / "compose.yaml").read_text())["services"]
    assert {one.name for one in both.plan.workloads} <= set(services)
