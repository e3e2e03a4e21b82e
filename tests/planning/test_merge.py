from __future__ import annotations

from migrate.planning.merge import merge

BEFORE = {"workloads": [{"name": "nginx", "user": "www-data", "replicas": 1}, {"name": "old", "user": "x"}]}


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
