"""What the package manager is asked for, in versions as near to the host's as the mirrors allow."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from migrate.emitters import Sources
from migrate.errors import InputError
from migrate.model.facts import Package, Packages, System
from migrate.model.plan import Workload

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*(?::[a-z0-9-]+)?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+~:_^-]*")


def wanted(sources: Sources, workload: Workload) -> tuple[tuple[str, str | None], ...]:
    """(name, version on the host) of each package to ask for, sorted.

    :raises InputError: the plan has a name that no package manager knows.
    """
    packages = sources.snapshots[workload.host].inventory.get(Packages)
    foreign = _foreign(packages.packages)
    found = {foreign.get(choice.name, choice.name): choice.version for choice in workload.packages}
    if workload.timezone and "tzdata" not in found:
        found |= {one.name: one.version for one in packages.packages if one.name in ("tzdata", "timezone")}
    for name in found:
        if not _NAME.fullmatch(name):
            raise InputError(f"plan.yaml: {workload.name}: {name!r} is no package's name")
    return tuple(
        (name, version if version and _VERSION.fullmatch(version) else None) for name, version in sorted(found.items())
    )


def architectures(names: Iterable[str]) -> tuple[str, ...]:
    """Foreign architectures among names such as ``libc6:i386``."""
    return tuple(sorted({name.partition(":")[2] for name in names if ":" in name}))


def pins(known: Iterable[Package], asked: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(name, version) of the asked packages and all that they depend on, as on the host; dpkg only."""
    needed = closure(known, {name.partition(":")[0] for name in asked})
    return tuple(
        (package.name, package.version)
        for package in sorted(needed, key=lambda one: one.name)
        if not package.essential and _NAME.fullmatch(package.name) and _VERSION.fullmatch(package.version)
    )


def closure(packages: Iterable[Package], names: set[str], *, sparing: bool = False) -> tuple[Package, ...]:
    """The packages of these names with all that they depend on, as far as the host has them.

    :param sparing: of alternatives, the one alone that comes first; without it, all that the host has.
    """
    by_name = {package.name: package for package in packages}
    providers: dict[str, list[Package]] = defaultdict(list)
    for package in by_name.values():
        for provided in package.provides:
            providers[provided].append(package)
    found: dict[str, Package] = {}
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        for package in [by_name[name]] if name in by_name else providers[name]:
            if package.name not in found:
                found[package.name] = package
                for group in package.depends:
                    there = [one for one in group if one in by_name]
                    waiting.extend(there[:1] if sparing and there else group)
    return tuple(found.values())


def _foreign(packages: Iterable[Package]) -> dict[str, str]:
    """Names of dpkg packages that are installed only for another architecture than most."""
    found = [package for package in packages if package.manager == "dpkg" and package.arch not in ("", "all")]
    counts = Counter(package.arch for package in found)
    native = counts.most_common(1)[0][0] if counts else ""
    ours = {package.name for package in found if package.arch == native}
    return {one.name: f"{one.name}:{one.arch}" for one in found if one.arch != native and one.name not in ours}


def languages(sources: Sources, host: str) -> tuple[str, ...]:
    """The languages whose messages are kept: ``de`` of de_DE.UTF-8."""
    system = sources.snapshots[host].inventory.get(System)
    found = {re.split(r"[_.@]", name)[0] for name in (system.locale or "", *system.locales)}
    return tuple(sorted(name for name in found if re.fullmatch(r"[a-z]{2,3}", name)))
