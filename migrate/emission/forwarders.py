"""Forwarders: small relays that keep an old address working between containers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from migrate.emission.named import Offer, offers
from migrate.emission.names import base_variable
from migrate.model.plan import Base, Coupling, Workload
from migrate.quoting import slug

IMAGE = "forwarder"


@dataclass(frozen=True, slots=True)
class Forwarder:
    """A relay in the network of ``beside``.

    :ivar command: argv inside the forwarder's image.
    :ivar waits_for: the workload that has to serve first, or None.
    :ivar image: the name of its image.
    """

    name: str
    beside: str
    command: tuple[str, ...]
    waits_for: str | None
    image: str
    because: str
    inward: bool
    port: int


def forwarders(workloads: tuple[Workload, ...]) -> tuple[Forwarder, ...]:
    """Every relay that the workloads' couplings ask for."""
    names = {workload.name for workload in workloads}
    images = {base: name for name, base in bases(workloads)}
    made = (_forwarder(workload, coupling, names, images) for workload in workloads for coupling in workload.couplings)
    return _distinct(one for one in made if one is not None)


def named(workloads: tuple[Workload, ...]) -> tuple[Forwarder, ...]:
    """The relays beside them that Kubernetes needs for names that no Service can have."""
    images = bases(workloads)
    own = {workload.name: workload.base.image for workload in workloads}
    made = []
    for one in offers(workloads):
        image = next((name for name, base in images if base.image == own[one.client]), images[0][0])
        name = f"{one.client}-at-{slug(one.name)}-{one.port}"
        made.append(Forwarder(name, one.client, _offering(one), one.to, image, one.because, False, one.port))
    return _distinct(made)


def _offering(one: Offer) -> tuple[str, ...]:
    # Nobody ends a conversation over UDP: what is silent for a minute is over.
    quiet, kind = (("-T", "60"), "UDP") if one.protocol == "udp" else ((), "TCP")
    listen = f"{kind}-LISTEN:{one.port},bind={one.address},fork,reuseaddr,max-children=512"
    return ("socat", *quiet, listen, f"{kind}:{one.to}:{one.port}")


def _distinct(relays: Iterable[Forwarder]) -> tuple[Forwarder, ...]:
    """Each once; a number keeps those apart that would have the same name, as of one port at two addresses."""
    once: dict[tuple[str, tuple[str, ...]], Forwarder] = {}
    for one in relays:
        once.setdefault((one.beside, one.command), one)
    seen: Counter[str] = Counter()
    found = []
    for one in once.values():
        seen[one.name] += 1
        found.append(replace(one, name=f"{one.name}-{seen[one.name]}") if seen[one.name] > 1 else one)
    return tuple(found)


def forwards(coupling: Coupling) -> bool:
    """Whether a relay can meet the coupling: a port, on a loopback address."""
    return coupling.how in ("forward", "forward-in") and coupling.port is not None and bool(_bind(coupling))


def bases(workloads: tuple[Workload, ...]) -> tuple[tuple[str, Base], ...]:
    """(image, base) for each base that a forwarder is built on."""
    found: dict[str, Base] = {}
    for workload in workloads:
        if any(forwards(coupling) for coupling in workload.couplings):
            found.setdefault(workload.base.image, workload.base)
    if not found and (asked := {one.client for one in offers(workloads)}):
        first = next(workload.base for workload in workloads if workload.name in asked)
        found[first.image] = first
    taken = {workload.name for workload in workloads}
    plain = IMAGE if IMAGE not in taken else f"{IMAGE}-socat"
    single = len(found) == 1
    named = ((plain if single else f"{plain}-{_suffix(base)}", base) for _, base in sorted(found.items()))
    return tuple(named)


def _suffix(base: Base) -> str:
    return base_variable(base).removeprefix("MIGRATE_BASE_").lower().replace("_", "-")


def _forwarder(workload: Workload, coupling: Coupling, names: set[str], images: dict[Base, str]) -> Forwarder | None:
    if not forwards(coupling) or coupling.port is None:
        return None
    image = next(name for base, name in images.items() if base.image == workload.base.image)
    port = coupling.port
    if coupling.how == "forward-in":
        inward = (
            f"exec socat TCP-LISTEN:{port},bind=\"$(hostname -i | cut -d' ' -f1)\",fork,reuseaddr,max-children=512 "
            f"TCP:127.0.0.1:{port}"
        )
        return Forwarder(
            f"{workload.name}-in-{port}",
            workload.name,
            ("/bin/sh", "-c", inward),
            None,
            image,
            coupling.because,
            True,
            port,
        )
    if coupling.to not in names or coupling.to == workload.name:
        return None
    listen = f"{_bind(coupling)},fork,reuseaddr,max-children=512"
    outward = ("socat", listen, f"TCP:{coupling.to}:{port}")
    name = f"{workload.name}-to-{coupling.to}-{port}"
    return Forwarder(name, workload.name, outward, coupling.to, image, coupling.because, False, port)


def _bind(coupling: Coupling) -> str | None:
    """socat's listening side; None for an address that no container can have."""
    address = (coupling.address or "127.0.0.1").strip("[]")
    if re.fullmatch(r"127\.\d+\.\d+\.\d+", address):
        return f"TCP-LISTEN:{coupling.port},bind={address}"
    if address == "::1":
        return f"TCP6-LISTEN:{coupling.port},bind=[::1]"
    return f"TCP-LISTEN:{coupling.port},bind=127.0.0.1" if address in ("localhost", "0.0.0.0", "::", "*") else None
