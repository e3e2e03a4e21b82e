"""A second run as it happens to people: killed, beside edits, links, folders and workloads with another name."""

from __future__ import annotations

import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate.model.bundle import BundleFile
from migrate.workspace import Workspace
from migrate.writer import Written, write

LINES = tuple(f"line {number}\n" for number in range(30))
_CHILD = """
import sys
from pathlib import Path
from migrate.writer import write
from migrate.workspace import Workspace
from tests.test_regeneration import version
workspace, count = Workspace(Path(sys.argv[1])), int(sys.argv[2])
print("ready", flush=True)
while True:
    write(workspace, version(count))
    count += 1
"""

_ENDED = """
import os, sys
from pathlib import Path
from migrate import files
from migrate.model.bundle import BundleFile
from migrate.workspace import Workspace
from migrate.writer import write
swap = files.replace_tree
files.replace_tree = lambda staged, final: (swap(staged, final), os._exit(9))
write(Workspace(Path(sys.argv[1])), (BundleFile("a/b", b"2\\n"),))
"""


def version(count: int) -> tuple[BundleFile, ...]:
    """A bundle that says in each file which one it is."""
    body = "".join(LINES).replace("line 20\n", f"version {count % 2}\n").encode()
    files = [BundleFile(f"images/w{number}/Dockerfile", body) for number in range(40)]
    only = BundleFile(f"images/only-{count % 2}/Dockerfile", f"version {count % 2}\n".encode())
    return (*files, only, BundleFile("secrets/a/key", f"version {count % 2}\n".encode(), 0o600, secret=True))


def versions(generated: Path) -> set[str]:
    texts = [path.read_text() for path in generated.rglob("*") if path.is_file() and path.name in ("Dockerfile", "key")]
    assert len(texts) == 42
    return {next(line for line in text.splitlines() if line.startswith("version")) for text in texts}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work")


def test_a_run_that_is_killed_leaves_one_bundle_whole_and_every_edit(workspace: Workspace) -> None:
    write(workspace, version(0))
    edited = workspace.generated / "images/w7/Dockerfile"
    edited.write_text(edited.read_text().replace("line 3\n", "mine\n"))
    (workspace.generated / "notes.txt").write_text("mine")
    chance = random.Random(5)  # noqa: S311 - no secret
    for count in range(8):
        program = (sys.executable, "-c", _CHILD, str(workspace.root), str(count))
        with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.0, 0.15))
            child.send_signal(signal.SIGKILL)
        assert len(versions(workspace.generated)) == 1
        assert "mine\n" in edited.read_text()
        assert (workspace.generated / "notes.txt").read_text() == "mine"
    found = write(workspace, version(1))
    assert not found.conflicts
    assert versions(workspace.generated) == {"version 1"}
    assert "mine\n" in edited.read_text()
    assert sorted(path.name for path in workspace.root.iterdir() if path.name.startswith(".generated")) == []


def test_a_run_that_ends_between_bundle_and_record_is_taken_for_whole(workspace: Workspace) -> None:
    """Else the next change would look like a person's, and be a conflict."""
    write(workspace, (BundleFile("a/b", b"1\n"),))
    program = (sys.executable, "-c", _ENDED, str(workspace.root))
    assert subprocess.run(program, cwd=Path(__file__).parents[1], check=False).returncode == 9
    assert (workspace.generated / "a/b").read_bytes() == b"2\n"
    assert write(workspace, (BundleFile("a/b", b"3\n"),)) == Written(changed=("a/b",))


def test_edits_go_along_to_the_new_name_of_a_workload(workspace: Workspace) -> None:
    def named(name: str, more: str = "") -> tuple[BundleFile, ...]:
        text = f"# {name}\n{''.join(LINES)}{more}"
        return (
            BundleFile(f"images/{name}/Dockerfile", text.encode()),
            BundleFile("images/other/Dockerfile", b"FROM x\n"),
        )

    write(workspace, named("shop"))
    path = workspace.generated / "images/shop/Dockerfile"
    path.write_text(path.read_text().replace("line 9\n", "mine\n"))
    found = write(workspace, named("store", "new\n"))
    assert found.moved == ("images/store/Dockerfile",)
    text = (workspace.generated / "images/store/Dockerfile").read_text()
    assert text.startswith("# store\n")
    assert "mine\n" in text
    assert text.endswith("new\n")
    assert not path.exists()
    assert write(workspace, named("store", "new\n")).kept == ("images/store/Dockerfile",)


