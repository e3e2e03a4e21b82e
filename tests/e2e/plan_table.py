"""The table of docs/planning.md: ``python -m tests.e2e.plan_table [SERVER…]``, with the engine at hand."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.e2e import samples
from tests.e2e.samples import Sample, Samples, Score

KINDS = ("workloads", "ports", "state", "jobs", "couplings")


def row(sample: Sample) -> str:
    """Found of wanted, then invented ones, for each kind; packages against those of a person; seconds."""
    kinds = {one.kind: one for one in samples.scores(sample)}
    counted = samples.packages(sample)
    packages = f"{sum(one.ours for one in counted)} / {sum(one.reference for one in counted)}"
    cells = [_cell(kinds[kind]) for kind in KINDS]
    return f"| {sample.name} | {' | '.join(cells)} | {packages} | {sample.seconds:.1f} |"


def _cell(score: Score) -> str:
    return f"{score.found}/{score.wanted}" + (f" +{len(score.extra)}" if score.extra else "")


def totals(some: Iterable[Sample]) -> str:
    """Recall and precision of each kind over all servers, in percent."""
    every = [score for sample in some for score in samples.scores(sample)]
    cells = []
    for kind in KINDS:
        mine = [one for one in every if one.kind == kind]
        wanted, found = sum(one.wanted for one in mine), sum(one.found for one in mine)
        told = found + sum(len(one.extra) for one in mine)
        if not wanted:
            cells.append("–")
            continue
        precision = f" / {100 * found / max(told, 1):.1f}" if kind != "couplings" else ""
        cells.append(f"{100 * found / max(wanted, 1):.1f}{precision} %")
    return f"| **recall / precision** | {' | '.join(cells)} | | |"


def main(chosen: list[str]) -> int:
    _say("| server | workloads | ports | state | jobs | couplings | packages: ours / by hand | `plan`, s |")
    _say("| --- | --- | --- | --- | --- | --- | --- | --- |")
    done, wrong = [], 0
    with tempfile.TemporaryDirectory() as folder:
        made = Samples(Path(folder), str(os.getpid()))
        try:
            for name in chosen or samples.names():
                sample = made.get(name)
                done.append(sample)
                _say(row(sample))
                wrong += _complain(sample)
        finally:
            made.close()
        _say(totals(done))
    return 1 if wrong else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _complain(sample: Sample) -> int:
    lines = [f"{one.kind}: missing {item}" for one in samples.scores(sample) for item in one.missing]
    lines += [f"{one.kind}: made up {item}" for one in samples.scores(sample) for item in one.extra]
    lines += [f"no reference for {name}" for name in samples.without_reference(sample)]
    lines += [
        f"(packages: {one.workload} asks for {one.ours}, a person for {one.reference})"
        for one in samples.packages(sample)
        if one.ours > 1.5 * one.reference
    ]
    lines += samples.faults(sample)
    for line in lines:
        sys.stderr.write(f"{sample.name}: {line}\n")
    return len(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
