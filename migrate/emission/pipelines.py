"""What the pipelines of all services that build share: which images there are."""

from __future__ import annotations

from migrate.emission.forwarders import bases, forwarders
from migrate.emission.names import migrated
from migrate.emitters import Sources


def images(sources: Sources) -> list[str]:
    """Names of the folders in images/."""
    workloads = migrated(sources)
    relays = forwarders(workloads)
    return [*(one.name for one in workloads), *(name for name, _ in bases(workloads) if relays)]


MISSING = (
    "The pipeline was read by its schema, and did not run: runners, registry and their rights are yours.",
    "It deploys nothing: state has to be there before the new images serve, and that takes a person's eye.",
)
