from __future__ import annotations

from dataclasses import replace

from migrate.emission.loose_ends import loose_ends
from migrate.emitters import Sources
from migrate.model.databases import DatabaseServer, DatabaseUser
from migrate.model.facts import Databases
from migrate.model.plan import Coupling, Plan
from tests.emission.sample import snapshot, workload

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
