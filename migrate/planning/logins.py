"""Users of the machine who log in to one of its services with their password of the machine."""

from __future__ import annotations

from migrate.model.plan import Question, Workload
from migrate.quoting import slug


def question(workload: Workload) -> Question | None:
    """Which passwords they have now: those of the machine, in /etc/shadow, are never read."""
    people = sorted(one.name for one in workload.accounts if one.uid >= 1000)
    if not people:
        return None
    return Question(
        id=slug(f"logins-{workload.name}"),
        text=f"How do {', '.join(people)} log in to {workload.name}? Their passwords are in the host's /etc/shadow,"
        " which is not read; in the container they have none until somebody sets them.",
        default="new passwords are set",
        because=f"{workload.name} lets users of the machine log in",
        workload=workload.name,
    )
