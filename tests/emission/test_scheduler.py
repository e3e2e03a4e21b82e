from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from migrate.emission import crontab, entrypoint, scheduler
from migrate.model.plan import ScheduledJob, SecretUse, Variable
from tests.emission.sample import workload

SHELLS = [one for one in ("dash", "bash", "busybox") if shutil.which(one)]
# One turn of the clock: 07:30 on Monday the first of June, and then the container is stopped.
DATE = """#!/bin/sh
case "$*" in
*%M*) echo "30 07 01 06 1" ;;
*) if [ -e "$CLOCK" ]; then echo 120; else : >"$CLOCK"; echo 60; fi ;;
esac
"""


def job(command: str, **more: object) -> ScheduledJob:
    given = {"name": "j", "schedule": "*/5 1-3 * * 1,5", "user": "shop"} | more
    return ScheduledJob(command=command, **given)  # type: ignore[arg-type]


def test_jobs_of_one_user_need_no_root() -> None:
    one = workload(user="shop", jobs=(job("date +%F", schedule="05 08 * jan-mar mon"),))
    assert crontab.command(one) == (scheduler.PATH,)
    assert entrypoint.text(one) is None
    [table] = crontab.tables(one)
    assert table.data.decode().splitlines()[-1] == "5 8 * 1-3 1\tshop\tdate +\\%F"


def test_jobs_of_several_users_or_roots_are_crons() -> None:
    assert not scheduler.used(workload(user="shop", jobs=(job("a"), job("b", user="root"))))
    assert not scheduler.used(workload(user=None, jobs=(job("a", user="root"),)))


def test_secrets_of_the_environment_are_the_containers_own() -> None:
    secrets = (SecretUse("environment", ("t",), variable="TOKEN"),)
    [table] = crontab.tables(workload(user="shop", jobs=(job("a"),), secrets=secrets))
    assert table.data.decode().endswith("shop\ta\n")


@pytest.mark.parametrize("schedule", ["@hourly", "@weekly", "0 0 ? * *"])
def test_short_forms_are_spelled_out(schedule: str) -> None:
    assert scheduler.numeric(schedule) in ("0 * * * *", "0 0 * * 0", "0 0 * * *")


@pytest.mark.parametrize("interpreter", SHELLS)
def test_what_is_due_is_started_with_the_tables_surroundings(interpreter: str, tmp_path: Path) -> None:
    due = ("30 7 * * *", "*/10 * * * *", "25-35/5 * 1 * 5", "* 7 * * 1-5", "30 7 2 6 1", "* * * * 1,7", "0-30 * * * *")
    never = ("31 7 * * *", "30 8 * * *", "30 7 2 6 5", "30 7 1 7 *", "*/7 * * * *", "* * * * 7", "30 7 2 * *")
    words = (Variable("WORD", "a b"),)
    jobs = [
        job(f"echo {index} %H $WORD $TOKEN $PATH", name=f"j{index}", schedule=one, environment=words)
        for index, one in enumerate((*due, *never))
    ]
    said = run(interpreter, tmp_path, *jobs, job("exit 3", name="bad", schedule="30 * * * *"))
    lines = sorted(line for line in said.splitlines() if line[0].isdigit())
    assert lines == [f"{index} %H a b t /usr/bin:/bin" for index in range(len(due))]
    assert "ended with status 3: exit 3" in said


def run(interpreter: str, tmp_path: Path, *jobs: ScheduledJob) -> str:
    """What the scheduler and its jobs print in one minute."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/date").write_text(DATE)
    (tmp_path / "bin/sleep").write_text("#!/bin/sh\n/bin/sleep 1; kill -TERM $PPID\n")
    for one in ("date", "sleep"):
        (tmp_path / "bin" / one).chmod(0o755)
    for table in crontab.tables(workload(user="shop", jobs=jobs)):
        (tmp_path / table.path.rpartition("/")[2]).write_bytes(table.data)
    text = scheduler.SCRIPT.replace("/etc/cron.d/", f"{tmp_path}/")
    words = ["busybox", "sh"] if interpreter == "busybox" else [interpreter]
    environment = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "CLOCK": f"{tmp_path}/clock", "TOKEN": "t"}
    done = subprocess.run(
        [*words, "-c", text],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=20,
        start_new_session=True,
        check=False,
    )
    return done.stdout
