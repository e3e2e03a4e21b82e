from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NoReturn

import pytest

from migrate import files
from migrate.errors import WorkspaceError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def interrupt(_: object) -> NoReturn:
    raise KeyboardInterrupt


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_its_mode_and_time(tmp_path: Path) -> None:
    files.write(tmp_path / "a", "text", mode=0o640, mtime=86400)
    assert (tmp_path / "a").read_text() == "text"
    assert mode(tmp_path / "a") == 0o640
    assert (tmp_path / "a").stat().st_mtime == 86400


def test_an_interrupted_write_leaves_the_former_file_and_nothing_else(tmp_path: Path) -> None:
    files.write(tmp_path / "a", b"former")
    with pytest.raises(KeyboardInterrupt), files.writing(tmp_path / "a") as sink:
        interrupt(sink.write(b"half"))
    assert (tmp_path / "a").read_bytes() == b"former"
    assert names(tmp_path) == ["a"]


def test_a_link_at_the_path_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"kept")
    (tmp_path / "a").symlink_to("outside")
    files.write(tmp_path / "a", b"new")
    assert (tmp_path / "outside").read_bytes() == b"kept"
    assert not (tmp_path / "a").is_symlink()


def fill(path: Path) -> None:
    with files.explained(Path("plan.yaml")), path.open("wb") as full:
        full.write(b"x" * 100_000)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_says_what_to_do() -> None:
    with pytest.raises(WorkspaceError, match="No space left") as caught:
        fill(Path("/dev/full"))
    assert "make room" in str(caught.value.hint)


def test_a_private_folder_is_made_private_again(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir(mode=0o755)
    assert mode(files.private_folder(tmp_path / "secrets")) == 0o700


def test_a_private_folder_is_never_a_link(tmp_path: Path) -> None:
    (tmp_path / "secrets").symlink_to(tmp_path)
    with pytest.raises(WorkspaceError, match="symbolic link"):
        files.private_folder(tmp_path / "secrets")


def test_a_folder_takes_the_place_of_another_whole(tmp_path: Path) -> None:
    (tmp_path / "final").mkdir()
    (tmp_path / "final" / "old").touch()
    with files.staging(tmp_path / "final") as staged:
        (staged / "new").touch()
    assert names(tmp_path / "final") == ["new"]
    assert names(tmp_path) == ["final"]


def test_an_interrupted_staging_leaves_the_former_folder(tmp_path: Path) -> None:
    (tmp_path / "final").mkdir()
    (tmp_path / "final" / "old").touch()
    with pytest.raises(KeyboardInterrupt), files.staging(tmp_path / "final") as staged:
        interrupt((staged / "new").write_text("half"))
    assert names(tmp_path / "final") == ["old"]
    assert names(tmp_path) == ["final"]


def test_a_folder_set_aside_by_a_killed_run_is_put_back(tmp_path: Path) -> None:
    (tmp_path / ".final.former").mkdir()
    (tmp_path / ".final.former" / "old").touch()
    files.recover(tmp_path / "final")
    assert names(tmp_path / "final") == ["old"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="is missing"):
        files.read(tmp_path / "nothing")


def test_a_link_is_replaced_in_one_step(tmp_path: Path) -> None:
    files.link(tmp_path / "l", "one")
    files.link(tmp_path / "l", "two")
    assert os.readlink(tmp_path / "l") == "two"  # noqa: PTH115  # the text as it is
    assert names(tmp_path) == ["l"]
