from __future__ import annotations

from dataclasses import replace

from migrate.detectors import Advice, Candidate
from migrate.detectors.postfix import DETECTOR
from tests.planning.hosts import package, process, service, snapshot, tree

SETTINGS = (
    b"mydestination = localhost\nalias_maps = hash:/etc/aliases\nvirtual_alias_maps = hash:/etc/postfix/virtual\n"
    b"queue_directory = /data/queue\n"
)


def advice(version: str = "3.7.11-0+deb12u1") -> Advice:
    master = process(9, "/usr/lib/postfix/sbin/master", "-w", environment=(("MAIL_CONFIG", "/etc/postfix"),))
    host = snapshot(
        packages=(replace(package("postfix"), version=version),),
        texts={
            "/etc/postfix/main.cf": SETTINGS,
            "/etc/aliases": b"root: edv@example.net\nsales: anna\n# old: app\n",
            "/etc/postfix/virtual": b"info@example.org app\n",
        },
        trees=(tree("/var/mail/anna", "data", "file", 1000), tree("/var/lib/postfix", "data")),
    )
    candidate = Candidate("postfix@-", service("postfix@-.service", kind="forking"), (master,))
    assert DETECTOR.recognise(candidate, host) == "process 9 executes /usr/lib/postfix/sbin/master"
    return DETECTOR.advise(candidate, host)


def test_postfix_stays_in_the_foreground_and_logs_to_standard_output() -> None:
    found = advice()
    assert found.command == ("/usr/sbin/postfix", "start-fg")
    assert "postconf -e maillog_file=/dev/stdout" in (found.entrypoint or "")
    assert (found.user, found.own_environment) == ("", True)


def test_mails_that_were_copied_get_their_new_names_before_it_logs_to_where_only_root_can() -> None:
    script = advice().entrypoint or ""
    assert script.index("postsuper -s") < script.index("maillog_file")


def test_an_old_one_knows_neither() -> None:
    found = advice("2.11.3-1")
    assert found.command == ("/usr/lib/postfix/sbin/master", "-d")
    assert "maillog_file" not in (found.entrypoint or "")


def test_queue_and_mailboxes_are_state_and_what_it_remembers_is_not() -> None:
    found = advice()
    assert [(one.path, one.kind) for one in found.volumes] == [("/data/queue", "spool"), ("/var/mail", "data")]
    assert found.exclude == ("/var/lib/postfix",)


def test_maps_come_along_with_what_is_made_of_them() -> None:
    assert [path for path, _ in advice().files] == [
        *("/etc/aliases", "/etc/aliases.db", "/etc/postfix/virtual", "/etc/postfix/virtual.db"),
    ]
    assert "postalias hash:/etc/aliases" in (advice().entrypoint or "")


def test_users_that_mail_is_delivered_to_exist() -> None:
    assert advice().accounts == ("anna", "postdrop")


def test_another_master_is_not_postfix() -> None:
    other = Candidate("master", None, (process(9, "/opt/jobs/bin/master"),))
    assert DETECTOR.recognise(other, snapshot()) is None
