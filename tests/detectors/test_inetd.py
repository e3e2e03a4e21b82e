from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.inetd import advise, recognise
from migrate.model.facts import CapturedFile, Content, Owned, Ownership, Process, Service, Services
from migrate.model.inventory import Inventory, Scope, Snapshot


def seen(manager: str, table: str) -> Snapshot:
    service = Service(
        "greet", manager, active=True, unit_file=table, exec_start=(("/usr/sbin/tcpd", "/opt/greet", "x"),)
    )
    other = Service("off", manager, unit_file="/etc/xinetd.d/off", exec_start=(("/bin/off",),))
    facts = (
        Services((service, other)),
        Ownership(commands=(Owned("/usr/sbin/tcpd", "tcpd"),)),
        Content((CapturedFile("/opt/greet", "file", 0o755, 0, 0), CapturedFile(table, "file", 0o644, 0, 0))),
    )
    return Snapshot(Inventory("h", "h", "", tuple(Scope(one.scope, "complete", facts=one) for one in facts)))


def candidate(*argv: str) -> Candidate:
    return Candidate("x", None, (Process(7, 1, argv[0].rpartition("/")[2][:15], argv, 0, 0, exe=argv[0]),))


def test_inetd_takes_its_table_and_what_it_starts() -> None:
    one, snapshot = candidate("/usr/sbin/inetd"), seen("inetd", "/etc/inetd.conf")
    assert recognise(one, snapshot)
    advice = advise(one, snapshot)
    assert [path for path, _ in advice.files] == ["/etc/inetd.conf", "/opt/greet"]
    assert [name for name, _ in advice.packages] == ["tcpd"]
    assert advice.command == ()


def test_xinetd_stays_in_the_foreground_with_its_own_settings() -> None:
    one, snapshot = (
        candidate("/usr/sbin/xinetd", "-pidfile", "/run/x", "-f", "/opt/x.conf"),
        seen("xinetd", "/etc/xinetd.d/g"),
    )
    assert advise(one, snapshot).command == ("/usr/sbin/xinetd", "-dontfork", "-f", "/opt/x.conf")
    assert "/etc/xinetd.d/g" in dict(advise(one, snapshot).files)


def test_another_program_is_none() -> None:
    assert recognise(candidate("/usr/sbin/nginx"), seen("inetd", "/etc/inetd.conf")) is None
    assert recognise(candidate("/usr/bin/inetdctl"), seen("inetd", "/etc/inetd.conf")) is None
