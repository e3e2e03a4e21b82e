"""The verdict for programs: validation.json."""

from __future__ import annotations

from collections import Counter

from migrate.model import codec
from migrate.model.verdict import Verdict
from migrate.reports import Report, as_json


def render(verdict: Verdict) -> bytes:
    """All of it, with the sum up front."""
    counts = Counter(check.status for check in verdict.checks)
    return as_json({"holds": verdict.holds, "counts": dict(sorted(counts.items())), **codec.dump(verdict)})


REPORT = Report("validation.json", render)
