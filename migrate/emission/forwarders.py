"""Forwarders: small relays that keep an old loopback address working between containers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migrate.emission.names import base_variable
from migrate.model.plan import Base, Coupling, Workload

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
    found: dict[str, Forwarder] = {}
    for workload in workloads:
        for coupling in workload.couplings:
            one = _forwarder(workload, coupling, names, images)
            if one is not None:
                found.setdefault(one.name, one)
    return tuple(found.values())


def forwards(coupling: Coupling) -> bool:
    """Whether a relay can meet the coupling: a port, on a loopback address."""
    return coupling.how in ("forward", "forward-in") and coupling.port is not None and bool(_bind(coupling))


def bases(workloads: tuple[Workload, ...]) -> tuple[tuple[str, Base], ...]:
    """(image, base) for each base that a forwarder is built on."""
    found: dict[str, Base] = {}
    for workload in workloads:
        if any(forwards(coupling) for coupling in workload.couplings):
            found.setdefault(workload.base.image, workload.base)
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
