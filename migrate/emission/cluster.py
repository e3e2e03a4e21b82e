"""Every Kubernetes object that the application is made of, whatever it is written as: kustomize, a chart."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from migrate.emission import addresses, pod_security, secrets, volumes
from migrate.emission.exposure import Exposure, Route, exposure
from migrate.emission.flows import policies
from migrate.emission.forwarders import Forwarder, bases, forwarders, named
from migrate.emission.manifests import labels, metadata, port_names, present, selector, times, zone
from migrate.emission.names import migrated, project
from migrate.emission.pods import pod, pod_labels
from migrate.emitters import Sources
from migrate.model.plan import Port, ScheduledJob, Volume, Workload

_GIBIBYTE = 1 << 30
Object = dict[str, Any]
REASON = "migrate/pod-security"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A file of objects, and why it is there."""

    name: str
    because: str
    objects: tuple[Object, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """:ivar images: the names of the images of all pods."""

    project: str
    workloads: tuple[Workload, ...]
    manifests: tuple[Manifest, ...]
    exposure: Exposure
    images: tuple[str, ...]
    hidden: bool

    def every(self, *kinds: str) -> Iterator[Object]:
        return (one for file in self.manifests for one in file.objects if one["kind"] in kinds)


def cluster(sources: Sources) -> Cluster:
    """:raises InputError: the plan holds what no object can."""
    workloads = migrated(sources)
    name = project(sources)
    relays = (*forwarders(workloads), *named(workloads))
    found = exposure(sources, workloads)
    of_workloads = tuple(
        Manifest(f"{one.name}.yaml", one.because, tuple(_objects(sources, workloads, one, relays, found, name)))
        for one in workloads
    )
    levels = (
        pod_security.level(template(item)["spec"]) for file in of_workloads for item in file.objects if runs(item)
    )
    made = [Manifest("namespace.yaml", "", (_namespace(name, pod_security.weakest(levels)),)), *of_workloads]
    if claims := tuple(_claims(workloads, name)):
        made.append(Manifest("volumes.yaml", "", claims))
    why = "Nothing comes in and nothing goes out but the flows that are known."
    made.append(Manifest("network.yaml", why, tuple(policies(sources, workloads, name))))
    if found.routes:
        made.append(Manifest("ingress.yaml", "", tuple(_ingresses(sources, found.routes, name))))
    images = (*(one.name for one in workloads), *(forwarder for forwarder, _ in bases(workloads)))
    hidden = any(secrets.files(sources, one) or secrets.variables(sources, one) for one in workloads)
    return Cluster(name, workloads, tuple(made), found, images, hidden)


def runs(item: Object) -> bool:
    """Whether an object makes pods."""
    return item["kind"] in ("Deployment", "StatefulSet", "CronJob")


def template(item: Object) -> Object:
    """The template of the pods that an object makes."""
    spec = item["spec"]["jobTemplate"]["spec"] if item["kind"] == "CronJob" else item["spec"]
    found: Object = spec["template"]
    return found


def short(name: str, room: int) -> str:
    """A name of at most ``room`` characters, still its own where it had to be cut."""
    return name if len(name) <= room else f"{name[: room - 9].rstrip('-')}-{zlib.crc32(name.encode()):08x}"


def owns(workloads: tuple[Workload, ...], workload: Workload) -> bool:
    """Whether it writes state that is its own in the first place, whoever reads it too."""
    together = volumes.shared(workloads)
    written = (one for one in workload.volumes if not volumes.fleeting(one, together) and not one.read_only)
    return workload.stateful and any(volumes.keeper(workloads, one.name) == workload.name for one in written)


def _namespace(name: str, level: str) -> Object:
    """With the strictest Pod Security level that every pod meets; what is beyond `restricted` is named at apply."""
    marks = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("audit", "warn")}
    marks = {"pod-security.kubernetes.io/enforce": level, **marks}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels(name, name) | marks}}


def _objects(
    sources: Sources,
    workloads: tuple[Workload, ...],
    workload: Workload,
    relays: tuple[Forwarder, ...],
    found: Exposure,
    name: str,
) -> Iterator[Object]:
    yield {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(name, workload.name),
        "automountServiceAccountToken": False,
    }
    if workload.jobs:
        for job in workload.jobs:
            yield _cron_job(sources, workloads, workload, job, relays, name)
        return
    yield _controller(sources, workloads, workload, relays, name)
    yield from _services(workloads, workload, {one.name: ports for one, ports in found.direct}, name)
    if workload.replicas > 1:
        yield _budget(workload, name)


def _controller(
    sources: Sources, workloads: tuple[Workload, ...], workload: Workload, relays: tuple[Forwarder, ...], name: str
) -> Object:
    """A StatefulSet for what owns state; else a Deployment, replaced whole where it writes to a volume."""
    together = volumes.shared(workloads)
    writes = any(not volumes.fleeting(one, together) and not one.read_only for one in workload.volumes)
    made = _template(name, workloads, workload, pod(sources, workloads, workload, relays))
    spec: Object = {
        "replicas": workload.replicas,
        "revisionHistoryLimit": 3,
        "selector": {"matchLabels": selector(workload.name)},
    }
    if owns(workloads, workload):
        del made["spec"]["hostname"]  # a StatefulSet names its pods itself
        spec |= {"serviceName": _headless(workload), "template": made}
        kind = "StatefulSet"
    else:
        rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
        spec |= {"strategy": {"type": "Recreate"} if writes else rolling, "template": made}
        kind = "Deployment"
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata(name, workload.name), "spec": spec}


