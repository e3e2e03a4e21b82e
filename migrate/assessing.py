"""Rule files meet a workspace: load and check them, assess, write the reports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from migrate import files
from migrate.assessment import assess as judge
from migrate.assessment import rules
from migrate.model.assessment import Assessment, RuleFile
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan
from migrate.model.plan_file import read_yaml
from migrate.reports import as_json, assessed
from migrate.shipped import shipped
from migrate.workspace import Workspace

DOCUMENT, PAGE = "assessment.json", "assessment.html"


def load_rules(workspace: Workspace) -> RuleFile:
    """The rules that ship with the toolkit, and those of the workspace's own folder ``rules``.

    :raises InputError: one of them can't be understood.
    """
    paths = [*_files(shipped("rules")), *_files(workspace.root / "rules")]
    return rules.load([(str(path), read_yaml(files.read(path), str(path))) for path in paths])


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.yaml") if path.is_file()) if folder.is_dir() else []


def assess(workspace: Workspace, plan: Plan, snapshots: Mapping[str, Snapshot]) -> Assessment:
    """What is found, written to reports/ as well, for programs and for people."""
    from migrate.model import codec

    found = judge(load_rules(workspace), plan, snapshots)
    files.folder(workspace.reports)
    files.write(workspace.reports / DOCUMENT, as_json(codec.dump(found)))
    files.write(workspace.reports / PAGE, assessed.render(found))
    return found
