from __future__ import annotations

from migrate.syntax.process_tree import Running, Tree, assigned, program


def test_the_program_is_the_script_that_an_interpreter_runs() -> None:
    assert program(("/usr/bin/python3", "-u", "/opt/app/serve.py", "80")) == "serve.py"
    assert program(("/usr/bin/python3", "-m", "supervisor.supervisord")) == "supervisor.supervisord"
    assert program(("/usr/sbin/nginx",)) == "nginx"
    assert program(("/bin/sh",)) == "sh"
    assert program(()) == ""


def test_of_several_with_one_program_the_arguments_tell() -> None:
    commands = {"a": ("node", "/srv/x.js", "--one"), "b": ("node", "/srv/x.js", "--two")}
    processes = [
        Running(7, 2, "node", ("/usr/bin/node", "/srv/x.js", "--two")),
        Running(8, 2, "node", ("/usr/bin/node", "/srv/x.js", "--one")),
    ]
    assert assigned(commands, processes) == {"a": (8,), "b": (7,)}


def test_a_process_belongs_to_one_and_a_command_has_as_many_as_it_may() -> None:
    processes = [Running(pid, 2, "worker") for pid in (5, 6, 7)]
    assert assigned({"w": ("/opt/worker",), "v": ("/opt/worker",)}, processes, {"w": 2}) == {"w": (5, 6), "v": (7,)}


def test_what_is_not_alike_is_nobody_s() -> None:
    assert assigned({"w": ("/opt/worker",)}, [Running(5, 2, "other")]) == {}


def test_a_program_is_found_by_name_or_by_script() -> None:
    tree = Tree({1: Running(1, 0, "init"), 2: Running(2, 1, "python3", ("python3", "/v/bin/supervisord", "-n"))})
    assert [one.pid for one in tree.called("supervisord")] == [2]
    assert [one.pid for one in tree.children((1,))] == [2]
