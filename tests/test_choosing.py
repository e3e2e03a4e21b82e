from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from migrate.choosing import Chosen, choose, file_changes
from migrate.errors import InputError
from migrate.model.facts import CapturedFile, Content
from migrate.model.inventory import Inventory, Scope
from migrate.workspace import EARLIER, Workspace


def pack(path: Path, texts: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in texts.items():
            info = tarfile.TarInfo(name.lstrip("/"))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def kept(workspace: Workspace, host: str, when: str, texts: dict[str, bytes] | None = None, *secret: str) -> None:
    entries = tuple(
        CapturedFile(path, "file", 0o644, 0, 0, secrets=("s1",) if path in secret else ()) for path in texts or ()
    )
    inventory = Inventory(host, host, when, (Scope("content", "complete", facts=Content(entries)),))
    with workspace.stage(host) as staged:
        pack(staged / "content.tar.gz", texts or {})
        workspace.save(inventory, staged)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = Workspace(tmp_path)
    for day in ("01", "02", "03"):
        kept(found, "web01", f"2026-11-{day}T10:00:00Z")
    kept(found, "docker-web", "2026-11-03T10:00:00Z")
    return found


def when(chosen: Chosen) -> str:
    return chosen.inventory.collected


def test_a_host_is_its_newest_inventory_and_a_target_is_known_by_what_it_was_called(workspace: Workspace) -> None:
    assert when(choose(workspace, "web01")) == "2026-11-03T10:00:00Z"
    assert choose(workspace, "docker:web").inventory.host == "docker-web"


def test_discovering_again_keeps_what_was_known_before(workspace: Workspace) -> None:
    assert when(choose(workspace, "web01@previous")) == "2026-11-02T10:00:00Z"
    assert when(choose(workspace, "web01@2026-11-01")) == "2026-11-01T10:00:00Z"
    assert when(choose(workspace, "web01@2026-11-03")) == "2026-11-03T10:00:00Z"


def test_only_so_many_earlier_inventories_are_kept_and_git_ignores_them(workspace: Workspace) -> None:
    for day in range(10, 25):
        kept(workspace, "web01", f"2026-11-{day}T10:00:00Z")
    assert [path.stem[8:10] for path in workspace.earlier("web01")] == [str(day) for day in range(14, 24)]
    assert len(workspace.earlier("web01")) == EARLIER
    assert "/inventory/*/earlier/" in (workspace.root / ".gitignore").read_text()


def test_an_inventory_may_be_a_file_of_somebody_else(workspace: Workspace, tmp_path: Path) -> None:
    folder = workspace.folder("web01")
    assert when(choose(Workspace(tmp_path / "other"), str(folder))) == "2026-11-03T10:00:00Z"
    assert when(choose(Workspace(tmp_path / "other"), str(folder / "inventory.json"))) == "2026-11-03T10:00:00Z"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("web02", "web02 is no host that was discovered"),
        ("docker-web@previous", "docker-web was discovered once"),
        ("web01@2025", "there is no inventory of web01 of 2025"),
        ("../../etc", "is no host that was discovered"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(workspace: Workspace, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        choose(workspace, name)
    assert caught.value.hint


def test_lines_of_captured_texts_are_compared_but_of_no_file_that_holds_a_secret(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for host, port in (("a", b"80"), ("b", b"8080")):
        texts = {"/etc/x.conf": b"# x\nport " + port + b"\n", "/etc/y.conf": port, "/bin/z": b"\0" + port}
        kept(workspace, host, "now", texts, "/etc/y.conf")
    (change,) = file_changes(choose(workspace, "a"), choose(workspace, "b"))
    assert change.path == "/etc/x.conf"
    assert change.lines == ("@@ -1,2 +1,2 @@", " # x", "-port 80", "+port 8080")


def test_earlier_content_is_not_kept_and_that_is_said(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="content of earlier inventories is not kept"):
        file_changes(choose(workspace, "web01@previous"), choose(workspace, "web01"))


def test_a_file_that_can_not_be_read_any_more_does_not_keep_a_host_from_being_discovered(workspace: Workspace) -> None:
    (workspace.folder("web01") / "inventory.json").write_text("{")
    kept(workspace, "web01", "2026-11-04T10:00:00Z")
    assert choose(workspace, "web01").inventory.collected == "2026-11-04T10:00:00Z"
