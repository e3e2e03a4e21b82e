from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from migrate import planner
from migrate.errors import InputError
from migrate.model.facts import Job, Schedule
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan
from migrate.planner import Refreshed
from migrate.workspace import Workspace
from tests.planning.hosts import listening, process, service, snapshot

PIDS = {"shop.service": 10, "stock.service": 20}
PORTS = {10: 8080, 20: 9090}
SETTINGS = {"/etc/shop.conf": b"stock = http://127.0.0.1:9090/\n", "/etc/stock.conf": b"[stock]\n"}
BACKUP = Job("/etc/cron.d/shop", "15 3 * * *", "cron", "/usr/local/bin/backup-shop", line=4)


def host(*units: str, texts: Mapping[str, bytes] = SETTINGS, jobs: tuple[Job, ...] = ()) -> dict[str, Snapshot]:
    """Programs in /opt that listen; the shop asks the stock."""
    pids = {unit: PIDS[unit] for unit in units}
    return {
        "web01": snapshot(
            services=tuple(service(unit, main_pid=pid) for unit, pid in pids.items()),
            processes=tuple(
                process(pid, f"/opt/{unit[:5]}/run", f"/etc/{unit[:5].rstrip('.')}.conf", unit=unit)
                for unit, pid in pids.items()
            ),
            sockets=tuple(listening(pid, PORTS[pid], "127.0.0.1" if pid == 20 else "0.0.0.0") for pid in pids.values()),
            texts=texts,
            schedule=Schedule(jobs),
        )
    }


BOTH = host("shop.service", "stock.service")


def refresh(workspace: Workspace, found: dict[str, Snapshot] = BOTH, **options: Any) -> Refreshed:
    return planner.refresh(workspace, found, lambda said: None, **options)


def edit(workspace: Workspace, old: str, new: str) -> None:
    text = workspace.plan_file.read_text()
    assert old in text
    workspace.plan_file.write_text(text.replace(old, new, 1))


def names(plan: Plan) -> list[str]:
    return [one.name for one in plan.workloads]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    assert names(refresh(made).plan) == ["shop", "stock"]
    return made


def said(found: Refreshed) -> set[str]:
    return {f"{one.what} {one.workload} {one.field}".strip() for one in found.changes}


def test_a_second_look_at_the_same_host_changes_nothing(workspace: Workspace) -> None:
    before = workspace.plan_file.read_bytes()
    again = refresh(workspace)
    assert (again.changes, again.current) == ((), True)
    assert workspace.plan_file.read_bytes() == before


def test_an_edit_stays_and_new_facts_come_in(workspace: Workspace) -> None:
    edit(workspace, "    publish: 8080", "    publish: 80")
    found = refresh(workspace, host("shop.service", "stock.service", jobs=(dataclasses.replace(BACKUP, command="ls"),)))
    assert found.plan.workloads[0].ports[0].publish == 80
    assert names(found.plan) == ["shop", "stock", "cron-shop"]
    assert said(found) == {"added cron-shop"}


def test_a_renamed_workload_stays_renamed_and_what_refers_to_it_follows(workspace: Workspace) -> None:
    edit(workspace, "- name: stock", "- name: warehouse")
    for _ in range(2):
        plan = refresh(workspace).plan
        assert names(plan) == ["shop", "warehouse"]
        (coupling,) = plan.workloads[0].couplings
        assert (coupling.to, coupling.rewrites[0].new) == ("warehouse", "warehouse:9090")
        assert plan.workloads[1].called == "stock"
    edit(workspace, "- name: warehouse", "- name: depot")
    assert names(refresh(workspace).plan) == ["shop", "depot"]


def test_a_workload_that_a_person_took_out_stays_out_and_is_outside_for_the_others(workspace: Workspace) -> None:
    text = workspace.plan_file.read_text()
    workspace.plan_file.write_text(text[: text.index("- name: stock")] + text[text.index("\nversion:") :])
    for _ in range(2):
        plan = refresh(workspace).plan
        assert names(plan) == ["shop"]
        assert [(one.how, one.to) for one in plan.workloads[0].couplings] == [("external", None)]
        assert planner.current(workspace, BOTH, lambda said: None) == plan


def test_what_vanished_goes_unless_a_person_had_edited_it(workspace: Workspace) -> None:
    found = refresh(workspace, host("shop.service"))
    assert names(found.plan) == ["shop"]
    assert "vanished stock" in said(found)
    refresh(workspace)
    edit(workspace, "- name: stock\n", "- name: stock\n  replicas: 2\n")
    found = refresh(workspace, host("shop.service"))
    assert names(found.plan) == ["shop", "stock"]
    assert "kept stock" in said(found)
    assert found.plan.workloads[1].gone == "kept for your edits: web01 had it no more when it was last discovered"
    assert refresh(workspace).plan.workloads[1].gone is None


def test_an_answer_in_the_file_acts_and_is_asked_no_more(workspace: Workspace) -> None:
    jobs = host("shop.service", "stock.service", jobs=(BACKUP,))
    refresh(workspace, jobs)
    edit(workspace, "  kind: yes-no", "  kind: yes-no\n  answer: yes")
    plan = planner.current(workspace, jobs, lambda said: None)
    assert [job.command for one in plan.workloads for job in one.jobs] == [BACKUP.command]
    refresh(workspace)
    assert refresh(workspace, jobs).plan.questions[0].answer == "yes"


def test_a_broken_file_is_left_alone(workspace: Workspace) -> None:
    edit(workspace, "- name: stock", "- name: [stock")
    before = workspace.plan_file.read_bytes()
    with pytest.raises(InputError, match=r"plan\.yaml, line"):
        refresh(workspace)
    assert workspace.plan_file.read_bytes() == before


def test_a_file_that_was_not_captured_is_named_with_its_line(workspace: Workspace) -> None:
    edit(workspace, "  - path: /etc/stock.conf", "  - path: /srv/none")
    with pytest.raises(InputError) as caught:
        refresh(workspace)
    assert "names /srv/none, of which nothing was captured on web01" in caught.value.message
    assert "plan.yaml, line" in caught.value.message


def test_a_look_writes_nothing(workspace: Workspace) -> None:
    before = workspace.plan_file.read_bytes()
    found = refresh(workspace, host("shop.service"), write=False)
    assert (found.current, found.written) == (False, False)
    assert workspace.plan_file.read_bytes() == before


def test_without_what_was_derived_last_nothing_of_a_person_is_lost(workspace: Workspace) -> None:
    edit(workspace, "    publish: 8080", "    publish: 80")
    (workspace.root / ".migrate" / "plan.yaml").unlink()
    assert refresh(workspace).plan.workloads[0].ports[0].publish == 80


def test_where_there_is_nothing_to_migrate_that_is_said(workspace: Workspace) -> None:
    lines: list[str] = []
    planner.refresh(workspace, host(), lines.append)
    assert lines == ["nothing to migrate: all that runs belongs to the machines themselves, or watches them"]


def test_a_target_that_was_asked_for_once_stays_in_the_plan(workspace: Workspace) -> None:
    plan = refresh(workspace).plan
    assert planner.aim(workspace, plan, ()) == plan
    assert planner.aim(workspace, plan, ("quadlet", "ecs", "quadlet")).targets == ("quadlet", "ecs")
    edit(workspace, "targets:", "# for the branch offices\ntargets:")
    again = refresh(workspace, host("shop.service")).plan
    assert again.targets == ("quadlet", "ecs")
    assert "# for the branch offices\ntargets:\n- quadlet\n" in workspace.plan_file.read_text()
