from __future__ import annotations

from migrate.ledger import ledger
from migrate.model.unsupervised import Left, Unsupervised
from tests.emission.sample import snapshot, sources, workload


def test_what_nobody_kept_is_kept_by_the_platform_where_it_is_carried() -> None:
    facts = Unsupervised((Left(57, "python3", by="cron"), Left(60, "sleep", by="login")))
    given = sources(workload(pids=(57,)), seen=snapshot((), {}, facts))
    found = {one.fact: (one.fate, one.where) for one in ledger(given, []) if one.fact.startswith("unsupervised:")}
    assert found == {"unsupervised:57/python3": ("changed", "app"), "unsupervised:60/sleep": ("dropped", "")}
