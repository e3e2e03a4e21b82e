from __future__ import annotations

import io
import stat
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from migrate.archives import Body, Member
from migrate.errors import InputError, WorkspaceError
from migrate.model.facts import System
from migrate.model.inventory import LARGEST_TEXT, Inventory, Scope
from migrate.model.plan import Plan
from migrate.model.target import Access
from migrate.workspace import IGNORED, Workspace


def inventory(host: str = "web01", name: str = "web01") -> Inventory:
    return Inventory(host, host, "2026-11-02T10:00:00Z", (Scope("system", "complete", facts=System(hostname=name)),))


def pack(path: Path, **content: bytes) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in content.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    one = Workspace(tmp_path / "work")
    with one.stage("web01") as staged:
        pack(staged / "content.tar.gz", etc__a=b"plain", opt__big=b"x" * (LARGEST_TEXT + 1))
        pack(staged / "secrets" / "content.tar.gz", etc__b=b"password=x")
        one.save(inventory(), staged, {"b-password": "x\udcff"}, {"a" * 64: b"<html>"})
    return one


def interrupt(_: object) -> NoReturn:
    raise KeyboardInterrupt


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_saved_comes_back(workspace: Workspace) -> None:
    assert workspace.hosts() == ("web01",)
    assert workspace.load_inventory("web01") == inventory()
    assert workspace.load_secrets("web01") == {"b-password": "x\udcff"}
    assert workspace.load_answers("web01") == {"a" * 64: b"<html>"}


def test_a_snapshot_holds_the_small_files_of_both_archives(workspace: Workspace) -> None:
    assert dict(workspace.load_snapshot("web01").texts) == {"/etc/a": b"plain", "/etc/b": b"password=x"}


def test_what_is_private_is_only_for_us(workspace: Workspace) -> None:
    host = workspace.inventories / "web01"
    assert mode(host) == mode(host / "secrets") == 0o700
    assert mode(host / "inventory.json") == mode(host / "secrets" / "secrets.json") == 0o600


def test_git_is_told_once_what_to_ignore(workspace: Workspace) -> None:
    (workspace.root / ".gitignore").write_text("*.pyc\n/data/")
    workspace.prepare()
    workspace.prepare()
    lines = (workspace.root / ".gitignore").read_text().splitlines()
    assert lines[:2] == ["*.pyc", "/data/"]
    assert [line for line in lines if line in IGNORED] == ["/data/", *(line for line in IGNORED if line != "/data/")]


def test_captured_files_are_handed_out_in_one_pass(workspace: Workspace) -> None:
    found: dict[str, bytes] = {}

    def sink(member: Member, body: Body | None) -> None:
        found[member.name] = body.read() if body else b""

    workspace.materialise("web01", ["/etc/b", "/etc/a"], sink)
    assert found == {"etc/a": b"plain", "etc/b": b"password=x"}


def test_a_file_that_was_not_captured_is_named(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="/etc/nothing"):
        workspace.materialise("web01", ["/etc/nothing"], lambda member, body: None)


def test_an_interrupted_run_leaves_the_former_inventory_whole(workspace: Workspace) -> None:
    with pytest.raises(KeyboardInterrupt), workspace.stage("web01") as staged:
        interrupt((staged / "inventory.json").write_text("half"))
    assert workspace.load_inventory("web01") == inventory()
    assert [path.name for path in workspace.inventories.iterdir()] == ["web01"]


def test_a_second_discovery_replaces_the_first(workspace: Workspace) -> None:
    with workspace.stage("web01") as staged:
        workspace.save(inventory(name="renamed"), staged)
    assert workspace.load_inventory("web01").get(System).hostname == "renamed"
    assert workspace.load_secrets("web01") == {}
    assert [path.name for path in workspace.inventories.iterdir()] == ["web01"]


def test_what_a_killed_run_left_is_swept_away(workspace: Workspace) -> None:
    (workspace.inventories / ".web01.0123.new" / "secrets").mkdir(parents=True)
    with workspace.stage("web01"):
        pass
    assert [path.name for path in workspace.inventories.iterdir()] == ["web01"]


def test_a_damaged_archive_says_what_to_do(workspace: Workspace) -> None:
    content = workspace.inventories / "web01" / "content.tar.gz"
    content.write_bytes(content.read_bytes()[:-30])
    with pytest.raises(WorkspaceError, match=r"content\.tar\.gz") as caught:
        workspace.load_snapshot("web01")
    assert "discover" in str(caught.value.hint)


@pytest.mark.parametrize("host", ["../x", "", ".hidden", "a/b", "a\n"])
def test_a_host_never_leads_out_of_the_workspace(tmp_path: Path, host: str) -> None:
    with pytest.raises(InputError):
        Workspace(tmp_path).load_inventory(host)


def test_an_unknown_host_names_those_that_are_known(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError) as caught:
        workspace.load_inventory("web02")
    assert caught.value.hint == "discovered are: web01"


def test_a_plan_is_saved_and_loaded(workspace: Workspace) -> None:
    assert workspace.load_plan() is None
    workspace.save_plan(Plan(("web01",)))
    assert workspace.load_plan() == Plan(("web01",))


def test_a_workspace_without_hosts_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as caught:
        Workspace(tmp_path).snapshots()
    assert caught.value.hint == "run: migrate discover HOST"


def test_a_host_is_reached_again_as_it_was_but_for_passwords_and_trust(workspace: Workspace, tmp_path: Path) -> None:
    said = Access(identity=(str(tmp_path / "key"),), port=2222, jump="gate", accept_new=True, legacy_crypto=True)
    workspace.remember_access("web01", said)
    kept = workspace.access("web01")
    assert kept == replace(said, accept_new=False)
    assert Access(port=2200).over(kept) == replace(kept, port=2200)
    assert workspace.access("web02") == Access()


def test_a_damaged_note_of_how_a_host_was_reached_is_bad_input(workspace: Workspace) -> None:
    workspace.remember_access("web01", Access())
    (workspace.root / ".migrate" / "access" / "web01.json").write_text('{"port": "many"}')
    with pytest.raises(InputError, match=r"web01\.json"):
        workspace.access("web01")
