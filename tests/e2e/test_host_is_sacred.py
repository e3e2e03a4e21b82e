"""Discovery leaves a server as it found it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.model.target import Access
from migrate.parts import parts
from migrate.probing import probe
from migrate.reach.targets import parse_target
from migrate.reach.wire.config import resolve
from migrate.reach.wire.connection import SshConnection
from tests.e2e.shop import Shop, run_migrate
from tests.e2e.traces import differences, files, processes_of

pytestmark = pytest.mark.engine

# What changes whenever somebody logs in, and by the server's own clock. Path patterns, each with its reason.
LOGIN_AND_CLOCK = {
    r"/var/log/(wtmp|btmp|lastlog)": "sshd's and pam's records of logins",
    r"/var/log/(auth\.log|syslog|daemon\.log|messages)": "sshd, sudo, cron and init log",
    r"/var/log/journal(/.*)?": "the same, in systemd's journal",
    r"/var/lib/sudo(/.*)?": "sudo's time stamps and who has been lectured",
    r"/srv/www/reports(/.*)?": "the cron job writes it every two minutes",
    r"/var/lib/shop-report(/.*)?": "the cron job's own notes",
    r"/var/(lib|log)/stockd(/.*)?": "stockd counts in its database",
    r"/var/lib/postgresql/[^/]+/main(/.*)?": "PostgreSQL's checkpoints, statistics and write-ahead log",
    r"/var/log/postgresql(/.*)?": "PostgreSQL's log",
    r"/tmp/(.*/)?hsperfdata_[^/]+(/.*)?": "the Java virtual machine's counters, rewritten every second",
    r"/var/lib/systemd/timers(/.*)?": "systemd's stamps of timers that ran",
}

# What the services themselves write when somebody asks them for a page, as recording does.
ASKED_FOR_PAGES = {
    r"/var/log/nginx(/.*)?": "nginx's access log",
    r"/var/(log|lib|cache)/tomcat9?(/.*)?": "Tomcat's access log, sessions and compiled pages",
    r"/var/lib/jackrabbit(/.*)?": "Jackrabbit's index and its Derby database",
    r"/var/lib/nginx(/.*)?": "nginx's buffers for large answers",
}


@pytest.fixture(autouse=True)
def still(shop: Shop) -> Iterator[None]:
    """Have the engine's file system take these folders into its writable layer before anybody looks.

    Otherwise it does so when a service first writes below one, and that changes the ctime of the folder above. And no
    timer goes off meanwhile: systemd makes a private /tmp for some services, and takes it away.
    """
    shop.inside("sh", "-c", "find /srv /srv/www /var /var/lib /var/log -maxdepth 1 -xdev -type d -exec chmod u+r {} +")
    listed = shop.inside("systemctl", "list-units", "--type=timer", "--state=active", "--plain", "--no-legend")
    timers = [line.split()[0] for line in listed.decode().splitlines() if line.strip()]
    shop.inside("systemctl", "stop", *timers)
    yield
    shop.inside("systemctl", "start", *timers)


def flushed() -> None:
    """Tomcat writes what others asked for into its access log up to ten seconds later."""
    time.sleep(12)


def settled(shop: Shop) -> None:
    """No process of the user is left; sshd and sudo take a moment to end their sessions."""
    for _ in range(100):
        if not processes_of(shop, "admin"):
            return
        time.sleep(0.1)


def test_discovering_twice_changes_nothing_but_logs_of_logins_and_of_pages(shop: Shop, workspace: Path) -> None:
    before = files(shop)
    for _ in range(2):
        done = run_migrate("discover", shop.target, cwd=workspace, env=shop.environment)
        assert done.status == 0, done.err
    settled(shop)
    assert differences(before, files(shop), LOGIN_AND_CLOCK | ASKED_FOR_PAGES) == []


def test_reading_without_recording_leaves_the_services_logs_alone(shop: Shop, workspace: Path) -> None:
    flushed()
    before = files(shop)
    done = run_migrate("discover", shop.target, "--no-record", cwd=workspace, env=shop.environment)
    assert done.status == 0, done.err
    settled(shop)
    assert differences(before, files(shop), LOGIN_AND_CLOCK) == []


def test_the_probes_alone_change_nothing_but_logs_of_logins(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SSH_CONFIG", str(shop.config))
    access = Access()
    flushed()
    before = files(shop)
    connection = SshConnection(resolve(parse_target(shop.target), access), access)
    try:
        scopes = probe(connection, parts("migrate.probes", "PROBE"))
    finally:
        connection.close()
    settled(shop)
    assert connection.elevation == "sudo"
    assert {scope.name for scope in scopes if scope.facts is None} == set()
    assert differences(before, files(shop), LOGIN_AND_CLOCK) == []


def test_no_process_stays_behind(shop: Shop, workspace: Path) -> None:
    run_migrate("discover", shop.target, "--no-record", cwd=workspace, env=shop.environment)
    settled(shop)
    assert processes_of(shop, "admin") == []


def test_the_look_itself_sees_a_file_that_came_changed_and_went(shop: Shop) -> None:
    before = files(shop)
    shop.inside("sh", "-c", "echo > /opt/'new\nfile'; chmod 600 /opt/'new\nfile'")
    middle = files(shop)
    assert "appeared: /opt/new\nfile" in differences(before, middle, LOGIN_AND_CLOCK)
    shop.inside("sh", "-c", "chmod 644 /opt/'new\nfile'")
    assert "mode and ctime: /opt/new\nfile" in differences(middle, files(shop), LOGIN_AND_CLOCK)
    shop.inside("sh", "-c", "rm /opt/'new\nfile'")
    assert "vanished: /opt/new\nfile" in differences(middle, files(shop), LOGIN_AND_CLOCK)
