"""Results as text for a terminal. Pure; whoever prints makes the text harmless."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrate.model.inventory import Inventory
from migrate.model.plan import Coupling, Plan, Workload
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Verdict
from migrate.overview import overview

if TYPE_CHECKING:
    from migrate.deploying import DeployReport
    from migrate.syncing import SyncReport
    from migrate.visits import Discovered
    from migrate.writer import Written


def discovered(results: Iterable[Discovered]) -> str:
    """One block for each host."""
    blocks = []
    for result in results:
        if result.inventory:
            blocks.append(overview(result.inventory) + "\nNext: migrate generate")
        else:
            blocks.append(f"{result.target}: {result.error}\n  try: {result.hint}")
    return "\n\n".join(blocks)


def inventories(found: Iterable[Inventory]) -> str:
    return "\n\n".join(overview(one) for one in found)


def planned(plan: Plan) -> str:
    """The workloads, what feeds them, what is open."""
    lines = [line for workload in plan.workloads for line in _workload(workload)]
    lines.append(f"set aside: {len(plan.set_aside)} (each in plan.yaml)")
    for because, same in sorted(_by_reason(plan).items(), key=lambda pair: (len(pair[1]), pair[0])):
        lines.append(f"  - {', '.join(same[:4])}{f' and {len(same) - 4} more' if len(same) > 4 else ''}: {because}")
    open_ = [question for question in plan.questions if question.answer is None]
    lines.append(f"open questions: {len(open_)}")
    lines += [f"  ? {one.id}: {one.text} (default: {one.default})" for one in open_]
    return "\n".join(lines)


def _by_reason(plan: Plan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in plan.set_aside:
        found.setdefault(one.because, []).append(one.what.partition(":")[2])
    return found


def _workload(workload: Workload) -> list[str]:
    ports = ", ".join(f"{port.port}/{port.protocol}" for port in workload.ports)
    rows = [
        ("why", workload.because),
        ("runs", " ".join(workload.command)[:160]),
        ("jobs", "; ".join(f"{job.schedule} {job.command}" for job in workload.jobs)),
        ("as", workload.user or "root"),
        ("ports", ports),
        ("packages", ", ".join(package.name for package in workload.packages)),
        ("files", ", ".join(file.path for file in workload.files)),
        ("state", ", ".join(f"{one.path} ({one.method})" for one in workload.volumes if one.kind != "runtime")),
        ("secrets", ", ".join(use.path or use.variable or "" for use in workload.secrets)),
        ("couplings", ", ".join(_coupling(one) for one in workload.couplings)),
    ]
    title = f"{workload.name}  [{workload.kind}]" + ("" if workload.migrate else "  (not migrated)")
    return [title, *(f"  {name:10} {text}" for name, text in rows if text), ""]


def _coupling(one: Coupling) -> str:
    port = f":{one.port}" if one.port else ""
    return f"{one.how} {one.address or one.path}{port} → {one.to or 'outside'}"


def generated(written: Written) -> str:
    """What became of the files; what a person has to look at by name."""
    counts = (
        ("new", written.created),
        ("changed", written.changed),
        ("unchanged", written.unchanged),
        ("removed", written.removed),
        ("kept as you edited them", written.kept),
        ("not written again, as you deleted them", written.deleted),
    )
    lines = ["generated/: " + ", ".join(f"{len(paths)} {name}" for name, paths in counts if paths)]
    lines += [f"  merged with your edits: {path}" for path in written.merged]
    lines += [f"  CONFLICT with your edits: {path}" for path in written.conflicts]
    return "\n".join(lines)


def verdict(result: Verdict) -> str:
    """Failures first, then what is unverified, then the count."""
    counts = Counter(check.status for check in result.checks)
    lines = []
    for status in (FAILED, UNVERIFIED):
        for check in result.checks:
            if check.status == status:
                lines.append(f"{status.upper():10} {check.id}: {check.summary}")
                lines += [f"           {line}" for line in check.detail.splitlines()[:8]]
    if result.total_bytes:
        lines.append(f"images together: {result.total_bytes / 1e6:.0f} MB")
    lines.append(
        f"{'HOLDS' if result.holds else 'DOES NOT HOLD'}: {counts[PASSED]} passed, {counts[FAILED]} failed, "
        f"{counts[UNVERIFIED]} unverified, in {result.seconds:.0f} s"
    )
    return "\n".join(lines)


def synced(report: SyncReport) -> str:
    """One line for each volume."""
    lines = []
    for one in report.volumes:
        lines.append(f"{one.status:8} {one.workload}: {one.path} ({one.method}): {one.summary}")
        lines += [f"           {note}" for note in one.notes]
        lines += [f"           try: {one.hint}"] if one.hint else []
    return "\n".join(lines) or "no workload keeps state"


def deployed(report: DeployReport) -> str:
    """What stands, what was loaded, what does not hold."""
    lines = [f"{one.name}: {one.state}{f' ({one.health})' if one.health else ''}" for one in report.services]
    lines += [f"loaded: {name}" for name in report.loaded]
    lines += [f"had its state already: {name}" for name in report.kept]
    lines += [
        f"{check.status.upper():10} {check.id}: {check.summary}" for check in report.checks if check.status != PASSED
    ]
    lines += [f"note: {note}" for note in report.notes]
    lines.append(f"project {report.project} is {report.action}")
    return "\n".join(lines)
