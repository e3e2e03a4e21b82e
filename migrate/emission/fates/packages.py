"""Packages and where they came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from migrate.emission import repositories
from migrate.emission.fates import ASK, CARRIED, CHANGED, DROPPED, Case, Entries, joined
from migrate.emission.packages import closure
from migrate.model.facts import Package, Packages, Repository

Fate = tuple[str, str, str]


def packages(case: Case) -> Entries:
    """Asked for, brought along, part of every base, or not needed."""
    facts = case.snapshot.inventory.get(Packages)
    asked, brought = _asked(case), _brought(case, facts.packages)
    offered = {name: one for each in case.workloads for name, one in repositories.offered(case.snapshot, each).items()}
    for package in facts.packages:
        fate = _alone(case, package, asked) or _offered(package, asked, brought, offered)
        yield case.entry(f"packages:{package.name}", *(fate or _package(package, asked, brought)))
    for package in facts.removed:
        fact = f"packages:removed/{package.name}"
        yield case.entry(fact, DROPPED, "", f"{package.state}: no program of it is left")
    for pin in facts.pins:
        fact = f"packages:{pin.kind}/{','.join(pin.packages)}/{pin.seen}"
        yield case.entry(fact, DROPPED, "", "images take the host's versions, or the nearest that a mirror has")
    for repository in facts.repositories:
        name = " ".join((repository.url, repository.suite or "", *repository.components)).strip()
        yield case.entry(f"packages:repository/{name}", *_repository(case, repository))


def _alone(case: Case, package: Package, asked: Mapping[str, tuple[str, str]]) -> Fate | None:
    """Of a package whose files go along as they are."""
    paths = set(package.files)
    if not package.third_party or package.origin or package.name in asked:
        return None
    workloads = [one.name for one in case.workloads if any(choice.path in paths for choice in one.files)]
    if not workloads:
        return None
    text = "no repository offers it: its files go along, and its installation scripts do not run"
    return CHANGED, joined([f"images/{name}" for name in workloads]), text


def _offered(
    package: Package,
    asked: dict[str, tuple[str, str]],
    brought: dict[str, list[str]],
    offered: Mapping[str, repositories.Given],
) -> Fate | None:
    """Of a package of another maker, whose repository the images have."""
    if package.name not in offered or not package.third_party or package.name not in {*asked, *brought}:
        return None
    where = asked[package.name][0] if package.name in asked else joined(brought[package.name])
    return CARRIED, where, f"from {offered[package.name].repository.url}, with the key that the host trusted"


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
    users = [one.name for one in case.workloads for some in repositories.given(case.snapshot, one)
             if some.repository == repository]  # fmt: skip
    if users:
        text = "images that need packages of it have it, with its key"
        return CARRIED, joined([f"images/{name}/Dockerfile" for name in users]), text
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
