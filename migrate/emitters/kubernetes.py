"""generated/kubernetes/base: a kustomize base with an object for each thing that the application is made of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from migrate.emission import addresses, secrets, volumes
from migrate.emission.accounts import identity
from migrate.emission.forwarders import Forwarder, bases, forwarders, named
from migrate.emission.manifests import labels, metadata, port_name, present, selector, times, zone
from migrate.emission.names import image, migrated, project
from migrate.emission.pod_volumes import prepared
from migrate.emission.pods import pod, pod_labels
from migrate.emission.yamltext import comment, documents, dump
from migrate.emitters import Emitter, Sources
from migrate.model.bundle import BundleFile
from migrate.model.facts import Site, Sites
from migrate.model.plan import Coupling, Port, ScheduledJob, Volume, Workload

_BASE = "kubernetes/base"
_DNS = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
_GIBIBYTE = 1 << 30


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    workloads = migrated(sources)
    name = project(sources)
    relays = (*forwarders(workloads), *named(workloads))
    made: dict[str, tuple[str, tuple[dict[str, Any], ...]]] = {
        "namespace.yaml": ("", (_namespace(sources, workloads, name, relays),))
    }
    for workload in workloads:
        made[f"{workload.name}.yaml"] = (workload.because, tuple(_objects(sources, workloads, workload, relays, name)))
    claims = tuple(_claims(workloads, name))
    if claims:
        made["volumes.yaml"] = ("", claims)
    made["network.yaml"] = ("Nothing comes in but the flows that were observed.", tuple(_policies(workloads, name)))
    ingress = _ingress(sources, workloads, name)
    if ingress:
        made["ingress.yaml"] = ("", (ingress,))
    listed = [
        BundleFile(f"{_BASE}/{file}", (comment(why) + documents(found)).encode()) for file, (why, found) in made.items()
    ]
    return (*listed, _kustomization(sources, workloads, name, tuple(made)))


def _kustomization(sources: Sources, workloads: tuple[Workload, ...], name: str, files: tuple[str, ...]) -> BundleFile:
    hidden = any(secrets.files(sources, one) or secrets.variables(sources, one) for one in workloads)
    images = [*(one.name for one in workloads), *(forwarder for forwarder, _ in bases(workloads))]
    body = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": name,
        "resources": [*files, *(["../../secrets"] if hidden else [])],
        "images": [{"name": image(sources, one), "newName": image(sources, one), "newTag": "latest"} for one in images],
    }
    return BundleFile(f"{_BASE}/kustomization.yaml", dump(body).encode())


def _namespace(
    sources: Sources, workloads: tuple[Workload, ...], name: str, relays: tuple[Forwarder, ...]
) -> dict[str, Any]:
    """With the strictest Pod Security level that every pod meets."""
    rooted = any(identity(sources, one).root or prepared(sources, workloads, one) for one in workloads)
    rooted = rooted or any(relay.port < 1024 for relay in relays) or any(one.jobs for one in workloads)
    asked = {one.upper().removeprefix("CAP_") for workload in workloads for one in workload.privileges}
    usual = {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
             "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}  # fmt: skip
    level = "privileged" if asked - usual else "baseline" if rooted or asked - {"NET_BIND_SERVICE"} else "restricted"
    marks = {"pod-security.kubernetes.io/enforce": level, "pod-security.kubernetes.io/warn": level}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels(name, name) | marks}}


def _objects(
    sources: Sources, workloads: tuple[Workload, ...], workload: Workload, relays: tuple[Forwarder, ...], name: str
) -> Iterator[dict[str, Any]]:
    if workload.jobs:
        for job in workload.jobs:
            yield _cron_job(sources, workloads, workload, job, relays, name)
        return
    yield _controller(sources, workloads, workload, relays, name)
    if workload.ports:
        taken = {one.name for one in workloads}
        others = (one for one in workload.aliases if addresses.service(one) and one not in taken)
        for called in dict.fromkeys([workload.name, *others]):
            yield _service(workload, called, name)
    if workload.stateful:
        yield _service(workload, f"{workload.name}-headless"[:63], name, headless=True)


def _controller(
    sources: Sources, workloads: tuple[Workload, ...], workload: Workload, relays: tuple[Forwarder, ...], name: str
) -> dict[str, Any]:
    """A StatefulSet for what owns state; else a Deployment, replaced whole where a volume can't be held twice."""
    claimed = any(not volumes.fleeting(one, volumes.shared(workloads)) for one in workload.volumes)
    template = {
        "metadata": {"labels": pod_labels(name, workloads, workload)},
        "spec": pod(sources, workloads, workload, relays),
    }
    spec: dict[str, Any] = {"replicas": workload.replicas, "selector": {"matchLabels": selector(workload.name)}}
    if workload.stateful:
        spec |= {"serviceName": f"{workload.name}-headless"[:63], "template": template}
        kind = "StatefulSet"
    else:
        spec |= {"strategy": {"type": "Recreate"}} if claimed else {}
        spec |= {"template": template}
        kind = "Deployment"
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata(name, workload.name), "spec": spec}


def _service(workload: Workload, called: str, name: str, *, headless: bool = False) -> dict[str, Any]:
    ports = [_service_port(one) for one in workload.ports if one.protocol in ("tcp", "udp", "sctp")]
    spec = present(
        {
            "type": "ClusterIP",
            "clusterIP": "None" if headless else None,
            "selector": selector(workload.name),
            "ports": ports,
        }
    )
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(name, workload.name, called), "spec": spec}


