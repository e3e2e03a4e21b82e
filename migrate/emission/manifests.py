"""Pieces of Kubernetes manifests that several kinds of object share."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

from migrate.emission import health
from migrate.model.plan import Health, Workload

ROOM = 63
"""The longest name of a container or volume."""
PROTOCOLS = ("tcp", "udp", "sctp")
"""What a Service knows."""
_PORT = re.compile(r"(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*")


def labels(project: str, name: str) -> dict[str, str]:
    """The recommended labels."""
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/instance": name,
        "app.kubernetes.io/part-of": project,
        "app.kubernetes.io/managed-by": "migrate",
    }


def selector(name: str) -> dict[str, str]:
    return {"app.kubernetes.io/instance": name}


def metadata(project: str, workload: str, name: str | None = None) -> dict[str, Any]:
    return {"name": name or workload, "labels": labels(project, workload)}


def present(pairs: dict[str, Any]) -> dict[str, Any]:
    """Without the keys that have nothing to say."""
    return {key: value for key, value in pairs.items() if value is not None and value != [] and value != {}}


def restricted(uid: int, gid: int) -> dict[str, Any]:
    """The security context of a small helper: nothing but its user."""
    return {
        "runAsUser": uid,
        "runAsGroup": gid,
        "runAsNonRoot": uid != 0,
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }


def port_names(workload: Workload) -> dict[tuple[int, str], str]:
    """A name for each port: of its protocol where that is known, the first port first; else by its number."""
    found: dict[tuple[int, str], str] = {}
    for one in workload.ports:
        if one.protocol in PROTOCOLS and (one.port, one.protocol) not in found:
            said = f"{one.name}-udp" if one.name and one.protocol == "udp" else one.name or ""
            fits = _PORT.fullmatch(said) and said not in found.values()
            found[one.port, one.protocol] = said if fits else f"{one.protocol}-{one.port}"
    return found


def probes(workload: Workload, inward: frozenset[int] = frozenset()) -> dict[str, Any]:
    """Start and readiness by the health check; liveness only by what can't be slow: the port.

    A database has none: one that recovers, or is busy, must not be killed for it.

    :param inward: loopback ports that a relay in the pod brings connections to.
    """
    check = workload.health
    action = _action(workload, check, inward) if check else {}
    if check is None or not action:
        return {}
    tries = max(3, math.ceil(check.start_period / 5))
    alive = None if keeps_records(workload) or check.kind == "command" else _alive(workload, check, inward)
    return {
        "startupProbe": action | {"periodSeconds": 5, "timeoutSeconds": 5, "failureThreshold": tries},
        "readinessProbe": action | {"periodSeconds": 10, "timeoutSeconds": 5},
        **(
            {"livenessProbe": alive | {"periodSeconds": 20, "timeoutSeconds": 5, "failureThreshold": 6}}
            if alive
            else {}
        ),
    }


def keeps_records(workload: Workload) -> bool:
    """Whether it is a database: its state moves as a dump."""
    return any(one.method.startswith("dump:") for one in workload.volumes)


def _alive(workload: Workload, check: Health, inward: frozenset[int]) -> dict[str, Any]:
    if check.port is not None and _reached(workload, check, inward):
        return {"tcpSocket": {"port": check.port}}
    words = health.command(workload, replace(check, kind="tcp"))
    return {"exec": {"command": list(words)}} if words else {}


def _reached(workload: Workload, check: Health, inward: frozenset[int]) -> bool:
    return check.port is not None and (check.port in inward or not health.local_only(workload, check.port))


def _action(workload: Workload, check: Health, inward: frozenset[int]) -> dict[str, Any]:
    reached = _reached(workload, check, inward)
    if check.kind == "http" and reached and 200 <= (check.status or 200) < 400:
        headers = [{"name": "Host", "value": check.host}] if check.host else []
        return {"httpGet": present({"path": check.path or "/", "port": check.port, "httpHeaders": headers})}
    if check.kind == "tcp" and reached:
        return {"tcpSocket": {"port": check.port}}
    words = health.command(workload)
    return {"exec": {"command": list(words)}} if words else {}


def resources(workload: Workload) -> dict[str, Any]:
    asked = workload.resources
    requests = {"cpu": _cpu(asked.cpu_request), "memory": _memory(asked.memory_request)}
    return present({"requests": present(requests), "limits": present({"memory": _memory(asked.memory_limit)})})


def _cpu(cores: float | None) -> str | None:
    return None if cores is None else f"{max(1, math.ceil(cores * 1000))}m"


def _memory(size: int | None) -> str | None:
    return None if size is None else f"{max(1, math.ceil(size / (1 << 20)))}Mi"


def times(schedule: str) -> str:
    """A crontab's five fields as a CronJob takes them: its week has no day 7."""
    *others, days = schedule.split()
    if len(others) != 4 or not re.search(r"(?<![\d/])7\b", days):
        return schedule
    return " ".join([*others, ",".join(dict.fromkeys(day for part in days.split(",") for day in _days(part)))])


def _days(part: str) -> list[str]:
    found = re.fullmatch(r"([0-7])(?:-([0-7]))?(?:/([1-7]))?", part)
    if found is None:
        return [part]
    first, last, step = int(found[1]), int(found[2] or found[1]), int(found[3] or 1)
    return [str(day % 7) for day in range(first, last + 1, step)]


def zone(name: str | None) -> str | None:
    """A time zone by its name in the tz database; what only a C library reads (CET-1CEST) is left out."""
    return name if name and name != "Local" and re.fullmatch(r"[A-Za-z][\w+-]*(?:/[\w+-]+)*", name) else None
