"""Names that no Kubernetes Service can have, as they hold dots: a pod's hosts file leads them to a relay in the pod."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.emission import addresses
from migrate.model.plan import Coupling, Workload

_FIRST = ipaddress.IPv4Address("127.0.0.2")


@dataclass(frozen=True, slots=True)
class Offer:
    """A port of workload ``to``, offered in the pod of ``client`` at a loopback address that ``name`` stands for."""

    client: str
    name: str
    to: str
    address: str
    port: int
    protocol: str
    because: str


def offers(workloads: tuple[Workload, ...]) -> tuple[Offer, ...]:
    """All of them, the first where two couplings ask for the same name and port."""
    found: dict[tuple[str, str, int, str], Offer] = {}
    for client in workloads:
        for one in _wanted(workloads, client):
            if not occupied(client, one.port, one.protocol):
                found.setdefault((one.client, one.address, one.port, one.protocol), one)
    return tuple(found.values())


def hosts(workloads: tuple[Workload, ...], client: Workload) -> tuple[tuple[str, str], ...]:
    """(address, name) for the hosts file of ``client``; a name of its own leads to itself."""
    found = {one.name: one.address for one in offers(workloads) if one.client == client.name}
    for coupling in client.couplings:
        name = _name(coupling)
        if name and coupling.to == client.name and coupling.address in client.aliases:
            found.setdefault(name, "127.0.0.1")
    return tuple((address, name) for name, address in sorted(found.items()))


def unmet(workloads: tuple[Workload, ...]) -> tuple[Offer, ...]:
    """What a client would need at a port where it listens itself, at every address."""
    every = (one for client in workloads for one in _wanted(workloads, client))
    by_name = {client.name: client for client in workloads}
    return tuple(dict.fromkeys(one for one in every if occupied(by_name[one.client], one.port, one.protocol)))


def occupied(client: Workload, port: int, protocol: str) -> bool:
    """Whether the client listens on ``port`` at more than loopback addresses, which leaves none for a relay."""
    return any(
        (one.port, one.protocol) == (port, protocol) and not one.address.startswith(("127.", "::1"))
        for one in client.ports
    )


def _wanted(workloads: tuple[Workload, ...], client: Workload) -> Iterator[Offer]:
    by_name = {one.name: one for one in workloads if one.name != client.name}
    places = _loopbacks(client, by_name)
    for coupling in client.couplings:
        name = _name(coupling)
        if coupling.how == "alias" and name in places and coupling.to in by_name:
            target = by_name[coupling.to]
            for port, protocol in _ports(coupling, target):
                yield Offer(client.name, name, target.name, places[name], port, protocol, coupling.because)


def _loopbacks(client: Workload, others: dict[str, Workload]) -> dict[str, str]:
    """An address for each name; none that the client or a forwarder beside it has."""
    used = {one.address for one in client.ports} | {one.address for one in client.couplings if one.address}
    wanted = (_name(one) for one in client.couplings if one.how == "alias" and one.to in others)
    free = (str(address) for address in map(_FIRST.__add__, range(1 << 16)) if str(address) not in used)
    return dict(zip(sorted({name for name in wanted if name}), free, strict=False))


def _name(coupling: Coupling) -> str | None:
    """The coupling's name in a hosts file, where it needs one."""
    address = coupling.address or ""
    if addresses.service(address) or _is_address(address):
        return None
    return addresses.host_alias(address)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def _ports(coupling: Coupling, target: Workload) -> list[tuple[int, str]]:
    """The ports of ``target`` that are meant: the coupling's, or all where it says none."""
    own = sorted({(one.port, one.protocol) for one in target.ports if one.protocol in ("tcp", "udp")})
    if coupling.port is None:
        return own
    return [one for one in own if one[0] == coupling.port] or [(coupling.port, "tcp")]
