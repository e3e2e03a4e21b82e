"""What a service was seen talking to, the jobs of the same application talk to as well: they read the same settings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from migrate.model.plan import Coupling
from migrate.planning.workloads import Draft
from migrate.syntax.vendored import vendored

_SEEN = frozenset(("forward", "volume"))


def couplings(
    drafts: Sequence[Draft], found: Mapping[str, tuple[Coupling, ...]], texts: Mapping[str, str]
) -> dict[str, tuple[Coupling, ...]]:
    """What each job workload lacks, by its name. A connection of a job is hardly ever there to be seen.

    :param found: couplings of each workload, by its name.
    """
    services = [draft for draft in drafts if draft.candidate is not None]
    jobs = [draft for draft in drafts if draft.workload.jobs]
    return {draft.workload.name: tuple(_lacking(draft, services, found, texts)) for draft in jobs}


def _lacking(
    job: Draft, services: Sequence[Draft], found: Mapping[str, tuple[Coupling, ...]], texts: Mapping[str, str]
) -> list[Coupling]:
    met = {one.to for one in found[job.workload.name]}
    lacking: dict[str, Coupling] = {}
    for service in services:
        for one in found[service.workload.name]:
            if one.how not in _SEEN or one.to is None or one.to in met or one.to == service.workload.name:
                continue
            if path := _settings(job, service, one, texts):
                because = f"{service.workload.name} was seen to, and reads the same {path}"
                lacking.setdefault(one.to, replace(one, because=because))
    return list(lacking.values())


def _settings(job: Draft, service: Draft, one: Coupling, texts: Mapping[str, str]) -> str | None:
    """A file that both read which names the place, though not in a way that says what for."""
    words = [re.escape(word) for word in (one.path, one.address) if word]
    words += ["localhost"] if one.address and one.address.startswith(("127.", "::1")) else []
    names = re.compile(rf"(?<![\w.-])(?:{'|'.join(words)})(?![\w-])") if words else None
    paths = [use.path for use in service.workload.secrets if use.path]
    both = {use.path for use in job.workload.secrets} | set(job.belongings.texts)
    for path in dict.fromkeys((*service.belongings.texts, *paths)):
        if path in both and not vendored(path) and names and names.search(texts.get(path, "")):
            return path
    return None
