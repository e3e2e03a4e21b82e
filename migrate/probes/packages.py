"""Installed packages of dpkg, rpm or apk with what they depend on, and where they came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from migrate.model.facts import Package, Packages, Repository
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.package_origins import Origins
from migrate.probes.sections import Parts, shell_of, split
from migrate.syntax.pins import pins
from migrate.syntax.repositories import repositories

_STATES = {"u": "unpacked", "c": "half-configured", "rs": "config-files", "rd": "half-installed"}
_GONE = ("config-files", "half-installed")
_RULES = re.compile(
    r"/etc/(?:apt/(?:preferences|apt\.conf)|yum\.conf|dnf/(?:dnf\.conf|plugins|modules)|yum/plugin|zypp/locks|apk/world)"
)


def parse(data: bytes) -> Parsed:
    parts = split(data)
    manager = next((name for name in ("dpkg", "rpm", "apk") if name in parts.blocks), None)
    gaps = list(parts.gaps)
    packages: list[Package] = []
    if manager is None:
        gaps.append(Gap("installed packages", "none of dpkg, rpm and apk keeps packages here"))
    elif manager == "apk":
        packages = _apk(parts.lines("apk"), parts.lines("world"))
    else:
        packages = list(_table(parts, manager))
    if manager and not packages:
        gaps.append(Gap("installed packages", f"{manager} is there and listed none"))
    origins = Origins(parts)
    there = [one for one in packages if one.state not in _GONE]
    facts = Packages(
        manager,
        tuple(_estimated(origins.told(there))),
        tuple(origins.of_repository(one) for one in _repositories(parts)),
        tuple(pin for path, lines in _files(parts) if _tells_rules(path) for pin in pins(path, lines)),
        tuple(one for one in packages if one.state in _GONE),
        tuple(parts.lines("architectures")),
    )
    return Parsed(facts, tuple(gaps))


def _tells_rules(path: str) -> bool:
    return _RULES.search(path) is not None or path.endswith(".repo")


def _files(parts: Parts) -> Iterable[tuple[str, list[str]]]:
    return parts.files("repositories").items()


def _estimated(packages: list[Package]) -> Iterator[Package]:
    """With the leaves, where no manager tells who asked for what."""
    needed = {name for one in packages for some in one.depends for name in some}
    for one in packages:
        yield replace(one, leaf=one.name not in needed) if one.manager == "rpm" and one.manual is None else one


def _table(parts: Parts, manager: str) -> Iterator[Package]:
    chosen = _Chosen(parts)
    words: list[str] = []
    marks, named, licences, contents = _Marks(), _Marks(), _licences(parts), _contents(parts)
    for row in parts.table(manager):
        # Every package of rpm has a version: what has none is a line of a tool that raves.
        if len(row) not in (8, 9, 10, 11) or not row[0] or (manager == "rpm" and not row[1]):
            continue
        name, version, arch, flags, section, source = row[:6]
        provides = tuple(word for some in _decoded(row[6], words) for word in some)
        yield Package(
            name,
            version,
            arch,
            manager,
            manual=chosen.manual(name, version, arch),
            essential="e" in flags,
            section=section or None,
            source=_source(source, manager) or name,
            depends=tuple(dict.fromkeys(_decoded(row[7], words))),
            provides=provides,
            held="h" in flags,
            state=next((state for letter, state in _STATES.items() if letter in flags), None),
            vendor=(marks.plain(row[8]) if manager == "rpm" else row[8] or None) if len(row) > 8 else None,
            signature=marks.plain(row[9]) if len(row) > 9 else None,
            third_party=True if "n" in flags else None,
            files=contents.get(name, ()),
            licence=licences.get(name) or (named.plain(row[10]) if len(row) > 10 else None),
        )


def _contents(parts: Parts) -> dict[str, tuple[str, ...]]:
    """The files of dpkg's packages that nobody but a file may have brought."""
    found: dict[str, list[str]] = {}
    for row in parts.table("contents"):
        if len(row) == 2 and row[1].startswith("/") and len(row[1]) > 2:
            found.setdefault(row[0], []).append(row[1])
    return {name: tuple(paths) for name, paths in found.items()}


def _licences(parts: Parts) -> dict[str, str]:
    """Of dpkg's packages: what their copyright files name, several together."""
    words: list[str] = []
    found: dict[str, str] = {}
    for row in parts.table("licences"):
        names = [one[0] for one in _decoded(row[1] if len(row) == 2 else "", words)]
        if names:
            found[row[0]] = " and ".join(names)[:300]
    return found


