from __future__ import annotations

from typing import Any

from migrate.detectors import Candidate
from migrate.model.applications import Application, Applications
from migrate.model.facts import Process
from migrate.planning import pools
from migrate.planning.buffers import Ceiling
from tests.planning.hosts import host, process

MIB = 1 << 20


def ceilings(kind: str, settings: tuple[tuple[str, str], ...], *children: Process) -> tuple[Ceiling, ...]:
    known = host(more=(Applications((Application(kind, "x", "x", pids=(5,), settings=settings),)),))
    main = process(5, "/usr/sbin/x", rss=10 * MIB, pss=4 * MIB, peak=10 * MIB)
    return pools.ceilings(known, Candidate("x", None, (main, *children)))


def child(pid: int, pss: int, **fields: Any) -> Process:
    return process(pid, "/usr/sbin/x", **{"rss": 60 * MIB, "pss": pss * MIB, "peak": 60 * MIB, "threads": 1, **fields})


def test_as_many_children_as_all_pools_may_have_each_as_large_as_the_largest() -> None:
    [found] = ceilings(
        "php-fpm", (("www.pm.max_children", "8"), ("shop.pm.max_children", "4")), child(6, 30), child(7, 40)
    )
    assert found.size == (4 + 12 * 40) * MIB
    assert found.because == "12 children of 40 MiB, as pm.max_children allows"


def test_a_child_that_has_answered_nothing_yet_will_grow() -> None:
    [found] = ceilings("php-fpm", (("www.pm.max_children", "5"),), child(6, 2))
    assert found.size == (4 + 5 * 24) * MIB


def test_an_apache_that_forks_is_bounded_by_its_workers() -> None:
    [found] = ceilings("apache", (("MaxRequestWorkers", "150"),), child(6, 3))
    assert found.size == (4 + 150 * 3) * MIB
    module = child(6, 3, mapped=("/usr/lib/apache2/modules/libphp8.2.so",))
    [with_php] = ceilings("apache", (("MaxRequestWorkers", "150"),), module)
    assert with_php.size == (4 + 150 * 24) * MIB


def test_where_threads_work_or_no_setting_tells_there_is_none() -> None:
    assert ceilings("apache", (("MaxRequestWorkers", "150"),), child(6, 3, threads=27)) == ()
    assert ceilings("apache", (), child(6, 3)) == ()
    assert ceilings("php-fpm", (("www.pm.max_children", "5"),)) == ()
