from __future__ import annotations

from typing import Any

import pytest

from migrate.engines.direct import Run, _options, conditions, ordered
from migrate.errors import EngineError

HEALTHY = {"condition": "service_healthy"}


def words(**service: Any) -> list[str]:
    file = {
        "services": {"app": service},
        "networks": {},
        "volumes": {"v": {"name": "given"}},
        "secrets": {"s": {"file": "/s/f"}},
    }
    return [word for group in _options(Run("podman", "p", file), "app", service) for word in group]


def test_services_come_after_those_they_wait_for() -> None:
    services: dict[str, dict[str, Any]] = {
        "web": {"depends_on": {"db": HEALTHY}},
        "db": {},
        "relay": {"network_mode": "service:web"},
    }
    assert ordered(services, ("relay",)) == ["db", "web", "relay"]
    assert conditions(services["relay"]) == {"web": "service_started"}
    with pytest.raises(EngineError, match="wait for each other"):
        ordered({"a": {"depends_on": ["b"]}, "b": {"depends_on": ["a"]}}, ("a",))


def test_a_service_becomes_options_of_podman() -> None:
    found = words(
        read_only=True, tmpfs=["/tmp:mode=1777"], cap_drop=["ALL"], security_opt=["no-new-privileges:true"], init=True,
        volumes=[{"type": "volume", "source": "v", "target": "/data", "read_only": True}], stop_grace_period="1m",
        secrets=[{"source": "s", "target": "/etc/key"}], ulimits={"nofile": {"soft": 1, "hard": 2}},
        networks={"default": {"aliases": ["db"]}}, environment={"A": "1"}, sysctls={"net.x": 0},
        deploy={"resources": {"limits": {"memory": "128M"}}},
    )  # fmt: skip
    assert found[3:] == [
        "--network=p_default", "--network-alias=app", "--network-alias=db", "--volume=given:/data:ro",
        "--mount=type=bind,source=/s/f,target=/etc/key,readonly", "--read-only", "--read-only-tmpfs=false",
        "--tmpfs=/tmp:mode=1777", "--env=A", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--sysctl=net.x=0",
        "--ulimit=nofile=1:2", "--init", "--stop-timeout=60", "--memory=128m",
    ]  # fmt: skip


def test_a_relay_has_the_network_of_who_it_stands_beside() -> None:
    assert "--network=container:p-web-1" in words(network_mode="service:web", hostname="x")
