"""What the generated files can't promise: said in the bundle's README, under UNVERIFIED."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.emission import addresses, named, ulimits
from migrate.emission.forwarders import bases, forwarders, forwards
from migrate.emission.pods import SAFE_SYSCTLS
from migrate.emission.published import published
from migrate.emission.secrets import hidden_jobs
from migrate.emission.volumes import fleeting, keeper, shared
from migrate.emitters import Sources
from migrate.model.facts import Databases, Schedule
from migrate.model.plan import Coupling, Workload

_EVERYWHERE = frozenset(("0.0.0.0", "::", "*", ""))
_MYSQL = frozenset(("mysql", "mariadb", "percona"))
_ADDRESS = re.compile(
    r"(?!127\.)\d{1,3}\.[\d.%_/]*\Z"
)  # an address, or a part of one: 10.0.0.4, 10.%, 10.0.0.0/255.255.255.0


def loose_ends(sources: Sources, workloads: tuple[Workload, ...]) -> tuple[str, ...]:
    """One sentence each, plain text."""
    return tuple(dict.fromkeys(_all(sources, workloads)))


def _all(sources: Sources, workloads: tuple[Workload, ...]) -> Iterator[str]:
    together = shared(workloads)
    for workload in workloads:
        for coupling in workload.couplings:
            yield from _coupling(workload, coupling)
        yield from _limits(workload)
        yield from _bound(workload)
        yield from _jobs(sources, workload)
        yield from _sysctls(workload)
        if any(one.name in together and not fleeting(one, together) for one in workload.volumes):
            yield f"Kubernetes: {workload.name} shares a volume, so it runs on one node with those it shares it with."
        if hidden_jobs(workload):
            yield f"A job of {workload.name} has a secret on its command line: its crontab is mounted as a secret."
        if any(job.environment and job.user != "root" for job in workload.jobs) and workload.base.family == "apk":
            yield f"{workload.name}: busybox's cron runs the jobs with /bin/sh, whatever SHELL said."
    yield from _names(workloads)
    yield from _sidecars(workloads)
    yield from _accounts(sources, workloads)


def questions(sources: Sources) -> tuple[str, ...]:
    """What only a person can decide, with what was taken for now."""
    open_ = (one for one in sources.plan.questions if one.answer is None)
    return tuple(f"Open question {one.id}: {one.text} (taken for now: {one.default})" for one in open_)


def _bound(workload: Workload) -> Iterator[str]:
    """Listeners that only one network of the old machine reached."""
    for one in published(workload):
        address = one.port.address
        if address.strip("[]") not in _EVERYWHERE:
            yield (
                f"{workload.name} listened on {address} alone (port {one.target}); Compose publishes it on every "
                f"address of the new machine: {one.variable}=ADDRESS:{one.host} narrows that."
            )


def _jobs(sources: Sources, workload: Workload) -> Iterator[str]:
    """Jobs that the host made up for when it had been off, and those that may take longer than their interval."""
    known = sources.snapshots[workload.host].inventory.get(Schedule).jobs
    late = {one.command for one in known if one.persistent}
    for job in workload.jobs:
        if job.command in late:
            yield (
                f"{job.name} was made up for after the host had been off; a container that is down at its time leaves "
                "that run out."
            )
    if workload.jobs:
        yield (
            f"The jobs of {workload.name} may run beside themselves under Compose where one takes longer than its "
            "interval, as they did on the host; Kubernetes leaves the second run out."
        )


def _coupling(workload: Workload, coupling: Coupling) -> Iterator[str]:
    place = coupling.path or ":".join(str(one) for one in (coupling.address, coupling.port) if one is not None)
    if coupling.how in ("forward", "forward-in") and not forwards(coupling):
        yield f"{workload.name} used {place}, which no forwarder can offer in a container: {coupling.because}."
    if coupling.how == "external":
        yield f"{workload.name} reaches {place} outside of this bundle: the new place must be able to."


def _names(workloads: tuple[Workload, ...]) -> Iterator[str]:
    unmet = named.unmet(workloads)
    met = {(one.to, one.name) for one in (*named.offers(workloads), *unmet)}
    own = {(one.name, name) for one in workloads for _, name in named.hosts(workloads, one)}
    for workload in workloads:
        for alias in workload.aliases:
            pair = (workload.name, addresses.host_alias(alias))
            if not addresses.service(alias) and pair not in met | own:
                yield f"Kubernetes: no Service can be called {alias} ({workload.name}); add it to the cluster's DNS."
    for one in unmet:
        yield (
            f"Kubernetes: {one.client} listens on port {one.port} itself, so no forwarder beside it can offer "
            f"{one.name}:{one.port} ({one.to}); add the name to the cluster's DNS."
        )


def _sidecars(workloads: tuple[Workload, ...]) -> Iterator[str]:
    composed = forwarders(workloads)
    outward = {one.beside for one in composed if not one.inward} | {one.client for one in named.offers(workloads)}
    for workload in workloads:
        if workload.jobs and workload.name in outward:
            yield f"Kubernetes: {workload.name} has forwarders as sidecars, which Kubernetes knows from 1.29 on."
        for volume in workload.volumes:
            if workload.jobs and volume.name in shared(workloads) and keeper(workloads, volume.name) == workload.name:
                yield f"Kubernetes: what shares {volume.name} waits until {workload.name} ran once, which fills it."
    if not composed:
        for image, _ in bases(workloads):
            yield f"Kubernetes: Compose has no use for the image of images/{image}: build it by itself."


def _limits(workload: Workload) -> Iterator[str]:
    for name, value in workload.limits:
        short = ulimits.short(name)
        if short == "nofile":
            numbers = [int(one) for one in value.split(":") if one.isdigit()]
            if numbers and max(numbers) > 20_000:
                yield (
                    f"{workload.name} might open {value} files on the host; Compose asks for 20000, which every engine "
                    "grants, unless the variable in the table above says more."
                )
        elif short not in {name for name, _, _ in ulimits.of(workload)}:
            yield f"{workload.name} had the limit {short}={value} on the host; the engine's own is in force."


def _sysctls(workload: Workload) -> Iterator[str]:
    wanted = [f"{one.name}={one.value}" for one in workload.sysctls if one.name not in SAFE_SYSCTLS]
    if wanted:
        yield (
            f"Kubernetes: {workload.name} had {', '.join(wanted)} on the host; a pod gets that only where the kubelet "
            "allows it (--allowed-unsafe-sysctls)."
        )


def _accounts(sources: Sources, workloads: tuple[Workload, ...]) -> Iterator[str]:
    """Accounts of MySQL that may come in from addresses of the old network only, where other hosts' workloads do."""
    hosts = {one.name: one.host for one in workloads}
    far = {
        one.to
        for client in workloads
        for one in client.couplings
        if hosts.get(one.to or "", client.host) != client.host
    }
    for workload in (one for one in workloads if one.name in far):
        for server in sources.snapshots[workload.host].inventory.get(Databases).servers:
            mine = server.pid in workload.pids or server.unit in workload.services
            for user in server.users if mine and server.engine in _MYSQL else ():
                if user.host and _ADDRESS.match(user.host):
                    account = f"'{user.name}'@'{user.host}'"
                    why = f"The account {account} of {workload.name} is for addresses of the old network"
                    yield f"{why}: after loading, RENAME USER {account} TO '{user.name}'@'%'."
