from __future__ import annotations

from migrate.detectors import Advice, Candidate
from migrate.detectors.dovecot import DETECTOR
from migrate.model.facts import Tree
from tests.planning.hosts import package, process, snapshot, tree


def advice(trees: tuple[Tree, ...] = (), **texts: bytes) -> Advice:
    host = snapshot(
        texts={f"/etc/dovecot/{name.replace('_', '.')}": text for name, text in texts.items()},
        trees=trees,
        packages=(package("dovecot-core"), package("dovecot-imapd"), package("dove")),
    )
    found = Candidate("dovecot", None, (process(9, "/usr/sbin/dovecot", "-c", "/etc/dovecot/dovecot.conf"),))
    assert DETECTOR.recognise(found, host)
    return DETECTOR.advise(found, host)


def test_protocols_that_nobody_spoke_while_it_was_looked_at_are_installed() -> None:
    assert [name for name, _ in advice().packages] == ["dovecot-core", "dovecot-imapd"]
    assert advice().command == ("/usr/sbin/dovecot", "-F")


def test_the_mail_of_people_with_a_folder_in_their_home_is_state() -> None:
    settings = b"mail_location = maildir:~/Maildir\npassdb {\n  driver = pam\n}\n"
    found = advice((tree("/home/anna/Maildir", "data", uid=1000),), dovecot_conf=settings)
    assert found.accounts == ("anna",)
    assert [(one.path, one.uid) for one in found.volumes] == [("/home/anna/Maildir", 1000)]
    assert advice((tree("/home/anna", "home", uid=1000),), dovecot_conf=settings).accounts == ()


def test_mailboxes_of_virtual_users_lie_below_one_directory() -> None:
    settings = b"# mail_location = mbox:~/old\nmail_location = maildir:/srv/vmail/%d/%n:INDEX=/var/indexes/%u\n"
    found = advice((tree("/srv/vmail", "data", uid=998),), dovecot_conf=settings)
    assert [(one.path, one.uid) for one in found.volumes] == [("/srv/vmail", 998)]
    assert found.accounts == ()


def test_an_inbox_of_the_system_is_in_its_spool() -> None:
    found = advice(dovecot_conf=b"mail_location = mbox:~/mail:INBOX=/var/mail/%u\n")
    assert [one.path for one in found.volumes] == ["/var/mail"]
