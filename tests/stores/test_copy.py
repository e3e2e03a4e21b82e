"""Directories of this machine, read as those of a host are."""

from __future__ import annotations

import os
import sqlite3
import tarfile
from pathlib import Path

import pytest

from migrate.errors import MigrateError
from migrate.model.plan import Base, Volume, Workload
from migrate.model.target import Access
from migrate.reach.local import LocalConnection
from migrate.stores import Saved, Source
from migrate.stores.copy import STORE


def fetched(folder: Path, into: Path, *exclude: str) -> Saved:
    into.mkdir(exist_ok=True)
    volume = Volume("app-data", str(folder), "data", "copy", 0, 0, 0o755, "", exclude=exclude)
    workload = Workload("app", "here", "service", "", Base("debian:12", "dpkg", "debian", "12"), volumes=(volume,))
    return STORE.dump(Source(LocalConnection(Access(sudo=False)), workload, volume, into))


def members(path: Path) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(path) as archive:
        return {member.name.removeprefix("./").rstrip("/"): member for member in archive}


def test_owners_modes_times_and_links_travel_along(tmp_path: Path) -> None:
    source = tmp_path / "data"
    source.mkdir()
    (source / "kept").write_bytes(b"x" * 10)
    (source / "kept").chmod(0o640)
    os.utime(source / "kept", (1_000_000_000, 1_000_000_000))
    (source / "link").symlink_to("kept")
    (source / "hard").hardlink_to(source / "kept")
    saved = fetched(source, tmp_path / "out")
    found = members(tmp_path / "out" / saved.files[0].name)
    linked = found["kept"] if found["kept"].islnk() else found["hard"]
    whole = found["hard"] if found["kept"].islnk() else found["kept"]
    assert (whole.mode & 0o7777, int(whole.mtime), whole.size) == (0o640, 1_000_000_000, 10)
    assert linked.islnk()
    assert found["link"].linkname == "kept"


def test_what_the_plan_leaves_out_stays(tmp_path: Path) -> None:
    source = tmp_path / "data"
    (source / "logs").mkdir(parents=True)
    (source / "logs" / "old").write_text("x")
    (source / "kept").write_text("x")
    saved = fetched(source, tmp_path / "out", str(source / "logs"))
    found = members(tmp_path / "out" / saved.files[0].name)
    assert "kept" in found
    assert "logs/old" not in found


def test_a_sqlite_database_is_recognised_by_what_it_is_not_by_its_name(tmp_path: Path) -> None:
    source = tmp_path / "data"
    source.mkdir()
    with sqlite3.connect(source / "no-ending") as database:
        database.execute("create table t (x)")
    database.close()
    saved = fetched(source, tmp_path / "out")
    locked = [group for group in saved.groups if group.kind == "sqlite"]
    told = [note for note in saved.notes if "no-ending" in note]
    assert locked or told, "either it was read under its lock, or a note says that it was not"


def test_a_directory_that_is_gone_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match="gone"):
        fetched(tmp_path / "gone", tmp_path / "out")
