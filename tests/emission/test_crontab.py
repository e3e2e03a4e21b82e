from __future__ import annotations

from typing import Any

import pytest

from migrate.emission.crontab import tables
from migrate.errors import InputError
from migrate.model.plan import Base, ScheduledJob, SecretUse, Variable
from tests.emission.sample import workload


def job(command: str, *environment: tuple[str, str], **more: str) -> ScheduledJob:
    given = {"name": "j", "schedule": "*/5 1-3 * * 1,5", "user": "shop"} | more
    return ScheduledJob(command=command, environment=tuple(Variable(*pair) for pair in environment), **given)


def written(*jobs: ScheduledJob, **more: Any) -> dict[str, str]:
    return {one.path: one.data.decode() for one in tables(workload(jobs=jobs, **more))}


def test_a_line_has_schedule_user_and_command_with_its_percents_kept() -> None:
    found = written(job("date +%F"), timezone="Europe/Berlin")["/etc/cron.d/migrate"].splitlines()
    assert found[1:] == [
        'MAILTO=""', 'TZ="Europe/Berlin"', "*/5 1-3 * * 1,5\tshop\texec >/run/jobs.log 2>&1; date +\\%F",
    ]  # fmt: skip


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
    assert found["/etc/cron.d/migrate"].endswith("2>&1; /bin/sh /usr/local/libexec/migrate/j\n")


def test_secrets_of_the_environment_reach_the_jobs_by_a_private_file() -> None:
    found = written(job("a"), secrets=(SecretUse("environment", ("t",), variable="TOKEN"),))
    assert "2>&1; . /run/jobs.shop.env; a\n" in found["/etc/cron.d/migrate"]


def test_busybox_has_a_table_for_each_user() -> None:
    alpine = Base("alpine:3.18", "apk", "alpine", "3.18")
    found = written(job("a", ("SHELL", "/bin/ash")), job("b", user="root", name="k"), base=alpine)
    assert sorted(found) == ["/etc/crontabs/root", "/etc/crontabs/shop"]
    assert found["/etc/crontabs/shop"] == "*/5 1-3 * * 1,5\texec >/run/jobs.log 2>&1; export SHELL=/bin/ash; a\n"


@pytest.mark.parametrize("schedule", ["* * * *", "* * * * *\nroot", "@reboot", "", "* * * * * *"])
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(InputError, match="schedule"):
        written(job("a", schedule=schedule))


def test_a_user_can_not_bring_a_line_of_its_own() -> None:
    with pytest.raises(InputError, match="user"):
        written(job("a", user="x\n* * * * * root id"))
