from __future__ import annotations

from migrate.detectors import Advice
from migrate.model.facts import FileFact, Tree
from migrate.model.plan import DirectoryChoice
from migrate.planning import state
from migrate.planning.belongings import Belongings
from tests.planning.hosts import host


def made(directory: FileFact, uid: int) -> DirectoryChoice:
    tree = Tree(directory, "cache")
    [found] = state.directories(host(trees=(tree,)), Advice(), Belongings((), ((tree, "x"),), (), ()), (), (), uid)
    return found


def test_a_directory_keeps_the_owner_and_group_that_it_had() -> None:
    found = made(FileFact("/var/cache/dns", "directory", 0o775, 0, 107), uid=0)
    assert (found.uid, found.gid, found.mode) == (0, 107, 0o775)
    found = made(FileFact("/var/cache/web", "directory", 0o750, 33, 4), uid=998)
    assert (found.uid, found.gid, found.mode) == (33, 4, 0o750)


def test_where_only_root_could_write_who_runs_it_owns_the_directory() -> None:
    found = made(FileFact("/var/log/app", "directory", 0o755, 0, 0), uid=998)
    assert (found.uid, found.gid) == (998, 998)
    found = made(FileFact("/var/log/app", "directory", 0o775, 0, 998), uid=998)
    assert (found.uid, found.gid) == (0, 998)


def test_who_owns_the_logs_in_a_package_s_directory_may_write_there() -> None:
    log = Tree(FileFact("/var/log/web/error.log", "file", 0o644, 33, 33), "log")
    belongings = Belongings((), ((log, "x"),), (), ())
    [found] = state.directories(host(trees=(log,)), Advice(), belongings, (), (), 0)
    assert (found.path, found.uid, found.gid) == ("/var/log/web", 33, 33)
