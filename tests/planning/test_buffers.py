from __future__ import annotations

import pytest

from migrate.detectors import Candidate
from migrate.model.applications import Application, Applications
from migrate.model.databases import DatabaseServer
from migrate.model.facts import Databases
from migrate.planning import buffers
from migrate.planning.buffers import Ceiling, size_of
from tests.planning.hosts import host, process, service

MIB = 1 << 20


@pytest.mark.parametrize(
    ("text", "size"),
    [("128M", 128 * MIB), ("64MB", 64 * MIB), ("8192 x 8kB", 64 * MIB), ("1048576", MIB), ("2g", 2 << 30),
     ("'256kB'", 256 << 10), ("many", None), (None, None)],
)  # fmt: skip
def test_sizes_as_databases_write_them(text: str | None, size: int | None) -> None:
    assert size_of(text) == size


def ceiling(engine: str, *settings: tuple[str, str]) -> Ceiling | None:
    known = host(more=(Databases(servers=(DatabaseServer(engine, pid=5, settings=settings),)),))
    return next(iter(buffers.ceilings(known, Candidate("x", service("x.service"), (process(5, "/usr/sbin/x"),)))), None)


def test_a_buffer_pool_counts_whether_it_is_full_or_not() -> None:
    found = ceiling("mariadb", ("innodb_buffer_pool_size", "1073741824"), ("max_connections", "40"))
    assert found
    assert found.size == int(1024 * MIB * 1.1) + 16 * MIB + 40 * 1152 * 1024 + 64 * MIB
    assert found.because == "a buffer pool of 1024 MiB and 40 connections of 1.1 MiB"


def test_postgresql_sorts_in_each_connection() -> None:
    found = ceiling(
        "postgresql", ("shared_buffers", "8192 x 8kB"), ("work_mem", "8192kB"), ("max_connections", "60"),
        ("shared_buffers", "128MB"),
    )  # fmt: skip
    assert found
    assert found.size == int(64 * MIB * 1.1) + 60 * 8 * MIB + 64 * MIB + 64 * MIB


def test_redis_may_have_its_content_twice_and_says_nothing_without_a_limit() -> None:
    found = ceiling("valkey", ("maxmemory", "67108864"))
    assert found
    assert found.size == 192 * MIB
    assert ceiling("redis", ("maxmemory", "0")) is None


def test_memcached_is_told_on_its_command_line() -> None:
    one = Application("memcached", "cache", "memcached", pids=(5,))
    known = host(more=(Applications((one,)),))
    for argv, size in ((("-m", "512"), 512), (("-m64",), 64), ((), 64)):
        daemon = process(5, "/usr/bin/memcached", *argv)
        [found] = buffers.ceilings(known, Candidate("memcached", None, (daemon,)))
        assert found.size == int(size * MIB * 1.1) + 64 * MIB


def test_other_servers_have_none() -> None:
    assert ceiling("openldap") is None
