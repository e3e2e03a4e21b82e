from __future__ import annotations

import subprocess

from hypothesis import given
from hypothesis import strategies as st

from migrate.checks.job import _READ_ALL, _script
from migrate.model.plan import ScheduledJob, Variable
from tests.checks.scenes import scene, workload


def said(job: ScheduledJob, **secrets: str) -> str:
    """What the job's script says in a real shell."""
    cron = workload("cron", jobs=(job,))
    script = _script(scene(cron, secrets={"old": secrets}), cron, job)
    ran = subprocess.run(
        ["sh", "-c", _READ_ALL], input=script.encode("utf-8", "surrogateescape"), capture_output=True, check=True
    )
    return ran.stdout.decode("utf-8", "surrogateescape")


def test_secrets_are_put_in_where_the_command_names_them() -> None:
    job = ScheduledJob("report", "* * * * *", "printf %s ${secret:db}", "www")
    assert said(job, db="Tulpenfeld") == "Tulpenfeld"


def test_the_surroundings_are_those_of_cron() -> None:
    assert said(ScheduledJob("a", "* * * * *", 'printf \'%s %s\' "$PATH" "$LOGNAME"', "www")) == "/usr/bin:/bin www"


def test_a_job_that_reads_its_input_gets_none() -> None:
    assert said(ScheduledJob("a", "* * * * *", "cat; printf end", "www")) == "end"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_any_value_of_a_variable_arrives_as_it_is(value: str) -> None:
    job = ScheduledJob("a", "* * * * *", 'printf %s "$VALUE"', "www", (Variable("VALUE", value),))
    assert said(job) == value