class _Marks:
    """Vendors and keys: ``=WORD`` when first said, its number afterwards."""

    def __init__(self) -> None:
        self._words: list[str] = []

    def plain(self, token: str) -> str | None:
        if token.startswith("="):
            self._words.append(token[1:])
            return token[1:] or None
        known = token.isascii() and token.isdecimal() and len(token) < 9 and int(token) < len(self._words)
        return (self._words[int(token)] or None) if known else None


def _decoded(field: str, words: list[str]) -> list[tuple[str, ...]]:
    """``=libc6,=dash|=bash,0`` with the words said so far."""
    found = []
    for group in field.split(","):
        names = []
        for token in group.split("|"):
            if token.startswith("="):
                words.append(token[1:])
                names.append(token[1:])
            elif token.isascii() and token.isdecimal() and len(token) < 9 and int(token) < len(words):
                names.append(words[int(token)])
        if names:
            found.append(tuple(names))
    return found


def _source(source: str, manager: str) -> str:
    """A source package's name; rpm gives ``bash-4.2.46-34.el7.src.rpm``."""
    return re.sub(r"-[^-]*-[^-]*$", "", source) if manager == "rpm" else source


class _Chosen:
    """Who asked for a package, where the package manager keeps that."""

    def __init__(self, parts: Parts) -> None:
        self._automatic: dict[str, set[str]] | None = None
        if "automatic" in parts.blocks:
            self._automatic = {}
            for row in parts.table("automatic"):
                self._automatic.setdefault(row[0], set()).update(row[1:])
        # [packages."bash.x86_64"], of dnf 5.
        reasons = [(match[1], row[1].strip('"')) for row in parts.table("dnf5") if len(row) == 2
                   for match in [re.search(r'"([^"]+)"', row[0])] if match]  # fmt: skip
        self._asked = {name for name, why in reasons if why in ("User", "Group", "External")} if reasons else None
        # yumdb folders are named <checksum>-<name>-<version>-<release>-<arch>.
        folders = [line.split("/")[-2] for line in parts.lines("chosen") if line.count("/") > 1]
        self._by_hand = {folder.partition("-")[2] for folder in folders} if "chosen" in parts.blocks else None

    def manual(self, name: str, version: str, arch: str) -> bool | None:
        if self._asked is not None:
            return f"{name}.{arch}" in self._asked
        if self._by_hand is not None:
            return f"{name}-{version.split(':')[-1]}-{arch}" in self._by_hand
        if self._automatic is None:
            return None
        architectures = self._automatic.get(name, set())
        # apt files an "all" package under the machine's own architecture; zypper names none.
        return not (architectures & {arch, ""} or (arch == "all" and architectures))


def _apk(lines: list[str], world: list[str]) -> list[Package]:
    entries = list(_entries(lines))
    owner: dict[str, str] = {}
    for entry in entries:
        for word in [entry["P"], *entry.get("p", "").split()]:
            owner.setdefault(_bare(word), entry["P"])
    chosen = {_bare(word) for line in world for word in line.split()}
    return [_apk_package(entry, owner, chosen) for entry in entries]


def _entries(lines: list[str]) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    for line in [*lines, ""]:
        if line[1:2] == ":":
            entry[line[0]] = line[2:]
        elif not line:
            if entry.get("P"):
                yield entry
            entry = {}


def _apk_package(entry: dict[str, str], owner: dict[str, str], chosen: set[str]) -> Package:
    name = entry["P"]
    needs = [_bare(word) for word in entry.get("D", "").split() if not word.startswith("!")]
    provides = [_bare(word) for word in entry.get("p", "").split()]
    return Package(
        name,
        entry.get("V", ""),
        entry.get("A", ""),
        "apk",
        manual=name in chosen,
        source=entry.get("o") or name,
        depends=tuple((need,) for need in dict.fromkeys(owner.get(need, need) for need in needs) if need != name),
        provides=tuple(word for word in provides if ":" not in word),
        licence=entry.get("L") or None,
    )


def _bare(word: str) -> str:
    """A dependency without its version and repository tag."""
    return re.split(r"[<>=~@]", word, maxsplit=1)[0]


def _repositories(parts: Parts) -> tuple[Repository, ...]:
    found = (repositories(path, lines) for path, lines in _files(parts) if not _RULES.search(path))
    return tuple(each for some in found for each in some)


PROBE = Probe(Packages, shell_of(__file__), parse, budget=60, packed=True)
