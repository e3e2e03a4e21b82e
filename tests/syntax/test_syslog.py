from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.model.logs import Forward
from migrate.syntax import syslog


def told(text: str) -> list[tuple[str, str, str, str | None]]:
    return [(one.selector, one.target, one.kind, one.protocol) for one in syslog.rules("/r", text, "rsyslog")]


# sysklogd of RHEL 5, rsyslog 3 to 8: after rsyslog.conf(5); the first lines are Debian's.
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("auth,authpriv.*\t\t/var/log/auth.log", ("auth,authpriv.*", "/var/log/auth.log", "file", None)),
        ("*.*;auth.none  -/var/log/syslog", ("*.*;auth.none", "/var/log/syslog", "file", None)),
        ("*.=debug;\\\n\tauth.none;\\\n\tmail.none\t-/var/log/debug",
         ("*.=debug;auth.none;mail.none", "/var/log/debug", "file", None)),
        ("*.emerg :omusrmsg:*", ("*.emerg", "*", "users", None)),
        ("*.emerg *", ("*.emerg", "*", "users", None)),
        ("*.* @loghost", ("*.*", "loghost:514", "remote", "udp")),
        ("*.* @@(z9)10.0.0.7:10514;RSYSLOG_ForwardFormat", ("*.*", "10.0.0.7:10514", "remote", "tcp")),
        ("local7.* :omrelp:relay:2514", ("local7.*", "relay:2514", "remote", "relp")),
        ("*.crit /dev/console", ("*.crit", "/dev/console", "console", None)),
        (":programname, isequal, \"shopd\" /var/log/shop.log",
         (':programname, isequal, "shopd"', "/var/log/shop.log", "file", None)),
        ("if $programname == 'x' then @@host", ("$programname == 'x'", "host:514", "remote", "tcp")),
        ('*.* action(type="omfwd" target="logs" port="6514" protocol="tcp" StreamDriverMode="1")',
         ("*.*", "logs:6514", "remote", "tls")),
        ('*.* action(\n  type="omfwd"\n  target="logs"\n)', ("*.*", "logs:514", "remote", "udp")),
        ('if $msg contains "a" then { action(type="omfile" file="/var/log/a") }',
         ('$msg contains "a"', "/var/log/a", "file", None)),
        ("*.* :ommysql:db,Syslog,user,Secret1", ("*.*", "db", "database", "mysql")),
    ],
)  # fmt: skip
def test_a_rule(line: str, expected: tuple[str, str, str, str | None]) -> None:
    assert told(line) == [expected]


def test_what_is_no_rule_says_nothing_and_lines_are_counted() -> None:
    text = (
        '$ModLoad imuxsock\nmodule(load="imklog")\n$IncludeConfig /etc/rsyslog.d/*.conf\n# x\n*.info /a\n& stop\n& /b'
    )
    assert [(one.target, one.seen) for one in syslog.rules("/r", text, "rsyslog")] == [("/a", "/r:5"), ("/b", "/r:7")]


# After syslog-ng's administration guide (OSE 3) and SLES 11's file.
def test_destinations_of_syslog_ng_that_something_is_logged_to() -> None:
    text = """
source src { system(); internal(); };
destination d_all { file("/var/log/messages" owner(root)); };
destination d_net { network("logs.corp" port(6514) transport("tls")); };
destination d_old { udp("10.0.0.9" port(1514)); };
destination d_unused { file("/var/log/unused"); };
log { source(src); destination(d_all); };
log { source(src); filter(f_mail); destination(d_net); destination(d_old); };
"""
    assert list(syslog.syslog_ng("/s", text)) == [
        Forward("source(src)", "/var/log/messages", "file", None, "syslog-ng", "/s:3"),
        Forward("source(src) filter(f_mail)", "logs.corp:6514", "remote", "tls", "syslog-ng", "/s:4"),
        Forward("source(src) filter(f_mail)", "10.0.0.9:1514", "remote", "udp", "syslog-ng", "/s:5"),
    ]


@given(st.text(st.sampled_from('\n *.@:&|^/a(){}"\\ =;if then')))
def test_no_text_makes_it_raise(text: str) -> None:
    list(syslog.rules("/r", text, "rsyslog"))
    list(syslog.syslog_ng("/s", "destination d { " + text + "};log{" + text))
