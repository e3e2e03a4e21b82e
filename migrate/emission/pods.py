"""The pod of a workload or of one of its jobs."""

from __future__ import annotations

import zlib
from typing import Any

from migrate.emission import accounts, addresses, named, pod_volumes, privileges, scratch, secrets, volumes
from migrate.emission.forwarders import Forwarder
from migrate.emission.graph import needs
from migrate.emission.manifests import (
    ROOM,
    labels,
    port_names,
    present,
    probes,
    resources,
    restricted,
    selector,
)
from migrate.emission.names import image
from migrate.emitters import Sources
from migrate.model.plan import ScheduledJob, Workload
from migrate.quoting import shell

_NOBODY = 65534
# What every kubelet gives without being told to (its safe sysctls, from the first release that had any).
SAFE_SYSCTLS = frozenset(("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"))
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
    # A job ends, its relays would not: they are sidecars, which end with it.
    beside = [_sidecar(sources, relay) for relay in own if not relay.inward] if job else []
    wait = [] if job else waiting(sources, workloads, workload, relays)
    group = pod_volumes.group(workloads, workload, identity)
    return present(
        {
            "serviceAccountName": workload.name,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "runtimeClassName": workload.runtime_class or sources.plan.cluster.runtime_class,
            "hostname": addresses.hostname(sources, workloads, workload.host),
            "hostAliases": _host_aliases(sources, workloads, workload),
            "terminationGracePeriodSeconds": 60 if workload.stateful else 30,
            "securityContext": present(
                {
                    "seccompProfile": {"type": "RuntimeDefault"},
                    "fsGroup": group,
                    "fsGroupChangePolicy": None if group is None else "OnRootMismatch",
                    "supplementalGroups": list(identity.groups),
                    "sysctls": _sysctls(workload, identity, own),
                }
            ),
            "affinity": _affinity(workloads, workload),
            "topologySpreadConstraints": _spread(workloads, workload),
            "restartPolicy": "Never" if job else None,
            "initContainers": [*pod_volumes.prepare(sources, workloads, workload, identity), *wait, *beside],
            "containers": [
                _container(sources, workloads, workload, identity, job, own),
                *(_relay(sources, relay) | {"readinessProbe": _listening(relay)} for relay in ([] if job else own)),
            ],
            "volumes": pod_volumes.pod_volumes(sources, workloads, workload, identity),
        }
    )


def _sysctls(workload: Workload, identity: accounts.Identity, relays: list[Forwarder]) -> list[dict[str, str]]:
    """Ports below 1024 are for everybody in a pod where somebody without root listens on one."""
    low = not identity.root and any(port.port < 1024 for port in workload.ports)
    low = low or any(relay.port < 1024 for relay in relays)
    ports = [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}] if low else []
    return [*ports, *({"name": one.name, "value": one.value} for one in workload.sysctls if one.name in SAFE_SYSCTLS)]


def _spread(workloads: tuple[Workload, ...], workload: Workload) -> list[dict[str, Any]]:
    """Several of a workload go to several nodes, where no volume ties them to one."""
    if workload.replicas < 2 or _affinity(workloads, workload):
        return []
    return [
        {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": selector(workload.name)},
        }
    ]


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
    relays: list[Forwarder],
) -> dict[str, Any]:
    inward = frozenset(relay.port for relay in relays if relay.inward)
    return present(
        {
            "name": workload.name,
            "image": image(sources, workload.name),
            "imagePullPolicy": "IfNotPresent",
            "command": _job_command(workload, job, root=identity.root) if job else None,
            "env": [*(_job_environment(workload, job) if job else []), *_secret_environment(sources, workload)],
            "ports": [] if job else _ports(workload),
            **({} if job else probes(workload, inward)),
            "resources": resources(workload),
            "securityContext": _security(sources, workload, identity),
            "volumeMounts": pod_volumes.mounts(sources, workloads, workload, identity),
        }
    )


def _job_command(workload: Workload, job: ScheduledJob, *, root: bool) -> list[str]:
    """Without the image's entrypoint, but for what that puts into temporary folders."""
    begun = [_literal(one) for one in scratch.lines(workload, root=root)]
    first = ["/bin/sh", "-euc", "\n".join([*begun, 'exec "$@"']) + "\n", "job"] if begun else []
    return [*first, *_told(workload, job)]


def _told(workload: Workload, job: ScheduledJob) -> list[str]:
    """The command as cron runs it; one with a secret comes as a mounted script."""
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
        {"name": name, "containerPort": port, "protocol": protocol.upper()}
        for (port, protocol), name in port_names(workload).items()
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
    return {
        "name": _short(relay.name),
        "image": image(sources, relay.image),
        "imagePullPolicy": "IfNotPresent",
        "args": [_literal(one) for one in relay.command],
        "resources": {"requests": {"cpu": "5m", "memory": "8Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": restricted(_NOBODY, _NOBODY),
    }


def _sidecar(sources: Sources, relay: Forwarder) -> dict[str, Any]:
    """A relay that listens before the job begins, and ends after it."""
    probe = _listening(relay) | {"periodSeconds": 1, "failureThreshold": 60}
    return _relay(sources, relay) | {"restartPolicy": "Always", "startupProbe": probe}


def _listening(relay: Forwarder) -> dict[str, Any]:
    """A probe whether somebody listens on the relay's port, without a connection that it would hand on."""
    command = ["grep", "-qE", f":{relay.port:04X} [0-9A-F:]+ (0A|07) ", *_TABLES]
    return {"exec": {"command": command}, "periodSeconds": 10}


def waiting(
    sources: Sources, workloads: tuple[Workload, ...], workload: Workload, relays: tuple[Forwarder, ...]
) -> list[dict[str, Any]]:
    """An init container until what it needs accepts connections: a Service has only those that are ready."""
    ports = _needed(workloads, workload, relays)
    if not ports:
        return []
    bash = workload.base.family in ("dpkg", "rpm")
    tests = [f"(exec 3<>{shell(f'/dev/tcp/{name}/{port}')}) 2>/dev/null" if bash else f"nc -z {name} {port}"
             for name, port in ports]  # fmt: skip
    lines = "".join(f"until {test}; do sleep 1; done\n" for test in tests)
    return [
        {
            "name": "wait",
            "image": image(sources, workload.name),
            "imagePullPolicy": "IfNotPresent",
            "command": ["bash" if bash else "/bin/sh", "-c", f"set -u\n{lines}"],
            "resources": {"requests": {"cpu": "5m", "memory": "8Mi"}, "limits": {"memory": "64Mi"}},
            "securityContext": restricted(_NOBODY, _NOBODY),
        }
    ]


def _needed(
    workloads: tuple[Workload, ...], workload: Workload, relays: tuple[Forwarder, ...]
) -> list[tuple[str, int]]:
    """(workload, port) of what must serve first, as far as anybody can connect there."""
    by_name = {one.name: one for one in workloads}
    inward = {(relay.beside, relay.port) for relay in relays if relay.inward}
    asked = {(one.to, one.port) for one in workload.couplings if one.how in ("rewrite", "forward", "alias")}
    found = set()
    for name in needs(workloads)[workload.name]:
        for port in by_name[name].ports:
            open_ = not port.address.startswith(("127.", "::1")) or (name, port.port) in inward
            if port.protocol == "tcp" and (name, port.port) in asked and open_ and not port.on_demand:
                found.add((name, port.port))
    return sorted(found)


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
