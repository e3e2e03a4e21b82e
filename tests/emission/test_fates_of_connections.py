from __future__ import annotations

from migrate.ledger import ledger
from migrate.model.connections import Connections, UnixConnection
from migrate.model.plan import Coupling
from tests.emission.sample import snapshot, sources, workload


def test_a_connection_between_workloads_is_their_coupling() -> None:
    app = workload("app", pids=(900,), couplings=(Coupling("db", "volume", "a test"),))
    facts = Connections(
        (UnixConnection("/run/my.sock", (812,), (900,)), UnixConnection("/run/other.sock", (1,), (900,)))
    )
    given = sources(app, workload("db", pids=(812,)), seen=snapshot((), {}, facts))
    found = {one.fact: (one.fate, one.where) for one in ledger(given, []) if one.fact.startswith("connections:")}
    assert found == {
        "connections:/run/my.sock/900": ("carried", "app"),
        "connections:/run/other.sock/900": ("dropped", ""),
    }
