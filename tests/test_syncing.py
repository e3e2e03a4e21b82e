"""Fetching the state of this machine's own folders into a workspace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from migrate.errors import WorkspaceError
from migrate.model.plan import Base, Plan, Volume, Workload
from migrate.model.target import Access
from migrate.reach import Connection
from migrate.reach.local import LocalConnection
from migrate.stores.manifests import fingerprint, read_manifest
from migrate.syncing import SyncReport, owned, sync
from migrate.workspace import Workspace

BASE = Base("debian:11", "dpkg", "debian", "11")


def volume(name: str, path: str, method: str = "copy", *, read_only: bool = False) -> Volume:
    return Volume(name, path, "data", method, 0, 0, 0o755, "", read_only=read_only)


def workload(name: str, *volumes: Volume) -> Workload:
    return Workload(name, "here", "service", "", BASE, volumes=volumes)


def here(_host: str) -> Connection:
    return LocalConnection(Access(sudo=False))


def fetch(workspace: Workspace, *workloads: Workload) -> SyncReport:
    return sync(Plan(("here",), workloads), {}, here, workspace, lambda _: None)


def test_a_shared_volume_goes_with_the_workload_that_writes_it() -> None:
    reader = workload("nginx", volume("reports", "/srv/reports", read_only=True), volume("none", "/x", "none"))
    writer = workload("job", volume("reports", "/srv/reports"), volume("cache", "/var/cache/x", "none"))
    assert [
        (each.name, [one.name for one in volumes]) for each, volumes in owned(Plan(("here",), (reader, writer)))
    ] == [("job", ["reports"])]


def test_a_directory_is_fetched_whole_and_again_is_the_same_state(tmp_path: Path) -> None:
    source, workspace = tmp_path / "source", Workspace(tmp_path / "ws")
    (source / "deep").mkdir(parents=True)
    (source / "deep" / "new\nline").write_bytes(os.urandom(100_000))
    one = workload("app", volume("app-data", str(source)))
    assert fetch(workspace, one).holds
    first = read_manifest(workspace.data / "app")
    assert fetch(workspace, one).holds
    second = read_manifest(workspace.data / "app")
    assert first is not None
    assert second is not None
    assert first.saved[0].groups[0].items[0].count == 3
    assert fingerprint(first.saved[0]) == fingerprint(second.saved[0])
    (source / "deep" / "new\nline").write_bytes(b"changed")
    fetch(workspace, one)
    third = read_manifest(workspace.data / "app")
    assert third is not None
    assert fingerprint(third.saved[0]) != fingerprint(first.saved[0])
    assert sorted(path.name for path in workspace.data.iterdir()) == ["app"]


def test_what_can_not_be_fetched_costs_the_others_nothing(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    workspace = Workspace(tmp_path / "ws")
    good, bad = volume("good", str(tmp_path / "there")), volume("bad", str(tmp_path / "gone"))
    odd = volume("odd", "/x", "dump:oracle")
    report = fetch(workspace, workload("one", good), workload("two", bad), workload("three", odd))
    assert [each.status for each in report.volumes] == ["fetched", "failed", "failed"]
    assert "there is no directory" in report.volumes[1].summary
    assert "dump:oracle" in report.volumes[2].summary
    assert not report.holds


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="no /dev/full")
def test_a_full_disk_ends_it_and_keeps_what_was_fetched(tmp_path: Path) -> None:
    from migrate.stores.remote import Keeper

    keeper = Keeper(tmp_path / "x.gz", lambda _: None)
    keeper.close()
    keeper._file = open("/dev/full", "wb")  # noqa: SIM115, PTH123 - stands for a disk without room
    with pytest.raises(WorkspaceError, match="No space left"):
        keeper.write(os.urandom(1 << 20))
    keeper.close()
