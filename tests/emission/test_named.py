from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.emission.named import hosts, offers, unmet
from migrate.model.plan import Coupling, Port
from tests.emission.sample import workload

DB = workload("db", ports=(Port(5432), Port(53, "udp"), Port(53)), aliases=("db.internal",))


def alias(address: str | None, port: int | None = 5432, to: str | None = "db") -> Coupling:
    return Coupling(to, "alias", "a test", address, port)


def test_each_name_has_a_loopback_address_that_nothing_else_has() -> None:
    client = workload(
        ports=(Port(80, address="127.0.0.1"), Port(81, address="127.0.0.2")),
        couplings=(alias("b.internal"), alias("a.internal"), Coupling("db", "forward", "", "127.0.0.4", 1)),
    )
    assert hosts((client, DB), client) == (("127.0.0.3", "a.internal"), ("127.0.0.5", "b.internal"))


def test_a_name_without_a_port_offers_all_that_its_workload_has() -> None:
    found = offers((workload(couplings=(alias("db.internal", None), alias("db.internal", 53))), DB))
    assert [(one.port, one.protocol) for one in found] == [(53, "tcp"), (53, "udp"), (5432, "tcp")]


def test_names_of_services_addresses_and_strangers_need_nothing() -> None:
    couplings = (alias("db2"), alias("10.0.0.1"), alias("::1"), alias(None), alias("x.internal", to="gone"),
                 alias("y.internal", to=None), alias("z.internal", to="app"))  # fmt: skip
    assert offers((workload(couplings=couplings), DB)) == ()


def test_where_the_client_listens_itself_nothing_can_be_offered() -> None:
    client = workload(ports=(Port(5432, address="::"), Port(53, address="127.0.0.1")))
    busy = workload(ports=client.ports, couplings=(alias("db.internal"), alias("db.internal", 53)))
    assert [(one.port, one.protocol) for one in offers((busy, DB))] == [(53, "tcp"), (53, "udp")]
    assert [(one.name, one.port) for one in unmet((busy, DB))] == [("db.internal", 5432)]


def test_a_name_of_its_own_leads_to_itself() -> None:
    own = workload("db", aliases=("db.internal",), couplings=(Coupling("db", "none", "", "db.internal", 5432),))
    assert hosts((own,), own) == (("127.0.0.1", "db.internal"),)


@given(st.text(max_size=60))
def test_hostile_names_never_reach_a_hosts_file(name: str) -> None:
    client = workload(couplings=(alias(name),))
    for address, found in hosts((client, DB), client):
        assert address == "127.0.0.2"
        assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
