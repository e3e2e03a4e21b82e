from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from migrate.assessment import assess
from migrate.model import codec
from migrate.model.assessment import Appraisal, Assessment, Fitness
from migrate.model.inventory import Gap, Scope, Snapshot
from migrate.model.plan import Plan
from tests.assessment.hosts import HOST, found, shipped_rules, snapshot

RAW = {"bindings": {"raw_sockets": [{"kind": "raw", "protocol": 1, "users": [{"pid": 5, "name": "app"}]}]}}
REAL_TIME = {"bindings": {"scheduling": [{"user": {"pid": 5, "name": "app"}, "policy": "fifo", "priority": 9}]}}


def of(assessment: Assessment, workload: str | None = "app") -> Appraisal:
    return next(one for one in assessment.appraisals if one.workload == workload)


def way(appraisal: Appraisal, target: str) -> Fitness:
    return next(one for one in appraisal.fitness if one.target == target)


def test_nothing_in_the_way_is_a_hundred() -> None:
    plain = of(found({}))
    assert [(one.target, one.score) for one in plain.fitness] == [("compose", 100), ("kubernetes", 100), ("vm", 100)]
    assert plain.verdict == "fit for Compose and Kubernetes"


def test_minor_findings_cost_three_and_major_ones_fifteen() -> None:
    judged = of(found(RAW))
    assert way(judged, "compose").score == 97
    assert (way(judged, "kubernetes").score, way(judged, "kubernetes").verdict) == (85, "fit after work")
    assert way(judged, "kubernetes").because == ("raw-socket",)
    assert judged.verdict == "fit for Compose; for Kubernetes after work"


def test_the_effort_is_the_way_s_own_and_that_of_what_stands_in_it() -> None:
    assert way(of(found({})), "compose").effort == (0.25, 1)
    assert way(of(found(RAW)), "compose").effort == (0.75, 4)


def test_a_blocker_forbids_a_way_and_where_no_way_is_left_it_stays() -> None:
    judged = of(found(REAL_TIME))
    assert (way(judged, "kubernetes").score, way(judged, "kubernetes").verdict) == (0, "unfit")
    assert judged.verdict == "for Compose after work"
    oracle = [{"pid": 5, "ppid": 1, "name": "ora_pmon_X", "argv": ["x"], "uid": 7, "gid": 7}]
    host = of(found({"processes": {"processes": oracle}}), None)
    assert way(host, "compose").verdict == "fit in part"


def test_a_managed_service_is_offered_by_kind() -> None:
    judged = of(found({"workload": {"kind": "postgresql"}}))
    assert way(judged, "managed").service == "a managed PostgreSQL"
    assert judged.verdict == "fit for Compose, Kubernetes and a managed PostgreSQL"
    mongo = {"applications": {"applications": [{"kind": "mongodb", "role": "database", "name": "m", "pids": [5]}]}}
    assert way(of(found(mongo)), "managed").service == "a managed MongoDB"


def test_what_is_found_of_the_host_counts_for_its_workloads_only_where_it_spreads() -> None:
    proxy = {"routing": {"wrappers": [{"action": "deny", "daemons": ["ALL"], "clients": ["ALL"]}]}}
    assert way(of(found(proxy)), "compose").score == 100
    assert way(of(found(proxy), None), "compose").score == 97
    ended = {"system": {"os_id": "centos", "os_version": "7", "privileged": True}}
    assert way(of(found(ended)), "compose").score == 97
    assert way(of(found(ended), None), "compose").score == 97  # not twice
    assert way(of(found(ended)), "compose").effort == (0.25, 1)
    assert way(of(found(ended), None), "compose").effort == (0.75, 4)


def test_a_host_that_was_not_read_as_root_is_no_verdict_and_says_what_would_settle_it() -> None:
    judged = found({"system": {"os_id": "debian", "os_version": "12", "privileged": False}})
    assert of(judged).verdict == "insufficient data"
    assert way(of(judged), "kubernetes").score is None
    [unknown] = judged.open
    assert "NOPASSWD: /bin/sh in /etc/sudoers.d/" in unknown.settle
    assert unknown.settle.endswith("migrate discover admin@web01")


def test_a_scope_that_was_not_read_is_no_verdict_where_it_would_decide() -> None:
    host = snapshot({})
    failed = Scope("bindings", "failed", gaps=(Gap("all", "no time left", "migrate discover --timeout 900"),))
    host = Snapshot(replace(host.inventory, scopes=(*host.inventory.scopes, failed)))
    workload = codec.load(Plan, {"hosts": [HOST], "workloads": [_app()]}, "plan").workloads[0]
    judged = assess(shipped_rules(), Plan((HOST,), (workload,)), {HOST: host})
    assert of(judged).verdict == "insufficient data"
    assert "real-time" in way(of(judged), "kubernetes").because
    assert judged.open[0].settle == "migrate discover --timeout 900"


def _app() -> dict[str, Any]:
    base = {"image": "debian:12", "family": "dpkg", "os_id": "debian", "version": "12"}
    return {"name": "app", "host": HOST, "kind": "service", "because": "", "base": base, "user": "app"}


def test_a_host_without_workloads_has_nothing_to_migrate() -> None:
    judged = assess(shipped_rules(), Plan((HOST,)), {HOST: snapshot({})})
    assert [one.verdict for one in judged.appraisals] == ["nothing to migrate"]


def test_what_is_asked_for_stands_beside_what_the_host_has() -> None:
    case = {
        "system": {"os_id": "debian", "os_version": "12", "memory": 8 << 30, "cpus": 4, "privileged": True},
        "workload": {"resources": {"memory_request": 1 << 30, "memory_limit": 2 << 30, "cpu_request": 0.5}},
    }
    [room] = found(case).room
    assert (room.memory, room.memory_requests, room.cpus, room.cpu_requests) == (8 << 30, 1 << 30, 4, 0.5)
    assert found({}).room[0].unmeasured == ("app",)


def test_the_same_input_gives_the_same_bytes() -> None:
    def text() -> str:
        return json.dumps(
            codec.dump(found(RAW | {"system": {"os_id": "centos", "os_version": "6", "privileged": True}}))
        )

    assert text() == text()
