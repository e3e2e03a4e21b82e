from __future__ import annotations

import stat
import subprocess
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.emission.permissions import context_name, script
from migrate.emission.tree import Placed

NAME = st.text(st.characters(exclude_characters="/\0", exclude_categories=()), min_size=1, max_size=6).filter(
    lambda text: text not in (".", "..") and _is_bytes(text)
)
MODE = st.sampled_from([0o644, 0o600, 0o640, 0o755, 0o4755, 0o444, 0o000, 0o777, 0o664, 0o744])
DIRECTORY_MODE = st.sampled_from([0o755, 0o700, 0o2775, 0o1777, 0o750, 0o711, 0o777])


def _is_bytes(text: str) -> bool:
    """Whether it is how Python shows some file name."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape") == text
    except UnicodeEncodeError:
        return False


@st.composite
def trees(draw: st.DrawFn) -> tuple[Placed, ...]:
    found: dict[str, Placed] = {}
    tops = draw(st.lists(NAME, min_size=1, max_size=3, unique=True))
    for top in tops:
        found[f"/{top}"] = Placed(f"/{top}", "directory", draw(DIRECTORY_MODE))
        for name in draw(st.lists(NAME, max_size=6, unique=True)):
            path = f"/{top}/{name}"
            kind = draw(st.sampled_from(["file", "file", "directory", "link"]))
            if kind == "file":
                found[path] = Placed(path, kind, draw(MODE), data=b"x")
            elif kind == "directory":
                found[path] = Placed(path, kind, draw(DIRECTORY_MODE))
            else:
                found[path] = Placed(path, kind, target=draw(NAME))
    return tuple(found[path] for path in sorted(found))


@settings(max_examples=20, deadline=None)
@given(trees())
def test_every_entry_gets_its_name_and_mode(tmp_path_factory: object, placed: tuple[Placed, ...]) -> None:
    root = Path(_fresh(tmp_path_factory))
    (root / "odd").mkdir(parents=True)
    (root / "rootfs").mkdir()
    for one in placed:
        if one.kind == "file":
            place = root / context_name(one.path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"x")
    text = script(placed).replace(b"mv /odd", f"mv {root}/odd".encode())
    text = text.replace(b"chown", b": chown").replace(b"\nlike ", b"\n: ").replace(b"\nfollow ", b"\n: ")
    subprocess.run(["sh", "-s", str(root / "rootfs")], input=text, check=True, cwd=root)
    for one in placed:
        status = (root / "rootfs" / one.path.lstrip("/")).lstat()
        assert (
            stat.S_IFMT(status.st_mode)
            == {"file": stat.S_IFREG, "directory": stat.S_IFDIR, "link": stat.S_IFLNK}[one.kind]
        )
        if one.kind == "link":
            assert str((root / "rootfs" / one.path.lstrip("/")).readlink()) == one.target
        else:
            assert stat.S_IMODE(status.st_mode) == one.mode, one.path


def _fresh(factory: object) -> str:
    return str(factory.mktemp("tree"))  # type: ignore[attr-defined]


def test_a_tree_of_one_owner_is_one_command() -> None:
    placed = (
        Placed("/opt", "directory", known=False),
        Placed("/opt/app", "directory", 0o750, 7, 7),
        *(Placed(f"/opt/app/{count:03}", "file", 0o640, 7, 7, data=b"") for count in range(500)),
        Placed("/opt/app/run", "file", 0o750, 0, 7, data=b""),
    )
    lines = script(placed).decode().splitlines()
    assert [line for line in lines if line.startswith("chown")] == [
        "chown -hR 0:0 .",
        "chown -hR 7:7 ./opt/app",
        "chown -h 0:7 ./opt/app/run",
    ]
    assert len(lines) < 70


def test_names_that_git_or_a_builder_would_not_carry_travel_under_another() -> None:
    for path in ("/a/.gitignore", "/a/.git/config", "/a/\udcff", "/a/\n", "/a/back\\slash"):
        assert context_name(path).startswith("odd/")
    assert context_name("/a/it's $x.txt") == "rootfs/a/it's $x.txt"
