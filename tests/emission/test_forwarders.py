from __future__ import annotations

from dataclasses import replace

from migrate.emission.forwarders import bases, forwarders, forwards, named
from migrate.emission.graph import needs
from migrate.model.plan import Base, Coupling, Port
from tests.emission.sample import workload

DB = workload("db")


def forward(address: str | None, port: int | None = 5432, how: str = "forward", to: str | None = "db") -> Coupling:
    return Coupling(to, how, "a test", address, port)


def test_a_forwarder_offers_the_old_address_and_leads_to_the_workload() -> None:
    client = workload("app", couplings=(forward("127.0.0.1"), forward("127.0.1.1", 80), forward("::1", 81)))
    found = forwarders((client, DB))
    assert [(one.name, one.waits_for, one.command[1:]) for one in found] == [
        ("app-to-db-5432", "db", ("TCP-LISTEN:5432,bind=127.0.0.1,fork,reuseaddr,max-children=512", "TCP:db:5432")),
        ("app-to-db-80", "db", ("TCP-LISTEN:80,bind=127.0.1.1,fork,reuseaddr,max-children=512", "TCP:db:80")),
        ("app-to-db-81", "db", ("TCP6-LISTEN:81,bind=[::1],fork,reuseaddr,max-children=512", "TCP:db:81")),
    ]


def test_one_port_at_two_addresses_needs_two_forwarders() -> None:
    client = workload("app", couplings=(forward("127.0.0.1"), forward("::1"), forward("localhost")))
    assert [one.name for one in forwarders((client, DB))] == ["app-to-db-5432", "app-to-db-5432-2"]


def test_a_name_with_dots_is_offered_beside_its_client() -> None:
    server = replace(DB, ports=(Port(5432), Port(514, "udp")))
    couplings = tuple(Coupling("db", "alias", "named", "db.shop.internal", port) for port in (5432, 514))
    found = named((workload("app", couplings=couplings), server))
    assert [(one.name, one.beside, one.waits_for, one.image, one.command) for one in found] == [
        ("app-at-db-shop-internal-5432", "app", "db", "forwarder",
         ("socat", "TCP-LISTEN:5432,bind=127.0.0.2,fork,reuseaddr,max-children=512", "TCP:db:5432")),
        ("app-at-db-shop-internal-514", "app", "db", "forwarder",
         ("socat", "-T", "60", "UDP-LISTEN:514,bind=127.0.0.2,fork,reuseaddr,max-children=512", "UDP:db:514")),
    ]  # fmt: skip


def test_it_runs_on_a_base_that_a_forwarder_has_anyway() -> None:
    other = Base("debian:12", "dpkg", "debian", "12")
    client = workload("a", base=other, couplings=(Coupling("db", "alias", "", "db.internal", 80),))
    assert bases((client, DB)) == (("forwarder", other),)
    beside = workload("b", couplings=(forward("127.0.0.1"),))
    assert bases((client, beside, DB)) == (("forwarder", DB.base),)
    assert [one.image for one in named((client, beside, DB))] == ["forwarder"]


def test_an_address_of_the_network_can_not_be_offered() -> None:
    assert not forwards(forward("10.0.0.5"))
    assert not forwards(forward(None, None))
    assert forwarders((workload("app", couplings=(forward("10.0.0.5"),)), DB)) == ()


def test_connections_are_brought_in_where_only_local_peers_are_let_in() -> None:
    server = replace(DB, couplings=(forward("127.0.0.1", how="forward-in", to=None),))
    (one,) = forwarders((server,))
    assert (one.name, one.beside, one.inward, one.waits_for) == ("db-in-5432", "db", True, None)


def test_each_base_has_a_forwarder_of_its_own() -> None:
    other = Base("debian:12", "dpkg", "debian", "12")
    clients = (
        workload("a", couplings=(forward("127.0.0.1"),)),
        workload("b", couplings=(forward("127.0.0.1"),), base=other),
    )
    assert [name for name, _ in bases((*clients, DB))] == ["forwarder-debian-11", "forwarder-debian-12"]
    assert [name for name, _ in bases((clients[0], DB))] == ["forwarder"]
    assert [name for name, _ in bases((clients[0], workload("forwarder")))] == ["forwarder-socat"]


def test_circles_are_broken_in_the_same_place_every_time() -> None:
    a = workload("a", couplings=(Coupling("b", "alias", ""), Coupling("c", "external", "")))
    b = workload("b", couplings=(Coupling("c", "rewrite", ""),))
    c = workload("c", couplings=(Coupling("a", "alias", ""), Coupling("gone", "alias", ""), Coupling("c", "alias", "")))
    assert needs((a, b, c)) == {"a": ("b",), "b": ("c",), "c": ()}
