from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.facts import FileFact, Files, OpenFile, Process, Processes, Tree
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.model.logs import Forward, JournalSetting, LogFile, Logs
from migrate.probes.logs import READING


def logs(texts: dict[str, str], *facts: Processes | Files) -> Logs:
    scopes = tuple(Scope(one.scope, "complete", facts=one) for one in facts)
    found = READING.read(
        Snapshot(Inventory("h", "h", "", scopes), {path: text.encode() for path, text in texts.items()})
    )
    assert found.gaps == ()
    assert isinstance(found.facts, Logs)
    return found.facts


def process(pid: int, name: str, *files: str, unit: str | None = None, argv: tuple[str, ...] = ()) -> Process:
    return Process(pid, 1, name, argv, 0, 0, unit=unit, open_files=tuple(OpenFile(path, True) for path in files))


def test_a_log_has_its_writers_its_size_and_the_rule_that_rotates_it() -> None:
    facts = logs(
        {
            "/etc/logrotate.conf": "weekly\ninclude /etc/logrotate.d",
            "/etc/logrotate.d/shop": "/var/log/shop/*.log {\n daily\n}",
            "/etc/logrotate.d/shop.dpkg-old": "/var/log/shop/*.log {\n}",
            "/etc/rsyslog.conf": "*.* /var/log/messages\n*.* @logs",
        },
        Processes(
            (
                process(
                    7, "shopd", "/var/log/shop/a.log", "/srv/data.db", "/var/lib/pg/pg_wal/0001", unit="shop.service"
                ),
                process(8, "shopd", "/var/log/shop/a.log", unit="shop.service"),
                process(9, "java", "/opt/app/logs/app.txt"),
                process(10, "runsv", "/etc/service/feed/log/supervise/control", "/etc/service/feed/log/supervise/lock"),
            )
        ),
        Files(unmanaged=(Tree(FileFact("/var/log/shop/a.log", "file", 0o644, 0, 0, 42), "log"),)),
    )
    assert facts.files == (
        LogFile("/opt/app/logs/app.txt", None, (9,), ("java",)),
        LogFile("/var/log/messages", seen="/etc/rsyslog.conf:1"),
        LogFile("/var/log/shop/a.log", 42, (7, 8), ("shopd",), ("shop.service",), "/etc/logrotate.d/shop:1"),
    )
    assert [one.target for one in facts.forwards if one.kind == "remote"] == ["logs:514"]
    assert [one.period for one in facts.rotations] == ["daily"]


def test_a_destination_of_syslog_ng_may_be_used_in_another_file() -> None:
    facts = logs(
        {
            "/etc/syslog-ng/syslog-ng.conf": "source s { internal(); };\nlog { source(s); destination(d_net); };",
            "/etc/syslog-ng/conf.d/net.conf": '\ndestination d_net { tcp("logs" port(1)); };',
        }
    )
    assert facts.forwards == (
        Forward("source(s)", "logs:1", "remote", "tcp", "syslog-ng", "/etc/syslog-ng/conf.d/net.conf:2"),
    )


# After busybox's syslogd --help, as Alpine runs it.
def test_busybox_says_it_on_its_command_line() -> None:
    facts = logs({}, Processes((process(5, "syslogd", argv=("syslogd", "-t", "-R", "10.0.0.7", "-O/var/log/x")),)))
    assert [(one.kind, one.target) for one in facts.forwards] == [("remote", "10.0.0.7:514"), ("file", "/var/log/x")]


def test_settings_of_the_journal() -> None:
    facts = logs({"/etc/systemd/journald.conf": "[Journal]\n#Storage=auto\nForwardToSyslog=yes"})
    assert facts.journal == (JournalSetting("ForwardToSyslog", "yes", "/etc/systemd/journald.conf:3"),)


@given(st.binary(max_size=80))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    names = "rsyslog.conf rsyslog.d/x.conf syslog-ng/x.conf logrotate.conf logrotate.d/x systemd/journald.conf"
    texts = {f"/etc/{name}": data for name in names.split()}
    assert isinstance(READING.read(Snapshot(Inventory("h", "h", ""), texts)).facts, Logs)
