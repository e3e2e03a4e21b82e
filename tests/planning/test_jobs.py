from __future__ import annotations

import pytest

from migrate.model.facts import Job, Schedule
from migrate.planning import jobs
from tests.planning.hosts import host

TABLE = b"""# m h dom mon dow user command
# Every night: */5 is too often
SHELL=/bin/sh
5 4 * * * root /usr/local/bin/report
#0 4 * * 1-5 root /usr/local/sbin/clean --all
# @daily root /usr/local/sbin/never
# 1 2 3 are the numbers
#*/10 * * * Mon root cd /srv/x && ./run
"""


def sorted_jobs(*found: Job, **texts: bytes) -> jobs.Sorted:
    return jobs.sort(host(schedule=Schedule(found), texts={"/etc/crontab": texts.get("table", b"")}))


def test_jobs_that_somebody_made_comments_of_are_listed_and_stay_behind() -> None:
    job = Job("/etc/crontab", "5 4 * * *", "cron", "/usr/local/bin/report", line=4)
    found = sorted_jobs(job, table=TABLE)
    assert [one.what for one in found.set_aside] == [
        *("schedule:/etc/crontab:5", "schedule:/etc/crontab:6", "schedule:/etc/crontab:8"),
    ]
    assert "clean" in found.set_aside[0].because


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("flock -n /tmp/x.lock nice -n 10 /usr/local/bin/fetch >> /var/log/x.log 2>&1", "fetch"),
        ("timeout 600 clean.sh", "clean"),
        ("cd /srv/app && ./bin/send.py --to all > /dev/null", "send"),
        ("/usr/bin/php /srv/app/run.php", "run"),
        ("sort -o x x", "sort"),
        ("[ -d /srv/app ] && /srv/app/report.pl", "report"),
    ],
)
def test_a_job_is_called_after_what_it_does(command: str, name: str) -> None:
    [crontab] = sorted_jobs(Job("/etc/crontab", "5 4 * * *", "cron", command, line=4)).crontabs
    assert [one.name for one in jobs.scheduled(crontab)] == [name]
    assert crontab.name == name


def test_a_table_of_several_jobs_is_called_after_the_system() -> None:
    both = (
        Job("/etc/crontab", "5 4 * * *", "cron", f"/usr/local/bin/{name}", line=at) for at, name in enumerate("ab", 1)
    )
    assert [one.name for one in sorted_jobs(*both).crontabs] == ["cron-system"]
