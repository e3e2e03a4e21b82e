from __future__ import annotations

from typing import Any

import yaml

from migrate.emitters import Sources
from migrate.emitters.gateway import about, emit
from migrate.model.facts import Site, Sites
from migrate.model.plan import Port
from tests.emission.sample import snapshot, sources, workload


def files(given: Sources) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for one in emit(given):
        assert isinstance(one.data, bytes)
        found[one.path.rpartition("/")[2]] = list(yaml.safe_load_all(one.data))
    return found


def web(*sites: Site) -> Sources:
    item = workload("web", kind="nginx", ports=(Port(80, publish=80), Port(443, publish=443)))
    return sources(item, seen=snapshot((), {}, Sites(sites)))


def test_routes_take_the_place_of_the_ingress() -> None:
    found = files(web(Site("nginx", (80,), ("a.example.com",))))
    (route,) = found["routes.yaml"]
    assert route["spec"]["hostnames"] == ["a.example.com"]
    assert route["spec"]["rules"] == [{"backendRefs": [{"name": "web", "port": 80}]}]
    (component,) = found["kustomization.yaml"]
    assert component["kind"] == "Component"
    assert yaml.safe_load(component["patches"][0]["patch"])["$patch"] == "delete"


def test_tls_is_handed_on_to_what_has_the_certificate() -> None:
    found = files(web(Site("nginx", (443,), ("a.example.com",), tls=True)))
    assert [one["protocol"] for one in found["gateway.yaml"][0]["spec"]["listeners"]] == ["HTTP", "TLS"]
    assert [(one["kind"], one["metadata"]["name"]) for one in found["routes.yaml"]] == [
        ("TLSRoute", "web-443"),
        ("HTTPRoute", "web-443-redirect"),
    ]


def test_a_route_has_sixteen_names_at_most() -> None:
    names = tuple(f"s{number:02}.example.com" for number in range(20))
    found = files(web(Site("nginx", (80,), names)))["routes.yaml"]
    assert [(one["metadata"]["name"], len(one["spec"]["hostnames"])) for one in found] == [
        ("web-80", 16),
        ("web-80-2", 4),
    ]


def test_what_is_no_site_has_no_route() -> None:
    given = sources(workload(ports=(Port(25, publish=25),)))
    assert emit(given) == ()
    assert "no routes" in about(given).how
