from __future__ import annotations

import pytest

from migrate.emission import ulimits
from migrate.model.plan import Base, Workload

BASE = Base("debian:11", "dpkg", "debian", "11")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("nofile", "4096:8192", [("nofile", 4096, 8192)]),
        ("LimitNOFILE", "65535", [("nofile", 20000, 20000)]),
        ("LimitNOFILE", "infinity", []),
        ("LimitCORE", "infinity", [("core", -1, -1)]),
        ("LimitMEMLOCK", "64M", [("memlock", 8 << 20, 8 << 20)]),
        ("memlock", "unlimited", [("memlock", 8 << 20, 8 << 20)]),
        ("rtprio", "99", []),
        ("LimitNOFILE", "what", []),
    ],
)
def test_limits_as_far_as_every_engine_grants_them(name: str, value: str, expected: list[object]) -> None:
    workload = Workload("app", "web01", "service", "it runs", BASE, limits=((name, value),))
    assert list(ulimits.of(workload)) == expected
