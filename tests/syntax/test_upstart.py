from __future__ import annotations

from migrate.syntax.upstart import upstart

# The formats of initctl(8) and init(5) of upstart 0.6.5 (RHEL 6), 1.5 (Ubuntu 12.04) and 1.12 (14.04).
STATES = """rc stop/waiting
tty (/dev/tty3) start/running, process 1498
mysql start/running, process 900
\tpost-start process 901
dbus start/running
start-ttys stop/waiting
odd"""
MYSQL = """description "MySQL"
start on runlevel [2345]
respawn
limit nofile 8192 8192
env HOME=/etc/mysql
umask 007
kill timeout 300
exec /usr/sbin/mysqld"""


def test_states_and_stanzas() -> None:
    files = {"/etc/init/mysql.conf": MYSQL.split("\n"), "/etc/init/mysql.override": ["manual"]}
    found = {one.name: one for one in upstart(STATES.split("\n"), files)}
    assert set(found) == {"rc", "tty (/dev/tty3)", "mysql", "dbus", "start-ttys"}
    mysql = found["mysql"]
    assert (mysql.main_pid, mysql.active, mysql.enabled) == (900, True, False), "its override says manual"
    assert (mysql.restart, mysql.limits, mysql.environment) == (
        "always",
        (("LimitNOFILE", "8192"),),
        (("HOME", "/etc/mysql"),),
    )
    assert mysql.drop_ins == ("/etc/init/mysql.override",)
    assert (found["dbus"].active, found["dbus"].main_pid, found["rc"].active) == (True, None, False)


def test_a_command_at_the_end_of_a_script() -> None:
    (one,) = upstart(["x start/running, process 5"], {"/etc/init/x.conf": ["script-exec su -c 'a b' www", "task"]})
    assert (one.exec_start, one.kind) == ((("su", "-c", "a b", "www"),), "task")
