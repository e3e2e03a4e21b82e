from __future__ import annotations

from migrate.model.facts import Job
from migrate.probes.schedule import PROBE
from tests.probes.samples import section, shown


def jobs(**parts: str) -> list[Job]:
    return list(PROBE.parse(section(**parts)).facts.jobs)


CRONTAB = """
SHELL=/bin/sh
PATH=/usr/bin:/bin
25 6	* * *	root	test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )
17 *	* * *	root    cd / && run-parts --report /etc/cron.hourly
*/5 * * * * shop /opt/shop/poll
"""


def test_a_system_crontab_names_the_user() -> None:
    (job,) = jobs(system=shown({"/etc/crontab": CRONTAB}))
    assert job == Job(
        "/etc/crontab",
        "*/5 * * * *",
        "cron",
        "/opt/shop/poll",
        user="shop",
        environment=(("SHELL", "/bin/sh"), ("PATH", "/usr/bin:/bin")),
        line=5,
    )


def test_scripts_of_a_folder_run_when_its_line_says() -> None:
    found = jobs(
        debian="yes",
        system=shown({"/etc/crontab": CRONTAB}),
        periodic="/etc/cron.daily/backup\n/etc/cron.daily/old.bak\n/etc/cron.weekly/report",
        pristine="/etc/cron.weekly/report\tsysstat",
    )[1:]
    assert [(one.source, one.schedule, one.kind, one.name, one.package) for one in found] == [
        ("/etc/cron.daily/backup", "25 6 * * *", "periodic", "backup", None),
        ("/etc/cron.weekly/report", "@weekly", "periodic", "report", "sysstat"),
    ]
    assert found[0].environment == (("SHELL", "/bin/sh"), ("PATH", "/usr/bin:/bin"))


def test_a_file_that_cron_does_not_take_is_no_job() -> None:
    files = {"/etc/cron.d/a.dpkg-old": "1 2 3 4 5 root x", "/etc/cron.d/a": "1 2 3 4 5 root y"}
    assert [one.command for one in jobs(debian="yes", system=shown(files))] == ["y"]
    rpm = {"/etc/cron.d/0hourly": "01 * * * * root x", "/etc/cron.d/a.rpmsave": "1 2 3 4 5 root y"}
    assert [one.command for one in jobs(system=shown(rpm))] == ["x"]


def test_a_user_s_crontab_belongs_to_who_it_is_named_after() -> None:
    (job,) = jobs(users=shown({"/var/spool/cron/crontabs/jweber": "# old\n@daily $HOME/bin/report\n"}))
    assert (job.user, job.schedule, job.command, job.line) == ("jweber", "@daily", "$HOME/bin/report", 2)


def test_what_is_no_time_is_a_gap_with_its_line() -> None:
    parsed = PROBE.parse(section(users=shown({"/var/spool/cron/root": "every day at noon: x"})))
    assert parsed.gaps[0].what == "/var/spool/cron/root, line 1"


def test_the_owner_of_an_unchanged_file_is_named() -> None:
    (job,) = jobs(system=shown({"/etc/cron.d/php": "9 * * * * root x"}), pristine="/etc/cron.d/php\tphp-common")
    assert job.package == "php-common"


def test_anacron_s_lines() -> None:
    found = jobs(
        anacron=shown(
            {"/etc/anacrontab": "A=45\n1\t5\tcron.daily\tnice run-parts /etc/cron.daily\n@monthly 5 m /opt/m"}
        ),
        periodic="/etc/cron.daily/a",
    )
    assert [(one.kind, one.schedule, one.command) for one in found] == [
        ("anacron", "@monthly", "/opt/m"),
        ("periodic", "@daily", "/etc/cron.daily/a"),
    ]


TIMERS = """
Unit=clean.service
TimersCalendar={ OnCalendar=*-*-* 00:00:00 ; next_elapse=Tue 2026-11-24 00:00:00 CET }
TimersCalendar={ OnCalendar=Mon *-*-* 03:00:00 ; next_elapse=n/a }
Id=clean.timer
LoadState=loaded
ActiveState=active
FragmentPath=/lib/systemd/system/clean.timer

Unit=poll@x.service
TimersMonotonic={ OnBootUSec=15min ; next_elapse=1h }
Id=poll.timer
LoadState=loaded
ActiveState=active
FragmentPath=/etc/systemd/system/poll.timer

Unit=never.service
Id=never.timer
ActiveState=inactive
\f>/etc/systemd/system/poll.timer
|[Timer]
|OnBootSec=15min
|OnUnitActiveSec=1h
\f>/lib/systemd/system/clean.service
|[Service]
|User=man
|Environment=A=1
|ExecStart=+/bin/mkdir -p "/a b"
|ExecStart=/usr/bin/clean
\f>/etc/systemd/system/poll@.service
|[Service]
|ExecStart=/usr/bin/poll %i
\f.
"""


def test_timers_with_the_commands_of_their_services() -> None:
    first, second, third = jobs(timers=TIMERS)
    assert first == Job(
        "/lib/systemd/system/clean.timer",
        "*-*-* 00:00:00",
        "timer",
        "/bin/mkdir -p '/a b' && /usr/bin/clean",
        user="man",
        name="clean.timer",
        environment=(("A", "1"),),
    )
    assert second.schedule == "Mon *-*-* 03:00:00"
    assert (third.schedule, third.command) == ("OnUnitActiveSec=1h OnBootSec=15min", "/usr/bin/poll x")
