"""The command line on a workspace that is there: `show` and `diff`, as a person and as a program see them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from migrate import cli
from migrate.model.facts import Package, Packages, System
from migrate.model.inventory import Inventory, Scope
from migrate.model.plan import Port
from migrate.workspace import Workspace
from tests.emission.sample import saved, sources, workload


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for host, version in (("web01", "5.1"), ("web02", "5.2")):
        facts = (System(hostname=host), Packages("dpkg", (Package("bash", version, "amd64", "dpkg"),)))
        found = Inventory(host, host, "now", tuple(Scope(one.scope, "complete", facts=one) for one in facts))
        workspace = Workspace(tmp_path)
        with workspace.stage(host) as staged:
            workspace.save(found, staged)
    return tmp_path


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_common", cli._Common())


def run(*words: str) -> int:
    return cli._run([*words])


def test_show_is_a_summary_and_a_scope_is_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-w", str(folder), "show") == 0
    assert "web02" in capsys.readouterr().out
    assert run("-w", str(folder), "show", "web01", "-s", "packages") == 0
    out = capsys.readouterr().out
    assert "== packages (complete)" in out
    assert "== system" not in out
    assert run("-w", str(folder), "show", "web01", "--all") == 0
    assert "== system (complete)" in capsys.readouterr().out


def test_show_as_json_holds_the_scopes_that_were_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-w", str(folder), "show", "web01", "-s", "system", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert [scope["facts"] for scope in one["scopes"]] == [{"hostname": "web01"}]


def test_a_scope_that_is_not_there_is_bad_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-w", str(folder), "show", "-s", "package") == 2
    said = capsys.readouterr().err
    assert "there is no scope 'package'" in said
    assert "packages" in said


def test_diff_tells_what_differs_and_ends_with_0_unless_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-w", str(folder), "diff", "web01", "web02") == 0
    assert "~ packages dpkg bash amd64: version: 5.1 → 5.2" in capsys.readouterr().out
    assert run("-w", str(folder), "diff", "web01", "web02", "--exit-code") == 1
    assert run("-w", str(folder), "diff", "web01", "web01", "--exit-code") == 0
    capsys.readouterr()
    assert run("-w", str(folder), "diff", "web01", "web02", "-s", "packages", "--json") == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert change["fields"] == [{"name": "version", "before": "5.1", "after": "5.2"}]


def test_diff_with_a_host_that_nobody_discovered_is_bad_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-w", str(folder), "diff", "web01", "docker:shop") == 2
    assert "run: migrate discover docker:shop" in capsys.readouterr().err


def test_assess_writes_its_reports_and_tells_what_it_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-w", str(folder), "assess") == 0
    assert "web01: insufficient data" in capsys.readouterr().out
    assert run("-w", str(folder), "--json", "assess") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((folder / "reports" / "assessment.json").read_text())
    assert run("-w", str(folder), "report") == 0
    assert capsys.readouterr().out.strip().endswith("reports/assessment.html")


def test_a_rule_that_is_wrong_is_bad_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "own.yaml").write_text("rules: [{id: x}]")
    assert run("-w", str(folder), "assess") == 2
    assert "rules[x].what is missing" in capsys.readouterr().err


def test_explain_tells_why_a_line_is_there_and_a_wrong_place_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = sources(workload(ports=(Port(80, because="it listens"),)))
    saved(tmp_path, given).save_plan(given.plan)
    assert run("-w", str(tmp_path), "generate", "--no-validate") == 0
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    assert run("explain", "generated/compose.yaml:1") == 0
    assert "compose.yaml" in capsys.readouterr().out
    assert run("explain", "images/app/Dockerfile", "--json") == 0
    assert json.loads(capsys.readouterr().out)["lines"][0]["reasons"][0]["place"].startswith("workloads.app")
    for wrong in ("generated/nothing:1", "plan.yaml:1", "generated/compose.yaml:99999"):
        assert run("explain", wrong) == 2, wrong
