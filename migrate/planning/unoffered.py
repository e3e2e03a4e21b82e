"""Packages that no repository offers: they were installed from a file, or their repository is gone. Their files go
along, and what they need is asked for in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from migrate.model.facts import Content, Package, Packages
from migrate.model.inventory import Snapshot
from migrate.model.plan import FileChoice, PackageChoice, Workload


def carried(snapshot: Snapshot, workload: Workload) -> Workload:
    """The workload with such packages as their files."""
    there = unoffered(snapshot)
    if not any(choice.name in there for choice in workload.packages):
        return workload
    packages = {one.name: one for one in snapshot.inventory.get(Packages).packages}
    choices = {choice.name: choice for choice in workload.packages if choice.name not in there}
    gone, waiting = [], [choice for choice in workload.packages if choice.name in there]
    while waiting:
        choice = waiting.pop(0)
        gone.append(choice)
        for name in _needs(packages[choice.name], packages):
            needed = PackageChoice(
                name, packages[name].version, f"{choice.name} needs it, which goes along as its files"
            )
            if name in there and name not in {one.name for one in (*gone, *waiting)}:
                waiting.append(needed)
            elif name not in there:
                choices.setdefault(name, needed)
    files = [one for choice in gone for one in _files(choice, there[choice.name], workload)]
    return replace(workload, packages=tuple(choices.values()), files=(*workload.files, *files))


def unoffered(snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """By package of another maker that no list of the package manager offers: its captured files."""
    captured = {one.path for one in snapshot.inventory.get(Content).entries if one.kind != "directory"}
    found = {}
    for one in snapshot.inventory.get(Packages).packages:
        files = tuple(path for path in one.files if path in captured)
        if one.third_party and not one.origin and files:
            found[one.name] = files
    return found


def _needs(package: Package, packages: Mapping[str, Package]) -> Iterator[str]:
    """Of each "or" the first that is installed."""
    for group in package.depends:
        name = next((name for name in group if name in packages), None)
        if name and not packages[name].essential:
            yield name


def _files(choice: PackageChoice, paths: Iterable[str], workload: Workload) -> Iterator[FileChoice]:
    known = {one.path for one in workload.files}
    for path in paths:
        if not any(path == one or path.startswith(one.rstrip("/") + "/") for one in known):
            yield FileChoice(path, f"a file of {choice.name}, which no repository offers: {choice.because}")
