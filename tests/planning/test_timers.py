from __future__ import annotations

from pathlib import Path

from migrate.model.facts import Job
from migrate.planning.timers import as_timed
from migrate.process import run
from tests.planning.hosts import host, service

_TIMER = Job("/etc/systemd/system/feed.timer", "*:0/10", "timer", "printenv GREETING PWD", name="feed.timer")


def test_a_timers_job_has_what_its_unit_sets_around_the_command(tmp_path: Path) -> None:
    settings = tmp_path / "feed env"
    settings.write_text("# said to the feed\nGREETING='good $day'\n")
    unit = service("feed.service", environment_files=(str(settings),), working_directory=str(tmp_path))
    job = as_timed(host(services=(unit,)), _TIMER)
    assert run(["/bin/sh", "-c", job.command]).out.decode().splitlines() == ["good $day", str(tmp_path)]
    assert dict(job.environment)["PATH"].startswith("/usr/local/sbin:")


def test_a_crontabs_job_stays_as_it_is() -> None:
    job = Job("/etc/cron.d/x", "@daily", "cron", "/usr/local/bin/feed")
    assert as_timed(host(), job) == job
