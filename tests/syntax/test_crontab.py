from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.crontab import Entry, anacron, command, entries, fcron


def read(*lines: str, system: bool = False) -> list[Entry | int]:
    return list(entries(list(lines), system=system))


def test_settings_hold_for_the_lines_below() -> None:
    first, second = read("A=1", "1 2 3 4 5 x", ' "B" = "c d" ', "@reboot y")
    assert first == Entry(2, "1 2 3 4 5", None, "x", (("A", "1"),))
    assert second == Entry(4, "@reboot", None, "y", (("A", "1"), ("B", "c d")))


def test_names_lists_and_steps_are_times() -> None:
    found = read("*/15 0-6,22 1,15 JAN-mar sun x --y=*", system=False)
    assert found == [Entry(1, "*/15 0-6,22 1,15 JAN-mar sun", None, "x --y=*", ())]


def test_comments_are_no_jobs_and_odd_lines_are_told() -> None:
    assert read("# 1 2 3 4 5 x", "", "   # y", "hello", "1 2 3 4") == [4, 5]


def test_a_percent_sign_begins_the_input() -> None:
    assert command("mail -s hi me%one%two") == "printf '%s\\n' one two | /bin/sh -c 'mail -s hi me'"
    assert command("date +\\%F") == "date +%F"


@pytest.mark.parametrize(
    ("text", "out"), [("cat%a%b c", "a\nb c\n"), ("echo 100\\%", "100%\n"), ("cat; echo '#'%", "\n#\n")]
)
def test_the_command_does_what_cron_would_do(text: str, out: str) -> None:
    done = subprocess.run(["/bin/sh", "-c", command(text)], capture_output=True, text=True, check=True)
    assert done.stdout == out


def test_a_system_crontab_without_a_command_is_not_understood() -> None:
    assert read("1 2 3 4 5 root", system=True) == [1]


def test_anacron_has_a_period_and_a_delay() -> None:
    found = list(anacron(["PATH=/bin", "7 10 w /opt/w -x", "12 1 odd x"]))
    assert found == [
        Entry(2, "@weekly", "root", "/opt/w -x", (("PATH", "/bin"),), "w", "10 minutes"),
        Entry(3, "every 12 days", "root", "x", (("PATH", "/bin"),), "odd", "1 minutes"),
    ]


def test_anacron_s_random_delay_is_added() -> None:
    (one,) = anacron(["RANDOM_DELAY=45", "START_HOURS_RANGE=3-22", "@monthly 5 m /opt/m"])
    assert isinstance(one, Entry)
    assert (one.delay, dict(one.environment)["START_HOURS_RANGE"]) == ("5 and up to 45 minutes", "3-22")


# After fcrontab(5).
FCRON = r"""
SHELL=/bin/sh
!mail(no),nice(10)
@ 2h30 /opt/often
@mail(no),runas(shop) 1d /opt/daily
& 5 10 31 * 7 /opt/fields
&2 30 4 * * * /opt/every-second
%daily,mail(no) * 21-23 /opt/night
%hourly 15 /opt/hourly
10 3 * * 1 /opt/plain
%odd 1 /opt/no
"""


def test_a_table_of_fcron() -> None:
    found = list(fcron(FCRON.split("\n")))
    said = [(one.schedule, one.user, one.command) if isinstance(one, Entry) else one for one in found]
    assert said == [
        ("every 2h30", None, "/opt/often"),
        ("every 1d", "shop", "/opt/daily"),
        ("5 10 31 * 7", None, "/opt/fields"),
        ("30 4 * * *", None, "/opt/every-second"),
        ("%daily * 21-23", None, "/opt/night"),
        ("%hourly 15", None, "/opt/hourly"),
        ("10 3 * * 1", None, "/opt/plain"),
        11,
    ]


@given(st.lists(st.text(max_size=40), max_size=5), st.booleans())
def test_no_text_makes_it_fail(lines: list[str], system: bool) -> None:
    list(entries(lines, system=system))
    list(anacron(lines))
