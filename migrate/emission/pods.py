"""The pod of a workload or of one of its jobs."""

from __future__ import annotations

import zlib
from typing import Any

from migrate.emission import accounts, addresses, named, privileges, secrets, volumes
from migrate.emission.forwarders import Forwarder
from migrate.emission.manifests import ROOM, labels, port_name, present, probes, resources
from migrate.emission.names import image
from migrate.emission.pod_volumes import mounts, pod_volumes, prepare, prepared
from migrate.emitters import Sources
from migrate.model.plan import ScheduledJob, Workload

_TABLES = ("/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp")


def pod(
    sources: Sources,
    workloads: tuple[Workload, ...],
    workload: Workload,
    relays: tuple[Forwarder, ...] = (),
    job: ScheduledJob | None = None,
) -> dict[str, Any]:
    """The pod's specification: of the service, or of one of its jobs."""
    identity = accounts.of_user(sources, workload, job.user) if job else accounts.identity(sources, workload)
    own = [relay for relay in relays if relay.beside == workload.name]
    first = [prepare(sources, workloads, workload)] if prepared(sources, workloads, workload) else []
    # A job ends, its relays would not: they are sidecars, which end with it.
    beside = [_sidecar(sources, relay) for relay in own if not relay.inward] if job else []
    group = None if identity.root or _shares(workloads, workload) else identity.gid
    sysctls = [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]
    low = not identity.root and any(port.port < 1024 for port in workload.ports)
    return present(
        {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "hostname": addresses.hostname(sources, workloads, workload.host),
            "hostAliases": _host_aliases(sources, workloads, workload),
            "terminationGracePeriodSeconds": 60 if workload.stateful else 30,
            "securityContext": present(
                {
                    "seccompProfile": {"type": "RuntimeDefault"},
                    "fsGroup": group,
                    "fsGroupChangePolicy": None if group is None else "OnRootMismatch",
                    "supplementalGroups": list(identity.groups),
                    "sysctls": sysctls if low else None,
                }
            ),
            "affinity": _affinity(workloads, workload),
            "restartPolicy": "Never" if job else None,
            "initContainers": [*first, *beside],
            "containers": [
                _container(sources, workloads, workload, identity, job),
                *(_relay(sources, relay) for relay in ([] if job else own)),
            ],
            "volumes": pod_volumes(sources, workloads, workload),
        }
    )


def _shares(workloads: tuple[Workload, ...], workload: Workload) -> bool:
    """Whether a volume is another's as well: with a group for each pod, they would take it from one another."""
    return any(one.name in volumes.shared(workloads) for one in workload.volumes)


def pod_labels(project: str, workloads: tuple[Workload, ...], workload: Workload) -> dict[str, str]:
    together = volumes.shared(workloads)
    marks = {f"migrate.volume/{volumes.name(one)}": "shared" for one in workload.volumes if one.name in together}
    return labels(project, workload.name) | dict(sorted(marks.items()))


def _container(
    sources: Sources,
    workloads: tuple[Workload, ...],
    workload: Workload,
    identity: accounts.Identity,
    job: ScheduledJob | None,
) -> dict[str, Any]:
    return present(
        {
            "name": workload.name,
            "image": image(sources, workload.name),
            "imagePullPolicy": "IfNotPresent",
            "command": _job_command(workload, job) if job else None,
            "env": [*(_job_environment(workload, job) if job else []), *_secret_environment(sources, workload)],
            "ports": [] if job else _ports(workload),
            **({} if job else probes(workload)),
            "resources": resources(workload),
            "securityContext": _security(sources, workload, identity),
            "volumeMounts": mounts(sources, workloads, workload),
        }
    )


def _job_command(workload: Workload, job: ScheduledJob) -> list[str]:
    """Without the image's entrypoint; a command with a secret comes as a mounted script."""
    program = next((one.value for one in job.environment if one.name == "SHELL"), "/bin/sh")
    if secrets.hidden_jobs(workload):
        return [program, secrets.job_file(job)]
    return [program, "-c", _literal(job.command)]


def _literal(text: str) -> str:
    """Kubernetes takes $(NAME) for a variable, and $$ for $."""
    return text.replace("$(", "$$(")


