"""plan.yaml and the facts meet: derive, keep what a person changed, remember what was derived."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migrate import files
from migrate.errors import InputError
from migrate.model import codec
from migrate.model.facts import Content
from migrate.model.inventory import Snapshot
from migrate.model.paths import above
from migrate.model.plan import Plan, Workload
from migrate.model.plan_file import dump_plan, load_plan
from migrate.model.plan_rules import Problem, problems
from migrate.planning import naming
from migrate.planning.changes import Change, changes
from migrate.planning.derive import derive
from migrate.planning.merge import Conflict, merge
from migrate.workspace import Workspace

Say = Callable[[str], None]
Snapshots = Mapping[str, Snapshot]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of the plan.

    :ivar changes: what is different from the plan that was on disk; none where there was none.
    :ivar current: the file said all of it already.
    """

    plan: Plan
    changes: tuple[Change, ...] = ()
    written: bool = True
    current: bool = False


def refresh(
    workspace: Workspace,
    snapshots: Snapshots,
    say: Say,
    *,
    answers: Mapping[str, str] | None = None,
    write: bool = True,
) -> Refreshed:
    """Derive the plan again; a person's edits stay. Nothing is written where plan.yaml can't be understood.

    :param answers: to questions, beside those in plan.yaml.
    :param write: put it into plan.yaml.
    """
    before = _remembered(workspace)
    edited = _edited(workspace, before, snapshots)
    if edited is None:
        derived = derive(snapshots, answers)
        found = Refreshed(derived, written=write)
    else:
        derived, found = _again(before, edited, snapshots, answers or {})
        found = replace(found, written=write, current=found.plan == edited)
    if write:
        workspace.save_plan(found.plan)
        files.folder(_place(workspace).parent)
        files.write(_place(workspace), dump_plan(derived))
        say(_headline(found.plan.workloads))
    return found


def _headline(workloads: Sequence[Workload]) -> str:
    if not workloads:
        return "nothing to migrate: all that runs belongs to the machines themselves, or watches them"
    return f"planned {len(workloads)} workloads: {', '.join(one.name for one in workloads)}"


def current(workspace: Workspace, snapshots: Snapshots, say: Say) -> Plan:
    """The plan on disk, or one that is derived where there is none, or where questions were answered since."""
    before = _remembered(workspace)
    edited = _edited(workspace, before, snapshots)
    if edited is None or (before and _outdated(before, edited)):
        return refresh(workspace, snapshots, say).plan
    return edited


def aim(workspace: Workspace, plan: Plan, targets: Sequence[str]) -> Plan:
    """The plan with further targets; plan.yaml remembers them."""
    wanted = tuple(dict.fromkeys((*plan.targets, *targets)))
    if wanted == plan.targets:
        return plan
    aimed = replace(plan, targets=wanted)
    workspace.save_plan(aimed)
    return aimed


def _outdated(before: Plan, edited: Plan) -> bool:
    """Whether a person did what has consequences elsewhere in the plan: answered, took out, gave another name."""
    known = {one.name for one in before.workloads}
    if _bases(before) != _bases(edited):
        return True
    return _answered(before) != _answered(edited) or naming.settled(edited, known) != edited


def _again(
    before: Plan | None, edited: Plan, snapshots: Snapshots, answers: Mapping[str, str]
) -> tuple[Plan, Refreshed]:
    new = naming.renames(before, edited) if before else {}
    mine = naming.renamed(edited, new)
    derived = derive(snapshots, {**_bases(mine), **_answered(edited), **answers}, _names(before or mine, mine, new))
    last = naming.renamed(before, new) if before else derived
    conflicts: list[Conflict] = []
    merged = merge(codec.dump(last), codec.dump(mine), codec.dump(derived), conflicts)
    plan = codec.load(Plan, merged, "the plan")
    plan = naming.settled(plan, {one.name for one in (*last.workloads, *derived.workloads)})
    plan = _with_answers(_marked(plan, last, derived), edited)
    return derived, Refreshed(plan, changes(edited, plan, tuple(conflicts)))


def _names(before: Plan, mine: Plan, new: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """What workloads are called: as before, or as a person has it."""
    said = replace(mine, workloads=tuple(one for one in mine.workloads if one.called or one.name not in new.values()))
    called = {**naming.names(before), **naming.names(said)}
    return {key: new.get(name, name) for key, name in called.items()}


def _marked(plan: Plan, before: Plan, now: Plan) -> Plan:
    """Workloads that are kept for a person's edits although no host has them any more, and say so."""
    there, known = {one.name for one in now.workloads}, {one.name for one in before.workloads}

    def marked(one: Workload) -> Workload:
        if one.name in there:
            return replace(one, gone=None)
        gone = f"kept for your edits: {one.host} had it no more when it was last discovered"
        return replace(one, gone=gone if one.name in known else one.gone)

    return replace(plan, workloads=tuple(marked(one) for one in plan.workloads))


def _with_answers(plan: Plan, edited: Plan) -> Plan:
    """What was answered once is not asked again, even if the question comes back only later."""
    known = {one.id for one in plan.questions}
    kept = (one for one in edited.questions if one.answer is not None and one.id not in known)
    return replace(plan, questions=(*plan.questions, *kept))


def _answered(plan: Plan) -> dict[str, str]:
    return {one.id: one.answer for one in plan.questions if one.answer is not None}


def _bases(plan: Plan) -> dict[str, str]:
    """What people chose for workloads to stand on, where that is not the host's own release."""
    return {f"base:{one.name}": one.base.choice for one in plan.workloads if one.base.choice != "faithful"}


def _place(workspace: Workspace) -> Path:
    return workspace.root / ".migrate" / "plan.yaml"


def _remembered(workspace: Workspace) -> Plan | None:
    """What was derived last time; None where that is not known any more."""
    path = _place(workspace)
    if not path.exists():
        return None
    try:
        return load_plan(files.read(path), str(path), strict=False)
    except InputError:  # of an older version, or damaged: what is on disk counts as a person's
        return None


def _edited(workspace: Workspace, before: Plan | None, snapshots: Snapshots) -> Plan | None:
    """The plan on disk, checked."""
    if not workspace.plan_file.exists():
        return None
    known = {one.name for one in before.workloads} if before else set()

    def more(plan: Plan) -> tuple[Problem, ...]:
        return (*problems(naming.settled(plan, known)), *_absent(plan, snapshots))

    return load_plan(files.read(workspace.plan_file), str(workspace.plan_file), more=more)


def _absent(plan: Plan, snapshots: Snapshots) -> tuple[Problem, ...]:
    """Files that were never captured."""
    found = []
    for number, workload in enumerate(plan.workloads):
        if workload.gone or not workload.migrate or workload.host not in snapshots:
            continue
        captured = {
            one for entry in snapshots[workload.host].inventory.get(Content).entries for one in above(entry.path)
        }
        for at, choice in enumerate(workload.files):
            if choice.path.rstrip("/") not in captured:
                said = f"names {choice.path}, of which nothing was captured on {workload.host}"
                found.append(Problem(("workloads", number, "files", at, "path"), said))
    return tuple(found)
