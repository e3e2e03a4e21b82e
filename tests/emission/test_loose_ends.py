from __future__ import annotations

from dataclasses import replace

from migrate.emission.loose_ends import loose_ends
from migrate.emitters import Sources
from migrate.model.databases import DatabaseServer, DatabaseUser
from migrate.model.facts import Databases, Job, Schedule
from migrate.model.plan import Coupling, Plan, Port, ScheduledJob, Workload
from tests.emission.sample import snapshot, sources, workload

USERS = (
    DatabaseUser("shop", "10.0.0.4"), DatabaseUser("report", "10.0.0.%"), DatabaseUser("root", "localhost"),
    DatabaseUser("any", "%"), DatabaseUser("here", "127.0.0.1"),
)  # fmt: skip


def said(host: str) -> list[str]:
    database = replace(workload("mariadb"), host="db", pids=(7,))
    client = replace(workload("app"), host=host, couplings=(Coupling("mariadb", "rewrite", "named", "10.0.0.5", 3306),))
    seen = snapshot((), {}, Databases(servers=(DatabaseServer("mariadb", pid=7, users=USERS),)))
    given = Sources(Plan(("db", host), (database, client)), {"db": seen, host: seen}, {"db": {}, host: {}})
    return [one for one in loose_ends(given, (database, client)) if "account" in one]


def test_accounts_for_addresses_of_the_old_network_are_said_where_another_host_came_in() -> None:
    found = said("web")
    assert len(found) == 2
    assert found[0].endswith("after loading, RENAME USER 'shop'@'10.0.0.4' TO 'shop'@'%'.")


def test_on_one_host_they_are_of_no_concern() -> None:
    assert said("db") == []


def ends(*workloads: Workload, jobs: tuple[Job, ...] = ()) -> str:
    given = sources(*workloads, seen=snapshot((), {}, Schedule(jobs)))
    return "\n".join(loose_ends(given, workloads))


def test_a_listener_of_one_network_that_is_published_on_all_is_said() -> None:
    found = ends(
        workload(ports=(Port(5432, address="10.0.0.5", publish=5432), Port(53, "udp", "2001:db8::5", publish=53)))
    )
    assert "app listened on 10.0.0.5 alone (port 5432)" in found
    assert "PUBLISH_APP_5432=ADDRESS:5432 narrows that" in found
    assert "PUBLISH_APP_53_UDP=ADDRESS:53 narrows that" in found
    for address in ("0.0.0.0", "::", "[::]", "*"):
        assert "alone" not in ends(workload(ports=(Port(80, address=address, publish=80),)))
    assert "alone" not in ends(workload(ports=(Port(80, address="127.0.0.1"),)))


def test_jobs_that_the_host_made_up_for_are_said() -> None:
    kept = workload("cron", command=(), jobs=(ScheduledJob("night", "0 3 * * *", "tidy", "root"),))
    once = Job("/etc/anacrontab", "@daily", "anacron", "tidy", persistent=True)
    assert "night was made up for" in ends(kept, jobs=(once,))
    assert "made up for" not in ends(kept)
    assert "may run beside themselves" in ends(kept)
