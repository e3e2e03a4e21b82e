"""Where the files scope looks, and its walk below what no package owns, in the shells that are here."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.parts import parts
from tests.probes.shells import SHELLS, present

_PROBE = next(each for each in parts("migrate.probes", "PROBE") if each.facts.scope == "files")
_FUNCTIONS = _PROBE.shell.rstrip().removesuffix("files_main")
_PRELUDE = Path(__file__).parents[2].joinpath("migrate", "probes", "prelude.sh").read_text("utf-8")

Sums = dict[bytes, tuple[int, int]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Files beside and behind directories, so that a directory is told in more than one go; names of all sorts."""
    root = tmp_path / "root"
    for place in ("a/deep/deeper/deepest", "b  c/conf", "empty"):
        (root / place).mkdir(parents=True)
    sizes = {"one": 1, "a/two.php": 2, "a/deep/three": 3, "a/deep/deeper/deepest/four.tar.gz": 4, "b  c/conf/5.xml": 5}
    for name, size in {**sizes, "z\tz": 6, "a/z\nz": 7, "a/caf\udce9": 8, "b  c/.hidden~": 9}.items():
        (root / name).write_bytes(b"x" * size)
    os.mkfifo(root / "pipe")
    (root / "link").symlink_to("one")
    return root


@pytest.mark.parametrize("shell", present())
def test_totals_are_those_of_the_file_system(shell: str, tree: Path) -> None:
    assert walked(shell, tree, printf=True) == dict(counted(tree, names_of_two_lines=True))


@pytest.mark.parametrize("shell", present())
def test_totals_are_the_same_where_a_mount_apart_is_below(shell: str, tree: Path) -> None:
    sums = walked(shell, tree, printf=True, apart=tree / "empty")
    expected = dict(counted(tree, names_of_two_lines=True))
    count, size = expected.pop(os.fsencode(tree))
    assert expected.pop(os.fsencode(tree / "empty")) == (1, 0)
    assert sums == {**expected, os.fsencode(tree): (count - 1, size)}


@pytest.mark.parametrize("shell", present())
def test_without_printf_names_of_two_lines_are_left_out_and_stall_nothing(shell: str, tree: Path) -> None:
    (tree / "a" / "two\nlines").mkdir()
    (tree / "a" / "two\nlines" / "x.bak").write_bytes(b"x")
    assert walked(shell, tree, printf=False) == dict(counted(tree, names_of_two_lines=False))


@pytest.mark.parametrize("shell", present())
def test_packages_name_the_directories_that_are_looked_into(shell: str, tmp_path: Path) -> None:
    said = tmp_path / "alpha.list"
    named = (
        "/. /lib64 /lib64/ld.so /usr /usr/share/doc/alpha /usr/share/doc/alpha/a/b /usr/lib/x/LC_MESSAGES/x.mo /srv/x/y"
    )
    said.write_text("\n".join(named.split()) + "\n")
    known = "B\\ttmpfs\\t/srv/x\\nJ\\t/lib64/\\t/usr/lib64/\\n"
    looked = answer(shell, "FRAME=/etc", f"printf '{known}.\\n' | directories - {said}").decode().split()
    assert looked == ["/etc", "/", "/usr/lib64", "/usr/share/doc"]


def walked(shell: str, tree: Path, *, printf: bool, apart: Path | None = None) -> Sums:
    """What the host's shell told: entries and bytes by directory."""
    root = f"0\\t0\\t755\\t1\\n{tree}\\n"
    mounts = f"APART='B\ttmpfs\t{apart}'" if apart else "APART="
    said = answer(shell, mounts, "OPEN=", "" if printf else "PRINTF=", f"printf '{root}' | walk")
    lines = said.split(b"\n")
    rows = [(line.split(b"\t"), path) for line, path in zip(lines[::2], lines[1::2], strict=False)]
    assert all(row[12] == b"1" for row, _ in rows if row[0] == b"N"), "to its end"
    return {path: (int(row[1]), int(row[2])) for row, path in rows if row[0] == b"N"}


def answer(shell: str, *commands: str) -> bytes:
    script = "\n".join([_PRELUDE, _FUNCTIONS, *commands])
    return subprocess.run(SHELLS[shell], input=script.encode(), capture_output=True, timeout=60, check=True).stdout


def counted(tree: Path, *, names_of_two_lines: bool) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """The same by looking, down to the third level."""
    for folder in [tree, *(path for path in tree.rglob("*") if path.is_dir())]:
        below = [path for path in [folder, *folder.rglob("*")] if names_of_two_lines or "\n" not in str(path)]
        size = sum(path.lstat().st_size for path in below if path.is_file() and not path.is_symlink())
        if folder in below and len(folder.relative_to(tree).parts) <= 3:
            yield os.fsencode(folder), (len(below), size)
