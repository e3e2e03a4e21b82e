from __future__ import annotations

from migrate.discovery import _reading, _with
from migrate.model.facts import Databases, Sites
from migrate.model.inventory import Gap, Inventory, Scope, Snapshot
from migrate.probes import Parsed, Reading

BEGUN = Scope("databases", "partial", 0.5, (Gap("a", "denied"),), Databases())


def test_a_reading_completes_what_a_probe_began() -> None:
    found = Inventory("h", "h", "", (BEGUN, Scope("sites", "complete", facts=Sites())))
    more = Scope("databases", "partial", gaps=(Gap("b", "gone"), Gap("a", "denied")), facts=Databases())
    (scope, other) = _with(found, more).scopes
    assert (scope.name, scope.status, scope.seconds) == ("databases", "partial", 0.5)
    assert scope.gaps == (Gap("a", "denied"), Gap("b", "gone"))
    assert other.name == "sites"


def test_a_reader_that_fails_costs_its_scope_and_nothing_that_was_known() -> None:
    def read(_: Snapshot) -> Parsed:
        raise ValueError("odd")

    found = Inventory("h", "h", "", (BEGUN,))
    (scope,) = _with(found, _reading(Reading(Databases, read), Snapshot(found))).scopes
    assert (scope.status, scope.facts) == ("partial", Databases())
    assert [gap.what for gap in scope.gaps] == ["a", "databases"]
    assert _with(Inventory("h", "h", ""), _reading(Reading(Sites, read), Snapshot(found))).scopes[0].status == "failed"
