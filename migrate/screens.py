"""Results as text for a terminal. Pure; whoever prints makes the text harmless."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrate.model.inventory import Inventory
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Verdict
from migrate.overview import overview

if TYPE_CHECKING:
    from migrate.deploying import DeployReport
    from migrate.explaining import Explained, Line, Reason
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
    lines += [f"  your edits went along to its new name: {path}" for path in written.moved]
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


_REASONS = 6  # of a line that came from many, as many are printed


def explained(found: Explained) -> str:
    """A block for each line, and why the file is there where that is known as a whole."""
    blocks = [f"generated/{found.path}"]
    blocks += ["\n".join(_reasons(found.whole))] if found.whole else []
    blocks += ["\n".join(_line(one)) for one in found.lines]
    if len(blocks) == 1:
        blocks.append("no line of it came from a fact: it is the same for every server")
    return "\n\n".join(blocks)


def _line(line: Line) -> list[str]:
    said = [f"{line.number:5} {line.text}"]
    if line.origin == "edited":
        return [*said, "      written by a person: it is not what was generated"]
    if line.origin == "captured":
        return [*said, "      as it is on the host"]
    said += [f"      under: {line.comment}"] if line.comment else []
    if not line.reasons:
        return [*said, "      came from no fact: it is the same for every server of this family"]
    return [*said, *_reasons(line.reasons)]


def _reasons(reasons: tuple[Reason, ...]) -> list[str]:
    said = []
    for one in reasons[:_REASONS]:
        said.append(f"      {one.place}" + (f": {one.because}" if one.because else ""))
        said += [f"        fact {fact.fact} ({fact.fate}): {fact.because}" for fact in one.facts[:_REASONS]]
    rest = len(reasons) - _REASONS
    return [*said, f"      and {rest} more; --json has all"] if rest > 0 else said
