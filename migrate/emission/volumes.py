"""Volumes as the targets see them: shared or a workload's own, lasting or for one run."""

from __future__ import annotations

import re
from collections import Counter

from migrate.errors import InputError
from migrate.model.plan import Volume, Workload

_LASTING = ("data", "spool", "upload", "shared")
FLEETING = ("runtime", "temporary")
"""Kinds that a container makes for itself, and that end with it."""


def shared(workloads: tuple[Workload, ...]) -> frozenset[str]:
    """Names of volumes that more than one workload has."""
    counts = Counter(name for workload in workloads for name in {volume.name for volume in workload.volumes})
    return frozenset(name for name, count in counts.items() if count > 1)


def fleeting(volume: Volume, together: frozenset[str]) -> bool:
    """Whether the volume starts empty with each container, in memory."""
    return volume.kind in FLEETING and volume.name not in together


def lasting(volume: Volume, together: frozenset[str]) -> bool:
    """Whether what is in it must outlive its container."""
    return volume.kind in _LASTING or volume.name in together or (volume.seed and volume.kind not in FLEETING)


def keeper(workloads: tuple[Workload, ...], called: str) -> str:
    """The workload whose image fills the volume when it is new; those it is shared with wait for that.

    Jobs come last: nobody should wait for their hour.
    """
    users = [(one, volume) for one in workloads for volume in one.volumes if volume.name == called]
    ranked = min(
        users, key=lambda pair: (not pair[1].seed, bool(pair[0].jobs), pair[1].read_only, pair[1].method == "none")
    )
    return ranked[0].name


def name(volume: Volume) -> str:
    """Its name, checked. :raises InputError: it can't be one."""
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?", volume.name):
        hint = "use at most 50 of a-z, 0-9 and inner dashes"
        raise InputError(f"plan.yaml: {volume.name!r} can't be the name of a volume", hint)
    return volume.name
