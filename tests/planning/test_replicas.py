from __future__ import annotations

from typing import Any

import pytest

from migrate.detectors import Candidate
from migrate.model.applications import Application, Applications
from migrate.model.bindings import Bindings, Device, Multicast, User
from migrate.model.databases import EmbeddedDatabase
from migrate.model.facts import Databases, OpenFile, Process
from migrate.model.libraries import Libraries, Library
from migrate.model.licences import LicenceDaemon, Licences
from migrate.model.plan import Base, Coupling, ScheduledJob, Volume, Workload
from migrate.planning import replicas
from migrate.planning.belongings import Belongings
from migrate.planning.workloads import Draft
from tests.planning.hosts import host, process, service

DATA = Volume("x-data", "/srv/x", "data", "copy", 0, 0, 0o755, "written")


def decided(*processes: Process, facts: tuple[Any, ...] = (), kind: str = "service", **fields: Any) -> Workload:
    workload = Workload(
        "x", "web01", kind, "", Base("debian:12", "dpkg", "debian", "12"), pids=tuple(one.pid for one in processes),
        **fields,
    )  # fmt: skip
    draft = Draft(workload, Candidate("x", service("x.service"), processes), Belongings((), (), (), ()))
    return replicas.decide(host(more=facts), (draft,))[0].workload


def broken(*processes: Process, **fields: Any) -> list[str]:
    return [one.what for one in decided(*processes, **fields).breaks_at_two]


def test_a_proxy_that_keeps_nothing_gets_two() -> None:
    found = decided(process(5, "/usr/sbin/nginx"), kind="nginx")
    assert (found.replicas, found.breaks_at_two) == (2, ())
    assert "keeps nothing between two requests" in found.replicas_because


def served(kind: str, *inside: Application) -> Applications:
    server = Application(kind, "proxy", "front", pids=(5,), configuration=(f"/etc/{kind}.cfg",))
    return Applications((server, *inside))


def test_a_proxy_that_no_detector_knows_is_told_by_what_its_processes_are() -> None:
    assert decided(process(5, "/usr/sbin/haproxy"), facts=(served("haproxy"),)).replicas == 2
    assert decided(process(5, "/usr/sbin/x"), facts=(served("x"),)).replicas == 1


def test_a_server_that_runs_scripts_inside_is_not_known_to_keep_nothing() -> None:
    scripts = Application("cgi", "application", "/cgi-bin/", within="front")
    assert decided(process(5, "/usr/sbin/apache2"), kind="apache", facts=(served("apache", scripts),)).replicas == 1


def test_a_proxy_with_a_table_of_clients_stays_alone() -> None:
    known = host(more=(served("haproxy"),), texts={"/etc/haproxy.cfg": b"backend x\n  stick-table type ip size 1m\n"})
    base = Base("debian:12", "dpkg", "debian", "12")
    workload = Workload("x", "web01", "service", "", base, pids=(5,))
    one = Candidate("x", service("x.service"), (process(5, "/usr/sbin/haproxy"),))
    [found] = replicas.decide(known, (Draft(workload, one, Belongings((), (), (), ())),))
    assert [each.what for each in found.workload.breaks_at_two] == ["sessions"]


def test_what_nobody_knows_stays_alone() -> None:
    found = decided(process(5, "/opt/x/daemon"))
    assert (found.replicas, found.breaks_at_two) == (1, ())
    assert "nothing shows that it would do" in found.replicas_because


@pytest.mark.parametrize(
    ("volume", "what"),
    [
        (DATA, "state"),
        (Volume("php-sessions", "/var/lib/php/sessions", "spool", "copy", 0, 0, 0o755, ""), "sessions"),
        (Volume("x", "/var/spool/x", "spool", "copy", 0, 0, 0o755, ""), "spool"),
        (Volume("x", "/srv/up", "upload", "copy", 0, 0, 0o755, ""), "uploads"),
    ],
)
def test_what_it_writes_is_named(volume: Volume, what: str) -> None:
    found = decided(process(5, "/usr/sbin/nginx"), kind="nginx", volumes=(volume,))
    assert found.replicas == 1
    assert [one.what for one in found.breaks_at_two] == [what]
    assert volume.path in found.replicas_because


def test_what_it_only_reads_or_makes_anew_breaks_nothing() -> None:
    read = Volume("x", "/srv/x", "data", "copy", 0, 0, 0o755, "", read_only=True)
    made = Volume("y", "/run/x", "runtime", "none", 0, 0, 0o755, "")
    assert broken(process(5, "/usr/sbin/nginx"), kind="nginx", volumes=(read, made)) == []


