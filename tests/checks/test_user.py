from __future__ import annotations

from migrate.checks.user import _judged, planned_uid
from migrate.model.facts import Process, Processes
from migrate.model.plan import Account
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED
from tests.checks.scenes import scene, workload

TOMCAT = Account("tomcat", 612, 612, "tomcat", "/", "/bin/sh")


def test_the_number_of_a_user_comes_from_its_account() -> None:
    assert planned_uid(workload("a", user="tomcat", accounts=(TOMCAT,))) == 612
    assert planned_uid(workload("a", user="33:33")) == 33
    assert planned_uid(workload("a", user="root")) == 0
    assert planned_uid(workload("a", user="nobody-knows")) is None


def test_another_user_than_planned_fails() -> None:
    web = workload("web", user="tomcat", accounts=(TOMCAT,))
    assert _judged(scene(web), web, ((1, 612, "java"),)).status == PASSED
    found = _judged(scene(web), web, ((1, 612, "java"), (2, 0, "sh")))
    assert (found.status, found.summary) == (FAILED, "processes run as 0; the plan says tomcat (612)")


def test_a_user_whose_number_is_not_known_is_unverified() -> None:
    web = workload("web", user="mystery")
    assert _judged(scene(web), web, ((1, 5, "x"),)).status == UNVERIFIED


def test_all_root_fails_where_the_legacy_server_dropped_it() -> None:
    web = workload("web", pids=(7, 8))
    old = Processes((Process(7, 1, "nginx", (), 0, 0), Process(8, 7, "nginx", (), 33, 33)))
    with_old = scene(web, facts=(old,))
    assert _judged(with_old, web, ((1, 0, "nginx"),)).status == FAILED
    assert _judged(with_old, web, ((1, 0, "nginx"), (2, 33, "nginx"))).status == PASSED
    assert _judged(scene(web), web, ((1, 0, "cron"),)).status == PASSED
