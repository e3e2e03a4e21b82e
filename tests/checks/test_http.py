from __future__ import annotations

from typing import Any

from migrate.checks.http import CHECK, _Case, _excuse, check_name
from migrate.exchange import Reply
from migrate.model.facts import Answer, Answers, Site, Sites
from migrate.model.plan import Coupling, Port, Volume
from migrate.model.verdict import UNVERIFIED
from tests.checks.scenes import scene, workload

DATA = Volume("data", "/var/lib/app", "data", "copy", 1, 1, 0o755, "written")
PAGE = (("content-type", "text/html"),)


def excuse(old: Reply, new: Reply, path: str = "/", *, how: str = "rewrite", **more: Any) -> str | None:
    database = workload("database", volumes=(DATA,))
    web = workload("web", couplings=(Coupling("database" if how == "rewrite" else None, how, "it asks", "db.example"),))
    answer = Answer(80, "localhost", path, old.status)
    sites = Sites((Site("nginx", (80,), root="/var/lib"),))
    there = scene(web, database, facts=(sites,), **more)
    return _excuse(_Case(there, web, there.snapshots["old"].inventory, answer, None), old, new)


def test_an_error_of_a_server_without_its_data_proves_nothing() -> None:
    why = excuse(Reply(200, PAGE, b""), Reply(500, PAGE, b""))
    assert why is not None
    assert "database (/var/lib/app), which was not synced" in why


def test_with_its_data_it_does() -> None:
    assert excuse(Reply(200, PAGE, b""), Reply(500, PAGE, b""), loaded=frozenset({"data"})) is None


def test_a_gateway_that_does_not_reach_its_server_is_no_matter_of_data() -> None:
    assert excuse(Reply(200, PAGE, b""), Reply(502, PAGE, b"")) is None


def test_a_missing_page_is_excused_only_where_it_may_lie_in_the_data() -> None:
    assert excuse(Reply(200, PAGE, b""), Reply(404, PAGE, b"")) is None
    assert excuse(Reply(200, PAGE, b""), Reply(404, PAGE, b""), "/app/photo.jpg") is not None


def test_another_page_or_kind_is_not_excused_and_another_content_is() -> None:
    old = Reply(200, PAGE, b"<title>Shop</title><p>10 tulips")
    assert excuse(old, Reply(200, PAGE, b"<title>Shop</title><p>nothing")) is not None
    assert excuse(old, Reply(200, PAGE, b"<title>It works!</title>")) is None
    assert excuse(old, Reply(200, (("content-type", "application/json"),), b"{}")) is None


def test_what_lies_outside_is_named() -> None:
    why = excuse(Reply(200, PAGE, b""), Reply(503, PAGE, b""), how="external")
    assert why is not None
    assert "db.example, outside of the application" in why


def test_answers_that_no_workload_serves_are_named() -> None:
    answers = Answers((Answer(631, "localhost", "/", 200), Answer(631, "localhost", "/a", 200)))
    web = workload("web", ports=(Port(80),))
    there = scene(web, facts=(answers,))
    # No question is asked here, so the engine is not needed for anything but the list of containers.
    object.__setattr__(there, "containers", dict)
    (check,) = CHECK.run(there)
    assert (check.id, check.status) == ("http:old:631", UNVERIFIED)


def test_names_of_checks_hold_host_port_and_path() -> None:
    assert (
        check_name("web", Answer(8080, "shop.example.com:8080", "/a?b=\x1b", 200))
        == "http:web:shop.example.com:8080/a?b=\\x1b"
    )
