"""The plan's changes to captured files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from migrate.errors import InputError
from migrate.model.inventory import Snapshot
from migrate.model.plan import Rewrite, Workload

_HINT = "mend the rewrite in plan.yaml, or run migrate plan after a new discovery"


def rewrites(workload: Workload) -> Iterator[Rewrite]:
    """Every change that the plan makes, of whatever the workload depends on and of where its logs go."""
    for coupling in workload.couplings:
        yield from coupling.rewrites
    for log in workload.logs:
        yield from log.rewrites


def rewritten(workload: Workload, snapshot: Snapshot) -> Mapping[str, bytes]:
    """The captured files that the workload's couplings and logs change, by path, as they are after the change.

    :raises InputError: a rewrite names a file that was not captured as text, or does not stand on its line.
    """
    by_path: dict[str, list[Rewrite]] = defaultdict(list)
    for one in rewrites(workload):
        # The others are done in the plan itself: "environment:NAME", "command:JOB".
        if one.path.startswith("/") and one not in by_path[one.path]:
            by_path[one.path].append(one)
    return {path: _apply(workload, snapshot, path, changes) for path, changes in sorted(by_path.items())}


def _apply(workload: Workload, snapshot: Snapshot, path: str, changes: list[Rewrite]) -> bytes:
    data = snapshot.texts.get(path)
    if data is None:
        raise InputError(
            f"plan.yaml: {workload.name} rewrites {path}, which was not captured as a text of its host", _HINT
        )
    lines = data.split(b"\n")
    for line in sorted({change.line for change in changes}):
        if not 1 <= line <= len(lines):
            raise InputError(
                f"plan.yaml: {workload.name} rewrites line {line} of {path}, which has {len(lines)}", _HINT
            )
        lines[line - 1] = _line(lines[line - 1], [change for change in changes if change.line == line])
    return b"\n".join(lines)


def _line(text: bytes, changes: list[Rewrite]) -> bytes:
    """All changes of a line in one pass, so that none changes what another has put there."""
    table = {_bytes(change.old): _bytes(change.new) for change in changes}
    for change in changes:
        if not change.old or not _token(_bytes(change.old)).search(text):
            raise InputError(f"plan.yaml: {change.path}:{change.line} does not hold {change.old!r} any more", _HINT)
    longest_first = sorted(table, key=len, reverse=True)
    return re.sub(b"|".join(_token(old).pattern for old in longest_first), lambda match: table[match.group()], text)


def _token(old: bytes) -> re.Pattern[bytes]:
    """``old`` as a whole: 10.0.0.1 is not found in 10.0.0.12, nor 8081 in 18081."""
    head = rb"(?<![A-Za-z0-9_])" if old[:1].isalnum() else b""
    tail = rb"(?![A-Za-z0-9_])" if old[-1:].isalnum() else b""
    if re.fullmatch(rb"[\d.]+", old):
        head, tail = rb"(?<![A-Za-z0-9_.])", rb"(?![A-Za-z0-9_]|\.\d)"
    return re.compile(head + re.escape(old) + tail)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
