"""plan.yaml and the facts meet: derive, keep what a person changed, remember what was derived."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migrate import files
from migrate.model import codec
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan
from migrate.model.plan_file import dump_plan, load_plan
from migrate.planning.derive import derive
from migrate.planning.merge import merge
from migrate.workspace import Workspace


def refresh(workspace: Workspace, snapshots: Mapping[str, Snapshot], say: Callable[[str], None]) -> Plan:
    """Write plan.yaml from the facts; a person's edits to it stay."""
    derived = derive(snapshots)
    edited = workspace.load_plan()
    remembered = workspace.root / ".migrate" / "plan.yaml"
    plan = derived
    if edited is not None:
        before = load_plan(files.read(remembered), str(remembered)) if remembered.exists() else derived
        merged = merge(codec.dump(before), codec.dump(edited), codec.dump(derived))
        plan = codec.load(Plan, merged, str(workspace.plan_file))
    workspace.save_plan(plan)
    files.folder(remembered.parent)
    files.write(remembered, dump_plan(derived))
    say(f"planned {len(plan.workloads)} workloads: {', '.join(workload.name for workload in plan.workloads)}")
    return plan
