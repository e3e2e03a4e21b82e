"""Prints recall and precision over the corpus: ``python -m tests.planning.secrets.table [--missed] [SET …]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.planning.secrets.corpus import FOLDER, Score, precision, recall, samples, score

_HEAD = (
    "| set | samples | secrets | found | mistaken | recall | precision |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="recall and precision of the search for secrets")
    parser.add_argument("sets", nargs="*", default=sorted(path.stem for path in FOLDER.glob("*.txt")))
    parser.add_argument("--missed", action="store_true", help="also what was missed, and what was taken for a secret")
    chosen = parser.parse_args(arguments)
    parts = {name: [score(sample) for sample in samples(name)] for name in chosen.sets}
    scores = [one for part in parts.values() for one in part]
    lines = [*_HEAD, *(_row(name, part) for name, part in parts.items()), _row("all", scores)]
    if chosen.missed:
        lines += [line for one in scores for line in _details(one)]
    sys.stdout.write("\n".join(lines) + "\n")


def _row(name: str, scores: Sequence[Score]) -> str:
    planted = sum(len(one.sample.planted) for one in scores)
    found, mistaken = sum(one.found for one in scores), sum(len(one.mistaken) for one in scores)
    figures = f"{len(scores)} | {planted} | {found} | {mistaken}"
    return f"| {name} | {figures} | {recall(scores):.1%} | {precision(scores):.1%} |"


def _details(score: Score) -> list[str]:
    place = score.sample.place
    missed = [f"missed    {place}:{one.first}: {one.value[:60]!r}" for one in score.missed]
    return missed + [f"mistaken  {place}:{one.line}: {one.value[:60]!r}" for one in score.mistaken]


if __name__ == "__main__":
    main()
