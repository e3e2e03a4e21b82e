from __future__ import annotations

from migrate.isolation import LABEL, contexts, isolated

CONFIG = {
    "name": "shop",
    "services": {
        "web": {
            "build": {"context": "/b/images/web"},
            "image": "migrate/web",
            "container_name": "web",
            "ports": [{"target": 80, "published": "80"}],
            "labels": ["a=b"],
            "environment": {"MONEY": "$$5"},
        },
        "relay": {"build": "/b/images/forwarder", "network_mode": "service:web"},
        "ready": {"image": "redis:7"},
    },
    "networks": {"default": {"name": "shop_default"}, "lan": {"external": True, "name": "lan"}},
    "volumes": {"data": {"name": "production"}, "cache": None},
}


def test_nothing_is_published_shared_or_reachable_from_outside() -> None:
    made = isolated(CONFIG, "trial", {"web": "built"})
    web = made["services"]["web"]
    assert not {"ports", "build", "container_name"} & set(web)
    assert web["image"] == "built"
    assert web["labels"] == {"a": "b", LABEL: "trial"}
    assert web["environment"] == {"MONEY": "$$5"}
    assert made["services"]["ready"]["image"] == "redis:7"
    assert made["networks"] == {"default": {"internal": True}, "lan": {"internal": True}}
    assert made["volumes"] == {"data": {}, "cache": {}}


def test_what_was_given_stays_as_it_is() -> None:
    isolated(CONFIG, "trial", {})
    assert CONFIG["volumes"] == {"data": {"name": "production"}, "cache": None}


def test_the_folders_that_are_built_are_known() -> None:
    assert contexts(CONFIG) == {"web": "/b/images/web", "relay": "/b/images/forwarder"}
