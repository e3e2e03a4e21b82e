"""Pieces of Kubernetes manifests that several kinds of object share."""

from __future__ import annotations

import math
import re
from typing import Any

from migrate.emission import health
from migrate.model.plan import Health, Workload

ROOM = 63
"""The longest name of a container, port or volume."""


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


def port_name(port: int, protocol: str) -> str:
    return f"{protocol}-{port}"


def probes(workload: Workload) -> dict[str, Any]:
    """Start and readiness by the health check; liveness only by what can't be slow: the port."""
    check = workload.health
    action = _action(workload, check) if check else {}
    if check is None or not action:
        return {}
    alive = action
    if check.kind == "http" and check.port is not None and not health.local_only(workload, check.port):
        alive = {"tcpSocket": {"port": check.port}}
    tries = max(3, math.ceil(check.start_period / 5))
    return {
        "startupProbe": action | {"periodSeconds": 5, "timeoutSeconds": 5, "failureThreshold": tries},
        "readinessProbe": action | {"periodSeconds": 10, "timeoutSeconds": 5},
        "livenessProbe": alive | {"periodSeconds": 20, "timeoutSeconds": 5, "failureThreshold": 6},
    }


def _action(workload: Workload, check: Health) -> dict[str, Any]:
    reached = check.port is not None and not health.local_only(workload, check.port)
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
