from __future__ import annotations

from migrate.detectors import Advice, Candidate
from migrate.model.facts import Service
from migrate.model.plan import Account
from migrate.planning.identity import as_running, named, runs_as
from tests.planning.hosts import host, process, service

_NOTHING = Advice()


def test_a_daemon_that_gives_up_its_rights_by_itself_has_to_be_started_as_root() -> None:
    main = process(7, "/usr/local/sbin/meterd", uid=998, gid=998)
    unit = service("meterd.service", kind="forking", exec_start=(("/etc/init.d/meterd", "start"),))
    texts = {"/etc/init.d/meterd": b"#!/bin/sh\nstart-stop-daemon --start --exec /usr/local/sbin/meterd -- -c /etc/m\n"}
    assert runs_as(host(texts=texts), Candidate("meterd", unit, (main,)), _NOTHING) == (0, 0, None)


def test_who_is_switched_by_the_unit_or_its_script_runs_as_that_user() -> None:
    main = process(7, "/opt/app/appd", uid=998, gid=998)
    by_unit = service("app.service", user="app", exec_start=(("/opt/app/appd",),))
    by_script = service("app.service", exec_start=(("/etc/init.d/app", "start"),))
    by_su = service("app.service", exec_start=(("/bin/su", "app", "-c", "/opt/app/appd"),))
    texts = {"/etc/init.d/app": b"#!/bin/sh\nstart-stop-daemon --start --chuid app --exec /opt/app/appd\n"}
    for unit in (by_unit, by_script, by_su):
        assert runs_as(host(texts=texts), Candidate("app", unit, (main,)), _NOTHING) == (998, 998, "app")


def test_an_init_script_that_was_not_captured_is_trusted_to_switch() -> None:
    main = process(7, "/opt/app/appd", uid=998, gid=998)
    unit = service("app.service", exec_start=(("/etc/init.d/app", "start"),))
    assert runs_as(host(), Candidate("app", unit, (main,)), _NOTHING)[2] == "app"


def test_the_group_of_the_unit_is_the_accounts_own_and_the_old_one_stays_beside_it() -> None:
    main = process(7, "/opt/app/appd", uid=998, gid=33, groups=(33, 998))
    account = Account("app", 998, 998, "app", "/var/lib/app", "/bin/sh")
    [found] = as_running(host(), (account,), Candidate("app", service("app.service", group="www-data"), (main,)))
    assert (found.gid, found.group, found.groups) == (33, "www-data", ("app",))


def test_users_that_scripts_switch_to_and_settings_name_are_needed() -> None:
    texts = {
        "/a": b"su -s /bin/sh app -c '/opt/app/export'\n",
        "/b": b"user = www-data\n",
        "/c": b"chown -R anna: /srv\n",
        "/d": b"sudo -u nobody-here x\n",
    }
    assert named(host(texts=texts), texts) == {(998, 998), (33, 33), (1000, 1000)}


def test_what_a_keeper_that_is_not_root_starts_was_never_root() -> None:
    keeper = process(7, "/usr/bin/node", name="PM2 v5.3.0: God", uid=998, gid=998)
    main = process(8, "/usr/bin/node", "server.js", ppid=7, uid=998, gid=998)
    kept = Candidate("shop", Service("shop", "pm2", active=True, main_pid=8, exec_start=(("node", "/x.js"),)), (main,))
    assert runs_as(host(processes=(keeper, main)), kept, Advice())[2] == "app"
