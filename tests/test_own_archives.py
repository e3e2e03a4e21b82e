"""Reading content.tar.gz fast gives what reading it with care gives."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate.errors import InputError
from migrate.own_archives import small_files

LARGEST = 1000


def packed(path: Path, files: dict[str, bytes], fmt: int = tarfile.GNU_FORMAT, end: bytes = b"") -> Path:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=fmt, errors="surrogateescape") as archive:
        for kind, name in ((tarfile.DIRTYPE, "etc"), (tarfile.SYMTYPE, "etc/link")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "t" * 150 if kind == tarfile.SYMTYPE else ""
            archive.addfile(info)
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    path.write_bytes(gzip.compress(out.getvalue() + end))
    return path


NAMES = st.binary(min_size=1, max_size=200).filter(lambda raw: not {0, 46, 47} & set(raw))


@pytest.mark.parametrize("fmt", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(NAMES, st.binary(max_size=LARGEST + 200), max_size=5))
def test_small_files_come_back_as_they_are(tmp_path: Path, fmt: int, files: dict[bytes, bytes]) -> None:
    texts = {name.decode("utf-8", "surrogateescape"): data for name, data in files.items()}
    archive = packed(tmp_path / "content.tar.gz", texts, fmt)
    wanted = {"/" + name: data for name, data in texts.items() if len(data) <= LARGEST}
    assert small_files(archive, LARGEST) == wanted
    assert small_files(archive, LARGEST, wanted.keys()) == wanted


def test_nothing_is_read_behind_the_last_text(tmp_path: Path) -> None:
    archive = packed(tmp_path / "content.tar.gz", {"etc/a": b"a", "opt/big": b"x" * 100_000})
    whole = gzip.decompress(archive.read_bytes())
    archive.write_bytes(gzip.compress(whole[:5000]))
    assert small_files(archive, LARGEST, ["/etc/a"]) == {"/etc/a": b"a"}


def test_no_texts_need_no_archive(tmp_path: Path) -> None:
    (tmp_path / "content.tar.gz").write_bytes(b"")
    assert small_files(tmp_path / "content.tar.gz", LARGEST, []) == {}


@pytest.mark.parametrize("keep", [10, 700, 1500, 2600])
def test_a_cut_archive_is_an_error(tmp_path: Path, keep: int) -> None:
    archive = packed(tmp_path / "content.tar.gz", {"etc/a": b"a" * 900, "etc/b": b"b" * 900})
    archive.write_bytes(gzip.compress(gzip.decompress(archive.read_bytes())[:keep]))
    with pytest.raises(InputError):
        small_files(archive, LARGEST)


def test_noise_behind_the_end_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        small_files(packed(tmp_path / "content.tar.gz", {"etc/a": b"a"}, end=b"\1" * 1024), LARGEST)


def test_a_name_that_leads_out_is_left_out(tmp_path: Path) -> None:
    assert small_files(packed(tmp_path / "content.tar.gz", {"../a": b"a", "etc/b": b"b"}), LARGEST) == {"/etc/b": b"b"}
