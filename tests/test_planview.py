from __future__ import annotations

from migrate.model.plan import Base, Coupling, Plan, Question, SetAside, Workload
from migrate.planner import Refreshed
from migrate.planning.changes import Change
from migrate.planview import planned, refreshed

BASE = Base("debian:12", "dpkg", "debian", "12")
COUPLINGS = (
    Coupling(None, "external", "named", "ldap.example.net", 389),
    Coupling("db", "rewrite", "named", "127.0.0.1", 5432),
)
PLAN = Plan(
    ("web01",),
    (Workload("shop", "web01", "service", "it \x1b[31mruns", BASE, couplings=COUPLINGS),),
    (SetAside("services:cron.service", "the scheduler"), SetAside("services:atd.service", "the scheduler")),
    (Question("q", "Still wanted?", "no", "seen"),),
)


def test_what_is_outside_what_is_open_and_what_stays_behind_is_said() -> None:
    lines = planned(PLAN).splitlines()
    assert "  > ldap.example.net:389: shop" in lines
    assert "  couplings  rewrite 127.0.0.1:5432 → db" in lines
    assert "  - the scheduler: cron.service, atd.service" in lines
    assert "  ? q: Still wanted?" in lines


def test_what_a_host_says_can_not_steer_the_terminal() -> None:
    assert "\x1b" not in planned(PLAN)


def test_differences_are_a_few_for_each_workload() -> None:
    changes = tuple(Change("shop", "changed", f"ports[{number}]", "1", "2") for number in range(20))
    said = refreshed(Refreshed(PLAN, (*changes, Change("new", "added", new="it runs"))))
    assert "  ~ shop ports[0]: 1 became 2\n" in said
    assert "    and 12 more in shop\n  + new: it runs\n" in said
