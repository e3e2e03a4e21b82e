from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from migrate.emission.crontab import tables
from migrate.errors import InputError
from migrate.model.plan import Base, ScheduledJob, SecretUse, Variable
from tests.emission.sample import workload

LED = "exec >/run/jobs.log 2>&1; trap 's=$?; [ $s = 0 ] || echo \"job j: ended with status $s\"' EXIT; "


def job(command: str, *environment: tuple[str, str], **more: str) -> ScheduledJob:
    given = {"name": "j", "schedule": "*/5 1-3 * * 1,5", "user": "shop"} | more
    return ScheduledJob(command=command, environment=tuple(Variable(*pair) for pair in environment), **given)


def written(*jobs: ScheduledJob, **more: Any) -> dict[str, str]:
    return {one.path: one.data.decode() for one in tables(workload(jobs=jobs, **more))}


def test_a_line_has_schedule_user_and_command_with_its_percents_kept() -> None:
    found = written(job("date +%F"), timezone="Europe/Berlin")["/etc/cron.d/migrate"].splitlines()
    assert found[1:] == [
        'MAILTO=""', 'TZ="Europe/Berlin"', f"*/5 1-3 * * 1,5\tshop\t{LED}date +\\%F",
    ]  # fmt: skip


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
@pytest.mark.parametrize(
    ("command", "said"),
    [("true", ""), ("false", "1"), ("cd / && exit 3", "3"), ("/bin/false", "1"), ("nonsense 2>/dev/null", "127")],
)
def test_a_job_that_fails_says_so_in_the_log(shell: str, command: str, said: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    line = written(job(command))["/etc/cron.d/migrate"].splitlines()[-1].split("\t", 2)[2]
    words = ("busybox", "sh") if shell == "busybox" else (shell,)
    log = tmp_path / "log"
    subprocess.run((*words, "-c", line.replace("/run/jobs.log", str(log))), check=False)
    assert log.read_text() == (f"job j: ended with status {said}\n" if said else "")


def test_jobs_of_different_environments_have_tables_of_their_own() -> None:
    found = written(job("a", ("SHELL", "/bin/bash")), job("b"), job("c", ("SHELL", "/bin/bash"), name="c"))
    assert "SHELL" not in found["/etc/cron.d/migrate-2"]
    assert found["/etc/cron.d/migrate"].count("\texec ") == 2


def test_values_that_cron_can_not_quote_are_exported_by_the_command() -> None:
    found = written(job("a", ("X", "'\""), ("Y", 'say "hi"'), ("Z", "two\nlines")))["/etc/cron.d/migrate"]
    assert "Y='say \"hi\"'" in found
    assert "export X=''\"'\"'\"'; export Z=\"$(printf '\\164" in found
    assert len(found.splitlines()) == 4


def test_a_command_of_several_lines_is_a_script() -> None:
    found = written(job("cat <<E\na\nE"))
    assert found["/usr/local/libexec/migrate/j"] == "cat <<E\na\nE\n"
    assert found["/etc/cron.d/migrate"].endswith(f"{LED}/bin/sh /usr/local/libexec/migrate/j\n")


def test_secrets_of_the_environment_reach_the_jobs_by_a_private_file() -> None:
    found = written(job("a"), secrets=(SecretUse("environment", ("t",), variable="TOKEN"),))
    assert f"{LED}. /run/jobs.shop.env; a\n" in found["/etc/cron.d/migrate"]


def test_busybox_has_a_table_for_each_user() -> None:
    alpine = Base("alpine:3.18", "apk", "alpine", "3.18")
    found = written(job("a", ("SHELL", "/bin/ash")), job("b", user="root", name="k"), base=alpine)
    assert sorted(found) == ["/etc/crontabs/root", "/etc/crontabs/shop"]
    assert found["/etc/crontabs/shop"] == f"*/5 1-3 * * 1,5\t{LED}export SHELL=/bin/ash; a\n"


@pytest.mark.parametrize("schedule", ["* * * *", "* * * * *\nroot", "@reboot", "", "* * * * * *"])
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(InputError, match="schedule"):
        written(job("a", schedule=schedule))


def test_a_user_can_not_bring_a_line_of_its_own() -> None:
    with pytest.raises(InputError, match="user"):
        written(job("a", user="x\n* * * * * root id"))
