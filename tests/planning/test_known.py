from __future__ import annotations

from dataclasses import replace

from migrate.detectors import Advice, Candidate
from migrate.model.applications import Application, Applications
from migrate.model.facts import FileFact, Group, Tree
from migrate.planning import known
from migrate.planning.index import Index
from tests.planning.hosts import ACCOUNTS, host, process, tree

CANDIDATE = Candidate("it", None, (process(9, "/usr/bin/it"),))


def having(role: str, *data: str, uid: int = 998) -> Index:
    one = Application("it", role, "it", pids=(9,), configuration=("/etc/itd.conf",), data=data)
    other = Application("other", role, "other", pids=(10,), configuration=("/etc/other.conf",))
    return host(more=(Applications((one, other)),), trees=tuple(tree(path, "data", uid=uid) for path in data))


def test_the_configuration_of_its_kind_is_as_good_as_named() -> None:
    assert [(use.path, use.how) for use in known.uses(having("file-server"), CANDIDATE)] == [("/etc/itd.conf", "name")]


def test_data_that_somebody_else_than_root_writes_is_state() -> None:
    assert [fact.path for fact, _ in known.places(having("file-server", "/srv/it"), CANDIDATE)] == ["/srv/it"]


def test_what_root_has_laid_down_is_served_from_the_image() -> None:
    served = having("file-server", "/srv/it", uid=0)
    assert not list(known.places(served, CANDIDATE))
    assert known.advised(served, CANDIDATE, Advice()).files == (("/srv/it", "what it serves"),)


def test_caches_and_temporary_folders_start_empty() -> None:
    for found in (having("proxy", "/var/lib/it/store"), having("web-server", "/srv/it/tmp")):
        assert not list(known.places(found, CANDIDATE))
        assert known.advised(found, CANDIDATE, Advice()).log_directories


def test_a_folder_that_a_group_may_write_to_is_state_and_its_members_come_along() -> None:
    one = Application("samba", "file-server", "smbd", pids=(9,), data=("/srv/daten",))
    root = FileFact("/srv/daten", "directory", 0o2775, 0, 33)
    members = replace(ACCOUNTS, groups=(Group("www-data", 33, ("anna",)),))
    found = host(more=(Applications((one,)), members), trees=(Tree(root, "data"),))
    assert [fact.path for fact, _ in known.places(found, CANDIDATE)] == ["/srv/daten"]
    assert known.advised(found, CANDIDATE, Advice()).accounts == ("anna",)


def test_a_folder_of_programs_is_no_data_wherever_it_works() -> None:
    one = Application("python", "application", "relay", pids=(9,), data=("/home/karl/tools",))
    tools = (tree("/home/karl/tools", "home", uid=1000),)
    found = host(more=(Applications((one,)),), trees=tools, texts={"/home/karl/tools/relay.py": b"x"})
    assert not list(known.places(found, CANDIDATE))
    assert known.advised(found, CANDIDATE, Advice()).files == ()
