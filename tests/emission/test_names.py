from __future__ import annotations

from dataclasses import replace

from migrate.emission.names import project
from migrate.emitters import Sources
from migrate.model.plan import Plan
from tests.emission.sample import snapshot, sources


def test_the_whole_is_called_as_the_host_was_or_as_a_person_says() -> None:
    given = sources()
    assert project(given) == "web01"
    assert project(replace(given, plan=replace(given.plan, project="shop-production"))) == "shop-production"


def test_several_hosts_give_it_all_their_names_so_that_two_migrations_do_not_meet() -> None:
    hosts = ("10.0.0.5", "db")
    given = Sources(Plan(hosts), {"10.0.0.5": snapshot(host="10.0.0.5")}, {})
    assert project(given) == "web01-db"
    assert project(Sources(Plan(("h",) * 60), {}, {})) == "-".join("h" * 25)
