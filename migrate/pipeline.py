"""The line on one screen: each function takes what the last one returned, through the workspace."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.errors import HostError, InputError, MigrateError
from migrate.model.inventory import Inventory, Snapshot
from migrate.model.plan import Plan, Question
from migrate.model.target import Access, Wanted
from migrate.model.verdict import UNVERIFIED, Check, Verdict
from migrate.workspace import Workspace

if TYPE_CHECKING:
    from migrate.deploying import DeployReport
    from migrate.differing import Difference
    from migrate.explaining import Explained
    from migrate.model.assessment import Assessment
    from migrate.planner import Refreshed
    from migrate.reach import Connection
    from migrate.syncing import SyncReport
    from migrate.visits import Discovered
    from migrate.writer import Written

Say = Callable[[str], None]
Ask = Callable[[Question], str | None]


def discover(
    folder: Path, targets: tuple[str, ...], access: Access, *, wanted: Wanted, say: Say
) -> tuple[Discovered, ...]:
    """Inventory each target into the workspace; a host that fails costs the others nothing.

    :raises InputError: a target can't be understood; nothing was asked of any host then.
    """
    from migrate import visits
    from migrate.reach.targets import parse_target

    parsed = [parse_target(text) for text in targets]
    workspace = Workspace(folder)
    results = visits.make(workspace, visits.plan_visits(parsed, access, wanted), wanted, say)
    if all(target.kind != "replay" for target in parsed):
        for result in results:
            if result.inventory is not None:
                workspace.remember_access(result.inventory.host, access)
    return results


def raise_worst(results: tuple[Discovered, ...]) -> None:
    """End with the exit status of a host that failed, after the others were kept."""
    failed = [result for result in results if result.error]
    if failed:
        names = ", ".join(result.target for result in failed)
        raise HostError(f"{len(failed)} of {len(results)} hosts could not be discovered: {names}", failed[0].hint)


def make_plan(folder: Path, *, say: Say, ask: Ask | None = None, write: bool = True) -> Refreshed:
    """Derive the plan, keeping a person's edits, and write plan.yaml.

    :param ask: what a person answers to an open question, or None for no answer.
    :param write: put it into plan.yaml.
    """
    workspace = Workspace(folder)
    return _refreshed(workspace, workspace.snapshots(), say, ask, write)


def _refreshed(
    workspace: Workspace, snapshots: Mapping[str, Snapshot], say: Say, ask: Ask | None = None, write: bool = True
) -> Refreshed:
    from migrate import planner

    found = planner.refresh(workspace, snapshots, say, write=write)
    seen: set[str] = set()
    while ask and (open_ := [one for one in found.plan.questions if one.answer is None and one.id not in seen]):
        seen |= {one.id for one in open_}
        answers = {one.id: answer for one in open_ if (answer := ask(one)) is not None}
        if not answers:
            break
        # An answer may raise a question of its own.
        again = planner.refresh(workspace, snapshots, say, answers=answers, write=write)
        found = replace(again, changes=(*found.changes, *again.changes))
    return found


def plan_and_assess(folder: Path, *, say: Say, ask: Ask | None = None) -> tuple[Refreshed, Assessment]:
    """The plan, with what stands in its way; that goes to reports/ too."""
    from migrate import assessing

    workspace = Workspace(folder)
    snapshots = workspace.snapshots()
    found = _refreshed(workspace, snapshots, say, ask)
    return found, assessing.assess(workspace, found.plan, snapshots)


def assess(folder: Path, *, say: Say) -> Assessment:
    """What stands in the way of the plan on disk; of one that is made now where there is none."""
    from migrate import assessing, planner

    workspace = Workspace(folder)
    snapshots = workspace.snapshots()
    plan = planner.current(workspace, snapshots, say)
    return assessing.assess(workspace, plan, snapshots)


def generate(folder: Path, targets: tuple[str, ...] = (), *, say: Say) -> Written:
    """Plan where there is none yet, emit the bundle and write it.

    :param targets: what is to be written beside the usual from now on.
    :raises InputError: there is no such target.
    """
    from migrate import bundling, planner, writer

    bundling.check_targets(targets)
    workspace = Workspace(folder)
    snapshots = workspace.snapshots()
    plan = planner.aim(workspace, planner.current(workspace, snapshots, say), targets)
    say(f"emitting {len([one for one in plan.workloads if one.migrate])} workloads")
    secrets = {host: workspace.load_secrets(host) for host in snapshots}
    return writer.write(workspace, bundling.bundle(plan, snapshots, secrets).files)


def check_written(written: Written) -> None:
    """Conflicts between a person's edits and ours end with status 1."""
    if written.conflicts:
        raise MigrateError(
            f"your edits conflict with what was generated, in {', '.join(written.conflicts[:5])}",
            "settle the places between <<<<<<< and >>>>>>>, then run migrate generate again",
        )


