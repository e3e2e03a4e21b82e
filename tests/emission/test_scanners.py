from __future__ import annotations

from migrate.emission.cluster import cluster
from migrate.emission.scanners import explained
from migrate.model.plan import Account
from tests.emission.sample import shop, sources, workload

SHOP = (Account("shop", 11007, 11007, "shop", "/home/shop", "/bin/bash"),)


def rules(found: tuple[tuple[str, str], ...]) -> str:
    return " ".join(said for said, _ in found)


def test_only_what_applies_is_explained() -> None:
    plain = rules(explained(cluster(sources(workload(user="shop", accounts=SHOP, read_only=True)))))
    assert "CKV_K8S_11" in plain
    assert not any(one in plain for one in ("CKV_K8S_22", "CKV_K8S_23", "CKV_K8S_25", "CKV_K8S_35", "CKV_K8S_40"))


def test_root_low_numbers_and_secrets_of_the_environment_are() -> None:
    found = rules(explained(cluster(shop())))
    assert all(one in found for one in ("CKV_K8S_22", "CKV_K8S_23", "CKV_K8S_25", "CKV_K8S_35", "CKV_K8S_40"))


def test_nothing_is_said_of_nothing() -> None:
    assert explained(cluster(sources())) == ()
