"""The ports of a workload: where its processes were seen to listen, and what its detector adds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from migrate.detectors import Advice, Candidate
from migrate.model.facts import Socket
from migrate.model.plan import Port
from migrate.planning.candidates import loopback
from migrate.planning.index import Index

_PORT_NAMES = {80: "http", 443: "https", 8080: "http", 8443: "https", 5432: "postgresql", 3306: "mysql", 6379: "redis",
               27017: "mongodb", 11211: "memcached", 5672: "amqp", 25: "smtp", 21: "ftp", 53: "dns", 389: "ldap",
               636: "ldaps", 8009: "ajp", 9200: "elasticsearch", 143: "imap", 993: "imaps"}  # fmt: skip
_EPHEMERAL = range(32768, 61000)
"""What Linux gives to sockets that ask for no port: net.ipv4.ip_local_port_range, as kernels come."""


def ports(host: Index, candidate: Candidate, texts: Iterable[str], advice: Advice) -> tuple[Port, ...]:
    """Where it listens, in the order of the ports, then what its detector knows beside.

    What only the machine itself reached is not published. A UDP socket that asks others (a resolver's, a client's of
    syslog) looks like one that listens: where nothing names its port, and Linux might have chosen it, it is no port.

    :param texts: paths of its configuration.
    """
    said = [host.snapshot.text(path) or "" for path in texts]
    said += [word for process in candidate.processes for word in process.argv]
    found: dict[tuple[int, str], Port] = {}
    for socket in candidate.sockets:
        if socket.port is None or not _serves(socket) or _passing(socket, said):
            continue
        key = (socket.port, socket.protocol)
        local = loopback(socket.address)
        if key in found and (found[key].publish is not None or local):
            continue
        found[key] = Port(
            port=socket.port,
            protocol=socket.protocol,
            address=socket.address or "0.0.0.0",
            publish=None if local else socket.port,
            name=_PORT_NAMES.get(socket.port),
            because=f"a process of it listens on {socket.address}"
            + (", which only the machine itself reaches" if local else ""),
        )
    seen = tuple(found[key] for key in sorted(found))
    return (*seen, *(one for one in advice.ports if (one.port, one.protocol) not in found))


def _serves(socket: Socket) -> bool:
    return socket.state == "listen" or (
        socket.protocol == "udp" and socket.state == "unconnected" and not socket.peer_port
    )


def _passing(socket: Socket, said: Iterable[str]) -> bool:
    if socket.protocol != "udp" or socket.port not in _EPHEMERAL:
        return False
    return not any(re.search(rf"(?<!\d){socket.port}(?!\d)", text) for text in said)
