"""The verdict for build servers: validation.xml, in the form that JUnit gave its name to."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from migrate.model.verdict import FAILED, UNVERIFIED, Check, Verdict
from migrate.quoting import terminal
from migrate.reports import Report


def render(verdict: Verdict) -> bytes:
    """One suite for each workload, one case for each check; what is unverified counts as skipped."""
    root = ET.Element(
        "testsuites", {"name": "migrate validate", **_counts(verdict.checks), "time": f"{verdict.seconds:g}"}
    )
    for name in sorted({_suite(check) for check in verdict.checks}):
        checks = [check for check in verdict.checks if _suite(check) == name]
        seconds = f"{sum(check.seconds or 0 for check in checks):.3f}"
        about = {"name": name, **_counts(checks), "time": seconds, "timestamp": verdict.started.removesuffix("Z")}
        suite = ET.SubElement(root, "testsuite", about)
        for check in checks:
            _case(suite, check)
    ET.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _case(suite: ET.Element, check: Check) -> None:
    about = {"name": _text(check.id), "classname": f"{_suite(check)}.{check.kind}", "time": f"{check.seconds or 0:g}"}
    case = ET.SubElement(suite, "testcase", about)
    if check.status == FAILED:
        ET.SubElement(case, "failure", {"message": _text(check.summary)}).text = _text(check.detail)
    elif check.status == UNVERIFIED:
        ET.SubElement(case, "skipped", {"message": _text(f"UNVERIFIED: {check.summary}")})
    if check.status != FAILED and (check.detail or check.rules):
        rules = f"rules: {', '.join(check.rules)}\n" if check.rules else ""
        ET.SubElement(case, "system-out").text = _text(rules + check.detail)


def _suite(check: Check) -> str:
    return _text(check.workload or "application")


def _counts(checks: Iterable[Check]) -> dict[str, str]:
    statuses = [check.status for check in checks]
    return {
        "tests": str(len(statuses)),
        "failures": str(statuses.count(FAILED)),
        "errors": "0",
        "skipped": str(statuses.count(UNVERIFIED)),
    }


def _text(text: str) -> str:
    """XML 1.0 has no place for most control characters and some others."""
    return terminal(text).replace("\ufffe", r"\ufffe").replace("\uffff", r"\uffff")


REPORT = Report("validation.xml", render)
