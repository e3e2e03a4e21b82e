from __future__ import annotations

import pytest

from migrate.probes.applications.jdks import find
from migrate.probes.java.runtimes import plain
from tests.probes.applications.machines import JDK, found, host, running


def test_the_runtime_in_use_and_one_beside_it() -> None:
    texts = {"/usr/java/jdk1.8.0_202/release": 'JAVA_VERSION="1.8.0_202"\n', "/etc/release": "DISTRIB=x\n"}
    applications = found(find, host(running("-jar", "/a.jar"), texts)).applications
    assert [(one.name, one.version, one.home, one.pids) for one in applications] == [
        ("Java 11.0.2 (Oracle)", "11.0.2", JDK, (10,)), ("Java 8u202", "8u202", "/usr/java/jdk1.8.0_202", ()),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.8.0_292", "8u292"), ("1.7.0.151-2.6.11.1.el6_9", "7u151"), ("11.0.20+8-1~deb11u1", "11.0.20"),
        ("8u292-b10-0ubuntu1", "8u292"), ("1:17.0.7.0.7-3.el9", "17.0.7"), ("21", "21"), ("x", None),
    ],
)  # fmt: skip
def test_versions_of_java_in_their_many_forms(written: str, expected: str | None) -> None:
    assert plain(written) == expected
