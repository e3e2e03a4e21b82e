"""Every rule that ships has a case in which it holds, and one like it in which it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from migrate.assessing import load_rules
from migrate.model.plan_file import read_yaml
from migrate.shipped import shipped
from migrate.workspace import Workspace
from tests.assessment.hosts import found, shipped_rules

CASES: dict[str, dict[str, list[Any]]] = {
    rule: {name: one if isinstance(one, list) else [one] for name, one in cases.items()}
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for rule, cases in read_yaml(path.read_bytes(), path.name).items()
}


def test_every_rule_has_cases_of_both_kinds_and_every_case_has_a_rule() -> None:
    assert sorted(CASES) == sorted(rule.id for rule in shipped_rules().rules)
    assert [rule for rule, cases in CASES.items() if set(cases) != {"holds", "does not"}] == []


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_rule_holds_where_it_should_and_nowhere_else(rule: str) -> None:
    for case in CASES[rule]["holds"]:
        finding = next((one for one in found(case).findings if one.rule == rule), None)
        assert finding, case
        assert all(one.said and "unknown field" not in one.said for one in finding.evidence)
    for case in CASES[rule]["does not"]:
        assert rule not in {one.rule for one in found(case).findings}, case


def test_a_plain_host_has_no_findings() -> None:
    assert found({}).findings == ()


def test_each_rule_says_what_is_to_be_done() -> None:
    for rule in shipped_rules().rules:
        assert rule.why.endswith("."), rule.id
        assert rule.remedy.endswith("."), rule.id
        assert rule.what[0].isupper(), rule.id


def test_dates_of_a_product_are_there_once() -> None:
    names = [name for table in shipped_rules().lifetimes for name in table.names]
    assert len(names) == len(set(names))
    for table in shipped_rules().lifetimes:
        versions = [cycle.version for cycle in table.cycles]
        assert len(versions) == len(set(versions)), table.product
        assert table.source.startswith("https://")


def test_the_documentation_lists_every_rule() -> None:
    text = (Path(__file__).parents[2] / "docs" / "assessment.md").read_text("utf-8")
    missing = [rule.id for rule in shipped_rules().rules if f"| `{rule.id}` | {rule.what} |" not in text]
    assert missing == []
    assert text.partition("## The rules")[2].count("\n| `") == len(shipped_rules().rules), (
        "a rule that is no more is still listed"
    )


def test_a_workspace_has_rules_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "rules" / "house.yaml"
    own.parent.mkdir()
    own.write_text(
        """
rules:
  - id: house-backup-agent
    topic: house
    what: The house's backup agent runs
    when: {facts: processes.processes, where: {name: backupd}}
    show: "process {pid}"
    severity: {compose: minor, kubernetes: minor}
    why: It is installed on every machine of the house.
    remedy: Back up the volumes instead.
"""
    )
    rules = load_rules(Workspace(tmp_path))
    assert len(rules.rules) == len(shipped_rules().rules) + 1
    agent = {"pid": 9, "ppid": 1, "name": "backupd", "argv": ["backupd"], "uid": 0, "gid": 0}
    assert [one.rule for one in found({"processes": {"processes": [agent]}}, rules).findings] == ["house-backup-agent"]


def test_the_rules_lie_in_one_folder() -> None:
    assert len(list(shipped("rules").glob("*.yaml"))) >= 10
