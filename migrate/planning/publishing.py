"""On which port of the new host each port is published: several old hosts become one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from migrate.model.plan import Port, Workload

_MOST = 65535


def apart(workloads: Sequence[Workload]) -> tuple[Workload, ...]:
    """No two on one port: who comes later gets another one, and it is said."""
    taken: dict[tuple[int, str], str] = {}
    wanted: set[tuple[int | None, str]] = {(port.publish, port.protocol) for one in workloads for port in one.ports}
    return tuple(
        replace(one, ports=tuple(_port(one.name, port, taken, wanted) for port in one.ports)) for one in workloads
    )


def _port(workload: str, port: Port, taken: dict[tuple[int, str], str], wanted: set[tuple[int | None, str]]) -> Port:
    if port.publish is None:
        return port
    other = taken.setdefault((port.publish, port.protocol), workload)
    if other == workload:
        return port
    free = _free(port, taken, wanted)
    if free is not None:
        taken[free, port.protocol] = workload
    because = f"{port.because}; {other} is published on {port.publish}"
    return replace(port, publish=free, because=because)


def _free(port: Port, taken: dict[tuple[int, str], str], wanted: set[tuple[int | None, str]]) -> int | None:
    """A port that is easy to remember: 8080 for 80, 8443 for 443, then the next ones."""
    first = (port.publish or 0) + (8000 if (port.publish or 0) < 1024 else 1)
    numbers = range(first, _MOST + 1)
    return next((one for one in numbers if not {(one, port.protocol)} & (taken.keys() | wanted)), None)
