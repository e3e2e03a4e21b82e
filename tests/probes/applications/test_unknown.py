from __future__ import annotations

from migrate.model.facts import OpenFile, Service, Services
from tests.probes.applications import brief, found, host, listen, process


def test_whatever_listens_is_an_application_by_its_unit() -> None:
    main = process(
        10, "/srv/stock/stockd", "--config=/srv/stock/stock.yaml", unit="stockd.service", uid=1000, cwd="/srv/stock",
        open_files=(
            OpenFile("/srv/stock/data/a.db", True), OpenFile("/srv/stock/log/out.log", True),
            OpenFile("/srv/stock/stock.yaml", False),
        ),
    )  # fmt: skip
    (one,) = found(host(main, sockets=(listen(7000, 10),), texts={"/srv/stock/stock.yaml": "a: 1\n"}))
    assert brief(one) == ("service", "other", "stockd", None)
    assert (one.user, one.ports, one.base) == ("shop", (7000,), "/srv/stock")
    assert (one.data, one.logs) == (("/srv/stock/data",), ("/srv/stock/log/out.log",))
    assert one.configuration == ("/srv/stock/stock.yaml",)


def test_a_service_of_somebody_s_own_needs_no_port_and_one_of_the_machine_is_none() -> None:
    worker = process(10, "/usr/bin/python3", "/opt/jobs/worker.py", exe="/usr/bin/python3.11", unit="worker.service")
    shell = process(11, "/usr/sbin/sshd", "-D", unit="ssh.service")
    packaged = process(12, "/usr/sbin/thing", unit="thing.service")
    units = Services(
        (Service("worker.service", "systemd", main_pid=10), Service("thing.service", "systemd", main_pid=12))
    )
    packages = {"/usr/bin/python3.11": ("python3.11", "3.11.2-6"), "/usr/sbin/thing": ("thing", "1.0-1")}
    (one,) = found(host(worker, shell, packaged, sockets=(listen(22, 11),), packages=packages, facts=(units,)))
    assert (one.name, one.runtime, one.version) == ("worker", "python 3.11.2", None)


def test_children_belong_to_their_parent_and_those_of_a_supervisor_do_not() -> None:
    keeper = process(
        10,
        "/usr/bin/python3",
        "/usr/bin/supervisord",
        exe="/usr/bin/python3",
        name="supervisord",
        unit="supervisor.service",
    )
    mine = process(11, "/srv/a/a", ppid=10, unit="supervisor.service")
    child = process(12, "/srv/a/a", ppid=11, unit="supervisor.service")
    names = [(one.kind, one.pids) for one in found(host(keeper, mine, child, sockets=(listen(1, 12),)))]
    assert names == [("supervisor", (10,)), ("service", (11, 12))]


def test_a_server_inside_busybox_is_not_the_one_of_that_name() -> None:
    (one,) = found(host(process(10, "httpd", "-f", exe="/bin/busybox", name="httpd"), sockets=(listen(80, 10),)))
    assert (one.kind, one.name) == ("service", "httpd")
