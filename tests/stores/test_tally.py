"""Adding up tar streams."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.errors import MigrateError
from migrate.stores.tally import Reader, Tally, tally

NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda name: name not in (".", "..")
)


def archive(entries: Iterable[tuple[str, bytes, int]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content, mode in entries:
            info = tarfile.TarInfo(f"./{name}")
            info.size, info.mode = len(content), mode
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def added(data: bytes) -> Tally:
    return tally(io.BytesIO(data))


@given(st.dictionaries(NAMES, st.tuples(st.binary(max_size=40), st.integers(0, 0o7777)), max_size=6))
def test_the_order_of_entries_does_not_matter(tree: dict[str, tuple[bytes, int]]) -> None:
    entries = [(name, *value) for name, value in tree.items()]
    one, other = added(archive(entries)), added(archive(reversed(entries)))
    assert (one.count, one.checksum, one.size) == (other.count, other.checksum, other.size)


@pytest.mark.parametrize("entry", [("a", b"xy", 0o644), ("a", b"x", 0o600), ("b", b"x", 0o644), ("a", b"", 0o644)])
def test_another_content_mode_or_name_adds_up_to_something_else(entry: tuple[str, bytes, int]) -> None:
    assert added(archive([entry])).checksum != added(archive([("a", b"x", 0o644)])).checksum


def test_databases_that_are_files_are_found() -> None:
    found = added(archive([("x/shop.db", b"SQLite format 3\0...", 0o644), ("shop.mv.db", b"H:2", 0o644)]))
    assert found.sqlite == ["x/shop.db"]
    assert found.embedded == [("shop.mv.db", "H2")]


def test_a_cut_stream_is_an_error() -> None:
    with pytest.raises(MigrateError, match="damaged or cut off"):
        added(archive([("a", b"x" * 5000, 0o644)])[:3000])


@given(st.lists(st.binary(max_size=20)), st.integers(1, 30))
def test_pieces_read_as_a_file_are_the_whole(pieces: list[bytes], size: int) -> None:
    reader, kept = Reader(pieces), b""
    while data := reader.read(size):
        kept += data
    assert kept == b"".join(pieces)
