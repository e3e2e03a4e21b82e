from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from migrate.errors import InputError, WorkspaceError
from migrate.model.bundle import BundleFile, Captured
from migrate.workspace import Workspace
from migrate.writer import Written, write
from tests.emission.sample import HOST, captured, emitted, saved, shop, snapshot, sources, workload

A = BundleFile("images/a/Dockerfile", b"1\n2\n3\n4\n5\n")
SECRET = BundleFile("secrets/a/key", b"hunter2", 0o640, (1007, 1008), secret=True)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work")


def state(root: Path) -> dict[str, tuple[int, bytes, int]]:
    """Every file below a folder: mode, bytes, time."""
    return {
        str(path.relative_to(root)): (path.lstat().st_mode, path.read_bytes(), int(path.lstat().st_mtime))
        for path in root.rglob("*")
        if path.is_file()
    }


def test_files_are_there_with_mode_and_time(workspace: Workspace) -> None:
    files = (A, BundleFile("x.sh", b"x", 0o755, mtime=1_400_000_000), BundleFile("l", b"", link="nowhere"))
    assert write(workspace, files) == Written(created=("images/a/Dockerfile", "l", "x.sh"))
    script = (workspace.generated / "x.sh").stat()
    assert (stat.S_IMODE(script.st_mode), int(script.st_mtime)) == (0o755, 1_400_000_000)
    assert os.readlink(workspace.generated / "l") == "nowhere"  # noqa: PTH115 - what the link says
    assert stat.S_IMODE(workspace.generated.stat().st_mode) & 0o700 == 0o700


def test_captured_bytes_come_from_both_archives(tmp_path: Path) -> None:
    seen = snapshot(
        (captured("/opt/a"), captured("/etc/key", secrets=("k",))), {"/opt/a": b"\0\xffa", "/etc/key": b"hunter2"}
    )
    workspace = saved(tmp_path, sources(workload(), seen=seen))
    twice = [BundleFile(f"images/{name}/rootfs/opt/a", Captured(HOST, "/opt/a"), mtime=7) for name in "ab"]
    write(workspace, (*twice, BundleFile("secrets/a/key", Captured(HOST, "/etc/key"), 0o600, secret=True)))
    assert (workspace.generated / "images/b/rootfs/opt/a").read_bytes() == b"\0\xffa"
    assert (workspace.generated / "secrets/a/key").read_bytes() == b"hunter2"


def test_a_file_that_was_not_captured_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    workspace = saved(tmp_path, sources(workload()))
    with pytest.raises(WorkspaceError, match="/opt/gone"):
        write(workspace, (A, BundleFile("x", Captured(HOST, "/opt/gone"))))
    assert not workspace.generated.exists()
    assert not list(tmp_path.glob(".generated*"))


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    given = shop()
    workspace = saved(tmp_path, given)
    write(workspace, emitted(given).values())
    before = state(tmp_path)
    again = write(workspace, emitted(given).values())
    assert state(tmp_path) == before
    assert again == Written(unchanged=tuple(sorted(emitted(given))))


def test_secrets_are_only_for_us_and_have_no_copy(workspace: Workspace) -> None:
    write(workspace, (A, SECRET))
    folder = workspace.generated / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in (path for path in workspace.root.rglob("*") if path.is_file() and path != folder / "a" / "key"):
        assert b"hunter2" not in path.read_bytes()
    if os.geteuid() == 0:
        found = (folder / "a" / "key").stat()
        assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1007, 1008, 0o640)


def test_an_edited_secret_is_kept_and_never_shown(workspace: Workspace) -> None:
    write(workspace, (SECRET,))
    (workspace.generated / "secrets/a/key").write_bytes(b"rotated")
    assert write(workspace, (SECRET,)).kept == ("secrets/a/key",)
    changed = BundleFile("secrets/a/key", b"other", 0o640, secret=True)
    assert write(workspace, (changed,)).conflicts == ("secrets/a/key",)
    assert (workspace.generated / "secrets/a/key").read_bytes() == b"rotated"


