"""Addresses that a server takes clients from: another host's means nothing between containers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_network

from migrate.model.plan import Coupling, Rewrite

_HBA = re.compile(
    r"^\s*host(?:ssl|nossl|gssenc|nogssenc)?\s+\S+\s+\S+\s+"
    r"(?P<peers>(?P<address>[^\s#]+)(?:\s+(?P<mask>\d+\.\d+\.\d+\.\d+))?)\s+(?P<method>[a-z][\w-]*)"
)


def let_in(server: str, port: int, clients: Iterable[str], texts: Mapping[str, str]) -> Coupling | None:
    """What lets the workloads of other hosts in where their addresses are listed: PostgreSQL's pg_hba.conf.

    Who is named by address has to prove itself as before, from whatever address its container has; who was believed
    without proof has to be on the server's own network.

    :param clients: the addresses of the hosts that the clients ran on.
    """
    clients = sorted(clients)
    rewrites = tuple(
        rewrite
        for path, text in sorted(texts.items())
        if path.endswith("/pg_hba.conf")
        for rewrite in _in_hba(path, text, clients)
    )
    if not rewrites:
        return None
    because = f"{rewrites[0].path} lists {', '.join(clients)}, addresses of hosts whose workloads have others now"
    return Coupling(server, "rewrite", because, clients[0], port, rewrites=rewrites)


def _in_hba(path: str, text: str, clients: Iterable[str]) -> Iterator[Rewrite]:
    for number, line in enumerate(text.split("\n"), 1):
        match = _HBA.match(line)
        if match and line.count(match["peers"]) == 1 and _covers(match["address"], match["mask"], clients):
            new = "samenet" if match["method"] == "trust" else "all"
            yield Rewrite(
                path, number, match["peers"], new, "clients of another host have the addresses of containers now"
            )


def _covers(address: str, mask: str | None, clients: Iterable[str]) -> bool:
    try:
        network = ip_network(f"{address}/{mask}" if mask else address, strict=False)
    except ValueError:
        return False
    if network.is_loopback or network.prefixlen == 0:
        return False
    return any(ip_address(one) in network for one in clients if _valid(one))


def _valid(address: str) -> bool:
    try:
        return bool(ip_address(address))
    except ValueError:
        return False
