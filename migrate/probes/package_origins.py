"""Which packages are not of the distribution: by the repository that offers them, by who made and signed them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from migrate.model.facts import Package, Repository
from migrate.probes.sections import Parts

_DISTRIBUTIONS = frozenset(("Debian", "Ubuntu", "Raspbian", "Devuan", "Linux Mint", "Kali", "Proxmox"))
_OWN_REPOSITORIES = re.compile(
    r"(?:anaconda.*|base|updates|installed|@?commandline|rhel-.*|rhui-.*|ol\d_.*|amzn.*)", re.IGNORECASE
)
_BASE = ("glibc", "bash", "rpm", "coreutils", "filesystem")


class Origins:
    """What the lists of the package manager say of repositories and packages."""

    def __init__(self, parts: Parts) -> None:
        self._releases: dict[str, dict[str, str]] = {}
        self._offers: dict[str, list[tuple[str, str]]] = {}
        for row in parts.table("origins"):
            if row[0] == "release" and len(row) > 1:
                self._releases[row[1]] = dict(field.split(": ", 1) for field in row[2:] if ": " in field)
            elif row[0] == "offer" and len(row) == 4:
                self._offers.setdefault(row[2], []).append((row[3], self._label(row[1])))
        self._from = {row[0]: row[1] for row in parts.table("from") if len(row) == 2}

    def _label(self, release: str) -> str:
        said = self._releases.get(release, {})
        return said.get("Label") or said.get("Origin") or release

    def of_repository(self, one: Repository) -> Repository:
        """A repository of apt with what its Release file calls it."""
        said = self._releases.get(_list_name(one)) if one.kind == "deb" else None
        if said is None:
            return one
        origin = said.get("Origin")
        return replace(one, name=said.get("Label"), origin=origin, third_party=origin not in _DISTRIBUTIONS)

    def told(self, packages: list[Package]) -> list[Package]:
        if packages and packages[0].manager == "rpm":
            return [self._rpm(one, _vendor(packages)) for one in packages]
        # Where documents are left out of every package, nothing follows from there being none.
        others = [one for one in packages if one.vendor]
        stripped = len(others) > 3 and sum(one.third_party is True for one in others) > len(others) * 0.8
        return [self._dpkg(one, stripped) for one in packages]

    def _dpkg(self, one: Package, stripped: bool) -> Package:
        if one.manager != "dpkg":
            return one
        offers = self._offers.get(one.name, [])
        exact = [label for version, label in offers if version == one.version]
        origin = next(iter(exact or [label for _, label in offers if one.vendor]), None)
        if origin or one.section is None:
            return replace(one, origin=origin, third_party=True)
        if stripped:
            return replace(one, third_party=None if one.vendor else False)
        return replace(one, third_party=one.third_party is True)

    def _rpm(self, one: Package, own: str | None) -> Package:
        repository = self._from.get(f"{one.name}-{one.version.partition(':')[2] or one.version}-{one.arch}")
        origin = None if repository is None or _OWN_REPOSITORIES.fullmatch(repository) else repository
        return replace(one, origin=origin, third_party=None if own is None else one.vendor != own)


def _vendor(packages: Iterable[Package]) -> str | None:
    """Who made the packages that every system has."""
    return next((one.vendor for one in packages if one.name in _BASE and one.vendor), None)


def _list_name(one: Repository) -> str:
    """How apt calls the files of a repository's lists."""
    place = re.sub(r"^[a-z+]+:(?://)?(?:[^/@]*@)?", "", one.url).rstrip("/")
    suite = one.suite or ""
    path = f"{place}/{suite.strip('/')}" if suite.endswith("/") else f"{place}/dists/{suite}"
    return path.rstrip("/").replace("_", "%5f").replace("/", "_")
