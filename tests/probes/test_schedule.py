from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.facts import Job
from migrate.probes.schedule import PROBE
from tests.probes.samples import nul, section, shown


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
    (job,) = jobs(files=shown({"/etc/crontab": CRONTAB}))
    assert job == Job(
        "/etc/crontab",
        "*/5 * * * *",
        "cron",
        "/opt/shop/poll",
        user="shop",
        environment=(("SHELL", "/bin/sh"), ("PATH", "/usr/bin:/bin")),
        line=5,
        origin="person",
    )


def test_scripts_of_a_folder_run_when_its_line_says() -> None:
    found = jobs(
        debian="yes",
        files=shown({"/etc/crontab": CRONTAB}),
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
    assert [one.command for one in jobs(debian="yes", files=shown(files))] == ["y"]
    rpm = {"/etc/cron.d/0hourly": "01 * * * * root x", "/etc/cron.d/a.rpmsave": "1 2 3 4 5 root y"}
    assert [one.command for one in jobs(files=shown(rpm))] == ["x"]


def test_a_user_s_crontab_belongs_to_who_it_is_named_after() -> None:
    (job,) = jobs(files=shown({"/var/spool/cron/crontabs/jweber": "# old\n@daily $HOME/bin/report\n"}))
    assert (job.user, job.schedule, job.command, job.line) == ("jweber", "@daily", "$HOME/bin/report", 2)


def test_what_is_no_time_is_a_gap_with_its_line() -> None:
    parsed = PROBE.parse(section(files=shown({"/var/spool/cron/root": "every day at noon: x"})))
    assert parsed.gaps[0].what == "/var/spool/cron/root, line 1"


def test_the_owner_of_an_unchanged_file_is_named() -> None:
    (job,) = jobs(files=shown({"/etc/cron.d/php": "9 * * * * root x"}), pristine="/etc/cron.d/php\tphp-common")
    assert job.package == "php-common"


def test_anacron_s_lines() -> None:
    found = jobs(
        files=shown({"/etc/anacrontab": "A=45\n1\t5\tcron.daily\tnice run-parts /etc/cron.daily\n@monthly 5 m /opt/m"}),
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
        origin="distribution",
    )
    assert second.schedule == "Mon *-*-* 03:00:00"
    assert (third.schedule, third.command) == ("OnUnitActiveSec=1h OnBootSec=15min", "/usr/bin/poll x")


UNIT = """
Unit=report-run.service
TimersCalendar={ OnCalendar=Mon..Fri *-*-* 06:30:00 ; next_elapse=n/a }
Id=report.timer
LoadState=loaded
ActiveState=active
FragmentPath=/lib/systemd/system/report.timer
DropInPaths=/etc/systemd/system/report.timer.d/x.conf
\f>/lib/systemd/system/report.timer
|[Timer]
|RandomizedDelaySec=5min
\f>/etc/systemd/system/report.timer.d/x.conf
|[Timer]
|Persistent=true
\f>/lib/systemd/system/report-run.service
|[Service]
|User=nobody
|ExecStart=/opt/old
\f>/etc/systemd/system/report-run.service.d/y.conf
|[Service]
|User=worker
|WorkingDirectory=/opt/app
|ExecStart=
|ExecStart=/opt/app/report.sh --all
\f.
"""


def test_drop_ins_of_a_timer_and_of_its_service_count() -> None:
    (job,) = jobs(timers=UNIT)
    assert (job.command, job.user, job.directory) == ("/opt/app/report.sh --all", "worker", "/opt/app")
    assert (job.delay, job.persistent, job.origin) == ("up to 5min", True, "person")


def test_a_user_s_own_timer_runs_as_that_user() -> None:
    own = "/home/lena/.config/systemd/user"
    files = {
        f"{own}/note.timer": "[Timer]\nOnCalendar=*:0/10\nPersistent=true",
        f"{own}/note.service": "[Service]\nExecStart=/bin/note %h",
        f"{own}/off.timer": "[Timer]\nOnCalendar=daily",
    }
    links = nul(f"{own}/timers.target.wants/note.timer", "../note.timer")
    (job,) = PROBE.parse(section(owners="1501:lena:/home/lena", userunits=shown(files), userlinks=links)).facts.jobs
    assert (job.schedule, job.user, job.command, job.name) == ("*:0/10", "lena", "/bin/note /home/lena", "note.timer")
    assert (job.source, job.persistent) == (f"{own}/note.timer", True)


# As at 3.2.5 of Debian writes it.
AT = """#!/bin/sh
# atrun uid=1500 gid=1500
# mail worker 0
umask 22
HOME=/home/worker; export HOME
GREETING=a\\ b; export GREETING
cd /home/worker || {
\t echo 'Execution directory inaccessible' >&2
\t exit 1
}
/opt/app/atjob --now
"""


def test_a_job_of_at_with_its_time_user_and_environment() -> None:
    (job,) = jobs(at=shown({"/var/spool/cron/atjobs/a0000101c8a85f": AT}))
    assert (job.kind, job.schedule, job.user) == ("at", "2026-11-25T23:59Z", "worker")
    assert (job.command, job.directory) == ("/opt/app/atjob --now", "/home/worker")
    assert job.environment == (("HOME", "/home/worker"), ("GREETING", "a b"))


def test_a_job_of_batch_and_one_wrapped_into_a_document() -> None:
    # As at 3.1 of Red Hat writes it.
    body = "${SHELL:-/bin/sh} << 'marcinDELIMITER08f8e2ab'\n/opt/x\nmarcinDELIMITER08f8e2ab"
    text = AT.replace("/opt/app/atjob --now", body)
    (job,) = jobs(at=shown({"/var/spool/at/b0000201c8a369": text}))
    assert (job.kind, job.command) == ("batch", "/opt/x")


def test_what_rc_local_starts() -> None:
    plain = "#!/bin/sh -e\n# comment\nnohup /opt/app/run >/dev/null &\ntouch /var/lock/subsys/local\nexit 0"
    assert [(one.command, one.line, one.schedule, one.kind) for one in jobs(files=shown({"/etc/rc.local": plain}))] == [
        ("nohup /opt/app/run >/dev/null &", 3, "@reboot", "boot")
    ]
    program = "#!/bin/sh\nif [ -x /opt/a ]; then\n  /opt/a\nfi"
    assert [one.command for one in jobs(files=shown({"/etc/rc.local": program}))] == ["/etc/rc.local"]


def test_a_folder_of_one_s_own_stays_a_job() -> None:
    found = jobs(files=shown({"/etc/cron.d/x": "5 5 * * * root run-parts /etc/jobs.d"}))
    assert [one.command for one in found] == ["run-parts /etc/jobs.d"]


def test_busybox_leaves_out_names_with_a_dot() -> None:
    found = jobs(periodic="/etc/periodic/daily/good\n/etc/periodic/daily/never.sh")
    assert [one.name for one in found] == ["good"]


def test_who_may_have_crontabs() -> None:
    facts = PROBE.parse(section(files=shown({"/etc/cron.allow": "worker", "/etc/cron.deny": "# x\nguest"}))).facts
    assert (facts.allowed, facts.denied) == (("worker",), ("guest",))
    assert PROBE.parse(section(files="")).facts.allowed is None


def test_fcron_s_own_tables_and_not_their_compiled_form() -> None:
    found = jobs(files=shown({"/var/spool/fcron/anna": "\x01", "/var/spool/fcron/anna.orig": "@ 30 /opt/x"}))
    assert [(one.kind, one.user, one.schedule) for one in found] == [("fcron", "anna", "every 30")]


@given(st.text())
def test_nothing_makes_the_parser_raise(text: str) -> None:
    files = {"/etc/rc.local": text, "/etc/cron.d/x": text, "/var/spool/at/x": text, "/var/spool/fcron/a.orig": text}
    for part in ("at", "files", "userunits"):
        assert isinstance(PROBE.parse(section(**{part: shown(files)})).gaps, tuple)


def test_variables_of_a_unit_stay_variables_in_the_shell() -> None:
    unit = (
        "Unit=x.service\nTimersCalendar={ OnCalendar=daily ; next_elapse=n/a }\nId=x.timer\nActiveState=active\n"
        "FragmentPath=/etc/systemd/system/x.timer\n\n\f>/etc/systemd/system/x.service\n|[Service]\n"
        "|ExecStart=/bin/x $OPTS --to=${DIR}/a 'b c' cost$$5\n\f."
    )
    (job,) = jobs(timers=unit)
    assert job.command == """/bin/x $OPTS --to="${DIR}"/a 'b c' 'cost$5'"""


def test_anacron_makes_up_for_what_its_folders_missed() -> None:
    system = {"/etc/crontab": CRONTAB, "/etc/anacrontab": "1 5 cron.daily run-parts --report /etc/cron.daily"}
    found = jobs(debian="yes", files=shown(system), periodic="/etc/cron.daily/a")
    (job,) = [one for one in found if one.kind == "periodic"]
    assert (job.schedule, job.delay, job.persistent) == ("25 6 * * *", "5 minutes", True)


def test_what_systemd_cron_made_of_a_crontab_is_not_told_twice() -> None:
    unit = (
        "Unit=cron-x.service\nTimersCalendar={ OnCalendar=daily ; next_elapse=n/a }\nId=cron-x.timer\n"
        "ActiveState=active\nFragmentPath=/run/systemd/generator/cron-x.timer\n\n\f."
    )
    assert jobs(timers=unit) == []


def test_cronie_s_random_delay() -> None:
    (job,) = jobs(files=shown({"/var/spool/cron/anna": "RANDOM_DELAY=10\n0~30 4 * * * /opt/x"}))
    assert (job.delay, job.schedule) == ("up to 10 minutes", "0~30 4 * * *")


def test_a_folder_that_no_line_runs_is_not_run_once_a_year() -> None:
    found = jobs(debian="yes", files=shown({"/etc/crontab": CRONTAB}), periodic="/etc/cron.yearly/tax")
    assert [one.kind for one in found] == ["cron"]
