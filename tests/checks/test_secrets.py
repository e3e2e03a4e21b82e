from __future__ import annotations

from migrate.checks.secrets import CHECK
from migrate.engines.layers import Contents, Layer
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED
from tests.checks.scenes import scene, workload


def test_a_secret_in_any_layer_or_configuration_fails_and_is_named_by_its_id() -> None:
    contents = Contents(
        {"l": Layer(1, found=[("old:db", "/etc/x")]), "m": Layer(1)},
        {"web": ("l",), "db": ("m",)},
        (("old:db", "c.json"),),
    )
    values = {"old": {"db": "Tulpenfeld-9341", "short": "abc"}}
    checks = {
        check.id: check for check in CHECK.run(scene(workload("web"), secrets=values, read_images=lambda: contents))
    }
    assert {name: check.status for name, check in checks.items()} == {
        "secrets:web": FAILED,
        "secrets:db": PASSED,
        "secrets:configuration": FAILED,
        "secrets:short": UNVERIFIED,
    }
    assert checks["secrets:web"].detail == "old:db is in /etc/x"
    assert "Tulpenfeld" not in repr(checks)


def test_without_secrets_there_is_nothing_to_prove() -> None:
    assert list(CHECK.run(scene(workload("web")))) == []
