"""What is reached from outside, and how: web sites by their names, everything else by its port."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.emission.manifests import PROTOCOLS
from migrate.emitters import Sources
from migrate.model.facts import Site, Sites
from migrate.model.plan import Port, Workload

_DNS = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")


@dataclass(frozen=True, slots=True)
class Route:
    """A site: ``host`` (None for every name) at a port of a workload.

    :ivar tls: the workload speaks TLS there itself.
    """

    host: str | None
    workload: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class Exposure:
    """:ivar direct: published ports that no route leads to, by workload."""

    routes: tuple[Route, ...]
    direct: tuple[tuple[Workload, tuple[Port, ...]], ...]


def exposure(sources: Sources, workloads: tuple[Workload, ...]) -> Exposure:
    """Each name leads to one port: to the one with TLS where there are two, then to the lowest."""
    ports = [(one, port) for one in workloads for port in _published(one)]
    taken: dict[str | None, Route] = {}
    for workload, port in sorted(ports, key=lambda pair: (pair[1].publish or 0, pair[0].name)):
        for route in _routes(sources, workload, port):
            there = taken.setdefault(route.host, route)
            if route.tls and not there.tls:
                taken[route.host] = route
    routes = tuple(sorted(taken.values(), key=lambda route: (route.host is None, route.host or "")))
    met = {(route.workload, route.port) for route in routes}
    met |= {(one.name, port.port) for one, port in ports if _replaced(sources, one, port, taken)}
    direct = [(one, tuple(port for port in _published(one) if (one.name, port.port) not in met)) for one in workloads]
    return Exposure(routes, tuple((one, left) for one, left in direct if left))


def _published(workload: Workload) -> list[Port]:
    found = {(one.port, one.protocol): one for one in workload.ports if one.publish is not None}
    return [one for one in found.values() if one.protocol in PROTOCOLS]


def _routes(sources: Sources, workload: Workload, port: Port) -> Iterator[Route]:
    if port.protocol != "tcp":
        return
    sites = _sites(sources, workload, port)
    tls = any(site.tls for site in sites) or (not sites and port.name == "https")
    if not (sites or port.name in ("http", "https") or _answered(workload, port)):
        return
    names = sorted({name.lower() for site in sites for name in site.names if _fits(name.lower())})
    every: list[str | None] = [*names] or [None]
    for name in every:
        yield Route(name, workload.name, port.port, tls)


def _replaced(sources: Sources, workload: Workload, port: Port, taken: dict[str | None, Route]) -> bool:
    """Whether all of the port's names are met by another port of the same workload: plain HTTP beside its TLS."""
    routes = list(_routes(sources, workload, port))
    return bool(routes) and all(
        taken[one.host].workload == workload.name and taken[one.host].tls and not one.tls for one in routes
    )


def _answered(workload: Workload, port: Port) -> bool:
    check = workload.health
    return check is not None and check.kind == "http" and check.port == port.port


def _sites(sources: Sources, workload: Workload, port: Port) -> list[Site]:
    sites = sources.snapshots[workload.host].inventory.get(Sites).sites
    return [site for site in sites if site.server == workload.kind and port.port in site.ports]


def _fits(name: str) -> bool:
    return bool(_DNS.fullmatch(name)) and not re.fullmatch(r"[\d.]+", name) and "." in name and len(name) < 254
