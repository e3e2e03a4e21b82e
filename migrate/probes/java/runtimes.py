"""Which Java runs a program: from the runtime's ``release`` file, its package, its own archive, or its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import basename

from migrate.model.facts import Archives, Content, Package, Packages
from migrate.probes.java import Machine
from migrate.probes.servers import Seen

_HOME = re.compile(r"(?P<home>/.+?)(?P<inner>/jre)?(/s?bin/[^/]+|/lib/(?:[\w-]+/)*lib(?:jvm|j9vm\d*)\.so)")
_IN_PATH = re.compile(
    r"(?:jdk|jre|java|openjdk|zulu|corretto|temurin|semeru|graalvm|sapmachine)[-_a-z]*?-?(1\.\d\.0[._]\d+|\d+(?:\.\d+)+|\d+u\d+)"
)
_PACKAGE = re.compile(
    r"openjdk-?\d+-(jre|jdk).*|java-[\d.]+-(openjdk|ibm|oracle|amazon-corretto|sun|semeru).*|(jdk|jre)-?[\d.u_]+.*"
    r"|(temurin|zulu|bellsoft-java|msopenjdk|adoptopenjdk|sapmachine|graalvm)[\w.-]*|oracle-java\d+.*|openjdk\d+(-.*)?"
)  # fmt: skip
_VENDORS = (
    ("temurin", "Eclipse Adoptium"), ("adopt", "AdoptOpenJDK"), ("zulu", "Azul"), ("corretto", "Amazon"),
    ("semeru", "IBM"), ("ibm", "IBM"), ("graalvm", "GraalVM"), ("sapmachine", "SAP"), ("bellsoft", "BellSoft"),
    ("oracle", "Oracle"), ("sun", "Sun"), ("msopenjdk", "Microsoft"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Runtime:
    home: str | None = None
    version: str | None = None
    vendor: str | None = None
    seen: str = ""

    @property
    def title(self) -> str:
        return f"java {self.version}" if self.version else "java"


def of(machine: Machine, seen: Seen) -> Runtime:
    """What runs a virtual machine, as far as it can be told."""
    libraries = [one for one in machine.mapped if re.search(r"/lib(jvm|j9vm\d*)\.so$", one)]
    program = machine.exe if machine.exe and machine.exe.startswith("/") else None
    for path in (*libraries, program and seen.real(program), program):
        match = _HOME.fullmatch(path or "")
        if match and match["home"] not in ("/usr", "/usr/local", ""):
            return at(match["home"], seen)
    given = machine.environment.get("JAVA_HOME")
    return at(given.rstrip("/"), seen) if given and given.startswith("/") else Runtime()


def at(home: str, seen: Seen) -> Runtime:
    """The runtime that lies at a place."""
    for place in (f"{home}/release", f"{home}/jre/release"):
        if place in seen.texts and (found := _release(home, place, seen.texts[place])):
            return found
    package = _package_of(home, seen)
    if package:
        return Runtime(home, plain(package.version), vendor(package.name), f"package {package.name}")
    own = next((one for one in seen.snapshot.inventory.get(Archives).archives if _is_own(one.path, home)), None)
    if own and own.version:
        return Runtime(home, plain(own.version), vendor(home), own.path)
    match = _IN_PATH.search(home)
    return Runtime(home, plain(match[1]) if match else None, vendor(home), home)


def installed(seen: Seen) -> Iterator[Runtime]:
    """All runtimes of the host that can be told: used ones are named with their homes."""
    for path in sorted(seen.texts):
        if basename(path) == "release" and (found := _release(path.removesuffix("/release"), path, seen.texts[path])):
            yield found
    for package in seen.snapshot.inventory.get(Packages).packages:
        if _PACKAGE.fullmatch(package.name) and not re.search(
            r"-(doc|demo|src|source|devel|dbg|debug\w*|zero|cacerts|javadoc\S*)$", package.name
        ):
            yield Runtime(None, plain(package.version), vendor(package.name), f"package {package.name}")


def plain(version: str) -> str | None:
    """8u292 of 1.8.0_292, 11.0.20 of 11.0.20+8-1~deb11u1, 17.0.7 of 1:17.0.7.0.7-3.el9."""
    version = re.sub(r"^\d+:", "", version)
    if match := re.match(r"1\.(\d)\.0(?:[._](\d+))?", version):
        return f"{match[1]}u{match[2].lstrip('0') or '0'}" if match[2] else match[1]
    if match := re.match(r"(\d+)u(\d+)", version):
        return match[0]
    match = re.match(r"\d+(?:\.\d+){0,2}", version)
    return match[0] if match else None


def vendor(name: str) -> str | None:
    """Who made it, by what its package or place is called."""
    lower = name.lower()
    if "openjdk" in lower and not re.search(r"adopt|temurin|ms|ibm", lower):
        return "OpenJDK"
    return next((who for word, who in _VENDORS if re.search(rf"\b{word}", lower)), None)


def _release(home: str, path: str, text: str) -> Runtime | None:
    found = dict(re.findall(r"(?m)^([A-Z_]+)=\"?([^\"\n]*)\"?", text))
    version = plain(found.get("JAVA_VERSION", ""))
    return Runtime(home, version, found.get("IMPLEMENTOR") or vendor(home), path) if version else None


def _is_own(path: str, home: str) -> bool:
    return path in (f"{home}/lib/rt.jar", f"{home}/jre/lib/rt.jar")


def _package_of(home: str, seen: Seen) -> Package | None:
    packages = {one.name: one for one in seen.snapshot.inventory.get(Packages).packages}
    owners = (
        entry.package
        for entry in seen.snapshot.inventory.get(Content).entries
        if entry.package and entry.path.startswith(home + "/")
    )
    owner = next((packages[name] for name in owners if name in packages and _PACKAGE.fullmatch(name)), None)
    if owner or not home.startswith("/usr/lib"):
        return owner
    named = re.search(r"java-?(1\.)?(\d+)-openjdk", home)
    wanted = re.compile(rf"(openjdk-{named[2]}-jre.*|java-(1\.)?{named[2]}(\.0)?-openjdk.*)") if named else None
    return next((one for name, one in sorted(packages.items()) if wanted and wanted.fullmatch(name)), None)
