from __future__ import annotations

from migrate.model.facts import HostName, Socket
from migrate.model.plan import Base, Coupling, Port, Workload
from migrate.planning.couplings import Machine, Party, apply
from migrate.planning.couplings.resolving import Site, resolve_all
from migrate.planning.publishing import apart

DB = Machine(("db", "db.example.net"), ("10.0.0.5", "172.17.0.1"))
WEB = Machine(("web",), ("10.0.0.4", "172.17.0.1"), (HostName("10.0.0.5", ("storage", "db.example.net")),))


def listening(port: int, address: str = "0.0.0.0") -> Socket:
    return Socket("tcp", "listen", address, port)


POSTGRES = Party("postgresql", sockets=(listening(5432),))
REDIS = Party("redis", sockets=(listening(6379, "10.0.0.5"), listening(6380, "127.0.0.1")))


def app(*, sockets: tuple[Socket, ...] = (), paths: tuple[str, ...] = ("/srv/app.properties",)) -> Party:
    return Party("app", sockets=sockets, paths=paths)


def found(
    text: str,
    *servers: Party,
    sockets: tuple[Socket, ...] = (),
    web: Machine = WEB,
    known_as: frozenset[str] = frozenset(),
) -> tuple[Coupling, ...]:
    texts = {"/srv/app.properties": text}
    sites = (
        Site(servers or (POSTGRES, REDIS), DB, {}, known_as=known_as),
        Site((app(sockets=sockets),), web, texts),
    )
    return resolve_all(sites)["app"]


def test_an_address_of_another_host_becomes_the_name_of_its_workload() -> None:
    text = "url = jdbc:postgresql://10.0.0.5:5432/shop\n"
    (coupling,) = found(text)
    assert (coupling.to, coupling.how, coupling.address, coupling.port) == ("postgresql", "rewrite", "10.0.0.5", 5432)
    assert apply(text, coupling.rewrites) == "url = jdbc:postgresql://postgresql:5432/shop\n"


def test_a_name_of_another_host_is_taken_over_by_the_one_workload_that_is_meant() -> None:
    for name in ("storage", "db.example.net", "db"):
        (coupling,) = found(f"url = postgresql://{name}:5432/shop\n")
        assert (coupling.to, coupling.how, coupling.address) == ("postgresql", "alias", name)


def test_a_name_that_leads_to_two_workloads_is_rewritten() -> None:
    couplings = found("url = postgresql://storage:5432/shop\ncache = redis://storage:6379/0\n")
    assert [(one.how, one.to, one.rewrites[0].new) for one in couplings] == [
        ("rewrite", "postgresql", "postgresql:5432"),
        ("rewrite", "redis", "redis:6379"),
    ]


def test_what_the_other_host_only_tells_itself_is_not_reached() -> None:
    (coupling,) = found("cache = redis://10.0.0.5:6380/0\n")
    assert (coupling.how, coupling.to) == ("external", None)


def test_a_name_that_nobody_knows_is_known_by_where_its_connection_led() -> None:
    seen = (Socket("tcp", "established", "10.0.0.4", 40000, peer_address="10.0.0.5", peer_port=5432),)
    (coupling,) = found("url = postgresql://data.corp.example:5432/shop\n", sockets=seen)
    assert (coupling.how, coupling.to, coupling.address) == ("alias", "postgresql", "data.corp.example")
    (coupling,) = found("url = postgresql://data.corp.example:5432/shop\n")
    assert coupling.how == "external"


def test_names_of_virtual_hosts_and_certificates_lead_to_their_host() -> None:
    nginx = Party("nginx", sockets=(listening(8443),))
    (coupling,) = found("api = https://api.example.net:8443/v1\n", nginx, known_as=frozenset({"api.example.net"}))
    assert (coupling.how, coupling.to) == ("alias", "nginx")


def test_an_address_that_several_hosts_have_is_nobodys() -> None:
    third = Site((Party("other", sockets=(listening(5432),)),), Machine(("x",), ("10.0.0.5",)), {})
    first = Site((POSTGRES,), DB, {})
    web = Site((app(),), WEB, {"/srv/app.properties": "url = postgresql://10.0.0.5:5432/shop\n"})
    assert [one.how for one in resolve_all((first, third, web))["app"]] == ["external"]


def test_a_connection_that_no_file_explains_is_said_with_its_workload() -> None:
    seen = (Socket("tcp", "established", "10.0.0.4", 40000, peer_address="10.0.0.5", peer_port=6379),)
    (coupling,) = found("", sockets=seen)
    assert (coupling.how, coupling.to, coupling.address) == ("forward", "redis", "10.0.0.5")


def test_two_workloads_are_not_published_on_one_port() -> None:
    base = Base("debian:12", "dpkg", "debian", "12")
    made = apart(
        [
            Workload(name, name, "nginx", "", base, ports=(Port(80, publish=80), Port(8080, publish=second)))
            for name, second in (("a", 8080), ("b", None))
        ]
    )
    assert [port.publish for one in made for port in one.ports] == [80, 8080, 8081, None]
    assert made[1].ports[0].because == "; a is published on 80"