def test_edits_survive_and_are_merged(workspace: Workspace) -> None:
    write(workspace, (A,))
    path = workspace.generated / A.path
    path.write_bytes(A.data.replace(b"1", b"mine"))  # type: ignore[union-attr]
    assert write(workspace, (A,)) == Written(kept=(A.path,))
    new = BundleFile(A.path, b"1\n2\n3\n4\nours\n")
    assert write(workspace, (new,)) == Written(merged=(A.path,))
    assert path.read_bytes() == b"mine\n2\n3\n4\nours\n"
    assert write(workspace, (new,)) == Written(kept=(A.path,))


def test_a_conflict_is_reported_until_it_is_resolved(workspace: Workspace) -> None:
    write(workspace, (A,))
    path = workspace.generated / A.path
    path.write_bytes(b"1\n2\nmine\n4\n5\n")
    new = BundleFile(A.path, b"1\n2\nours\n4\n5\n")
    assert write(workspace, (new,)).conflicts == (A.path,)
    assert write(workspace, (new,)).conflicts == (A.path,)
    path.write_bytes(b"1\n2\nboth\n4\n5\n")
    assert write(workspace, (new,)) == Written(kept=(A.path,))


def test_what_a_person_deleted_stays_deleted(workspace: Workspace) -> None:
    write(workspace, (A, SECRET))
    (workspace.generated / A.path).unlink()
    for _ in range(2):
        assert write(workspace, (BundleFile(A.path, b"new"), SECRET)).deleted == (A.path,)
    assert not (workspace.generated / A.path).exists()


def test_a_removed_folder_is_made_anew(workspace: Workspace) -> None:
    write(workspace, (A, SECRET))
    subprocess.run(["rm", "-rf", workspace.generated], check=True)
    assert write(workspace, (A, SECRET)).created == (A.path, SECRET.path)


def test_foreign_files_stay_and_ours_go_when_nothing_makes_them_any_more(workspace: Workspace) -> None:
    edited = BundleFile("edited", b"e")
    write(workspace, (A, edited, BundleFile("old", b"o")))
    (workspace.generated / "images/a/notes.txt").write_bytes(b"mine")
    (workspace.generated / "edited").write_bytes(b"mine too")
    found = write(workspace, (A,))
    assert found == Written(unchanged=(A.path,), removed=("old",), kept=("edited",), foreign=("images/a/notes.txt",))
    assert not (workspace.generated / "old").exists()
    assert (workspace.generated / "images/a/notes.txt").read_bytes() == b"mine"


def test_a_foreign_file_in_our_place_is_not_overwritten(workspace: Workspace) -> None:
    workspace.generated.mkdir(parents=True)
    (workspace.generated / "compose.yaml").write_bytes(b"theirs")
    assert write(workspace, (BundleFile("compose.yaml", b"ours"),)).conflicts == ("compose.yaml",)
    assert (workspace.generated / "compose.yaml").read_bytes() == b"theirs"


@pytest.mark.parametrize("path", ["../x", "/x", "a//b", "a/./b", "", "a\0b"])
def test_paths_that_lead_out_are_refused(workspace: Workspace, path: str) -> None:
    with pytest.raises(InputError):
        write(workspace, (BundleFile(path, b""),))


def test_two_files_can_not_be_in_one_place(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="two generated files"):
        write(workspace, (A, A))
    with pytest.raises(InputError, match="at once"):
        write(workspace, (BundleFile("a", b"", link="/etc"), BundleFile("a/passwd", b"")))


def test_a_full_disk_leaves_the_former_bundle_whole(tmp_path: Path) -> None:
    """On a file system of one MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("may not mount here")
    try:
        workspace = Workspace(disk / "work")
        write(workspace, (A, SECRET))
        before = state(disk)
        with pytest.raises(WorkspaceError, match="No space left"):
            write(workspace, (BundleFile(A.path, b"new"), BundleFile("big", b"x" * (2 << 20))))
        assert state(disk) == before
        assert not list((disk / "work").glob(".generated*"))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_what_a_killed_run_left_is_swept_away(workspace: Workspace) -> None:
    write(workspace, (A,))
    (workspace.root / ".generated.0123.new").mkdir()
    write(workspace, (A,))
    assert [path.name for path in workspace.root.glob(".generated*")] == []
