"""Packages and where they came from."""

from __future__ import annotations

from collections import defaultdict

from migrate.emission.fates import ASK, CARRIED, CHANGED, DROPPED, Case, Entries, joined
from migrate.emission.packages import closure
from migrate.model.facts import Package, Packages, Repository


def packages(case: Case) -> Entries:
    """Asked for, brought along, part of every base, or not needed."""
    facts = case.snapshot.inventory.get(Packages)
    asked, brought = _asked(case), _brought(case, facts.packages)
    for package in facts.packages:
        yield case.entry(f"packages:{package.name}", *_package(package, asked, brought))
    for package in facts.removed:
        fact = f"packages:removed/{package.name}"
        yield case.entry(fact, DROPPED, "", f"{package.state}: no program of it is left")
    for pin in facts.pins:
        fact = f"packages:{pin.kind}/{','.join(pin.packages)}/{pin.seen}"
        yield case.entry(fact, DROPPED, "", "images take the host's versions, or the nearest that a mirror has")
    for repository in facts.repositories:
        name = " ".join((repository.url, repository.suite or "", *repository.components)).strip()
        yield case.entry(f"packages:repository/{name}", *_repository(case, repository))


def _package(
    package: Package, asked: dict[str, tuple[str, str]], brought: dict[str, list[str]]
) -> tuple[str, str, str]:
    if package.name in asked and package.third_party:
        who = package.origin or package.vendor or "nobody known"
        text = f"not of the distribution but of {who}: the build needs its repository, or the package as a file"
        return ASK, asked[package.name][0], text
    if package.name in asked:
        where, because = asked[package.name]
        return CARRIED, where, f"{because}; {package.version}, or the nearest that a mirror has"
    if package.name in brought:
        return CARRIED, joined(brought[package.name]), "what a workload needs depends on it"
    if package.essential:
        return CARRIED, "base image", "part of every installation of this release"
    return DROPPED, "", "no workload needs it"


def _repository(case: Case, repository: Repository) -> tuple[str, str, str]:
    if not repository.enabled:
        return DROPPED, "", "disabled on the host"
    if not case.workloads:
        return DROPPED, "", "nothing is built for this host"
    images = sorted({workload.base.image for workload in case.workloads})
    return CHANGED, joined(images), "images are built from the repositories of their base image"


def _asked(case: Case) -> dict[str, tuple[str, str]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for workload in case.workloads:
        for choice in workload.packages:
            found[choice.name.partition(":")[0]].append((f"images/{workload.name}/Dockerfile", choice.because))
    return {name: (joined([where for where, _ in uses]), uses[0][1]) for name, uses in found.items()}


def _brought(case: Case, known: tuple[Package, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for workload in case.workloads:
        for package in closure(known, {choice.name.partition(":")[0] for choice in workload.packages}):
            found[package.name].append(f"images/{workload.name}/Dockerfile")
    return found


FATES = {"packages": packages}
