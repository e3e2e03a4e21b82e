"""The verdict for people: validation.html, one file that needs nothing else."""

from __future__ import annotations

from collections import Counter

from migrate import __version__
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Check, Verdict
from migrate.reports import Report
from migrate.reports.pages import environment

# What each kind of check proves, in the order in which a reader wants to know.
_KINDS = {
    "build": ("Images build", "Every generated Dockerfile was built."),
    "start": ("The application starts", "All containers were started from the generated compose.yaml."),
    "health": ("Containers are healthy", "Each container runs and passes its health check."),
    "listens": ("Ports listen", "Every port that listened on the legacy server listens in its container."),
    "http": (
        "Answers are the same",
        "Recorded answers of the legacy server were compared with those of the containers.",
    ),
    "state": ("State is complete", "What was loaded was compared with what was dumped on the legacy server."),
    "user": ("Users are right", "Processes run under the user they should."),
    "image": ("Files are there", "Every captured file that the plan puts into an image is in it, unchanged."),
    "secrets": (
        "No secret in an image",
        "All layers and configurations were searched for the legacy server's secrets.",
    ),
    "job": ("Scheduled jobs run", "Each job ran once, as its user."),
}
_ORDER = {FAILED: 0, UNVERIFIED: 1, PASSED: 2}


def render(verdict: Verdict) -> bytes:
    page = (
        environment()
        .get_template("report/validation.html.j2")
        .render(
            verdict=verdict,
            counts=Counter(check.status for check in verdict.checks),
            groups=_groups(verdict),
            workloads=_workloads(verdict),
            worst=_worst,
            own_version=__version__,
            largest=max((image.bytes for image in verdict.images), default=1) or 1,
        )
    )
    return page.encode("utf-8", "backslashreplace")


def _groups(verdict: Verdict) -> list[tuple[str, str, str, list[Check]]]:
    """(kind, title, what it proves, checks with the bad ones first)."""
    kinds = dict.fromkeys([*_KINDS, *(check.kind for check in verdict.checks)])
    groups = []
    for kind in kinds:
        checks = sorted((c for c in verdict.checks if c.kind == kind), key=lambda check: _ORDER.get(check.status, 0))
        title, meaning = _KINDS.get(kind, (kind, ""))
        if checks:
            groups.append((kind, title, meaning, checks))
    return groups


def _workloads(verdict: Verdict) -> list[tuple[str, dict[str, Counter[str]]]]:
    """For each workload the counts of its checks by kind."""
    rows: dict[str, dict[str, Counter[str]]] = {}
    for check in verdict.checks:
        name = check.workload or "application"
        rows.setdefault(name, {}).setdefault(check.kind, Counter())[check.status] += 1
    return sorted(rows.items(), key=lambda row: (row[0] != "application", row[0]))


def _worst(counts: Counter[str]) -> str:
    return FAILED if counts[FAILED] else UNVERIFIED if counts[UNVERIFIED] else PASSED


REPORT = Report("validation.html", render)