def validate(folder: Path, engine: str, *, say: Say) -> Verdict:
    """Build, start, compare, take away; the verdict goes to reports/."""
    from migrate import reports, validation
    from migrate.engines.choose import choose

    workspace = Workspace(folder)
    plan = _plan(workspace)
    snapshots = workspace.snapshots()
    if not any(workload.migrate for workload in plan.workloads):
        check = Check("plan", None, "start", UNVERIFIED, "the plan migrates no workload: there is nothing to prove")
        verdict = Verdict(engine, _now(), 0.0, (check,))
    else:
        verdict = validation.validate(workspace, plan, snapshots, choose(engine), say)
        verdict = replace(verdict, checks=(*_as_generated(workspace, plan, snapshots), *verdict.checks))
    reports.save(workspace.reports, verdict)
    return verdict


def _as_generated(workspace: Workspace, plan: Plan, snapshots: Mapping[str, Snapshot]) -> tuple[Check, ...]:
    """Whether what was built is what was generated, so that the ledger still tells where each fact is."""
    from migrate import bundling, faithfulness, files
    from migrate.redaction import without_secrets

    secrets = {host: workspace.load_secrets(host) for host in snapshots}
    bundle = bundling.bundle(plan, snapshots, secrets)

    def read(path: str) -> bytes | None:
        place = workspace.generated / path
        return files.read(place) if place.is_file() else None

    return tuple(without_secrets(one, secrets) for one in faithfulness.checks(bundle.files, bundle.ledger, read))


def _plan(workspace: Workspace) -> Plan:
    plan = workspace.load_plan()
    if plan is None or not (workspace.generated / "compose.yaml").exists():
        raise InputError(f"there is no generated bundle in {workspace.root}", "run: migrate generate --no-validate")
    return plan


def explain(folder: Path, what: str, *, say: Say) -> Explained:
    """Why a generated file says what it says.

    :param what: FILE or FILE:LINE; the file as it is called here, in the workspace, or in generated/.
    :raises InputError: there is no such file or line, or we did not generate it.
    """
    from migrate import explaining, files, planner
    from migrate.emitters import Sources

    workspace = Workspace(folder)
    path, number = _pointed(workspace, what)
    snapshots = workspace.snapshots()
    plan = planner.current(workspace, snapshots, say)
    sources = Sources(plan, snapshots, {host: workspace.load_secrets(host) for host in snapshots})
    return explaining.explain(sources, path, files.read(workspace.generated / path), number)


def _pointed(workspace: Workspace, what: str) -> tuple[str, int | None]:
    """(path below generated/, line) of FILE or FILE:LINE."""
    file, _, tail = what.rpartition(":")
    choices = [(file, int(tail))] if file and tail.isdecimal() else []
    root = workspace.generated.resolve()
    for name, number in [(what, None), *choices]:
        for start in (Path(), workspace.root, workspace.generated):
            place = (start / name).resolve()
            if place.is_file() and place.is_relative_to(root):
                return place.relative_to(root).as_posix(), number
    raise InputError(f"there is no file {(choices or [(what, 0)])[0][0]!r} in {workspace.generated}", "see generated/")


def sync(folder: Path, access: Access, *, say: Say) -> SyncReport:
    """Copy the state of every workload from its host."""
    from migrate import planner, syncing

    workspace = Workspace(folder)
    snapshots = workspace.snapshots()
    plan = planner.current(workspace, snapshots, say)
    return syncing.sync(plan, snapshots, _connector(workspace, snapshots, access), workspace, say)


