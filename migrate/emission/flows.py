"""NetworkPolicies: nothing comes in and nothing goes out but the flows that the plan knows."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Any

from migrate.emission import addresses
from migrate.emission.manifests import PROTOCOLS, metadata, present, selector
from migrate.emitters import Sources
from migrate.model.plan import Coupling, Workload

_OVER = {"rewrite", "forward", "alias"}
_ASKS_ITS_KIND = {"dns": 53, "smtp": 25}
_ANYWHERE = [{"ipBlock": {"cidr": "0.0.0.0/0"}}, {"ipBlock": {"cidr": "::/0"}}]
_NAMES = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        },
        {"ipBlock": {"cidr": "169.254.20.10/32"}},
    ],
    "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
}
"""The cluster's name service, and the cache of it on a node that many clusters have."""

_Ports = list[tuple[int, str]]


def policies(sources: Sources, workloads: tuple[Workload, ...], project: str) -> Iterator[dict[str, Any]]:
    closed: dict[str, Any] = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    yield _policy(project, project, "default-deny", closed)
    yield _policy(project, project, "names", {"podSelector": {}, "policyTypes": ["Egress"], "egress": [_NAMES]})
    for workload in workloads:
        into, out = list(_into(workloads, workload)), list(_out(sources, workloads, workload))
        if into or out:
            spec = {
                "podSelector": {"matchLabels": selector(workload.name)},
                "policyTypes": [*(["Ingress"] if into else []), *(["Egress"] if out else [])],
                "ingress": into,
                "egress": out,
            }
            yield _policy(project, workload.name, workload.name, present(spec))


def _policy(project: str, workload: str, called: str, spec: dict[str, Any]) -> dict[str, Any]:
    made = metadata(project, workload, called)
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": made, "spec": spec}


# --- what comes in ----------------------------------------------------------------------------------------------------


def _into(workloads: tuple[Workload, ...], workload: Workload) -> Iterator[dict[str, Any]]:
    """From the clients of each set of ports in one rule, and from everywhere to what is published."""
    by_ports: dict[tuple[tuple[int, str], ...], list[str]] = {}
    for client in workloads:
        ports = _flow(client, workload)
        if ports and client.name != workload.name:
            by_ports.setdefault(tuple(ports), []).append(client.name)
    for wanted, clients in by_ports.items():
        yield present({"from": [_pods(name) for name in clients], "ports": _rule_ports(wanted)})
    published = sorted({(one.port, one.protocol) for one in workload.ports if one.publish is not None})
    if _rule_ports(published):
        yield {"ports": _rule_ports(published)}


def _flow(client: Workload, server: Workload) -> _Ports:
    """The ports of the server that the client's couplings mean."""
    couplings = [one for one in client.couplings if one.to == server.name and one.how in _OVER]
    own = {(one.port, one.protocol) for one in server.ports}
    wanted = {one.port for one in couplings}
    matching = {pair for pair in own if pair[0] in wanted}
    return sorted(own if None in wanted or (couplings and not matching) else matching)


# --- what goes out ----------------------------------------------------------------------------------------------------


def _out(sources: Sources, workloads: tuple[Workload, ...], client: Workload) -> Iterator[dict[str, Any]]:
    for server in workloads:
        ports = _flow(client, server)
        if ports and server.name != client.name:
            yield {"to": [_pods(server.name)], "ports": _rule_ports(ports)}
    yield from _outside(sources, workloads, client)
    for name, port in _ASKS_ITS_KIND.items():
        if all(one.name != name for one in client.ports):
            continue
        yield {"to": _ANYWHERE, "ports": _rule_ports([(port, "tcp"), *([(port, "udp")] if name == "dns" else [])])}


def _outside(sources: Sources, workloads: tuple[Workload, ...], client: Workload) -> Iterator[dict[str, Any]]:
    """To what the couplings name outside; a policy knows no names, so a port is open where the address is not known."""
    known = _addresses(sources, workloads, client)
    found: dict[str, tuple[list[dict[str, Any]], set[tuple[int, str]]]] = {}
    for one in client.couplings:
        if one.how == "external" and (one.port or _block(known, one)):
            block = _block(known, one)
            to, ports = found.setdefault(block or "", ([{"ipBlock": {"cidr": block}}] if block else _ANYWHERE, set()))
            if one.port:
                ports |= {(one.port, "tcp")} | ({(one.port, "udp")} if one.port in (53, 123, 161, 514) else set())
    for _, (to, ports) in sorted(found.items()):
        yield present({"to": to, "ports": _rule_ports(sorted(ports))})


def _block(known: dict[str, str], coupling: Coupling) -> str | None:
    text = (coupling.address or "").strip("[]")
    try:
        address = ipaddress.ip_address(known.get(text, text))
    except ValueError:
        return None
    return f"{address}/{address.max_prefixlen}"


def by_name(sources: Sources, workloads: tuple[Workload, ...]) -> tuple[str, ...]:
    """What the policies open a port to every address for, as only its name is known: ``workload to name:port``."""
    return tuple(dict.fromkeys(one for client in workloads for one in _unknown(sources, workloads, client)))


def _unknown(sources: Sources, workloads: tuple[Workload, ...], client: Workload) -> Iterator[str]:
    known = _addresses(sources, workloads, client)
    for one in client.couplings:
        if one.how == "external" and one.port and not _block(known, one):
            yield f"{client.name} to {one.address}:{one.port}"


def _addresses(sources: Sources, workloads: tuple[Workload, ...], client: Workload) -> dict[str, str]:
    """What the host's own table of hosts says of names outside."""
    return {name: line.address for line in addresses.outside(sources, workloads, client.host) for name in line.names}


def _pods(name: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": selector(name)}}


def _rule_ports(ports: Iterable[tuple[int, str]]) -> list[dict[str, Any]]:
    """Runs of ports as ranges: passive FTP has hundreds."""
    found: list[dict[str, Any]] = []
    for port, protocol in sorted(ports, key=lambda pair: (pair[1], pair[0])):
        last = found[-1] if found else {}
        if protocol not in PROTOCOLS:
            continue
        if last.get("protocol") == protocol.upper() and last.get("endPort", last["port"]) == port - 1:
            last["endPort"] = port
        else:
            found.append({"protocol": protocol.upper(), "port": port})
    return found
