"""The pod of a workload or of one of its jobs."""

from __future__ import annotations

from typing import Any

from migrate.emission import accounts, addresses, privileges, secrets, volumes
from migrate.emission.forwarders import Forwarder
from migrate.emission.manifests import ROOM, labels, port_name, present, probes, resources
from migrate.emission.names import image
from migrate.emission.pod_volumes import mounts, pod_volumes, prepare, prepared
from migrate.emitters import Sources
from migrate.model.plan import ScheduledJob, Workload


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
    first = prepared(sources, workloads, workload)
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
                    "fsGroup": None if identity.root else identity.gid,
                    "fsGroupChangePolicy": None if identity.root else "OnRootMismatch",
                    "supplementalGroups": list(identity.groups),
                    "sysctls": sysctls if low else None,
                }
            ),
            "affinity": _affinity(workloads, workload),
            "restartPolicy": "Never" if job else None,
            "initContainers": [prepare(sources, workloads, workload)] if first else None,
            "containers": [
                _container(sources, workloads, workload, identity, job),
                *(_relay(sources, relay) for relay in ([] if job else own)),
            ],
            "volumes": pod_volumes(sources, workloads, workload),
        }
    )


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
        "allowPrivilegeEscalation": not (identity.root or privileges.no_new(sources, workload, identity)),
        "capabilities": present({"drop": ["ALL"], "add": sorted(one.upper().removeprefix("CAP_") for one in added)}),
    }


def _relay(sources: Sources, relay: Forwarder) -> dict[str, Any]:
    low = relay.port < 1024
    return {
        "name": relay.name[:ROOM].rstrip("-"),
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
    lines = addresses.outside(sources, workloads, workload.host)
    return [{"ip": line.address, "hostnames": list(line.names)} for line in lines]
