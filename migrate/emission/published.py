"""Ports of the new host: each with the variable that changes it; a run of ports that are opened on demand is one."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.emission.names import variable
from migrate.model.plan import Port, Workload


@dataclass(frozen=True, slots=True)
class Published:
    """:ivar host: the port of the new host by default, or a range: 40000-40100.

    :ivar target: the same in the container.
    :ivar variable: of the environment, that says another one.
    :ivar port: the first of them.
    """

    host: str
    target: str
    variable: str
    port: Port


def published(workload: Workload) -> tuple[Published, ...]:
    """What is published of the workload, in the plan's order."""
    runs: list[list[Port]] = []
    for port in workload.ports:
        if port.publish is None:
            continue
        if runs and _goes_on(runs[-1][-1], port):
            runs[-1].append(port)
        else:
            runs.append([port])
    return tuple(_published(workload, run[0], run[-1]) for run in runs)


def _goes_on(last: Port, port: Port) -> bool:
    """Data of passive FTP goes to the port that was told: these are published one to one, all or none."""
    alike = (last.protocol, last.address) == (port.protocol, port.address) and port.port == last.port + 1
    return alike and last.on_demand and port.on_demand and last.publish == last.port and port.publish == port.port


def _published(workload: Workload, first: Port, last: Port) -> Published:
    protocol = [first.protocol] if first.protocol != "tcp" else []
    if first == last:
        name = variable("PUBLISH", workload.name, str(first.port), *protocol)
        return Published(str(first.publish), str(first.port), name, first)
    name = variable("PUBLISH", workload.name, str(first.port), str(last.port), *protocol)
    return Published(f"{first.port}-{last.port}", f"{first.port}-{last.port}", name, first)