def _template(name: str, workloads: tuple[Workload, ...], workload: Workload, spec: Object) -> Object:
    """With the reason where its pods are not of the restricted level."""
    made: Object = {"labels": pod_labels(name, workloads, workload)}
    if why := pod_security.reasons(spec):
        made["annotations"] = {REASON: f"{pod_security.level(spec)}: {'; '.join(why)}"}
    return {"metadata": made, "spec": spec}


def _headless(workload: Workload) -> str:
    return short(f"{workload.name}-headless", 63)


def _services(
    workloads: tuple[Workload, ...], workload: Workload, direct: dict[str, tuple[Port, ...]], name: str
) -> Iterator[Object]:
    every = tuple(port for port in workload.ports if (port.port, port.protocol) in port_names(workload))
    if every:
        taken = {one.name for one in workloads}
        others = (one for one in workload.aliases if addresses.service(one) and one not in taken)
        for called in dict.fromkeys([workload.name, *others]):
            yield _service(workload, called, name, every, {"type": "ClusterIP"})
    if workload.name in direct:
        # Clients are seen by their own addresses, as on the host.
        given = {"type": "LoadBalancer", "externalTrafficPolicy": "Local"}
        yield _service(workload, short(f"{workload.name}-external", 63), name, direct[workload.name], given)
    if owns(workloads, workload):
        yield _service(workload, _headless(workload), name, every, {"type": "ClusterIP", "clusterIP": "None"})


def _service(workload: Workload, called: str, name: str, ports: tuple[Port, ...], given: Object) -> Object:
    names = port_names(workload)
    once = dict.fromkeys(
        (one.port, one.protocol, one.publish if given["type"] == "LoadBalancer" else None) for one in ports
    )
    listed = [
        present(
            {
                "name": names[port, protocol],
                "port": publish or port,
                "targetPort": names[port, protocol],
                "protocol": protocol.upper(),
                "appProtocol": names[port, protocol] if names[port, protocol] in ("http", "https") else None,
            }
        )
        for port, protocol, publish in once
    ]
    spec = present({**given, "selector": selector(workload.name), "ports": listed})
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(name, workload.name, called), "spec": spec}


def _budget(workload: Workload, name: str) -> Object:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(name, workload.name),
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": selector(workload.name)}},
    }


def _cron_job(
    sources: Sources,
    workloads: tuple[Workload, ...],
    workload: Workload,
    job: ScheduledJob,
    relays: tuple[Forwarder, ...],
    name: str,
) -> Object:
    called = job.name if workload.name == job.name else f"{workload.name}-{job.name}"
    made = _template(name, workloads, workload, pod(sources, workloads, workload, relays, job))
    schedule = times(job.schedule)
    spec = present(
        {
            "schedule": schedule,
            "timeZone": zone(workload.timezone),
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": _late(schedule),
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {"spec": {"backoffLimit": 0, "template": made}},
        }
    )
    made_of = metadata(name, workload.name, short(called, 52))
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": made_of, "spec": spec}


def _late(schedule: str) -> int:
    """How late a run may still start: an hour where it runs once a day or less, else before the next is due."""
    minute, hour, *_ = schedule.split()
    return 3600 if minute.isdigit() and hour.isdigit() else 600 if minute.isdigit() else 60


def _claims(workloads: tuple[Workload, ...], name: str) -> Iterator[Object]:
    """Objects of their own rather than a StatefulSet's templates: state is loaded before its workload starts."""
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
                "metadata": metadata(name, workload.name, volumes.name(volume)) | _sharers(workloads, volume),
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": _room(volume)}}},
            }


def _sharers(workloads: tuple[Workload, ...], volume: Volume) -> Object:
    names = [one.name for one in workloads if any(each.name == volume.name for each in one.volumes)]
    if len(names) < 2:
        return {}
    said = "they run on one node for it. With a class that offers ReadWriteMany, take that and drop their affinity."
    return {"annotations": {"migrate/shared-by": f"{', '.join(names)}: {said}"}}


def _room(volume: Volume) -> str:
    """Three times what the host held, at least a gibibyte."""
    return f"{max(1, math.ceil((volume.size or 0) * 3 / _GIBIBYTE))}Gi"


def _ingresses(sources: Sources, routes: tuple[Route, ...], name: str) -> Iterator[Object]:
    """One for what speaks plain HTTP behind the cluster's own TLS, one for what speaks TLS itself."""
    plain = [one for one in routes if not one.tls]
    behind = [one for one in routes if one.tls]
    if plain:
        yield _ingress(sources, plain, name, name, {})
    if behind:
        # Controllers read either the port's appProtocol or an annotation of their own.
        yield _ingress(
            sources, behind, name, short(f"{name}-tls", 63), {"nginx.ingress.kubernetes.io/backend-protocol": "HTTPS"}
        )


def _ingress(sources: Sources, routes: list[Route], project: str, called: str, notes: dict[str, str]) -> Object:
    made: Object = {"name": called, "labels": labels(project, project)}
    secure = sorted(one.host for one in routes if one.tls and one.host)
    spec = {
        "ingressClassName": sources.plan.cluster.ingress_class,
        "tls": [{"hosts": secure, "secretName": short(f"{project}-tls", 63)}] if secure else [],
        "rules": [_rule(one) for one in routes],
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": made | ({"annotations": notes} if notes else {}),
        "spec": present(spec),
    }


def _rule(route: Route) -> Object:
    service = {"name": route.workload, "port": {"number": route.port}}
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": service}}
    return present({"host": route.host, "http": {"paths": [path]}})
