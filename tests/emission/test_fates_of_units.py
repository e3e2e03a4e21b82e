from __future__ import annotations

from migrate.ledger import ledger
from migrate.model.units import Unit, Units, Want
from tests.emission.sample import snapshot, sources, workload

WEB = workload(services=("web.service",))


def fates(*found: Unit, wants: tuple[Want, ...] = ()) -> dict[str, tuple[str, str]]:
    given = sources(WEB, seen=snapshot((), {}, Units(found, wants)))
    return {one.fact: (one.fate, one.where) for one in ledger(given, []) if one.fact.startswith("units:")}


def test_a_socket_of_what_is_carried_is_opened_by_the_service_itself() -> None:
    socket = Unit("web.socket", "socket", activates="web.service", active=True, origin="distribution")
    assert fates(socket) == {"units:web.socket": ("changed", WEB.name)}


def test_only_what_a_person_had_systemd_start_is_asked_about() -> None:
    mine = Unit(
        "in.path", "path", activates="import.service", active=True, origin="person", watches=(("PathExists", "/x"),)
    )
    gate = Unit("gate.socket", "socket", activates="gate@.service", active=True, origin="person", user="lena")
    idle = Unit("idle.socket", "socket", activates="idle.service", origin="person")
    theirs = Unit("dbus.socket", "socket", activates="dbus.service", active=True, origin="distribution")
    assert {fact: fate for fact, (fate, _) in fates(mine, gate, idle, theirs).items()} == {
        "units:in.path": "needs-a-person",
        "units:lena/gate.socket": "needs-a-person",
        "units:idle.socket": "dropped",
        "units:dbus.socket": "dropped",
    }


def test_what_groups_and_enables_is_the_platform_s_affair() -> None:
    found = fates(Unit("shop.target", "target", origin="person"), wants=(Want("web.service", "shop.target"),))
    assert found == {"units:shop.target": ("dropped", ""), "units:enabled/shop.target/web.service": ("dropped", "")}
