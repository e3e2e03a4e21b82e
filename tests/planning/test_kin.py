from __future__ import annotations

from migrate.detectors import Candidate
from migrate.model.plan import Base, Coupling, ScheduledJob, Workload
from migrate.planning import kin
from migrate.planning.belongings import Belongings
from migrate.planning.workloads import Draft

SETTINGS = "/opt/tickets/production.json"
BASE = Base("debian:12", "dpkg", "debian", "12", "bookworm")
SEEN = Coupling("mariadb", "forward", "was seen connected", "127.0.0.1", 3306)


def _draft(name: str, *texts: str, job: bool = False) -> Draft:
    jobs = (ScheduledJob("clean", "1 3 * * *", "/opt/tickets/clean.js", "tickets"),) if job else ()
    workload = Workload(name=name, host="web01", kind="service", because="", base=BASE, jobs=jobs)
    return Draft(workload, None if job else Candidate(name, None), Belongings(texts=texts))


def _found(text: str, *texts: str) -> tuple[Coupling, ...]:
    drafts = [_draft("tickets", SETTINGS), _draft("cron-tickets", *texts, job=True)]
    return kin.couplings(drafts, {"tickets": (SEEN,), "cron-tickets": ()}, {SETTINGS: text})["cron-tickets"]


def test_a_job_that_reads_the_settings_of_a_service_reaches_what_that_was_seen_to_reach() -> None:
    [one] = _found('{"database": {"host": "localhost"}}', SETTINGS)
    assert (one.to, one.how, one.port) == ("mariadb", "forward", 3306)
    assert SETTINGS in one.because


def test_other_settings_say_nothing() -> None:
    assert _found('{"database": {"host": "localhost"}}', "/opt/other.json") == ()
    assert _found('{"database": {"host": "db.example.com"}}', SETTINGS) == ()
