"""The official image of what a workload runs, where its plan asks for that in the place of the host's own release.

The table lies beside this module. What runs is not told: programs of the image get a link where the host had them, the
host's configuration and files come along as ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from migrate.model.plan import Base, PackageChoice, Step, Workload
from migrate.quoting import shell

FAITHFUL, UPSTREAM = "faithful", "upstream"


@dataclass(frozen=True, slots=True)
class _System:
    family: str
    os_id: str
    version: str
    codename: str


@dataclass(frozen=True, slots=True)
class _Versions:
    start: str
    below: str
    image: str
    system: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """One row of the table, whose head says what its fields mean."""

    product: str
    package: str
    versions: tuple[_Versions, ...]
    kinds: tuple[str, ...] = ()
    unless: str | None = None
    replaces: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[str, ...] = ()


@cache
def table() -> tuple[tuple[Upstream, ...], Mapping[str, _System]]:
    import yaml

    read = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    systems = {name: _System(**one) for name, one in read["systems"].items()}
    rows = []
    for one in read["images"]:
        versions = tuple(_Versions(row["from"], row["below"], row["image"], row["system"]) for row in one["versions"])
        given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in one.items()}
        rows.append(Upstream(**{**given, "versions": versions}))
    return tuple(rows), systems


def choose(workload: Workload, choice: str | None) -> Workload:
    """The workload on the base that a person chose; on the host's own release where no other is known."""
    if choice != UPSTREAM:
        return workload
    for row, package in _rows(workload):
        version = _bare(package.version)
        pieces = version.split(".")
        words = {"package": package.name, "major": pieces[0], "minor": ".".join(pieces[:2])}
        for versions in row.versions:
            if _numbers(versions.start) <= _numbers(version) < _numbers(versions.below):
                return _based(workload, row, versions, words, f"{row.product} {version}")
    because = f"{workload.base.because}; no official image is known that has the same in this version"
    return replace(workload, base=replace(workload.base, because=because, choice=UPSTREAM))


def _rows(workload: Workload) -> Iterator[tuple[Upstream, PackageChoice]]:
    names = [one.name for one in workload.packages]
    for row in table()[0]:
        if row.kinds and workload.kind not in row.kinds:
            continue
        if row.unless and any(re.fullmatch(row.unless, name) for name in names):
            continue
        yield from ((row, one) for one in workload.packages if one.version and re.fullmatch(row.package, one.name))


def _based(workload: Workload, row: Upstream, versions: _Versions, words: Mapping[str, str], what: str) -> Workload:
    system = table()[1][versions.system]
    because = f"a person chose the official image; the host has {what}"
    image = versions.image.format(**words)
    base = Base(image, system.family, system.os_id, system.version, system.codename, because, UPSTREAM)
    kept = tuple(
        one for one in workload.packages if not any(re.fullmatch(pattern, one.name) for pattern in row.replaces)
    )
    links = {place.format(**words): target.format(**words) for place, target in row.links.items()}
    made = (Step(_link(place, target), f"where the host has what {image} has there") for place, target in links.items())
    more = (Step(_filled(step, words), f"as {image} has it laid out") for step in row.steps)
    return replace(workload, base=base, packages=kept, steps=(*more, *made, *workload.steps))


def _link(place: str, target: str) -> str:
    folder = place.rpartition("/")[0] or "/"
    return f"mkdir -p {shell(folder)} && rm -rf {shell(place)} && ln -s {shell(target)} {shell(place)}"


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _bare(version: str | None) -> str:
    """Without epoch and the distribution's revision: ``5:7.0.15-1~deb12u1`` is 7.0.15."""
    found = re.match(r"(?:\d+:)?(\d+(?:\.\d+)*)", version or "")
    return found[1] if found else "0"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(piece) for piece in version.split("."))
