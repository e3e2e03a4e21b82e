from __future__ import annotations

from migrate.model.facts import Service
from migrate.syntax.process_tree import Running, Tree
from migrate.syntax.service_folders import service_folders


def one(run: str, *, path: str = "/etc/service/x/run", down: bool = False, alive: Tree | None = None) -> Service:
    ends = frozenset({path.replace("/run", "/down")} if down else ())
    (found,) = service_folders([(path, run.split("\n"))], ends, {}, alive or Tree())
    return found


RUNIT = """#!/bin/sh
exec 2>&1
export MODE=fast
cd /opt/app
exec chpst -u worker:web -e ./env \\
  /usr/bin/python3 /opt/app/serve.py 8400"""


def test_what_prepares_for_a_command_is_not_the_command() -> None:
    found = one(RUNIT)
    assert found.exec_start == (("/usr/bin/python3", "/opt/app/serve.py", "8400"),)
    assert (found.user, found.working_directory, found.environment) == ("worker", "/opt/app", (("MODE", "fast"),))
    daemontools = one("#!/bin/sh\nexec envdir /etc/t/env setuidgid worker softlimit -m 300 /usr/bin/tick -v 2>&1")
    assert (daemontools.exec_start, daemontools.user) == ((("/usr/bin/tick", "-v"),), "worker")
    envuidgid = one("#!/bin/sh\nexec envuidgid dns tcpserver -v 0 53 /usr/bin/dns")
    assert envuidgid.exec_start[0][0] == "tcpserver"


def test_an_execline_script_is_one_command() -> None:
    found = one("#!/usr/bin/execlineb -P\n# serves\nfdmove -c 2 1\ns6-setuidgid www\n/usr/sbin/thttpd -D")
    assert (found.exec_start, found.user) == ((("/usr/sbin/thttpd", "-D"),), "www")


def alive(keeper: str, scanner: str) -> Tree:
    processes = (
        Running(2, 1, scanner),
        Running(3, 2, keeper, (keeper, "x")),
        Running(4, 3, "svlogd"),
        Running(5, 3, "serve"),
    )
    return Tree({each.pid: each for each in processes})


def test_each_supervisor_of_folders_is_told_by_what_runs() -> None:
    for keeper, scanner, name in (
        ("runsv", "runsvdir", "runit"),
        ("supervise", "svscan", "daemontools"),
        ("s6-supervise", "s6-svscan", "s6"),
    ):
        found = one("#!/bin/sh\nexec serve", alive=alive(keeper, scanner))
        assert (found.manager, found.main_pid, found.active, found.enabled) == (name, 5, True, True)


def test_a_down_file_keeps_a_service_from_being_started() -> None:
    found = one("#!/bin/sh\nexec serve", down=True, path="/service/y/run", alive=alive("runsv", "runsvdir"))
    assert (found.enabled, found.active) == (False, False)


def test_what_is_there_but_not_linked_is_not_enabled_and_stands_there_once() -> None:
    files = [(path, ["#!/bin/sh", "exec serve"]) for path in ("/etc/service/x/run", "/etc/sv/x/run", "/etc/sv/z/run")]
    found = service_folders(files, frozenset(), {}, alive("runsv", "runsvdir"))
    assert {each.name: each.enabled for each in found} == {"x": True, "z": False}


def test_where_nothing_scans_nothing_is_said_of_starting() -> None:
    assert one("#!/bin/sh\nexec serve").enabled is None
