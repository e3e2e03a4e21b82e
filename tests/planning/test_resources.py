from __future__ import annotations

from typing import Any

from migrate.detectors import Candidate
from migrate.model.facts import Process, System
from migrate.model.plan import Resources, Variable
from migrate.planning import resources
from migrate.planning.index import Index
from tests.planning.hosts import host, process, service

MIB = 1 << 20
DAY = 86400.0


def measured(*processes: Process, index: Index | None = None, **fields: Any) -> resources.Asked:
    known = index or host(more=(System(uptime=30 * DAY, memory=16 << 30),))
    return resources.measured(known, Candidate("x", service("x.service", **fields), processes))


def lived(days: float, **fields: Any) -> Process:
    return process(5, "/usr/bin/x", started=(30 - days) * DAY, **fields)


def test_the_request_is_what_was_in_use_with_a_margin_and_the_limit_covers_the_peak() -> None:
    asked = measured(lived(20, rss=200 * MIB, pss=180 * MIB, peak=400 * MIB, cpu=8640.0)).resources
    assert asked.memory_request == 208 * MIB  # 180 and 15 %, rounded up
    assert asked.memory_limit == 576 * MIB  # 180 and the 200 that it had grown by, and half of that
    assert "180 MiB in use and 380 MiB at the peak" in asked.because


def test_what_has_not_lived_for_a_week_gets_more_room() -> None:
    young = measured(lived(1, rss=200 * MIB, pss=200 * MIB, peak=200 * MIB)).resources
    assert young.memory_limit == 512 * MIB


def test_pages_that_children_share_are_counted_once() -> None:
    children = (process(at, "/usr/sbin/x", rss=100 * MIB, pss=11 * MIB, peak=100 * MIB) for at in range(6, 16))
    asked = measured(lived(20, rss=100 * MIB, pss=11 * MIB, peak=100 * MIB), *children).resources
    assert asked.memory_request == 144 * MIB
    assert asked.memory_limit == 256 * MIB


def test_where_the_kernel_does_not_tell_the_share_that_is_said() -> None:
    assert "shared pages are counted for each process" in measured(lived(20, rss=MIB)).resources.because
    assert "shared pages" not in measured(lived(20, rss=MIB, pss=MIB)).resources.because


def test_cpu_is_the_average_since_the_start_with_a_floor() -> None:
    assert measured(lived(10, rss=MIB, cpu=432000.0)).resources.cpu_request == 0.75
    assert measured(lived(10, rss=MIB, cpu=3.0)).resources.cpu_request == 0.025
    assert "10 days" in measured(lived(10, rss=MIB, cpu=3.0)).resources.because
    assert "not run for long enough" in measured(lived(0, rss=MIB, cpu=3.0)).resources.because


def test_where_no_process_can_be_read_the_control_group_tells() -> None:
    asked = measured(lived(20), memory=300 * MIB).resources
    assert (asked.memory_request, asked.memory_limit) == (304 * MIB, 608 * MIB)
    assert measured(lived(20)).resources == Resources(because="nothing was measured")


def of_jobs(*commands: str, memory: int | None = None, **texts: bytes) -> int | None:
    machine = host(more=(System(memory=memory),), texts={f"/opt/{name}": text for name, text in texts.items()})
    return resources.of_jobs(machine, commands, [f"/opt/{name}" for name in texts]).memory_limit


def test_jobs_get_what_programs_of_their_sort_take() -> None:
    assert of_jobs("find /srv -delete") == 512 * MIB
    assert of_jobs("/opt/report", report=b"#!/usr/bin/perl\nuse DBI;\n") == 1024 * MIB
    assert of_jobs("cd /srv && php cron.php -q") == 1024 * MIB
    assert of_jobs("java -Xmx2g -jar x.jar") == 3072 * MIB


def test_jobs_get_no_more_than_the_machine_had() -> None:
    assert of_jobs("java -Xmx2g -jar x.jar", memory=256 * MIB) == 256 * MIB


def test_what_the_host_set_itself_stays() -> None:
    asked = resources.Asked(Resources(), (Variable("JAVA_TOOL_OPTIONS", "-Xmx1m"),))
    own = (Variable("JAVA_TOOL_OPTIONS", "-Dx=y"),)
    assert resources.keeping(asked, own) == own
    assert resources.keeping(asked, ()) == asked.environment
