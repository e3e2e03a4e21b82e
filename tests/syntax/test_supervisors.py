from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.process_tree import Running, Tree
from migrate.syntax.supervisors import circus, forever, god, supervisor


def tree(*processes: Running) -> Tree:
    return Tree({one.pid: one for one in processes})


SUPERVISOR = r"""
[program:api]
command=/usr/bin/python3 /opt/app/serve.py 81%(process_num)02d ; comment
process_name=%(program_name)s-%(process_num)d
numprocs=2
user=worker
environment=KEY="a,b",MODE='fast'
[program:old]
command=/bin/sleep 9999
autostart=false
[eventlistener:mail]
command=/opt/mail
  --to ops
[group:g]
programs=api
"""


def test_supervisord_s_programs_with_their_processes() -> None:
    alive = tree(
        Running(5, 1, "python3", ("/usr/bin/python3", "/venv/bin/supervisord")),
        Running(6, 5, "python3", ("/usr/bin/python3", "/opt/app/serve.py", "8100")),
        Running(7, 5, "python3", ("/usr/bin/python3", "/opt/app/serve.py", "8101")),
        Running(8, 5, "sh", ("/bin/sh", "/opt/mail", "--to", "ops")),
    )
    api, old, mail = supervisor([("/etc/s.conf", SUPERVISOR.split("\n"))], alive)
    assert (api.name, api.active, api.main_pid, api.instances, api.user) == ("api", True, 6, 2, "worker")
    assert api.environment == (("KEY", "a,b"), ("MODE", "fast"))
    assert (old.active, old.enabled, old.main_pid) == (False, False, None)
    assert (mail.exec_start, mail.main_pid) == ((("/opt/mail", "--to", "ops"),), 8)


def test_a_later_file_s_program_of_the_same_name_counts() -> None:
    first, second = ["[program:a]", "command=/bin/x"], ["[program:a]", "command=/bin/y"]
    (one,) = supervisor([("/1", first), ("/2", second)], tree())
    assert (one.unit_file, one.exec_start) == ("/2", (("/bin/y",),))


# After circus' documentation, "Configuration".
CIRCUS = """
[circus]
endpoint = tcp://127.0.0.1:5555
[watcher:web]
cmd = /opt/venv/bin/web --fd $(circus.sockets.web)
numprocesses = 3
uid = www
working_dir = /srv
[env:web]
LEVEL = info
[env:*]
ALL = 1
"""


def test_circus_watchers() -> None:
    alive = tree(Running(9, 1, "circusd"), Running(10, 9, "web", ("/opt/venv/bin/web", "--fd", "5")))
    (web,) = circus([("/etc/circus.ini", CIRCUS.split("\n"))], alive)
    assert (web.manager, web.main_pid, web.user, web.instances) == ("circus", 10, "www", 3)
    assert (web.working_directory, web.environment) == ("/srv", (("ALL", "1"), ("LEVEL", "info")))


# After god's documentation (godrb.com).
GOD = """
God.watch do |w|
  w.name = "simple"
  w.start = "ruby /srv/simple.rb"
  w.dir = '/srv'
  w.uid = "deploy"
  w.pid_file = "/run/simple.pid"
end
God.watch do |w|
  w.name = "app-#{port}"
  w.start = "x"
end
"""


def test_god_s_watches_as_far_as_they_are_written_out() -> None:
    alive = tree(
        Running(3, 1, "ruby", ("ruby", "/usr/bin/god", "-c", "/etc/g")),
        Running(4, 3, "ruby", ("ruby", "/srv/simple.rb")),
    )
    (one,) = god([("/etc/g", GOD.split("\n"))], alive)
    assert (one.name, one.exec_start, one.user, one.main_pid) == ("simple", (("ruby", "/srv/simple.rb"),), "deploy", 4)


def test_forever_s_monitors_name_their_scripts() -> None:
    alive = tree(
        Running(3, 1, "node", ("/usr/bin/node", "/usr/lib/node_modules/forever/bin/monitor", "chat.js")),
        Running(4, 3, "node", ("/usr/bin/node", "/srv/chat.js")),
    )
    (one,) = forever(alive)
    assert (one.name, one.manager, one.main_pid) == ("chat", "forever", 4)


@given(st.text(), st.sampled_from([supervisor, circus, god]))
def test_nothing_makes_a_reader_raise(text: str, reader: object) -> None:
    assert callable(reader)
    head = "[program:a]\n[watcher:a]\n"
    assert isinstance(reader([("/x", (head + text).split("\n"))], tree(Running(1, 0, "god"))), list)
