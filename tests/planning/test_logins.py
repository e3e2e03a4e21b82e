from __future__ import annotations

from dataclasses import replace

from migrate.model.plan import Account, Base, Workload
from migrate.planning import logins

FTP = Workload("vsftpd", "web01", "vsftpd", "", Base("debian:12", "dpkg", "debian", "12"))


def test_passwords_of_the_machine_are_asked_about() -> None:
    scanner = Account("scanner", 1300, 1300, "scanner", "/srv/scans", "/bin/sh")
    asked = logins.question(replace(FTP, accounts=(scanner,)))
    assert asked is not None
    assert (asked.id, asked.workload) == ("logins-vsftpd", "vsftpd")
    assert "scanner" in asked.text


def test_who_serves_nobody_by_name_is_not_asked_about() -> None:
    assert logins.question(FTP) is None
