"""What Java programs and their kits have beside them, and run without: compilers, sources, former versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from migrate.planning.index import Index, below, parent
from migrate.syntax import java_command

# What a development kit has beyond a runtime; lib/modules can't be taken apart, but has no program to start it.
_TOOLS = (
    "appletviewer extcheck idlj jar jarsigner javac javadoc javafxpackager javah javap javapackager"
    " jconsole jdb jdeprscan jdeps jhat jhsdb jimage jlink jmc jmod jpackage jshell jvisualvm native2ascii"
    " rmic schemagen serialver wsgen wsimport xjc"
).split()
_PARTS = ("demo", "docs", "include", "jmods", "man", "sample", "src.zip", "lib/ct.sym", "lib/missioncontrol",
          "lib/src.zip", "lib/visualvm", "javafx-src.zip")  # fmt: skip
_VERSIONED = re.compile(r"(?P<stem>.*?[A-Za-z])[._-]?(?P<version>\d[\w.+-]*)\.(?P<kind>jar|war|ear)")
_SOURCES = (".java", ".kt", ".groovy", ".scala")


def unused(host: Index, taken: Sequence[str], used: frozenset[str], texts: Sequence[str]) -> Iterator[str]:
    """Files and folders below those that are taken which nothing of the workload uses.

    :param used: paths that its processes and commands name.
    :param texts: what of its files was read.
    """
    entries = [one for place in taken for one in host.captured_below(place)]
    paths = dict.fromkeys(one.path for one in entries if one.kind != "directory")
    yield from _kits(host, paths, used, texts)
    yield from _former(host, paths, used, texts)
    yield from _sources(host, paths, used)


def _kits(host: Index, paths: Iterable[str], used: frozenset[str], texts: Sequence[str]) -> Iterator[str]:
    """The tools of development kits, unless something calls them."""
    for home in [path.removesuffix("/bin/javac") for path in paths if path.endswith("/bin/javac")]:
        if not any(f"{home}/{java}" in host.entries for java in ("bin/java", "jre/bin/java")):
            continue
        parts = [*(f"bin/{name}" for name in _TOOLS), *_PARTS]
        if not any("tools.jar" in (host.snapshot.text(path) or "") for path in (*texts, *used)):
            parts.append("lib/tools.jar")  # the compiler of Java 8 and before
        own = [f"{home}/{part}" for part in parts if host.has_captured(f"{home}/{part}")]
        yield from (one for one in own if one not in used)


def _former(host: Index, paths: Iterable[str], used: frozenset[str], texts: Sequence[str]) -> Iterator[str]:
    """Other versions of an archive that runs, beside it; not where all archives of a folder are loaded."""
    running = {host.resolve(path) for path in used} | used
    archives = (path for path in paths if path.endswith((".jar", ".war", ".ear")))
    found = {path: match for path in archives if (match := _VERSIONED.fullmatch(path))}
    now = {(match["stem"], match["kind"]) for path, match in found.items() if path in running}
    everything = _loaded_whole(host)
    for path, match in found.items():
        former = (match["stem"], match["kind"]) in now and path not in running and parent(path) not in everything
        if former and not any(path.rpartition("/")[2] in (host.snapshot.text(text) or "") for text in texts):
            yield path


def _loaded_whole(host: Index) -> frozenset[str]:
    """Folders of which a virtual machine loads every archive: ``-cp 'lib/*'``."""
    found = set()
    for process in host.processes:
        for word in java_command.read(process.argv).classpath:
            if word.endswith("/*"):
                place = word.removesuffix("/*")
                found.add(place if place.startswith("/") else f"{process.cwd or ''}/{place}")
    return frozenset(found)


def _sources(host: Index, paths: Iterable[str], used: frozenset[str]) -> Iterator[str]:
    """Folders called src with nothing but sources in them."""
    for place in dict.fromkeys(f"{path.partition('/src/')[0]}/src" for path in paths if "/src/" in path):
        inside = [one.path for one in host.captured_below(place) if one.kind != "directory"]
        if all(path.endswith(_SOURCES) for path in inside) and not any(below(path, place) for path in used):
            yield place
