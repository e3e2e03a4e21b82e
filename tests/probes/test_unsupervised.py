from __future__ import annotations

from typing import Any

from migrate.model.facts import Accounts, Job, Process, Processes, Schedule, Service, Services, User
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.model.unsupervised import Left
from migrate.probes.unsupervised import READING


def process(pid: int, *argv: str, ppid: int = 1, unit: str | None = None, **more: Any) -> Process:
    name = more.pop("name", argv[0].rpartition("/")[2][:15])
    return Process(pid, ppid, name, argv, 1500, 1500, exe=argv[0], unit=unit, **more)


def left(
    processes: tuple[Process, ...], services: tuple[Service, ...] = (), jobs: tuple[Job, ...] = ()
) -> tuple[Left, ...]:
    users = Accounts((User("worker", 1500, 1500),))
    facts = (Processes(processes), Services(services), Schedule(jobs), users)
    scopes = tuple(Scope(one.scope, "complete", facts=one) for one in facts)
    return tuple(READING.read(Snapshot(Inventory("h", "h", "", scopes))).facts.left)


INIT = process(1, "/sbin/init", ppid=0, name="systemd")


def test_what_was_left_behind_by_a_login_a_job_a_boot_script_and_in_a_terminal() -> None:
    found = left(
        (
            INIT,
            process(44, "/usr/sbin/cron", unit="cron.service"),
            process(50, "/usr/sbin/CRON", ppid=44, unit="cron.service"),
            process(56, "/bin/sh", "-c", "/usr/bin/python3 /opt/a.py", ppid=50, unit="cron.service"),
            process(57, "/usr/bin/python3", "/opt/a.py", ppid=56, unit="cron.service"),
            process(52, "/usr/bin/python3", "/opt/b.py", unit="rc-local.service"),
            process(60, "/usr/bin/java", "-jar", "/home/w/c.jar", unit="session-2.scope"),
            process(70, "SCREEN", "-dmS", "job", name="screen", unit="session-3.scope"),
            process(71, "/bin/bash", ppid=70, unit="session-3.scope"),
            process(72, "/opt/d", "--loop", ppid=71, unit="session-3.scope"),
            process(80, "/usr/sbin/nginx", unit="nginx.service"),
        ),
        (
            Service("cron.service", "systemd", active=True, main_pid=44),
            Service("rc-local.service", "systemd", active=True),
            Service("nginx.service", "systemd", active=True, main_pid=80),
        ),
        (Job("/etc/rc.local", "@reboot", "boot", "nohup /usr/bin/python3 /opt/b.py &"),),
    )
    assert [(one.pid, one.by) for one in found] == [(57, "cron"), (52, "rc.local"), (60, "login"), (72, "screen")]
    assert (found[0].user, found[1].seen) == ("worker", "/etc/rc.local")


def test_what_another_supervisor_or_a_user_s_manager_keeps_is_kept() -> None:
    assert (
        left(
            (
                INIT,
                process(7, "/lib/systemd/systemd", name="systemd", unit="user@1500.service"),
                process(8, "/usr/bin/bot", ppid=7, unit="user@1500.service"),
                process(9, "/usr/bin/node", "app.js", unit="pm2.service"),
            ),
            (
                Service("bot.service", "systemd-user", active=True, main_pid=8),
                Service("app", "pm2", active=True, main_pid=9),
            ),
        )
        == ()
    )


def test_without_control_groups_a_package_s_daemon_is_not_said_to_be_left() -> None:
    init = process(1, "/sbin/init", ppid=0, name="init")
    found = left(
        (init, process(9, "/usr/sbin/somed"), process(10, "/opt/app/appd"), process(11, "/usr/bin/python3", "x.py"))
    )
    assert [one.pid for one in found] == [10, 11]


def test_in_a_container_the_first_process_is_what_it_is_for() -> None:
    assert left((process(1, "/usr/sbin/nginx", ppid=0), process(7, "/usr/sbin/nginx"))) == ()


def test_what_a_shell_or_su_runs_for_a_service_is_kept_with_it() -> None:
    init = process(1, "/sbin/init", ppid=0, name="init")
    su = process(7, "/bin/su", "worker", "-c", "exec /opt/serve")
    tree = (init, su, process(8, "/opt/serve", ppid=7))
    assert left(tree, (Service("ap", "inittab", active=True, main_pid=7),)) == ()
