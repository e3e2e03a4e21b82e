"""What the generated files can't promise: said in the bundle's README, under UNVERIFIED."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.emission.forwarders import forwards
from migrate.emission.secrets import hidden_jobs
from migrate.emission.volumes import fleeting, shared
from migrate.emitters import Sources
from migrate.model.facts import Sites
from migrate.model.plan import Coupling, Workload

_LABEL = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")


def loose_ends(sources: Sources, workloads: tuple[Workload, ...]) -> tuple[str, ...]:
    """One sentence each, plain text."""
    return tuple(dict.fromkeys(_all(sources, workloads)))


def _all(sources: Sources, workloads: tuple[Workload, ...]) -> Iterator[str]:
    together = shared(workloads)
    for workload in workloads:
        for coupling in workload.couplings:
            yield from _coupling(workload, coupling)
        yield from _limits(workload)
        for alias in workload.aliases:
            if not _LABEL.fullmatch(alias):
                yield f"Kubernetes: no Service can be called {alias} ({workload.name}); add it to the cluster's DNS."
        if any(one.name in together and not fleeting(one, together) for one in workload.volumes):
            yield f"Kubernetes: {workload.name} shares a volume, so it runs on one node with those it shares it with."
        if hidden_jobs(workload):
            yield f"A job of {workload.name} has a secret on its command line: its crontab is mounted as a secret."
        if any(job.environment and job.user != "root" for job in workload.jobs) and workload.base.family == "apk":
            yield f"{workload.name}: busybox's cron runs the jobs with /bin/sh, whatever SHELL said."
    yield from _tls(sources, workloads)
    for question in sources.plan.questions:
        if question.answer is None:
            yield f"Open question {question.id}: {question.text} (taken for now: {question.default})"


def _coupling(workload: Workload, coupling: Coupling) -> Iterator[str]:
    place = coupling.path or ":".join(str(one) for one in (coupling.address, coupling.port) if one is not None)
    if coupling.how in ("forward", "forward-in") and not forwards(coupling):
        yield f"{workload.name} used {place}, which no forwarder can offer in a container: {coupling.because}."
    if coupling.how == "external":
        yield f"{workload.name} reaches {place} outside of this bundle: the new place must be able to."


def _limits(workload: Workload) -> Iterator[str]:
    for name, value in workload.limits:
        short = name.lower().removeprefix("limit")
        if short == "nofile":
            numbers = [int(one) for one in value.split(":") if one.isdigit()]
            if numbers and max(numbers) > 20_000:
                yield (
                    f"{workload.name} might open {value} files on the host; Compose asks for 20000, which every engine "
                    "grants, unless the variable in the table above says more."
                )
        else:
            yield f"{workload.name} had the limit {short}={value} on the host; the engine's own is in force."


def _tls(sources: Sources, workloads: tuple[Workload, ...]) -> Iterator[str]:
    for host in sorted({workload.host for workload in workloads}):
        if any(site.tls for site in sources.snapshots[host].inventory.get(Sites).sites):
            yield f"Kubernetes: the Ingress has no TLS; {host} served HTTPS: give it the certificate as a Secret."
