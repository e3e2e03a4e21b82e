"""Tar streams that mean harm, as a host could send them: what is kept of them leads nowhere else."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from migrate.capture import store
from migrate.capture.masking import Register
from migrate.capture.store import Stored
from migrate.model.inventory import LARGEST_TEXT
from tests.test_archives import entry, tar


def index(tmp_path: Path, stream: bytes) -> Stored:
    (tmp_path / "spool").write_bytes(stream)
    stored = store.index(tmp_path / "spool", lambda path: None, Register())
    (tmp_path / "out").mkdir(exist_ok=True)
    store.write(stored, tmp_path / "spool", tmp_path / "out")
    return stored


def names(tmp_path: Path) -> list[str]:
    with tarfile.open(tmp_path / "out" / "content.tar.gz") as packed:
        return packed.getnames()


@pytest.mark.parametrize("name", ["/etc/cron.d/x", "//etc/cron.d/x", "./etc/cron.d/x"])
def test_absolute_paths_become_relative(tmp_path: Path, name: str) -> None:
    assert list(index(tmp_path, tar((entry(name), b"x"))).entries) == ["/etc/cron.d/x"]
    assert names(tmp_path) == ["etc/cron.d/x"]


@pytest.mark.parametrize("name", ["../x", "srv/../../x", "srv/app/../../../x"])
def test_paths_that_climb_are_left_out_and_said(tmp_path: Path, name: str) -> None:
    stored = index(tmp_path, tar((entry(name), b"x"), (entry("srv/y"), b"y")))
    assert list(stored.entries) == ["/srv/y"]
    assert [why for _, why in stored.omitted] == ["its name leads out of the archive"]


def test_a_link_out_of_the_tree_is_kept_as_a_link_and_nothing_goes_through_it(tmp_path: Path) -> None:
    stream = tar(
        (entry("srv/app/below"), b"first"),
        (entry("srv/app", tarfile.SYMTYPE, "/home/me"), b""),
        (entry("srv/app/.bashrc"), b"evil"),
        (entry("srv/app/deep/er"), b"evil"),
        (entry("srv/application"), b"good"),
    )
    stored = index(tmp_path, stream)
    assert {path: one.kind for path, one in stored.entries.items()} == {"/srv/app": "link", "/srv/application": "file"}
    assert {path for path, _ in stored.omitted} == {"/srv/app/below", "/srv/app/.bashrc", "/srv/app/deep/er"}
    assert names(tmp_path) == ["srv/app", "srv/application"]


@pytest.mark.parametrize("target", ["../../etc/shadow", "etc/shadow"])
def test_hard_links_to_what_was_not_captured_are_left_out(tmp_path: Path, target: str) -> None:
    stored = index(tmp_path, tar((entry("srv/x", tarfile.LNKTYPE, target), b"")))
    assert (list(stored.entries), len(stored.omitted)) == ([], 1)


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE, b"S"])
def test_devices_pipes_and_sparse_files_are_no_files(tmp_path: Path, kind: bytes) -> None:
    stored = index(tmp_path, tar((entry("srv/x", kind), b"")))
    assert all(one.kind == "file" and one.size == 0 for one in stored.entries.values())
    assert stored.entries == {} or kind == tarfile.CONTTYPE  # an old word for a plain file


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_stream_is_none_that_was_asked_for(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    stored = index(tmp_path, pack(tar((entry("srv/x"), b"\0" * (8 << 20)))))
    assert stored.entries == {}
    assert "not whole" in stored.gaps[0].why


def test_a_file_that_claims_more_than_comes_is_a_gap(tmp_path: Path) -> None:
    good = entry("srv/good")
    bomb = entry("srv/bomb")
    bomb.size = 1 << 50
    stream = tar((good, b"x"))[:1024] + bomb.tobuf(tarfile.GNU_FORMAT) + b"\0" * 4096
    stored = index(tmp_path, stream)
    assert list(stored.entries) == ["/srv/good"]
    assert "not whole" in stored.gaps[0].why


def test_of_two_entries_with_one_name_the_last_counts_as_for_tar(tmp_path: Path) -> None:
    stream = tar(
        (entry("srv/x"), b"first"), (entry("srv/x"), b"second"),
        (entry("srv/y"), b"password=hunter2hunter"), (entry("srv/y", tarfile.SYMTYPE, "x"), b""),
    )  # fmt: skip
    stored = index(tmp_path, stream)
    assert stored.entries["/srv/x"].size == 6
    assert stored.entries["/srv/y"].kind == "link"
    with tarfile.open(tmp_path / "out" / "content.tar.gz") as packed:
        file = packed.extractfile("srv/x")
        assert file is not None
        assert file.read() == b"second"
        assert packed.getnames() == ["srv/x", "srv/y"]


def test_no_stream_is_more_than_a_gap(tmp_path: Path) -> None:
    good = tar((entry("srv/a"), b"a" * 700), (entry("srv/b"), b"b"))
    for stream in (b"\xff" * 5000, good[:700], good[:-1500] + b"noise" * 300, io.BytesIO(b"PK\3\4" * 400).getvalue()):
        stored = index(tmp_path, stream)
        assert set(stored.entries) <= {"/srv/a", "/srv/b"}
        assert stored.gaps


def test_large_files_stand_behind_what_is_read_for_planning(tmp_path: Path) -> None:
    index(tmp_path, tar((entry("srv/a.war"), b"x" * (LARGEST_TEXT + 1)), (entry("srv/b.conf"), b"b")))
    assert names(tmp_path) == ["srv/b.conf", "srv/a.war"]