def test_an_edited_file_of_a_workload_that_went_is_not_taken_for_that_of_another(workspace: Workspace) -> None:
    write(workspace, (BundleFile("images/shop/Dockerfile", "".join(LINES).encode()),))
    (workspace.generated / "images/shop/Dockerfile").write_bytes(b"mine\n")
    found = write(workspace, (BundleFile("images/db/Dockerfile", b"FROM x\nRUN y\n"),))
    assert found == Written(created=("images/db/Dockerfile",), kept=("images/shop/Dockerfile",))


def test_a_folder_that_a_person_put_in_the_place_of_a_file_stays_and_is_said(workspace: Workspace) -> None:
    write(workspace, (BundleFile("x/a", b"1"), BundleFile("keep", b"k")))
    (workspace.generated / "x/a").unlink()
    (workspace.generated / "x/a").mkdir()
    (workspace.generated / "x/a/own").write_bytes(b"mine")
    (workspace.generated / "b").write_bytes(b"a file")
    found = write(workspace, (BundleFile("x/a", b"2"), BundleFile("b/c", b"c"), BundleFile("keep", b"k")))
    assert found.conflicts == ("b/c", "x/a")
    assert (workspace.generated / "x/a/own").read_bytes() == b"mine"
    assert (workspace.generated / "b").read_bytes() == b"a file"


def test_a_persons_link_stays_and_nothing_is_written_through_it(workspace: Workspace, tmp_path: Path) -> None:
    write(workspace, (BundleFile("images/a/Dockerfile", b"1\n"), BundleFile("README.md", b"1\n")))
    elsewhere = tmp_path / "elsewhere"
    (workspace.generated / "images").rename(elsewhere)
    (workspace.generated / "images").symlink_to(elsewhere)
    (workspace.generated / "README.md").unlink()
    (workspace.generated / "README.md").symlink_to(elsewhere / "a/Dockerfile")
    found = write(workspace, (BundleFile("images/a/Dockerfile", b"2\n"), BundleFile("README.md", b"2\n")))
    assert found.conflicts == ("README.md", "images/a/Dockerfile")
    assert (elsewhere / "a/Dockerfile").read_bytes() == b"1\n"
    assert (workspace.generated / "images").is_symlink()
    assert (workspace.generated / "README.md").is_symlink()


def test_permissions_that_a_person_gave_stay_whatever_becomes_of_the_text(workspace: Workspace) -> None:
    write(workspace, (BundleFile("run.sh", b"1\n"), BundleFile("other", b"1\n", 0o755)))
    path = workspace.generated / "run.sh"
    path.chmod(0o700)
    assert write(workspace, (BundleFile("run.sh", b"1\n"), BundleFile("other", b"1\n"))) == Written(
        kept=("run.sh",), changed=("other",)
    )
    assert write(workspace, (BundleFile("run.sh", b"2\n"), BundleFile("other", b"1\n"))).changed == ("run.sh",)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"2\n", 0o700)
    assert stat.S_IMODE((workspace.generated / "other").stat().st_mode) == 0o644


def test_a_copy_that_another_umask_made_is_no_edit(workspace: Workspace) -> None:
    write(workspace, (BundleFile("a", b"1\n"),))
    (workspace.generated / "a").chmod(0o664)
    assert write(workspace, (BundleFile("a", b"1\n"),)) == Written(unchanged=("a",))


@settings(deadline=None, max_examples=min(40, settings().max_examples), suppress_health_check=list(HealthCheck))
@given(
    mine=st.dictionaries(st.integers(0, 29), st.sampled_from(["mine\n", "", "mine\nmine too\n"]), max_size=4),
    ours=st.dictionaries(st.integers(0, 29), st.sampled_from(["ours\n", "", "ours\nours too\n"]), max_size=4),
)
def test_edits_and_changes_both_come_through_or_are_shown(
    tmp_path_factory: pytest.TempPathFactory, mine: dict[int, str], ours: dict[int, str]
) -> None:
    def text(changes: dict[int, str]) -> str:
        return "".join(changes.get(number, line) for number, line in enumerate(LINES))

    workspace = Workspace(tmp_path_factory.mktemp("work"))
    write(workspace, (BundleFile("f", text({}).encode()),))
    path = workspace.generated / "f"
    path.write_text(text(mine))
    found = write(workspace, (BundleFile("f", text(ours).encode()),))
    now = path.read_text()
    if found.conflicts:
        assert "<<<<<<< your edit" in now
    elif not mine.keys() & ours.keys():
        assert now == text({**mine, **ours})
    for changes in (mine, ours):  # nothing of either is gone without a word
        assert all(one in now for change in changes.values() for one in change.splitlines())
