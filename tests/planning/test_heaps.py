from __future__ import annotations

from migrate.detectors import Candidate
from migrate.model.applications import Application, Applications
from migrate.model.facts import System
from migrate.planning import heaps
from migrate.planning.buffers import Ceiling
from tests.planning.hosts import host, process

MIB = 1 << 20
BESIDE = (128 + 240 + 10) * MIB


def ceiling(*argv: str, runtime: str | None = "java 17.0.9", threads: int = 40) -> Ceiling | None:
    found = Applications((Application("jar", "application", "x", pids=(5,), runtime=runtime),))
    known = host(more=(System(memory=16 << 30), found))
    java = process(5, "/usr/lib/jvm/java/bin/java", *argv, threads=threads)
    return next(iter(heaps.ceilings(known, Candidate("x", None, (java,)), 300 * MIB)), None)


def test_a_heap_that_was_told_is_kept_and_what_lies_beside_it_is_added() -> None:
    found = ceiling("-Xms128m", "-Xmx512m", "-jar", "x.jar")
    assert found
    assert found.size == 512 * MIB + BESIDE + 40 * MIB
    assert found.environment == ()
    assert found.because.startswith("a Java heap of 512 MiB, kept")


def test_the_last_word_counts_and_limits_beside_the_heap_are_read() -> None:
    found = ceiling("-Xmx1g", "-XX:MaxHeapSize=2g", "-XX:MaxMetaspaceSize=64m", "-Xss512k", "-jar", "x.jar", threads=10)
    assert found
    assert found.size == (2048 + 64 + 250) * MIB + 5 * MIB


def test_a_heap_that_nobody_limited_is_bound_to_the_container() -> None:
    found = ceiling("-jar", "x.jar")
    assert found
    [variable] = found.environment
    assert (variable.name, variable.value) == ("JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=70.0")
    assert "instead of a quarter of the machine" in variable.because


def test_a_virtual_machine_that_sees_no_containers_is_told_what_it_took() -> None:
    for version in ("java 1.7.0_80", "java 8u181", "java 1.8.0_181", "java 8.0.181", None):
        found = ceiling("-jar", "x.jar", runtime=version)
        assert found
        assert found.environment[0].value == "-Xmx4096m", version
        assert found.size == (4096 + 40) * MIB + BESIDE


def test_java_8_of_later_updates_sees_containers() -> None:
    for version in ("java 1.8.0_392", "java 8u392", "java 11.0.2", "java 21"):
        found = ceiling("-jar", "x.jar", runtime=version)
        assert found
        assert found.environment[0].value.startswith("-XX:MaxRAMPercentage"), version


def test_who_has_told_a_share_of_the_container_is_left_alone() -> None:
    assert ceiling("-XX:MaxRAMPercentage=50", "-jar", "x.jar") is None
