from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from migrate.planning.merge import Conflict, merge

BEFORE: dict[str, Any] = {
    "workloads": [{"name": "nginx", "user": "www-data", "replicas": 1}, {"name": "old", "user": "x"}]
}


def test_an_edit_stays_while_new_facts_come_in() -> None:
    edited = {"workloads": [{"name": "nginx", "user": "www-data", "replicas": 3}, {"name": "old", "user": "x"}]}
    now = {"workloads": [{"name": "nginx", "user": "nginx", "replicas": 1}, {"name": "old", "user": "x"}]}
    assert merge(BEFORE, edited, now)["workloads"][0] == {"name": "nginx", "user": "nginx", "replicas": 3}


def test_a_workload_that_a_person_removed_stays_removed() -> None:
    edited = {"workloads": [BEFORE["workloads"][0]]}
    now = {"workloads": [*BEFORE["workloads"], {"name": "new"}]}
    assert [one["name"] for one in merge(BEFORE, edited, now)["workloads"]] == ["nginx", "new"]


def test_a_workload_that_vanished_from_the_host_goes_unless_it_was_edited() -> None:
    now = {"workloads": [BEFORE["workloads"][0]]}
    edited = {"workloads": [BEFORE["workloads"][0], {"name": "old", "user": "y"}]}
    assert merge(BEFORE, BEFORE, now) == now
    assert [one["name"] for one in merge(BEFORE, edited, now)["workloads"]] == ["nginx", "old"]


def test_plain_lists_are_the_persons_once_edited() -> None:
    assert merge({"command": ["a"]}, {"command": ["b"]}, {"command": ["c"]}) == {"command": ["b"]}


def test_two_protocols_of_one_port_stay_two() -> None:
    before = {"ports": [{"port": 53}, {"port": 53, "protocol": "udp"}]}
    edited = {"ports": [{"port": 53, "publish": 1053}, {"port": 53, "protocol": "udp"}]}
    now = {"ports": [*before["ports"], {"port": 80}]}
    assert merge(before, edited, now)["ports"] == [*edited["ports"], {"port": 80}]


def test_several_rewrites_of_one_file_stay_several() -> None:
    before = {"rewrites": [{"path": "/a", "line": one, "old": "x"} for one in (1, 2, 3)]}
    edited = {"rewrites": [{**before["rewrites"][0], "new": "mine"}, *before["rewrites"][1:]]}
    now = {"rewrites": [*before["rewrites"], {"path": "/a", "line": 4, "old": "x"}]}
    assert len(merge(before, edited, now)["rewrites"]) == 4


def test_where_an_edit_and_the_facts_disagree_the_edit_stays_and_it_is_said() -> None:
    edited = {"workloads": [{**BEFORE["workloads"][0], "user": "mine"}, BEFORE["workloads"][1]]}
    now = {"workloads": [{**BEFORE["workloads"][0], "user": "theirs"}]}
    said: list[Conflict] = []
    assert merge(BEFORE, edited, now, said)["workloads"] == [edited["workloads"][0]]
    assert said == [Conflict(("workloads", "nginx", "user"), "mine", "theirs")]


NAMES = st.sampled_from("abcdef")
ITEM = st.fixed_dictionaries({"name": NAMES}, optional={"port": st.integers(1, 3), "user": NAMES})
PLANS = st.fixed_dictionaries(
    {"workloads": st.lists(ITEM, max_size=4, unique_by=lambda one: one["name"])},
    optional={"version": st.integers(1, 3), "hosts": st.lists(NAMES, max_size=2)},
)


@given(PLANS, PLANS)
def test_without_edits_the_plan_follows_the_facts(before: Any, now: Any) -> None:
    assert merge(before, before, now) == now


@given(PLANS, PLANS)
def test_without_new_facts_nothing_changes(before: Any, edited: Any) -> None:
    assert merge(before, edited, before) == edited


@given(PLANS, PLANS, PLANS)
def test_an_edit_is_kept_whatever_the_facts_say(before: Any, edited: Any, now: Any) -> None:
    merged = {one["name"]: one for one in merge(before, edited, now)["workloads"]}
    old = {one["name"]: one for one in before["workloads"]}
    mine = {one["name"]: one for one in edited["workloads"]}
    for name in old.keys() - mine.keys():
        assert name not in merged, "taken out by a person"
    for name, one in mine.items():
        for field in ("port", "user"):
            if one.get(field) != old.get(name, {}).get(field) and field in one:
                assert merged[name][field] == one[field]


@given(PLANS, PLANS, PLANS)
def test_refreshing_again_changes_nothing(before: Any, edited: Any, now: Any) -> None:
    once = merge(before, edited, now)
    assert merge(now, once, now) == once
