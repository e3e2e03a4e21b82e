from __future__ import annotations

from typing import Any

from migrate.emission.tree import Placed, chosen, resolve, tree
from migrate.model.bundle import Captured
from migrate.model.plan import DirectoryChoice, FileChoice, LogFile, SecretUse, Volume
from tests.emission.sample import HOST, captured, snapshot, sources, workload

ENTRIES = (
    captured("/srv", "directory", 0o751),
    captured("/srv/app", "directory", 0o750, 33, 33),
    captured("/srv/app/a"),
    captured("/srv/app/data/b"),
    captured("/srv/app/log/app.log"),
    captured("/srv/app/secret", secrets=("s",)),
    captured("/srv/application"),
)
EVERYTHING = (FileChoice("/srv/app", "a test"),)


def paths(**more: Any) -> list[str]:
    one = workload(files=EVERYTHING, **more)
    return [entry.path for entry in chosen(sources(one, seen=snapshot(ENTRIES)), one)]


def test_a_choice_is_the_path_and_what_lies_below_it_without_secrets() -> None:
    assert paths() == ["/srv/app", "/srv/app/a", "/srv/app/data/b", "/srv/app/log/app.log"]


def test_logs_and_excluded_paths_stay_out() -> None:
    assert paths(logs=(LogFile("/srv/app/log/app.log"),)) == ["/srv/app", "/srv/app/a", "/srv/app/data/b"]
    one = workload(files=(FileChoice("/srv/app", "a test", exclude=("/srv/app/log", "/srv/app/data")),))
    found = chosen(sources(one, seen=snapshot(ENTRIES)), one)
    assert [entry.path for entry in found] == ["/srv/app", "/srv/app/a"]


def test_state_stays_out_unless_it_seeds_its_volume() -> None:
    volume = Volume("v", "/srv/app/data", "data", "copy", 0, 0, 0o755, "a test")
    seeded = Volume("v", "/srv/app/data", "data", "copy", 0, 0, 0o755, "a test", seed=True)
    assert "/srv/app/data/b" not in paths(volumes=(volume,))
    assert "/srv/app/data/b" in paths(volumes=(seeded,))


def placed(**more: Any) -> dict[str, Placed]:
    one = workload(files=EVERYTHING, **more)
    return {entry.path: entry for entry in tree(sources(one, seen=snapshot(ENTRIES)), one)}


def test_directories_on_the_way_have_the_hosts_owner_where_it_is_known() -> None:
    found = placed(secrets=(SecretUse("s", ("s",), "/srv/other/secret"),))
    assert (found["/srv"].mode, found["/srv"].known) == (0o751, True)
    assert not found["/srv/app/data"].known
    assert found["/srv/other"].kind == "directory"
    assert "/srv/other/secret" not in found


def test_the_plans_directories_go_before_captured_ones() -> None:
    found = placed(directories=(DirectoryChoice("/srv/app", 5, 6, 0o700, "a test"),))
    assert (found["/srv/app"].mode, found["/srv/app"].uid, found["/srv/app"].gid) == (0o700, 5, 6)
    assert found["/srv/app/a"].data == Captured(HOST, "/srv/app/a")


def test_what_is_named_by_way_of_a_link_goes_where_the_link_leads() -> None:
    links = {"/var/lib/app/conf": "../../../etc/app", "/etc/app/x": "/srv/x", "/loop": "/loop/a"}
    assert resolve("/var/lib/app/conf/x/file", links) == "/srv/x/file"
    assert resolve("/var/lib/app/conf", links) == "/var/lib/app/conf"
    assert resolve("/loop/b", links) == "/loop/b"
    entries = (captured("/data", "link", target="/srv/app"), *ENTRIES)
    one = workload(
        files=(FileChoice("/data", "a test"),), directories=(DirectoryChoice("/data/new", 1, 2, 0o700, "a test"),)
    )
    found = {entry.path: entry for entry in tree(sources(one, seen=snapshot(entries)), one)}
    assert found["/data"].kind == "link"
    assert (found["/srv/app/new"].uid, "/data/new" in found) == (1, False)