def _connector(workspace: Workspace, snapshots: Mapping[str, Snapshot], access: Access) -> Callable[[str], Connection]:
    """How to reach each host again: as it was discovered, but for what the user says now."""
    from migrate.reach.open import connect
    from migrate.reach.targets import parse_target

    def reached(host: str) -> Connection:
        return connect(parse_target(snapshots[host].inventory.target), access.over(workspace.access(host)))

    return reached


def deploy(folder: Path, engine: str, *, say: Say) -> DeployReport:
    """Bring the bundle up with the synced state."""
    from migrate import deploying
    from migrate.engines.choose import choose
    from migrate.redaction import without_secrets

    workspace = Workspace(folder)
    plan = _plan(workspace)
    if not any(workload.migrate for workload in plan.workloads):
        raise InputError("the plan migrates no workload: there is nothing to deploy", "see set_aside in plan.yaml")
    report = deploying.deploy(workspace, plan, choose(engine), say)
    values = {host: workspace.load_secrets(host) for host in workspace.hosts()}
    return replace(report, checks=tuple(without_secrets(check, values) for check in report.checks))


def take_down(folder: Path, engine: str, *, volumes: bool, say: Say) -> DeployReport:
    """Take the deployment away, its state too where asked."""
    from migrate import deploying
    from migrate.engines.choose import choose

    workspace = Workspace(folder)
    return deploying.take_down(workspace, _plan(workspace), choose(engine), volumes=volumes, say=say)


def inventories(folder: Path, host: str | None) -> tuple[Inventory, ...]:
    """What was discovered."""
    workspace = Workspace(folder)
    names = (host,) if host else workspace.hosts()
    if not names:
        raise InputError(f"no host was discovered in {workspace.root.resolve()}", "run: migrate discover HOST")
    return tuple(workspace.load_inventory(name) for name in names)


def scope_names() -> tuple[str, ...]:
    """Every scope that there is."""
    from migrate.model.codec import scope_types

    return tuple(scope_types())


def scopes_of(folder: Path, host: str | None, names: tuple[str, ...]) -> tuple[Inventory, ...]:
    """Inventories with only the scopes of these names, all where there are none.

    :raises InputError: there is no such scope.
    """
    known = scope_names()
    for name in names:
        if name not in known:
            raise InputError(f"there is no scope {name!r}", f"known are: {', '.join(known)}")
    found = inventories(folder, host)
    if not names:
        return found
    return tuple(replace(one, scopes=tuple(scope for scope in one.scopes if scope.name in names)) for one in found)


def diff(folder: Path, before: str, after: str | None, *, names: tuple[str, ...], content: bool) -> Difference:
    """Compare two inventories; one name alone is a host now against what it was before.

    :param before: a host, ``HOST@previous``, ``HOST@TIME``, a target that was discovered, or an inventory.json.
    :param content: the lines of captured texts as well.
    :raises InputError: one of the two is not there.
    """
    from migrate import differing
    from migrate.choosing import choose, file_changes

    workspace = Workspace(folder)
    first, second = (before, after) if after is not None else (f"{before}@previous", before)
    old, new = choose(workspace, first), choose(workspace, second)
    found = differing.compare(old.inventory, new.inventory)
    if names:
        found = replace(
            found,
            changes=tuple(one for one in found.changes if one.scope in names),
            unknown=tuple(one for one in found.unknown if one[0] in names),
        )
    return replace(found, files=file_changes(old, new)) if content else found


def report(folder: Path) -> Path:
    """Render the assessment and the last verdict again; the path of the verdict's page, where there is one."""
    from migrate import assessing, reports

    workspace = Workspace(folder)
    plan = workspace.load_plan()
    if plan is not None and workspace.hosts():
        assessing.assess(workspace, plan, workspace.snapshots())
        if not reports.validated(workspace.reports):
            return workspace.reports / assessing.PAGE
    return reports.again(workspace.reports)


def schema(what: str) -> str:
    """The JSON Schema of inventory.json, plan.yaml or a file of rules."""
    from migrate.model import codec, plan_schema

    known = {"inventory": codec.inventory_schema, "plan": plan_schema.plan_schema, "rules": codec.rules_schema}
    if what not in known:
        raise InputError(f"there is no schema of {what!r}", "known are: " + ", ".join(known))
    return json.dumps(known[what](), indent=1)


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