def _job_environment(workload: Workload, job: ScheduledJob) -> list[dict[str, Any]]:
    account = next((one for one in workload.accounts if one.name == job.user), None)
    found = {
        "HOME": account.home if account else "/root",
        "LOGNAME": job.user,
        "USER": job.user,
        "PATH": "/usr/bin:/bin",
    }
    if workload.timezone:
        found["TZ"] = workload.timezone
    found |= {one.name: one.value for one in job.environment if not secrets.MARK.search(one.value)}
    return [{"name": name, "value": _literal(value)} for name, value in found.items()]


def _secret_environment(sources: Sources, workload: Workload) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "valueFrom": {"secretKeyRef": {"name": f"{workload.name}-secrets", "key": one.file}}}
        for one in secrets.variables(sources, workload)
    ]


def _ports(workload: Workload) -> list[dict[str, Any]]:
    return [
        {"name": port_name(one.port, one.protocol), "containerPort": one.port, "protocol": one.protocol.upper()}
        for one in workload.ports
        if one.protocol in ("tcp", "udp", "sctp")
    ]


def _security(sources: Sources, workload: Workload, identity: accounts.Identity) -> dict[str, Any]:
    added = set(workload.privileges) | (set(privileges.ROOT) if identity.root else set())
    return {
        "runAsUser": identity.uid,
        "runAsGroup": identity.gid,
        "runAsNonRoot": not identity.root,
        **({"readOnlyRootFilesystem": True} if workload.read_only else {}),
        "allowPrivilegeEscalation": not (identity.root or privileges.no_new(sources, workload, identity)),
        "capabilities": present({"drop": ["ALL"], "add": sorted(one.upper().removeprefix("CAP_") for one in added)}),
    }


def _relay(sources: Sources, relay: Forwarder) -> dict[str, Any]:
    low = relay.port < 1024
    return {
        "name": _short(relay.name),
        "image": image(sources, relay.image),
        "imagePullPolicy": "IfNotPresent",
        "args": [_literal(one) for one in relay.command],
        "resources": {"requests": {"cpu": "5m", "memory": "8Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": {
            "runAsUser": 0 if low else 65534,
            "runAsGroup": 0 if low else 65534,
            "runAsNonRoot": not low,
            "allowPrivilegeEscalation": False,
            "capabilities": present({"drop": ["ALL"], "add": ["NET_BIND_SERVICE"] if low else []}),
        },
    }


def _sidecar(sources: Sources, relay: Forwarder) -> dict[str, Any]:
    """A relay that listens before the job begins, and ends after it."""
    listening = ["grep", "-qE", f":{relay.port:04X} [0-9A-F:]+ (0A|07) ", *_TABLES]
    probe = {"exec": {"command": listening}, "periodSeconds": 1, "failureThreshold": 60}
    return _relay(sources, relay) | {"restartPolicy": "Always", "startupProbe": probe}


def _short(name: str) -> str:
    """A container's name, still its own where it had to be cut."""
    return name if len(name) <= ROOM else f"{name[: ROOM - 9].rstrip('-')}-{zlib.crc32(name.encode()):08x}"


def _affinity(workloads: tuple[Workload, ...], workload: Workload) -> dict[str, Any]:
    """What shares a volume runs on one node, as most storage is mounted by one node at a time."""
    together = volumes.shared(workloads)
    names = sorted({volumes.name(one) for one in workload.volumes if one.name in together})
    terms = [
        {
            "labelSelector": {"matchLabels": {f"migrate.volume/{name}": "shared"}},
            "topologyKey": "kubernetes.io/hostname",
        }
        for name in names
    ]
    return {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}} if terms else {}


def _host_aliases(sources: Sources, workloads: tuple[Workload, ...], workload: Workload) -> list[dict[str, Any]]:
    """The pod's own hosts file: an entry for each address, with names that the cluster takes."""
    found: dict[str, dict[str, None]] = {}
    for address, name in named.hosts(workloads, workload):
        found.setdefault(address, {})[name] = None
    for line in addresses.outside(sources, workloads, workload.host):
        for name in filter(None, map(addresses.host_alias, line.names)):
            found.setdefault(line.address, {})[name] = None
    return [{"ip": address, "hostnames": list(names)} for address, names in found.items()]
