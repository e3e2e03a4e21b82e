from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.logs import Rotation
from migrate.syntax import logrotate

MAIN = """
# see "man logrotate"
weekly
rotate 4
create 0640 root adm
include /etc/logrotate.d
/var/log/wtmp {
    monthly
    rotate 1
}
"""


def test_the_main_file_s_own_lines_are_what_holds_where_a_rule_says_nothing() -> None:
    common = logrotate.defaults("/etc/logrotate.conf", MAIN)
    assert (common.period, common.keep, common.options) == ("weekly", 4, ("create 0640 root adm",))
    (wtmp,) = logrotate.read("/etc/logrotate.conf", MAIN)
    assert wtmp == Rotation(
        ("/var/log/wtmp",), "monthly", keep=1, options=("create 0640 root adm",), seen="/etc/logrotate.conf:7"
    )
    text = """"/var/log/shop dir/*.log"
/var/log/b.log
{
  size=10M
\tcompress
  nocreate
  postrotate
    # why
    kill -USR1 1
    true
  endscript
  maxage 30
}
"""
    (rule,) = logrotate.read("/etc/logrotate.d/shop", text, common)
    assert rule == Rotation(
        ("/var/log/shop dir/*.log", "/var/log/b.log"),
        "weekly",
        "10M",
        4,
        30,
        ("compress", "nocreate"),
        "kill -USR1 1",
        "/etc/logrotate.d/shop:1",
    )


def test_two_rules_in_a_file_do_not_share_what_they_say() -> None:
    text = "/a { \n daily\n rotate 7\n}\n/b /c {\n copytruncate\n}"
    first, second = logrotate.read("/f", text)
    assert (first.period, first.keep) == ("daily", 7)
    assert (second.patterns, second.period, second.options) == (("/b", "/c"), None, ("copytruncate",))


@given(st.text(st.sampled_from("\n {}/ab\"'#= \t0rotate")))
def test_no_text_makes_it_raise(text: str) -> None:
    list(logrotate.read("/f", text, logrotate.defaults("/g", text)))
