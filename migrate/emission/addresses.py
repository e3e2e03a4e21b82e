"""Host names that the old machine's /etc/hosts gave, and that nothing in the bundle answers to."""

from __future__ import annotations

import ipaddress
import re

from migrate.emitters import Sources
from migrate.model.facts import HostName, Network, System
from migrate.model.plan import Workload

_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,250}[A-Za-z0-9_])?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SERVICE = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")


def outside(sources: Sources, workloads: tuple[Workload, ...], host: str) -> tuple[HostName, ...]:
    """The lines that stay: addresses of other machines, under the names that no workload has taken over."""
    network = sources.snapshots[host].inventory.get(Network)
    taken = {name for workload in workloads for name in (workload.name, *workload.aliases)}
    lines = []
    for line in network.hosts:
        names = tuple(name for name in line.names if name not in taken and _NAME.fullmatch(name))
        if names and not _own(line.address, network):
            lines.append(HostName(line.address, names))
    return tuple(lines)


def _own(address: str, network: Network) -> bool:
    own = (
        address.startswith("127.")
        or address in ("::1", "0.0.0.0")
        or address.lower().startswith(("fe00:", "fe80:", "ff0"))
    )
    return own or address in network.addresses or not _valid(address)


def _valid(address: str) -> bool:
    try:
        return not getattr(ipaddress.ip_address(address), "scope_id", None)
    except ValueError:
        return False


def hostname(sources: Sources, workloads: tuple[Workload, ...], host: str) -> str | None:
    """The old host's short name, for what asks for it; None where it must lead to a workload instead."""
    name = sources.snapshots[host].inventory.get(System).hostname.split(".")[0].lower()
    taken = {one for workload in workloads for one in (workload.name, *workload.aliases)}
    return name if _LABEL.fullmatch(name) and name not in taken else None


def aliases(workload: Workload) -> tuple[str, ...]:
    """Further names of the workload that a resolver can know."""
    return tuple(sorted({name for name in workload.aliases if _NAME.fullmatch(name) and name != workload.name}))


def service(name: str) -> bool:
    """Whether a Kubernetes Service can be called so: one label, no dots."""
    return bool(_SERVICE.fullmatch(name))


def host_alias(name: str) -> str | None:
    """``name`` as a pod's hosts file may give it, in lower case; None where the cluster would refuse it."""
    lower = name.lower()
    return lower if _SUBDOMAIN.fullmatch(lower) else None
