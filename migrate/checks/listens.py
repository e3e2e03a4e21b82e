"""Every port of the plan listens in its container, and not on loopback only where others used it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from ipaddress import ip_address

from migrate.checks import CheckPart, Scene
from migrate.engines.probe import Bound, Probe
from migrate.model.plan import Port, Workload
from migrate.model.verdict import FAILED, PASSED, Check

_PATIENCE = 15.0


def _run(scene: Scene) -> Iterator[Check]:
    containers = scene.containers()
    for workload in scene.workloads:
        lasting = tuple(port for port in workload.ports if not port.on_demand)
        if not lasting:
            continue
        container = containers.get(workload.name)
        if container is None or workload.name not in scene.probes:
            state = container.state if container else "missing"
            for port in lasting:
                yield _check(workload, port, FAILED, f"the container is {state}")
            continue
        bound = _wait(scene.probes[workload.name], lasting)
        for port in lasting:
            yield _judged(workload, port, bound)


def _wait(probe: Probe, ports: tuple[Port, ...]) -> tuple[Bound, ...]:
    """What listens, as soon as all of it does."""
    give_up = time.monotonic() + _PATIENCE
    while True:
        bound = probe.listening()
        there = {(one.protocol, one.port) for one in bound}
        if all((port.protocol, port.port) in there for port in ports) or time.monotonic() > give_up:
            return bound
        time.sleep(1)


def _judged(workload: Workload, port: Port, bound: tuple[Bound, ...]) -> Check:
    found = [one for one in bound if (one.protocol, one.port) == (port.protocol, port.port)]
    where = ", ".join(sorted({one.address for one in found}))
    if not found:
        others = ", ".join(sorted({f"{one.port}/{one.protocol}" for one in bound})) or "nothing"
        return _check(workload, port, FAILED, "nothing listens", f"in the container listens: {others}")
    if all(one.loopback for one in found) and not _was_loopback(port.address):
        return _check(workload, port, FAILED, f"it listens on {where} only; the legacy server did on {port.address}")
    return _check(workload, port, PASSED, f"it listens on {where}")


def _was_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _check(workload: Workload, port: Port, status: str, summary: str, detail: str = "") -> Check:
    name = f"listens:{workload.name}:{port.port}/{port.protocol}"
    return Check(name, workload.name, "listens", status, summary, detail)


CHECK = CheckPart("listens", 20, _run)
