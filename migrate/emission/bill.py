"""What an image is made of, as the inventory knows it: the components of a CycloneDX bill of materials.

Packages have the versions of the host; libraries and archives are those that the image really carries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import basename

from packageurl import PackageURL

from migrate.emission.packages import closure, wanted
from migrate.emission.tree import chosen
from migrate.emitters import Sources
from migrate.model.applications import Component
from migrate.model.facts import Archive, Archives, Package, Packages
from migrate.model.libraries import Libraries, Library
from migrate.model.plan import Base, Workload

_TYPES = {
    "pip": "pypi", "uv": "pypi", "setuptools": "pypi", "conda": "conda", "gem": "gem", "npm": "npm", "yarn": "npm",
    "pnpm": "npm", "composer": "composer", "cpan": "cpan", "luarocks": "luarocks", "r": "cran", "nuget": "nuget",
    "go": "golang", "cargo": "cargo",
}  # fmt: skip
_FAMILIES = {"dpkg": "deb", "rpm": "rpm", "apk": "apk"}


@dataclass(frozen=True, slots=True)
class Part:
    """One component of an image.

    :ivar kind: as CycloneDX calls it: library, framework, application, operating-system.
    :ivar purl: the package URL; empty where there is none.
    :ivar licence: as the component names it, or None.
    :ivar place: where it is in the image, None for packages.
    :ivar sha256: of its file, where that is known.
    :ivar parts: what it holds.
    """

    name: str
    version: str | None
    kind: str
    purl: str = ""
    licence: str | None = None
    place: str | None = None
    sha256: str | None = None
    group: str | None = None
    parts: tuple[Part, ...] = ()


def parts(sources: Sources, workload: Workload) -> tuple[Part, ...]:
    """All components of a workload's image, in a stable order."""
    inventory = sources.snapshots[workload.host].inventory
    carried = frozenset(entry.path for entry in chosen(sources, workload))
    found = [_system(workload.base)]
    found += [_package(one, workload.base) for one in _packages(sources, workload)]
    found += [_library(one) for one in inventory.get(Libraries).libraries if one.seen in carried]
    found += [_archive(one) for one in inventory.get(Archives).archives if _there(one.path, carried)]
    return tuple(dict.fromkeys(sorted(found, key=lambda one: (one.purl, one.place or "", one.name, one.version or ""))))


def _there(path: str, carried: frozenset[str]) -> bool:
    """A file of the image, or a directory of it; modules of an archive are told with it."""
    return "!/" not in path and path in carried


def _system(base: Base) -> Part:
    return Part(base.os_id, base.version, "operating-system")


def _packages(sources: Sources, workload: Workload) -> Iterator[Package]:
    """What the package manager is asked for, what that needs, and what every installation has."""
    known = sources.snapshots[workload.host].inventory.get(Packages).packages
    asked = {name.partition(":")[0] for name, _ in wanted(sources, workload)}
    always = {one.name for one in known if one.essential}
    return iter(closure(known, asked | always))


def _package(one: Package, base: Base) -> Part:
    distribution = f"{base.os_id}-{base.version}"
    epoch, colon, rest = one.version.partition(":")
    marks = {"arch": one.arch, "distro": distribution}
    version = one.version
    if one.manager == "rpm" and colon and epoch.isdecimal():
        version, marks["epoch"] = rest, epoch
    kind = _FAMILIES.get(one.manager, "generic")
    return Part(one.name, one.version, "library", _purl(kind, base.os_id, one.name, version, marks), one.licence)


def _library(one: Library) -> Part:
    kind = _TYPES.get(one.manager, "generic")
    space, _, name = one.name.rpartition("/") if kind in ("npm", "composer", "golang") else ("", "", one.name)
    purl = _purl(kind, space, name, one.version)
    return Part(one.name, one.version, "library", purl, one.licence, one.seen)


def _archive(one: Archive) -> Part:
    name, version = _titled(one)
    inner = tuple(_inner(part) for part in one.components)
    kind = "library" if one.kind == "jar" and not one.main_class else "application"
    group, artifact = _coordinates(one.coordinates)
    purl = _purl("maven", group, artifact or name, version) if group else _purl("generic", "", name, version)
    return Part(artifact or name, version, kind, purl, one.licence, one.path, one.sha256, group, inner)


def _titled(one: Archive) -> tuple[str, str | None]:
    """What an archive is called: by its file, whose name people know."""
    stem, _, _ = basename(one.path).rpartition(".")
    match = re.fullmatch(r"(.+?)[-_](\d[\w.]*)", stem, re.ASCII)
    name = match[1] if match else stem or basename(one.path)
    return name, one.version or (match[2] if match else None)


def _inner(one: Component) -> Part:
    """A jar inside of an archive."""
    group, artifact = _coordinates(one.coordinates)
    stem = basename(one.path or one.name).removesuffix(".jar")
    name = artifact or (stem.removesuffix(f"-{one.version}") if one.version else stem)
    purl = _purl("maven", group, name, one.version) if group else _purl("generic", "", name, one.version)
    kind = "framework" if one.kind == "framework" else "library"
    return Part(name, one.version, kind, purl, one.licence, one.path, group=group)


def _coordinates(text: str | None) -> tuple[str | None, str | None]:
    group, _, artifact = (text or "").partition(":")
    return group or None, artifact or None


def _purl(kind: str, space: str | None, name: str, version: str | None, marks: Mapping[str, str] | None = None) -> str:
    given = {key: value for key, value in (marks or {}).items() if value}
    try:
        return PackageURL(kind, space or None, _plain(name), _plain(version) if version else None, given).to_string()
    except ValueError:  # of no name that a package URL can have
        return ""


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def flat(found: Iterable[Part]) -> Iterator[Part]:
    """The parts, and those inside of them."""
    for one in found:
        yield one
        yield from flat(one.parts)
