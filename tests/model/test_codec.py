from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.errors import InputError
from migrate.model import codec
from migrate.model.facts import FileFact, Files, Packages, System, Tree
from migrate.model.inventory import SCHEMA_VERSION, Gap, Inventory, Scope
from migrate.parts import parts

# Text as os.fsdecode gives it: whatever bytes a host holds.
hosts_text = st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    scopes = [Scope("system", "complete", 0.1, facts=draw(st.builds(System, hostname=hosts_text, fqdn=hosts_text)))]
    for name in draw(st.sets(st.sampled_from([kind for kind in codec.scope_types() if kind != "system"]), max_size=3)):
        kind = codec.scope_types()[name]
        gaps = draw(st.lists(st.builds(Gap, hosts_text, hosts_text), max_size=2))
        scopes.append(Scope(name, "partial", None, tuple(gaps), draw(st.sampled_from([None, kind()]))))
    fact = st.builds(FileFact, path=hosts_text, target=st.one_of(st.none(), hosts_text))
    trees = draw(st.lists(st.builds(Tree, root=fact, role=st.just("data"), because=hosts_text), max_size=3))
    scopes.append(Scope("files", "complete", facts=Files(unmanaged=tuple(trees))))
    return Inventory("web01", draw(hosts_text), "2026-11-02T10:00:00Z", tuple(scopes), "migrate 0.1")


@settings(deadline=None)
@given(inventories())
def test_an_inventory_comes_back_as_it_was(inventory: Inventory) -> None:
    seen: dict[str, Scope] = {scope.name: scope for scope in inventory.scopes}
    assert {s.name: s for s in codec.load_inventory(codec.dump_inventory(inventory), "i").scopes} == seen


def test_every_core_scope_has_its_type() -> None:
    assert codec.scope_types()["packages"] is Packages
    assert codec.scope_types()["files"] is Files


def test_what_is_at_its_default_is_not_written() -> None:
    assert codec.dump(System(hostname="web01")) == {"hostname": "web01"}


def test_zero_is_not_false_and_one_is_not_true() -> None:
    assert codec.dump(System(cpus=0, privileged=True)) == {"cpus": 0, "privileged": True}


def load(**scope: Any) -> Inventory:
    one = {"name": "system", "status": "complete", **scope}
    frame = {"host": "h", "target": "t", "collected": "now", "scopes": [one]}
    return codec.load_inventory(json.dumps(frame).encode(), "inventory.json")


def test_an_unknown_key_is_refused_with_its_path_and_the_nearest_one() -> None:
    with pytest.raises(InputError, match=r"\(system\): hostnam is not a known key; did you mean 'hostname'"):
        load(facts={"hostnam": "x"})


def test_a_wrong_type_is_refused_in_plain_words() -> None:
    with pytest.raises(InputError, match="cpus has to be a whole number"):
        load(facts={"cpus": "many"})


def test_a_scope_of_a_part_that_is_not_installed_is_kept_by_name() -> None:
    assert load(name="quantum", facts={"qubits": 3}).scopes == (Scope("quantum", "complete"),)


def test_a_newer_inventory_is_refused_with_a_cure() -> None:
    with pytest.raises(InputError, match="newer version"):
        codec.load_inventory(b'{"schema": 999, "scopes": []}', "i")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"3", b"\xff", b'{"scopes": 3}', b'{"scopes": [3]}'])
def test_what_is_not_an_inventory_is_an_input_error(data: bytes) -> None:
    with pytest.raises(InputError):
        codec.load_inventory(data, "inventory.json")


def test_the_schema_of_the_inventory_knows_every_scope_and_no_other_key() -> None:
    schema = codec.inventory_schema()
    scopes = schema["properties"]["scopes"]["items"]["anyOf"]
    assert {scope["properties"]["name"].get("const") for scope in scopes} == {None, *codec.scope_types()}
    assert schema["$defs"]["System"]["additionalProperties"] is False
    assert schema["additionalProperties"] is False


def test_the_schema_of_the_plan_names_its_keys() -> None:
    keys = {"hosts", "workloads", "set_aside", "questions", "targets", "cluster", "project", "version"}
    assert set(codec.plan_schema()["properties"]) == keys


def test_an_inventory_of_the_first_version_says_which_scopes_nobody_asked_for() -> None:
    old = {
        "host": "h",
        "target": "t",
        "collected": "now",
        "schema": 1,
        "scopes": [{"name": "system", "status": "complete"}],
    }
    found = codec.load_inventory(json.dumps(old).encode(), "inventory.json")
    assert found.schema == SCHEMA_VERSION
    assert found.scopes[0] == Scope("system", "complete")
    assert {scope.name for scope in found.scopes} == set(codec.scope_types())
    assert {scope.status for scope in found.scopes[1:]} == {"skipped"}
    assert {gap.remedy for scope in found.scopes[1:] for gap in scope.gaps} == {"run migrate discover again"}


def test_every_probe_and_reading_has_its_facts_type_by_scope() -> None:
    brought = {part.facts for constant in ("PROBE", "READING") for part in parts("migrate.probes", constant)}
    known = codec.scope_types()
    assert {kind.scope: kind for kind in brought}.items() <= known.items()
