"""The table of docs/discovery.md: ``python -m tests.e2e.table``, with the engine at hand. Takes some minutes."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.discovered import Discovered, Result
from tests.e2e.planted import is_told, planted


@dataclass(frozen=True, slots=True)
class Row:
    """A scope on a machine.

    :ivar planted: facts that were put there by hand; ``found`` those of them that were told.
    :ivar told: facts that were held against the machine's own tools, ``invented`` those that they don't confirm, and
        those that only look like facts.
    """

    machine: str
    scope: str
    planted: int = 0
    found: int = 0
    told: int = 0
    invented: int = 0


def rows(result: Result) -> Iterator[Row]:
    """One for each scope of a machine, by name."""
    facts = planted(result.machine)
    judged = {one.scope.split()[0].split(".")[0] for one in result.judged}
    for scope in sorted({one.scope.split(".")[0] for one in facts} | judged):
        yield _row(result, scope)


def _row(result: Result, scope: str) -> Row:
    here = [one for one in planted(result.machine) if one.scope.split(".")[0] == scope]
    wanted = [one for one in here if not one.never]
    judged = [one for one in result.judged if one.scope.split()[0].split(".")[0] == scope]
    found = sum(is_told(one, result.inventory) for one in wanted)
    wrong = sum(is_told(one, result.inventory) for one in here if one.never)
    invented = sum(len(one.invented) for one in judged) + wrong
    return Row(result.machine, scope, len(wanted), found, sum(one.told for one in judged), invented)


def totals(results: Iterable[Result]) -> list[Row]:
    """One row for each machine."""
    return [_sum(result.machine, list(rows(result))) for result in results]


def _sum(machine: str, some: list[Row]) -> Row:
    return Row(
        machine,
        "all",
        sum(row.planted for row in some),
        sum(row.found for row in some),
        sum(row.told for row in some),
        sum(row.invented for row in some),
    )


def markdown(results: Iterable[Result]) -> str:
    """The table, with a line of sums for each machine and one for all."""
    lines = [
        "| machine | scope | planted | found | told, and asked elsewhere | invented |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    every: list[Row] = []
    for result in results:
        some = list(rows(result))
        every += some
        lines += [_line(row) for row in (*some, _sum(f"**{result.machine}**", some))]
    lines.append(_line(_sum("**all**", every)))
    return "\n".join(lines)


def _line(row: Row) -> str:
    return f"| {row.machine} | {row.scope} | {row.planted} | {row.found} | {row.told or ''} | {row.invented} |"


def _faults(result: Result) -> Iterator[str]:
    yield from (f"not told: {one}" for one in result.missing)
    yield from (f"told, and is none: {one}" for one in result.wrong)
    for judged in result.judged:
        yield from (f"invented: {result.machine} {judged.scope}: {text!a}" for text in judged.invented)
        yield from (f"missing: {result.machine} {judged.scope}: {text!a}" for text in judged.missing)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="migrate-table-") as folder:
        discovered = Discovered(Path(folder), str(os.getpid()))
        try:
            results = [discovered[name] for name in MACHINES]
        finally:
            discovered.close()
    sys.stdout.write(markdown(results) + "\n")
    for result in results:
        sys.stderr.writelines(f"{line}\n" for line in _faults(result))
    return 0


MACHINES = ("attic", "elder", "rouge", "tiny")

if __name__ == "__main__":
    sys.exit(main())
