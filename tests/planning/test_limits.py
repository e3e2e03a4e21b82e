from __future__ import annotations

import pytest

from migrate.detectors import Candidate
from migrate.model.kernel import Kernel, Limit
from migrate.planning import limits
from migrate.planning.index import Index
from tests.planning.hosts import host, process, service


def machine(*lines: Limit, text: bytes = b"") -> Index:
    return host(more=(Kernel(limits=lines),), texts={"/opt/app/run.sh": text})


def app(*seen: tuple[str, str], **unit: object) -> Candidate:
    return Candidate("app", service("app.service", **unit), (process(7, "/opt/app/d", uid=998, gid=998, limits=seen),))


BOTH = (Limit("app", "soft", "nofile", "8192"), Limit("app", "hard", "nofile", "16384"))


def test_a_line_for_the_user_counts_where_the_process_has_it() -> None:
    found = limits.of_service(machine(*BOTH), app(("nofile", "8192")), ())
    assert found == (("nofile", "8192:16384"),)
    assert limits.of_service(machine(*BOTH), app(("nofile", "1024")), ()) == ()


def test_what_the_unit_says_goes_first() -> None:
    unit = (("LimitNOFILE", "9000"),)
    assert limits.of_service(machine(*BOTH), app(("nofile", "8192"), limits=unit), ()) == unit


def test_the_nearest_line_counts_and_the_kernels_units() -> None:
    lines = (Limit("*", "-", "memlock", "64"), Limit("@app", "-", "memlock", "128"), Limit("anna", "-", "memlock", "9"))
    assert limits.of_jobs(machine(*lines), ("app",)) == (("memlock", "131072"),)
    assert limits.of_jobs(machine(*lines), ("www-data",)) == (("memlock", "65536"),)
    assert limits.of_jobs(machine(*lines), ("root",)) == ()


@pytest.mark.parametrize("line", [b"ulimit -n 8192\n", b"ulimit -Sn 8192\n", b"  ulimit -H -n 8192 && exec d\n"])
def test_a_script_that_raised_a_limit_counts_where_the_process_has_it(line: bytes) -> None:
    found = limits.of_service(machine(text=line), app(("nofile", "8192")), ("/opt/app/run.sh",))
    assert found == (("nofile", "8192"),)
