"""Hosts as test cases write them: facts by scope, as they stand in inventory.json."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from migrate.assessing import load_rules
from migrate.assessment import assess
from migrate.model import codec
from migrate.model.assessment import Assessment, RuleFile
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.model.plan import Plan, Workload
from migrate.workspace import Workspace

HOST, COLLECTED = "web01", "2026-06-15T12:00:00Z"
_APP = {
    "name": "app",
    "host": HOST,
    "kind": "service",
    "because": "it runs",
    "base": {"image": "debian:12", "family": "dpkg", "os_id": "debian", "version": "12"},
    "services": ["app.service"],
    "pids": [5],
    "user": "app",
    "files": [{"path": "/srv/app", "because": "its own"}],
}
_RUNS = {"processes": [{"pid": 5, "ppid": 1, "name": "app", "argv": ["/srv/app/run"], "uid": 7, "gid": 7}]}
_DEBIAN = {"hostname": HOST, "os_id": "debian", "os_version": "12", "arch": "x86_64", "privileged": True}


@cache
def shipped_rules() -> RuleFile:
    return load_rules(Workspace(Path("/nowhere")))


def snapshot(facts: Mapping[str, Any]) -> Snapshot:
    """A host of a supported release on which one workload runs, with these facts in the place of its own."""
    known = {"system": _DEBIAN, "processes": _RUNS} | dict(facts)
    kinds = codec.scope_types()
    scopes = [Scope(name, "complete", facts=codec.load(kinds[name], one, name)) for name, one in known.items()]
    return Snapshot(Inventory(HOST, f"admin@{HOST}", COLLECTED, tuple(scopes)))


def found(case: Mapping[str, Any], rules: RuleFile | None = None) -> Assessment:
    """What is found of a case: scopes by name, ``texts`` by path, and ``workload`` for what is different in it."""
    facts = {name: one for name, one in case.items() if name not in ("texts", "workload")}
    texts = {path: text.encode() for path, text in case.get("texts", {}).items()}
    host = snapshot(facts)
    host = Snapshot(host.inventory, texts)
    workload = codec.load(Workload, _APP | dict(case.get("workload", {})), "workload")
    return assess(rules or shipped_rules(), Plan((HOST,), (workload,)), {HOST: host})
