"""The assessment for people: assessment.html, one file that needs nothing else."""

from __future__ import annotations

from migrate import __version__
from migrate.model.assessment import Appraisal, Assessment
from migrate.model.grouping import days, gain, groups, room
from migrate.reports.pages import environment

_NAMES = {"compose": "Compose", "kubernetes": "Kubernetes", "managed": "Managed service", "vm": "Stay a VM"}


def render(assessment: Assessment) -> bytes:
    """Each host with its verdicts, its findings worst first, and what is not known of it."""
    hosts = [one for one in assessment.appraisals if one.workload is None]
    page = (
        environment()
        .get_template("report/assessment.html.j2")
        .render(
            assessment=assessment,
            hosts=[(host, _parts(assessment, host.host)) for host in hosts],
            groups={host.host: groups(assessment, host.host) for host in hosts},
            room={one.host: room(one) for one in assessment.room},
            unmeasured={one.host: one.unmeasured for one in assessment.room},
            open={host.host: [one for one in assessment.open if one.host == host.host] for host in hosts},
            gain=gain(assessment.room),
            days=days,
            names=_NAMES,
            own_version=__version__,
        )
    )
    return page.encode("utf-8", "backslashreplace")


def _parts(assessment: Assessment, host: str) -> list[tuple[Appraisal, dict[str, object]]]:
    """Workloads of the host, each with its ways by name."""
    found = [one for one in assessment.appraisals if one.host == host and one.workload is not None]
    return [(one, {way.target: way for way in one.fitness}) for one in found]
