from __future__ import annotations

from typing import Any

import pytest

from migrate.assessment.matching import matching
from migrate.assessment.world import World
from migrate.model.assessment import Condition, Expected
from migrate.model.inventory import Snapshot
from tests.assessment.hosts import snapshot

DEVICES = {
    "bindings": {
        "devices": [
            {"path": "/dev/ttyS0", "kind": "serial", "user": {"pid": 5, "name": "app"}},
            {"path": "/dev/ttyUSB0", "kind": "serial", "user": {"pid": 9, "name": "modem", "unit": "modem.service"}},
        ]
    }
}


def met(facts: dict[str, Any], path: str, at_least: int = 1, **where: Any) -> int:
    named = {name.replace("__", "."): test for name, test in where.items()}
    condition = Condition(path, named, at_least)
    return len(matching(World("web01", snapshot(facts), ()), condition))


def test_a_plain_value_has_to_be_equal_and_of_its_type() -> None:
    assert met(DEVICES, "bindings.devices", kind="serial") == 2
    assert met(DEVICES, "bindings.devices", user__pid=5) == 1
    assert met(DEVICES, "bindings.devices", user__pid="5") == 0


def test_every_field_that_is_described_has_to_hold() -> None:
    assert met(DEVICES, "bindings.devices", kind="serial", user__name=Expected(matches="^mod")) == 1


def test_fewer_than_are_asked_for_are_none() -> None:
    assert met(DEVICES, "bindings.devices", at_least=2, kind="serial") == 2
    assert met(DEVICES, "bindings.devices", at_least=3, kind="serial") == 0


def test_a_list_of_descriptions_is_one_of_these() -> None:
    either = Condition("bindings.devices", ({"path": "/dev/ttyS0"}, {"user.unit": "modem.service"}))
    assert len(matching(World("web01", snapshot(DEVICES), ()), either)) == 2


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        (Expected(one_of=("a", "b")), True),
        (Expected(one_of=("x",)), False),
        (Expected(none_of=("x",)), True),
        (Expected(none_of=("a",)), False),
        (Expected(lacks="^a"), False),
        (Expected(at_least=2), True),
        (Expected(at_least=3), False),
        (Expected(at_most=2), True),
        (Expected(known=True), True),
        (Expected(known=False), False),
    ],
)
def test_of_several_values_one_is_enough_and_a_number_counts_them(test: Expected, holds: bool) -> None:
    facts = {"licences": {"files": [{"path": "/l", "kind": "rlm", "features": ["a", "b"]}]}}
    assert bool(met(facts, "licences.files", features=test)) is holds


def test_what_is_not_known_meets_nothing_but_that_it_is_not_known() -> None:
    facts = {"licences": {"files": [{"path": "/l", "kind": "rlm"}]}}
    assert met(facts, "licences.files", bound_here=Expected(known=False)) == 1
    assert met(facts, "licences.files", bound_here=False) == 0
    assert met(facts, "licences.files", features=Expected(at_most=3)) == 0


def test_versions_are_compared_part_by_part() -> None:
    def older(version: str, than: str) -> bool:
        facts = {"packages": {"packages": [{"name": "x", "version": version, "arch": "a", "manager": "rpm"}]}}
        return bool(met(facts, "packages.packages", version=Expected(older_than=than)))

    assert older("2.9", "2.14")
    assert older("1.0.2k", "1.1")
    assert not older("2.14-3.el6", "2.14")
    assert not older("10.0", "9.6")


def test_times_are_compared_with_the_inventory_s() -> None:
    def ends(day: int, **test: Any) -> bool:
        facts = {"certificates": {"certificates": [{"path": "/c", "not_after": day}]}}
        return bool(met(facts, "certificates.certificates", not_after=Expected(**test)))

    before, after = 1781395200, 1782000000  # 2026-06-14 and 2026-06-21
    assert ends(before, past=True)
    assert not ends(after, past=True)
    assert ends(after, past=False)
    assert ends(after, within_days=7)
    assert not ends(after, within_days=5)
    assert not ends(before, within_days=7)


def test_permission_bits() -> None:
    facts = {"content": {"entries": [{"path": "/x", "kind": "file", "mode": 0o4755, "uid": 0, "gid": 0}]}}
    assert met(facts, "content.entries", mode=Expected(bits="4000")) == 1
    assert met(facts, "content.entries", mode=Expected(bits="2000")) == 0


def test_pairs_are_read_by_name() -> None:
    facts = {"databases": {"servers": [{"engine": "mariadb", "settings": [["log_bin", "ON"], ["server_id", "4"]]}]}}
    assert met(facts, "databases.servers", settings__log_bin="ON") == 1
    assert met(facts, "databases.servers", settings__server_id=Expected(at_least=4)) == 1
    assert met(facts, "databases.servers", settings__gtid_mode="ON") == 0


def test_lines_are_looked_for_in_the_files_that_are_meant() -> None:
    host = Snapshot(snapshot({}).inventory, {"/etc/a.conf": b"x = 1\ny = 2\n", "/etc/b.conf": b"x = 1\n"})
    condition = Condition("lines", {"path": Expected(matches="/a"), "text": Expected(matches="^x")})
    [found] = matching(World("web01", host, ()), condition)
    assert (found.value.path, found.value.line) == ("/etc/a.conf", 1)


def test_a_scope_that_is_not_there_has_no_facts() -> None:
    assert met({}, "bindings.devices", kind="serial") == 0
