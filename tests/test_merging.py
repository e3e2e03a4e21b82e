from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from migrate.merging import Decision, decide

OLD = b"a\nb\nc\nd\ne\nf\n"


def sum_(data: bytes) -> str:
    return sha256(data).hexdigest()


def decided(tmp_path: Path, current: bytes | None, former: bytes | None, new: bytes) -> Decision:
    for name, data in (("current", current), ("former", former), ("new", new)):
        if data is not None:
            (tmp_path / name).write_bytes(data)
    there = tmp_path / "current" if current is not None else None
    recorded = sum_(former) if former is not None else None
    return decide(there, tmp_path / "former", recorded, tmp_path / "new", sum_(new))


def test_an_untouched_file_is_replaced(tmp_path: Path) -> None:
    assert decided(tmp_path, OLD, OLD, b"new") == Decision("take")


def test_an_edit_stays_where_nothing_new_came(tmp_path: Path) -> None:
    assert decided(tmp_path, b"mine", OLD, OLD) == Decision("keep")


def test_edits_of_different_lines_are_merged(tmp_path: Path) -> None:
    mine, ours = OLD.replace(b"a\n", b"mine\n"), OLD.replace(b"f\n", b"ours\n")
    assert decided(tmp_path, mine, OLD, ours) == Decision("merged", b"mine\nb\nc\nd\ne\nours\n")


def test_edits_of_one_line_are_shown_with_what_was_there(tmp_path: Path) -> None:
    found = decided(tmp_path, OLD.replace(b"c", b"mine"), OLD, OLD.replace(b"c", b"ours"))
    assert found.outcome == "conflict"
    assert found.data == (
        b"a\nb\n<<<<<<< your edit\nmine\n||||||| generated before\nc\n=======\nours\n>>>>>>> generated now\nd\ne\nf\n"
    )


def test_an_unresolved_conflict_stays_one(tmp_path: Path) -> None:
    assert decided(tmp_path, b"<<<<<<< your edit\nx\n", OLD, OLD) == Decision("conflict")


def test_a_deleted_file_stays_deleted(tmp_path: Path) -> None:
    assert decided(tmp_path, None, OLD, b"new") == Decision("deleted")


def test_what_was_there_before_us_is_not_overwritten(tmp_path: Path) -> None:
    assert decided(tmp_path, b"theirs", None, b"new") == Decision("conflict")
    assert decided(tmp_path, b"new", None, b"new") == Decision("take")


def test_what_is_no_text_is_left_as_the_person_has_it(tmp_path: Path) -> None:
    assert decided(tmp_path, b"\0mine", b"\0", b"\0ours") == Decision("conflict")
