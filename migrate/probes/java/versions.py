"""Which version a Java server is: by its own archive's manifest, its notes, its archives' names, its package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import basename, dirname

from migrate.model.facts import Archives, Content, Ownership, Packages
from migrate.probes.java import Machine
from migrate.probes.servers import Seen
from migrate.syntax import java_libraries


def tomcat(machine: Machine, home: str, seen: Seen) -> str | None:
    notes = seen.texts.get(f"{home}/RELEASE-NOTES", "")
    if match := re.search(r"Apache Tomcat Version (\d[\w.-]*)", notes):
        return match[1]
    jars = (f"{home}/lib/catalina.jar", f"{home}/server/lib/catalina.jar", *machine.mapped)
    wanted = [one for one in jars if re.fullmatch(r"(tomcat\d*-)?catalina(-\d[\w.]*)?\.jar", basename(one))]
    return of_archives(wanted, seen) or of_package([*wanted, f"{home}/bin/bootstrap.jar"], seen)


def of_archives(paths: Iterable[str], seen: Seen) -> str | None:
    """What the first of these archives says of its own version, in its manifest or in its name."""
    archives = {one.path: one for one in seen.snapshot.inventory.get(Archives).archives}
    for path in paths:
        known = archives.get(seen.real(path)) or archives.get(path)
        named = java_libraries.split(basename(seen.real(path)))[1] or java_libraries.split(basename(path))[1]
        if version := (known.version if known else None) or named:
            return version
    return None


def of_package(paths: Iterable[str], seen: Seen) -> str | None:
    """The version of the package that one of these files belongs to."""
    inventory = seen.snapshot.inventory
    entries = {one.path: one.package for one in inventory.get(Content).entries if one.package}
    entries |= {one.path: one.package for one in inventory.get(Ownership).owners}
    packages = {one.name: one.version for one in seen.snapshot.inventory.get(Packages).packages}
    for path in paths:
        name = entries.get(seen.real(path)) or entries.get(path)
        if name in packages:
            return re.sub(r"^\d+:|[-+~].*$", "", packages[name])
    return None


def named(names: tuple[str, ...], machine: Machine, seen: Seen) -> str | None:
    """The version of the first archive of one of these names that the machine uses."""
    jars = used(machine, seen)
    wanted = [one for name in names for one in jars if name in (java_libraries.split(basename(one))[0], basename(one))]
    return of_archives(wanted, seen) or of_package(wanted, seen)


def used(machine: Machine, seen: Seen) -> tuple[str, ...]:
    """Archives that a machine was told of, has mapped or holds open."""
    told = [one for one in machine.classpath if not one.endswith("*")]
    folders = {dirname(one) for one in machine.classpath if one.endswith("*")}
    known = (one.path for one in seen.snapshot.inventory.get(Archives).archives)
    wild = [path for path in known if dirname(path) in folders]
    jar = [machine.jar] if machine.jar else []
    read = (one for one in machine.mapped if not one.startswith(("/tmp/", "/var/tmp/")))  # what it unpacked itself
    found = (*jar, *told, *wild, *read)
    return tuple(dict.fromkeys(one for one in found if one.endswith((".jar", ".war", ".ear"))))


def in_texts(paths: Iterable[str], pattern: str, seen: Seen) -> str | None:
    """What an expression finds in the first of these files."""
    return next((match[1] for text in _texts(paths, seen) if (match := re.search(pattern, text))), None)


def _texts(paths: Iterable[str], seen: Seen) -> Iterator[str]:
    return (seen.texts[path] for path in paths if path in seen.texts)
