from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.mariadb import DETECTOR
from migrate.model.facts import Process
from tests.planning.hosts import listening, package, process, service, snapshot

MAIN = process(50, "/usr/sbin/mariadbd", uid=998, gid=998, cwd="/var/lib/mysql")
MARIADB = snapshot(packages=(package("mariadb-server-10.5"),))


def mariadb(*processes: Process) -> Candidate:
    return Candidate("mariadb.service", service("mariadb.service"), processes, (listening(50, 3306, "127.0.0.1"),))


def test_mariadb_and_mysql_are_known_by_the_program() -> None:
    assert DETECTOR.recognise(mariadb(MAIN), MARIADB) == "process 50 executes /usr/sbin/mariadbd"
    assert DETECTOR.recognise(mariadb(process(50, "/usr/libexec/mysqld")), MARIADB)


def test_the_server_is_found_behind_its_start_script() -> None:
    script = process(49, "/bin/sh", "/usr/bin/mysqld_safe")
    assert DETECTOR.recognise(mariadb(script, MAIN), MARIADB) == "process 50 executes /usr/sbin/mariadbd"
    assert DETECTOR.advise(mariadb(script, MAIN), MARIADB).command == ("/usr/sbin/mariadbd",)


def test_a_client_or_an_exporter_is_no_server() -> None:
    assert DETECTOR.recognise(mariadb(process(50, "/usr/bin/mysql")), MARIADB) is None
    assert DETECTOR.recognise(mariadb(process(50, "/usr/bin/mysqld_exporter")), MARIADB) is None


def test_it_stays_in_the_foreground_and_keeps_its_other_options() -> None:
    main = process(50, "/usr/sbin/mysqld", "--daemonize", "--pid-file=/run/m.pid", "--port=3307", cwd="/var/lib/mysql")
    assert DETECTOR.advise(mariadb(main), MARIADB).command == ("/usr/sbin/mysqld", "--port=3307")


def test_the_data_directory_is_that_of_the_command_line_then_where_it_runs_then_of_the_configuration() -> None:
    said = process(50, "/usr/sbin/mysqld", "--datadir=/srv/db/", cwd="/var/lib/mysql")
    configured = snapshot(texts={"/etc/mysql/mariadb.conf.d/50-server.cnf": b"[mysqld]\ndatadir = /srv/my\n"})
    running = process(50, "/usr/sbin/mysqld", cwd="/data/mysql")
    assert DETECTOR.advise(mariadb(said), configured).volumes[0].path == "/srv/db"
    lost = process(50, "/usr/sbin/mysqld", cwd=None)
    assert DETECTOR.advise(mariadb(lost), configured).volumes[0].path == "/srv/my"
    assert DETECTOR.advise(mariadb(running), snapshot()).volumes[0].path == "/data/mysql"


def test_the_data_directory_moves_by_dump_and_keeps_its_owner() -> None:
    (volume,) = DETECTOR.advise(mariadb(MAIN), MARIADB).volumes
    assert (volume.method, volume.kind, volume.uid, volume.gid) == ("dump:mariadb", "data", 998, 998)


def test_an_empty_data_directory_is_set_up_by_the_servers_own_tool() -> None:
    entrypoint = DETECTOR.advise(mariadb(MAIN), MARIADB).entrypoint or ""
    assert "mysql_install_db" in entrypoint
    assert "--datadir=/var/lib/mysql" in entrypoint
    mysql = DETECTOR.advise(mariadb(process(50, "/usr/sbin/mysqld", cwd="/var/lib/mysql")), snapshot())
    assert "/usr/sbin/mysqld --initialize-insecure" in (mysql.entrypoint or "")
    assert mysql.name == "mysql"


def test_a_hostile_data_directory_stays_one_word_of_the_shell() -> None:
    main = process(50, "/usr/sbin/mysqld", "--datadir=/srv/a b;reboot")
    advice = DETECTOR.advise(mariadb(main), MARIADB)
    assert "--datadir='/srv/a b;reboot'" in (advice.entrypoint or "")
    assert advice.steps[0].command == "rm -rf '/srv/a b;reboot'"


def test_it_is_healthy_when_its_port_accepts() -> None:
    health = DETECTOR.advise(mariadb(MAIN), MARIADB).health
    assert health is not None
    assert (health.kind, health.port) == ("tcp", 3306)


def test_a_server_on_a_socket_alone_has_no_port_to_ask() -> None:
    assert DETECTOR.advise(Candidate("mariadb.service", None, (MAIN,)), MARIADB).health is None
