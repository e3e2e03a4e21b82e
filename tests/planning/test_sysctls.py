from __future__ import annotations

from migrate.detectors import Candidate
from migrate.model.facts import Network
from migrate.model.plan import Base, Port, Workload
from migrate.planning import sysctls
from migrate.planning.belongings import Belongings
from migrate.planning.workloads import Draft
from tests.planning.hosts import host, process

BASE = Base("debian:11", "dpkg", "debian", "11")
TOLD = (
    ("net.core.somaxconn", "512"),
    ("net.core.rmem_max", "16777216"),
    ("vm.swappiness", "10"),
    ("kernel.shmmax", "68719476736"),
    ("net.ipv4.ip_local_port_range", "1024\t65000"),
)


def given(*mapped: str, **fields: object) -> dict[str, str]:
    draft = Draft(
        Workload("app", "web01", "service", "it runs", BASE, **fields),  # type: ignore[arg-type]
        Candidate("app", None, (process(1, "/opt/d", mapped=mapped),)),
        Belongings(),
    )
    [found] = sysctls.settings(host(more=(Network(sysctl=TOLD),)), (draft,))
    return {one.name: one.value for one in found.workload.sysctls}


def test_what_takes_connections_gets_what_acts_on_them_and_nothing_of_the_whole_machine() -> None:
    assert given(ports=(Port(80),)) == {"net.core.somaxconn": "512", "net.ipv4.ip_local_port_range": "1024 65000"}


def test_shared_memory_is_for_what_uses_it() -> None:
    assert given("/SYSV00000000 (deleted)") == {"kernel.shmmax": "68719476736"}
    assert given() == {}
