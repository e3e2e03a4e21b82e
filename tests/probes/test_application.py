from __future__ import annotations

import pytest

from migrate.model.applications import Application, Applications
from migrate.model.inventory import Gap, Inventory, Snapshot
from migrate.probes import application
from migrate.probes.applications import Found
from migrate.probes.servers import Seen


def test_a_finder_that_fails_costs_its_kind_and_not_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(seen: Seen) -> Found:
        raise KeyError("x")

    def whole(seen: Seen) -> Found:
        return Found((Application("nginx", "web-server", "nginx"),))

    monkeypatch.setattr(application, "parts", lambda _, constant: (broken, whole) if constant == "FIND" else ())
    parsed = application.read(Snapshot(Inventory("h", "h", "")))
    assert parsed.facts == Applications((Application("nginx", "web-server", "nginx"),))
    assert parsed.gaps == (Gap("applications of test_application", "its reader failed: KeyError: 'x'", "report this"),)
