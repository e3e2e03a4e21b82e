"""Directories, as a tar stream. SQLite databases that are in them are copied again, each under its own read lock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, cast

from migrate import files
from migrate.errors import MigrateError
from migrate.model.facts import Processes
from migrate.model.verdict import Check
from migrate.quoting import shell, shell_words, terminal
from migrate.stores import Group, Item, Place, Saved, SavedFile, Source, Store
from migrate.stores.application import Container
from migrate.stores.comparing import compared
from migrate.stores.remote import fetch, keeping, unpacked
from migrate.stores.stamps import Watch
from migrate.stores.tally import Reader, Tally, tally

_TREE = r"""
main() {
    [ -d "$ROOT" ] || fail "there is no directory $ROOT"
    framed 0 tree wanted && finished 1
}
"""

# SQLite's shell holds a read transaction while the files are read: nobody can write the database file then, and what is
# appended to its log meanwhile is either whole or ignored. PACK is in the environment: dot-commands know no quoting.
_SQLITE = r"""
one() {
    ALSO=
    [ ! -e "$ROOT/$ONLY-wal" ] || ALSO=$ONLY-wal
    export ROOT ONLY ALSO PACK
    cd "$ROOT" &&
        printf '%s\n' '.timeout 20000' '.output /dev/null' 'BEGIN;' 'SELECT count(*) FROM sqlite_master;' \
            '.output stdout' '.shell eval '"'"'"$PACK"'"'" | sqlite3 -batch -bail -readonly "./$ONLY"
}
wanted() { packed one; }
main() {
    have sqlite3 || fail "sqlite3 is not installed there"
    framed 0 tree wanted && finished 1
}
"""
_PACK = 'have() { command -v "$1" >/dev/null 2>&1; }\nset -f\n'
_EMPTY = "find /state -mindepth 1 -maxdepth 1 -exec rm -rf -- {} +\n"
_FRAMELESS = _PACK + 'fail() { printf "%s\\n" "$1" >&2; exit 9; }\nONLY= ALSO=\n'


def dump(source: Source) -> Saved:
    watch = Watch()
    volume = source.volume
    notes: list[str] = []
    main = _tree(source)
    path = source.folder / main.name
    seen = _tallied(path)
    kept, groups = [main], []
    for number, name in enumerate(seen.sqlite):
        try:
            copied = _sqlite(source, name, number)
            _replace(seen, name, source.folder / copied.name)
            kept.append(copied)
            groups.append(Group(name, "sqlite", (), copied.name))
        except MigrateError as error:
            notes.append(f"SQLite database {terminal(name)}: copied while it may be open ({error.message})")
    notes.extend(f"{terminal(name)}: {product}, {_openness(source, name)}" for name, product in seen.embedded)
    how = "tar stream" + (f", {len(groups)} SQLite databases each under a read lock" if groups else "")
    tree = Group(volume.path, "tree", (Item("tree", volume.path, seen.count, seen.checksum),), main.name)
    return Saved(
        volume.name, volume.path, volume.method, how, watch.began, watch.seconds,
        tuple(kept), (tree, *groups), tuple(notes), seen.size,
    )  # fmt: skip


def _shell() -> str:
    return Path(__file__).with_name("copy.sh").read_text("utf-8")


def _tree(source: Source) -> SavedFile:
    volume = source.volume
    left_out = [path.removeprefix(volume.path).strip("/") for path in volume.exclude]
    words = shell_words([path for path in left_out if path])
    values = f'ONLY= ALSO=\nROOT={shell(volume.path)}\nwanted() {{ packed pack "$ROOT" {words}; }}\n'
    return _fetched(source, f"{volume.name}.tar.gz", values + _TREE, terminal(volume.path))


def _sqlite(source: Source, name: str, number: int) -> SavedFile:
    """A SQLite database with its log, in a tar stream of its own."""
    pack = _FRAMELESS.replace("ONLY= ALSO=\n", "") + _shell() + '\npack "$ROOT"'
    values = f"ONLY={shell(name)}\nROOT={shell(source.volume.path)}\nPACK={shell(pack)}\n"
    label = terminal(f"{source.volume.path}/{name}")
    file = f"{source.volume.name}.sqlite-{number}.tar.gz"
    try:
        return _fetched(source, file, values + _SQLITE, label)
    except MigrateError:
        files.remove_tree(source.folder / file)
        raise


def _fetched(source: Source, file: str, body: str, label: str) -> SavedFile:
    what = f"{source.workload.name}: {label}"
    with keeping(source.folder / file, lambda done: source.progress(what, done, source.volume.size)) as keeper:
        fetch(source.connection, ("tree",), f"{_shell()}\n{body}", what, {"tree": keeper.write})
        return keeper.finish()


def _tallied(path: Path) -> Tally:
    return tally(cast("IO[bytes]", Reader(unpacked(path))), str(path))


def _replace(seen: Tally, name: str, path: Path) -> None:
    """Let the locked copy of a database stand for what the first pass read of it."""
    for each in _family(name):
        if each in seen.digests:
            seen.add(seen.digests.pop(each), -1)
    copied = _tallied(path)
    seen.count += copied.count
    seen.total = (seen.total + copied.total) % (1 << 256)


def _family(name: str) -> tuple[str, ...]:
    return (name, f"{name}-wal", f"{name}-shm", f"{name}-journal")


def _openness(source: Source, name: str) -> str:
    near = f"{source.volume.path}/{name}".rpartition("/")[0] + "/"
    processes = source.snapshot.inventory.get(Processes).processes if source.snapshot else ()
    for process in processes:
        if any(file.writable and file.path.startswith(near) for file in process.open_files):
            return f"open in {process.name} while it was copied: as after a crash, which its recovery has to mend"
    return "copied as files; no process was seen to have it open"


def load(place: Place) -> None:
    """Into the volume, whose former content goes."""
    container = place.application.container(place.workload.name)
    for group in place.saved.groups:
        if group.kind == "tree":
            script = _FRAMELESS + _shell() + _EMPTY + "unpack /state"
        else:
            sides = shell_words([f"/state/{each}" for each in _family(group.name)[1:]])
            script = _FRAMELESS + _shell() + f"rm -f -- {sides}\nunpack /state"
        done = place.application.beside(container, _mounted(place, container), script, _counted(place, group.file))
        if not done.ok:
            raise MigrateError(
                f"{place.workload.name}: {terminal(place.volume.path)} could not be filled: {terminal(done.complaint)}"
            )


def _mounted(place: Place, container: Container) -> str:
    volume = container.volumes.get(place.volume.path)
    if volume is None:
        raise MigrateError(
            f"{place.workload.name}: its container has no volume at {terminal(place.volume.path)}",
            "run migrate generate, so that the bundle is that of the plan",
        )
    return volume


def _counted(place: Place, file: str) -> Iterator[bytes]:
    done = 0
    for data in unpacked(place.folder / file):
        done += len(data)
        place.progress(f"{place.workload.name}: {terminal(place.volume.path)}", done, place.saved.size)
        yield data


def compare(place: Place) -> tuple[Check, ...]:
    """Read the volume back and add it up."""
    container = place.application.container(place.workload.name)
    group = next(group for group in place.saved.groups if group.kind == "tree")
    try:
        found = _read_back(place, container)
    except (MigrateError, OSError) as error:
        return (compared(place, group, None, str(error)),)
    return (compared(place, group, (Item("tree", place.volume.path, found.count, found.checksum),)),)


def _read_back(place: Place, container: Container) -> Tally:
    script = _FRAMELESS + _shell() + "pack /state"
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as pool, os.fdopen(writing, "wb") as sink:
        adding = pool.submit(_add_up, reading)
        done = place.application.beside(container, _mounted(place, container), script, None, sink.write)
        sink.close()
        found = adding.result()
    if not done.ok:
        raise MigrateError(done.complaint)
    return found


def _add_up(reading: int) -> Tally:
    with os.fdopen(reading, "rb") as stream:
        found = tally(stream, "what is in the volume")
        while stream.read(1 << 16):
            pass  # the padding behind the archive's end: its writer must not find the pipe closed
        return found


STORE = Store("copy", dump, load, compare, running=False)
