"""The oldest kinds of servers: Perl's CGI, daemons under SysV init, and one that mails by cron all day."""

from __future__ import annotations

from migrate.model.plan import Base
from tests.e2e.machines import Machine, systemd_options

_BULLSEYE = Base("debian:11", "dpkg", "debian", "11", "bullseye")
_BOOKWORM = Base("debian:12", "dpkg", "debian", "12", "bookworm")
_LISTENS = (
    'listens() { for port; do ss -ltn | grep -q ":$port " || return 1; done; }; pgrep -x cron > /dev/null && listens'
)
_PROVIDERS = ("--add-host", "lager.example.net:192.0.2.7", "--add-host", "kurse.example.net:192.0.2.8")


def mailer() -> Machine:
    options = (*systemd_options(), *_PROVIDERS)
    return Machine("mailer", _BOOKWORM, f"{_LISTENS} 22 25", options=options)


def perl() -> Machine:
    return Machine("perl", _BOOKWORM, f"{_LISTENS} 22 25 80 5000", options=systemd_options())


def sysv() -> Machine:
    folders = ("--tmpfs", "/run:exec", "--tmpfs", "/run/lock")
    return Machine("sysv", _BULLSEYE, f"{_LISTENS} 21 22 53 4711 4712 4713", options=folders)
