from __future__ import annotations

from migrate.model.facts import Network
from migrate.planning.couplings import apply
from migrate.planning.derive import derive
from migrate.planning.peers import let_in
from tests.planning.hosts import listening, process, service, snapshot
from tests.planning.test_determinism import named

HBA = """\
local all postgres peer
host all all 127.0.0.1/32 md5
host shop shop 10.0.0.4/32 scram-sha-256  # web01
hostssl shop report 10.0.0.0 255.255.255.0 md5
host shop monitor 10.0.0.4/32 trust
host other other 10.9.0.0/16 md5
host all all 0.0.0.0/0 reject
"""
PATH = "/etc/postgresql/15/main/pg_hba.conf"


def test_clients_of_another_host_may_come_from_their_containers() -> None:
    coupling = let_in("postgresql", 5432, ["10.0.0.4"], {PATH: HBA})
    assert coupling is not None
    assert (coupling.to, coupling.how) == ("postgresql", "rewrite")
    changed = apply(HBA, coupling.rewrites).splitlines()
    assert changed[2] == "host shop shop all scram-sha-256  # web01"
    assert changed[3] == "hostssl shop report all md5"
    assert changed[4] == "host shop monitor samenet trust"
    assert [one for one in changed if one not in HBA.splitlines()] == changed[2:5]


def test_who_is_not_listed_by_address_needs_nothing() -> None:
    assert let_in("postgresql", 5432, ["192.168.0.1"], {PATH: HBA}) is None
    assert let_in("postgresql", 5432, ["10.0.0.4"], {"/etc/other.conf": HBA}) is None


def test_a_database_lets_the_workloads_of_another_host_in() -> None:
    """Across the whole of planning: who listens on one host, who asks on the other."""
    argv = ("/usr/lib/postgresql/15/bin/postgres", "-c", f"hba_file={PATH}")
    database = snapshot(
        services=(service("postgresql.service", main_pid=10),),
        processes=(process(10, *argv, unit="postgresql.service"),),
        sockets=(listening(10, 5432),),
        texts={PATH: HBA.encode()},
        more=(Network(("10.0.0.5",)),),
    )
    asking = snapshot(
        services=(service("app.service", main_pid=20),),
        processes=(process(20, "/opt/app/run", "/etc/app.conf", unit="app.service"),),
        texts={"/etc/app.conf": b"url = postgresql://10.0.0.5:5432/shop\n"},
        more=(Network(("10.0.0.4",)),),
    )
    plan = derive({"db": named(database, "db"), "web": named(asking, "web")})
    couplings = {one.name: one.couplings for one in plan.workloads}
    assert [(one.to, one.how) for one in couplings["app"]] == [("postgresql", "rewrite")]
    (own,) = (one for one in couplings["postgresql"] if one.rewrites)
    assert {rewrite.new for rewrite in own.rewrites} == {"all", "samenet"}
