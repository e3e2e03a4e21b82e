from __future__ import annotations

from typing import Any

import pytest

from migrate.assessment import rules
from migrate.errors import InputError
from migrate.model import codec
from tests.assessment.hosts import shipped_rules

RULE: dict[str, Any] = {
    "id": "serial-port",
    "topic": "hardware",
    "what": "A serial port is used",
    "about": "workload",
    "when": {"facts": "bindings.devices", "where": {"kind": "serial"}},
    "of": {"pid": "user.pid"},
    "show": "{path}",
    "severity": {"kubernetes": "major"},
    "why": "It is on one machine.",
    "remedy": "Pass it through.",
}


def problems(**changes: Any) -> str:
    with pytest.raises(InputError) as caught:
        rules.load([("house.yaml", {"rules": [RULE | changes]})])
    return caught.value.message


def test_a_rule_that_is_right_is_loaded() -> None:
    loaded = rules.load([("house.yaml", {"rules": [RULE]}), ("empty.yaml", None)])
    assert [one.id for one in loaded.rules] == ["serial-port"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "Serial Port"}, "an id is made of a-z, 0-9 and dashes"),
        ({"about": "everything"}, "neither host nor workload"),
        ({"severity": {"kubernetes": "bad"}}, "'bad' is none of none, info, minor"),
        ({"severity": {"kubernetes": "unknown"}}, "names the command that would settle it"),
        ({"effort": [5, 1]}, "goes from the smaller to the larger"),
        ({"when": {"facts": "bindngs.devices"}}, "there is no scope 'bindngs'; did you mean 'bindings'?"),
        ({"when": {"facts": "bindings.device"}}, "'bindings' has no such field"),
        (
            {"when": {"facts": "bindings.devices", "where": {"kin": "x"}}},
            "there is no field 'kin'; did you mean 'kind'?",
        ),
        (
            {"when": {"facts": "bindings.devices", "where": {"user.pd": 1}}},
            "there is no field 'pd'; did you mean 'pid'?",
        ),
        ({"when": {"facts": "bindings.devices", "where": {"kind": {"matches": "("}}}}, "is no regular expression"),
        ({"when": {"facts": "bindings.devices", "where": {"kind": {"bits": "9"}}}}, "'9' is no octal number"),
        ({"show": "{pth}"}, "show: pth: there is no field 'pth'"),
        ({"show": "{path|shout}"}, "'shout' is none of bytes, date, first"),
        ({"of": {}}, "which field tells whose a fact is"),
        ({"of": {"pid": "user.id"}}, "of: user.id: there is no field 'id'"),
        ({"about": "workload", "spreads": True}, "only what is found of a host spreads"),
        ({"unless": [{"facts": "nothing"}]}, "there is no scope 'nothing'"),
        (
            {"when": {"facts": "lines", "where": {"text": "x"}}, "of": {"path": "path"}, "show": "{path}"},
            "in files whose path matches something",
        ),
        (
            {"when": {"facts": "lines", "where": {"path": {"matches": "x"}}}, "of": {"path": "path"}, "show": "{text}"},
            "the text of a line is never shown",
        ),
    ],
)
def test_what_is_wrong_is_told_by_file_rule_and_field(changes: dict[str, Any], said: str) -> None:
    message = problems(**changes)
    assert said in message
    assert message.startswith("house.yaml: ")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(InputError, match=r"rules\[serial-port\].whn is not a known key"):
        rules.load([("house.yaml", {"rules": [RULE | {"whn": 1}]})])


def test_an_id_is_there_once_in_all_files() -> None:
    with pytest.raises(InputError, match="the rule 'serial-port' is there 2 times"):
        rules.load([("a.yaml", {"rules": [RULE]}), ("b.yaml", {"rules": [RULE]})])


def test_a_rule_can_be_left_out_by_another_file() -> None:
    own = [("a.yaml", {"rules": [RULE]}), ("b.yaml", {"without": ["serial-port"]})]
    assert rules.load(own).rules == ()
    with pytest.raises(InputError, match=r"b.yaml: without: there is no rule 'serial'"):
        rules.load([*own[:1], ("b.yaml", {"without": ["serial"]})])


def test_dates_are_dates() -> None:
    table = {"product": "X", "kind": "server", "names": ["x"], "source": "https://x", "checked": "2026-01-01"}
    with pytest.raises(InputError, match=r"cycles\[1\]: 'soon' is no date"):
        rules.load([("a.yaml", {"lifetimes": [table | {"cycles": [{"version": "1", "ends": "soon"}]}]})])
    with pytest.raises(InputError, match="'planet' is none of distribution"):
        rules.load([("a.yaml", {"lifetimes": [table | {"kind": "planet", "cycles": []}]})])


def test_the_schema_knows_what_the_files_have() -> None:
    schema = codec.rules_schema()
    assert set(schema["properties"]) == {"rules", "without", "lifetimes", "managed", "ways"}
    assert schema["$defs"]["Rule"]["additionalProperties"] is False
    assert len(shipped_rules().rules) > 80
