from __future__ import annotations

from migrate.model.facts import CapturedFile, Job
from migrate.model.plan import Base, Workload
from migrate.planning import crontabs
from migrate.planning.jobs import Crontab
from tests.planning.hosts import host, package, tree

BASE = Base("debian:12", "dpkg", "debian", "12", "bookworm")


def workload(*jobs: Job, **facts: object) -> Workload:
    one = host(packages=(package("cron"), package("jq")), commands={"/usr/bin/jq": "jq"}, **facts)
    return crontabs.from_crontab(one, Crontab("jobs", "/etc/cron.d/jobs", jobs), "jobs", BASE, frozenset()).workload


def job(command: str, user: str = "root", **environment: str) -> Job:
    return Job("/etc/cron.d/jobs", "5 4 * * *", "cron", command, user, environment=tuple(environment.items()), line=3)


def program(path: str) -> CapturedFile:
    return CapturedFile(path, "file", 0o755, 0, 0, 10)


def test_a_program_is_found_by_the_jobs_own_path() -> None:
    texts = {"/srv/letter/bin/clean.sh": b"#!/bin/sh\njq . x\n"}
    made = workload(
        job("timeout 600 clean.sh", PATH="/srv/letter/bin:/usr/bin"),
        trees=(tree("/srv/letter", "application"),),
        texts=texts,
        entries=(program("/srv/letter/bin/clean.sh"),),
    )
    assert [one.path for one in made.files] == ["/srv/letter"]
    assert [one.name for one in made.packages] == ["cron", "jq"]
    assert [one.name for one in made.jobs] == ["clean"]


def test_variables_of_the_table_and_the_users_home_are_put_in() -> None:
    made = workload(
        job("$BASE/send --list all > $HOME/sent.csv", "anna", BASE="/srv/letter"),
        trees=(tree("/srv/letter", "application"), tree("/home/anna", "home", uid=1000)),
        entries=(program("/srv/letter/send"),),
    )
    assert [one.path for one in made.files] == ["/srv/letter"]
    assert made.volumes == ()  # a whole home is never state
    assert made.jobs[0].command == "$BASE/send --list all > $HOME/sent.csv"


def test_what_a_command_writes_is_state_and_logs_start_empty() -> None:
    made = workload(
        job("date > /home/anna/data/now.txt; date >> /var/log/app/now.log", "anna"),
        trees=(tree("/home/anna", "home", uid=1000), tree("/var/log/app", "log", uid=1000)),
    )
    assert [one.path for one in made.volumes] == ["/home/anna/data"]
    assert [one.path for one in made.directories] == ["/var/log/app"]


def test_a_log_file_right_below_var_log_is_made_for_who_appends_to_it() -> None:
    made = workload(job("date >> /var/log/now.log 2>&1", "anna"))
    assert [step.command for step in made.steps] == ["install -o 1000 -g 1000 -m 644 /dev/null /var/log/now.log"]


def test_what_a_user_owns_is_the_jobs_only_where_nothing_else_runs_as_it() -> None:
    facts = {"trees": (tree("/var/lib/anna", "data", uid=1000),)}
    assert workload(job("date", "anna"), **facts).volumes == ()