def _service_port(port: Port) -> dict[str, Any]:
    name = port_name(port.port, port.protocol)
    return {"name": name, "port": port.port, "targetPort": port.port, "protocol": port.protocol.upper()}


def _cron_job(
    sources: Sources,
    workloads: tuple[Workload, ...],
    workload: Workload,
    job: ScheduledJob,
    relays: tuple[Forwarder, ...],
    name: str,
) -> dict[str, Any]:
    called = job.name if workload.name == job.name else f"{workload.name}-{job.name}"
    template = {
        "metadata": {"labels": pod_labels(name, workloads, workload)},
        "spec": pod(sources, workloads, workload, relays, job),
    }
    spec = present(
        {
            "schedule": times(job.schedule),
            "timeZone": zone(workload.timezone),
            "concurrencyPolicy": "Forbid",
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {"spec": {"backoffLimit": 0, "template": template}},
        }
    )
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata(name, workload.name, called[:52].rstrip("-")),
        "spec": spec,
    }


def _claims(workloads: tuple[Workload, ...], name: str) -> Iterator[dict[str, Any]]:
    together = volumes.shared(workloads)
    done: set[str] = set()
    for workload in workloads:
        for volume in workload.volumes:
            if volumes.fleeting(volume, together) or volume.name in done:
                continue
            done.add(volume.name)
            yield {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": metadata(name, workload.name, volumes.name(volume)),
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": _room(volume)}}},
            }


def _room(volume: Volume) -> str:
    """Three times what the host held, at least a gibibyte."""
    return f"{max(1, math.ceil((volume.size or 0) * 3 / _GIBIBYTE))}Gi"


# --- network --------------------------------------------------------------------------------------------------------


def _policies(workloads: tuple[Workload, ...], name: str) -> Iterator[dict[str, Any]]:
    yield _policy(name, name, "default-deny", {"podSelector": {}, "policyTypes": ["Ingress"]})
    for workload in workloads:
        rules = list(_rules(workloads, workload))
        if rules:
            spec = {
                "podSelector": {"matchLabels": selector(workload.name)},
                "policyTypes": ["Ingress"],
                "ingress": rules,
            }
            yield _policy(name, workload.name, workload.name, spec)


def _policy(project_name: str, workload: str, called: str, spec: dict[str, Any]) -> dict[str, Any]:
    made = metadata(project_name, workload, called)
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": made, "spec": spec}


def _rules(workloads: tuple[Workload, ...], workload: Workload) -> Iterator[dict[str, Any]]:
    own = {(one.port, one.protocol) for one in workload.ports}
    for client in workloads:
        couplings = [one for one in client.couplings if one.to == workload.name and one.how != "volume"]
        if couplings and client.name != workload.name:
            ports = sorted(_flow_ports(couplings, own))
            yield present(
                {"from": [{"podSelector": {"matchLabels": selector(client.name)}}], "ports": _rule_ports(ports)}
            )
    published = sorted({(one.port, one.protocol) for one in workload.ports if one.publish is not None})
    if published:
        yield {"ports": _rule_ports(published)}


def _flow_ports(couplings: list[Coupling], own: set[tuple[int, str]]) -> set[tuple[int, str]]:
    wanted = {one.port for one in couplings}
    matching = {pair for pair in own if pair[0] in wanted}
    return own if None in wanted or not matching else matching


def _rule_ports(ports: list[tuple[int, str]]) -> list[dict[str, Any]]:
    return [
        {"protocol": protocol.upper(), "port": port} for port, protocol in ports if protocol in ("tcp", "udp", "sctp")
    ]


def _ingress(sources: Sources, workloads: tuple[Workload, ...], name: str) -> dict[str, Any] | None:
    """Published HTTP sites under their names. TLS is left to the cluster: the certificates are among the secrets."""
    rules: list[dict[str, Any]] = []
    for workload in workloads:
        for port in workload.ports:
            if port.publish is not None and _speaks_http(sources, workload, port):
                rules.extend(_rule(workload, port, host) for host in _hosts(sources, workload, port) or [None])
    if not rules:
        return None
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "labels": labels(name, name)},
        "spec": {"rules": rules},
    }


def _rule(workload: Workload, port: Port, host: str | None) -> dict[str, Any]:
    service = {"name": workload.name, "port": {"number": port.port}}
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": service}}
    return present({"host": host, "http": {"paths": [path]}})


def _speaks_http(sources: Sources, workload: Workload, port: Port) -> bool:
    return port.name == "http" or bool(_sites(sources, workload, port))


def _sites(sources: Sources, workload: Workload, port: Port) -> list[Site]:
    sites = sources.snapshots[workload.host].inventory.get(Sites).sites
    return [site for site in sites if site.server == workload.kind and port.port in site.ports and not site.tls]


def _hosts(sources: Sources, workload: Workload, port: Port) -> list[str | None]:
    names = {name.lower() for site in _sites(sources, workload, port) for name in site.names}
    return [
        *sorted(name for name in names if _DNS.fullmatch(name) and not re.fullmatch(r"[\d.]+", name) and "." in name)
    ]


EMITTER = Emitter("kubernetes", emit)