def tomcat(*settings: tuple[str, str]) -> Applications:
    return Applications((Application("tomcat", "application-server", "t", pids=(5,), settings=settings),))


def test_sessions_of_a_servlet_container_are_in_memory_unless_a_store_is_configured() -> None:
    java = process(5, "/usr/bin/java")
    assert broken(java, kind="tomcat", facts=(tomcat(),)) == ["sessions"]
    stored = tomcat(("manager", "org.redisson.tomcat.RedissonSessionManager"))
    assert broken(java, kind="tomcat", facts=(stored,)) == []
    assert (
        broken(java, kind="tomcat", facts=(tomcat(("cluster", "org.apache.catalina.ha.tcp.SimpleTcpCluster")),)) == []
    )


def libraries(*names: str) -> Libraries:
    return Libraries(tuple(Library(name, "1", "npm", "/opt/app") for name in names))


def test_sessions_of_node_are_in_memory_unless_a_store_is_installed() -> None:
    node = process(5, "/usr/bin/node", "server.js", cwd="/opt/app")
    assert broken(node, facts=(libraries("express", "express-session"),)) == ["sessions"]
    assert broken(node, facts=(libraries("express-session", "connect-redis"),)) == []
    assert broken(node, facts=(libraries("express"),)) == []


@pytest.mark.parametrize(
    "argv",
    [
        ("/opt/v/bin/python", "/opt/v/bin/celery", "-A", "app", "beat"),
        ("/opt/v/bin/python", "/opt/v/bin/celery", "-A", "app", "worker", "-B"),
        ("/usr/bin/php", "artisan", "schedule:work"),
    ],
)
def test_a_scheduler_is_there_once(argv: tuple[str, ...]) -> None:
    assert broken(process(5, *argv)) == ["scheduler"]


def test_a_worker_is_no_scheduler() -> None:
    assert broken(process(5, "/opt/v/bin/python", "/opt/v/bin/celery", "-A", "app", "worker")) == []


def test_caches_and_timers_inside_of_java_are_named_by_their_library() -> None:
    java = process(5, "/usr/bin/java", mapped=("/opt/a/lib/ehcache-core-2.6.jar", "/opt/a/lib/quartz-2.3.jar"))
    found = decided(java).breaks_at_two
    assert [one.what for one in found] == ["cache", "scheduler"]
    assert found[0].because.startswith("ehcache-core-2.6.jar is loaded")


def test_locks_and_databases_in_files_among_its_state() -> None:
    locks = tuple(OpenFile(f"/srv/x/{name}.lock", writable=True) for name in "ab")
    file = Databases(embedded=(EmbeddedDatabase("sqlite", "/srv/x/x.db"), EmbeddedDatabase("sqlite", "/home/y.db")))
    found = decided(process(5, "/opt/x", open_files=locks), facts=(file,), volumes=(DATA,)).breaks_at_two
    assert [one.what for one in found] == ["state", "lock", "database"]
    assert found[1].because == "process 5 holds /srv/x/a.lock and 1 more"
    assert "sqlite in the file /srv/x/x.db has" in found[2].because


def test_a_lock_of_its_own_run_is_none() -> None:
    held = (OpenFile("/run/lock/x.lock", writable=True),)
    assert broken(process(5, "/opt/x", open_files=held)) == []


def test_ties_to_the_machine_are_named() -> None:
    user = User(5, "x", "x.service")
    bound = Bindings(
        devices=(Device("/dev/ttyS0", "serial", user),), multicast=(Multicast("239.1.1.1", "eth0", (user,)),)
    )
    licences = Licences(daemons=(LicenceDaemon("lmgrd", "FlexLM", 5),))
    assert broken(process(5, "/opt/x"), facts=(bound, licences)) == ["device", "multicast", "licence"]


def test_a_cache_and_a_socket_beside_it() -> None:
    assert broken(process(5, "/usr/bin/memcached"), kind="memcached") == ["cache"]
    coupling = Coupling("php-fpm", "volume", "", path="/run/php/fpm.sock")
    assert broken(process(5, "/usr/sbin/nginx"), kind="nginx", couplings=(coupling,)) == ["socket"]


def test_jobs_would_run_twice() -> None:
    job = ScheduledJob("j", "0 3 * * *", "/usr/local/bin/report", "root")
    assert broken(kind="cron", jobs=(job,)) == ["scheduler"]
