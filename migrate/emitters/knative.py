"""generated/knative: services of Knative, which Cloud Run takes as well, for what answers HTTP and keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from migrate.emission import health, secrets, volumes
from migrate.emission.forwarders import Forwarder, forwarders
from migrate.emission.manifests import labels, present, probes, resources
from migrate.emission.names import image, migrated, project
from migrate.emission.overlays import REGISTRY, TAG
from migrate.emission.yamltext import comment, dump
from migrate.emitters import About, Emitter, Sources
from migrate.model.bundle import BundleFile
from migrate.model.plan import Port, Workload

_FIELDS = (
    "spec/template/spec/volumes/secret/secretName",
    "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
)
_SECONDS = 300
_HOW = """\
For workloads that answer HTTP on one port and keep nothing: {names}. Push their images, then

    kubectl apply -k knative/                        # in the namespace {project}; the rest by kubernetes/ beside it
    kubectl kustomize knative/ >services.yaml        # what Cloud Run takes, one service of it at a time:
    gcloud run services replace {first}.yaml

`cluster` in plan.yaml names the registry and the tag. One instance is kept running, so that no visitor waits for a
start; `min-scale: "0"` saves that. To roll back, send the traffic to the former revision:
`kn service update {first} --traffic {first}-00001=100`, or `gcloud run services update-traffic {first}
--to-revisions {first}-00001-abc=100`."""
_NONE = "No workload of this bundle answers HTTP on one port and keeps nothing: there is no service to write."


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    workloads = migrated(sources)
    relays = forwarders(workloads)
    fitting = list(_fitting(workloads))
    files = [
        BundleFile(
            f"knative/{one.name}.yaml", (comment(one.because) + dump(_service(sources, one, port, relays))).encode()
        )
        for one, port in fitting
    ]
    return (*files, *_kustomization(sources, [one for one, _ in fitting], relays)) if files else ()


def _kustomization(
    sources: Sources, fitting: list[Workload], relays: tuple[Forwarder, ...]
) -> tuple[BundleFile, BundleFile]:
    """Where images are, and which fields name Secrets: kustomize knows neither of these services by itself."""
    names = [one.name for one in fitting]
    used = dict.fromkeys((*names, *(one.image for one in relays if one.beside in names)))
    registry, tag = sources.plan.cluster.registry or REGISTRY, sources.plan.cluster.tag or TAG
    images = [
        {"name": image(sources, one), "newName": f"{registry}/{image(sources, one)}", "newTag": tag} for one in used
    ]
    hidden = any(secrets.names(sources, one) for one in fitting)
    body = present(
        {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": project(sources),
            "resources": [*(f"{one}.yaml" for one in names), *(["../secrets"] if hidden else [])],
            "configurations": ["fields.yaml"],
            "images": images,
        }
    )
    service = {"group": "serving.knative.dev", "version": "v1", "kind": "Service"}
    fields = {
        "nameReference": [
            {"kind": "Secret", "version": "v1", "fieldSpecs": [{**service, "path": path} for path in _FIELDS]}
        ],
        "images": [{**service, "path": "spec/template/spec/containers[]/image"}],
    }
    return (
        BundleFile("knative/kustomization.yaml", dump(body).encode()),
        BundleFile("knative/fields.yaml", dump(fields).encode()),
    )


def _fitting(workloads: tuple[Workload, ...]) -> Iterator[tuple[Workload, Port]]:
    together = volumes.shared(workloads)
    for workload in workloads:
        port = _http(workload)
        if port is not None and not list(_against(workload, together)):
            yield workload, port


def _http(workload: Workload) -> Port | None:
    """The one port that is asked: that of the health check, else the first that speaks HTTP."""
    asked = workload.health.port if workload.health and workload.health.kind == "http" else None
    open_ = [one for one in workload.ports if one.protocol == "tcp" and not health.local_only(workload, one.port)]
    speaking = [one for one in open_ if one.name == "http" or one.port == asked]
    return min(speaking, key=lambda one: (one.port != asked, one.publish is None, one.port), default=None)


def _against(workload: Workload, together: frozenset[str]) -> Iterator[str]:
    """Why the workload can't be such a service."""
    if workload.jobs:
        yield "it is a set of jobs: Cloud Run jobs with Cloud Scheduler, or CronJobs of kubernetes/"
        return
    if _http(workload) is None:
        yield "it does not answer HTTP"
    for volume in workload.volumes:
        if volume.name in together:
            yield f"it shares {volume.path} with another workload"
        elif volumes.lasting(volume, together) and not volume.read_only:
            yield f"it keeps state in {volume.path}"
    if any(one.protocol == "udp" for one in workload.ports):
        yield "it listens on UDP"
    if workload.privileges and set(workload.privileges) - {"NET_BIND_SERVICE"}:
        yield f"it needs {', '.join(workload.privileges)}"


def _service(sources: Sources, workload: Workload, port: Port, relays: tuple[Forwarder, ...]) -> dict[str, Any]:
    scale = {"autoscaling.knative.dev/min-scale": "1"}
    if workload.breaks_at_two:
        scale |= {"autoscaling.knative.dev/max-scale": "1"}
    beside = [_relay(sources, one) for one in relays if one.beside == workload.name]
    kept = secrets.files(sources, workload)
    spec = present(
        {
            "containerConcurrency": 0,
            "timeoutSeconds": _SECONDS,
            "enableServiceLinks": False,
            "containers": [_container(sources, workload, port), *beside],
            "volumes": [
                {
                    "name": "secrets",
                    "secret": {
                        "secretName": f"{workload.name}-secrets",
                        "items": [{"key": one.name, "path": one.name, "mode": one.mode | 0o440} for one in kept],
                    },
                }
            ]
            if kept
            else [],
        }
    )
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {"name": workload.name, "labels": labels(project(sources), workload.name)},
        "spec": {
            "template": {
                "metadata": {"labels": labels(project(sources), workload.name), "annotations": scale},
                "spec": spec,
            }
        },
    }


def _container(sources: Sources, workload: Workload, port: Port) -> dict[str, Any]:
    checks = probes(workload)
    return present(
        {
            "name": workload.name,
            "image": image(sources, workload.name),
            "ports": [{"name": "http1", "containerPort": port.port}],
            "env": [
                {
                    "name": one.name,
                    "valueFrom": {"secretKeyRef": {"name": f"{workload.name}-secrets", "key": one.file}},
                }
                for one in secrets.variables(sources, workload)
            ],
            "startupProbe": _probe(checks.get("startupProbe"), port),
            "livenessProbe": _probe(checks.get("livenessProbe"), port),
            "resources": _limits(workload),
            "volumeMounts": [
                {"name": "secrets", "mountPath": one.path, "subPath": one.name, "readOnly": True}
                for one in secrets.files(sources, workload)
            ],
        }
    )


def _probe(check: dict[str, Any] | None, port: Port) -> dict[str, Any] | None:
    """What Knative takes: requests and connections to the service's own port."""
    action = next((check[one] for one in ("httpGet", "tcpSocket") if check and one in check), None)
    return check if action and action.get("port") == port.port else None


def _limits(workload: Workload) -> dict[str, Any]:
    """Cloud Run asks for a whole core at least, as it counts requests beside one another."""
    asked = resources(workload)
    return asked | {"limits": {"cpu": "1", **asked.get("limits", {"memory": "512Mi"})}}


def _relay(sources: Sources, relay: Forwarder) -> dict[str, Any]:
    return {
        "name": relay.name,
        "image": image(sources, relay.image),
        "args": [one.replace("$(", "$$(") for one in relay.command],
        "resources": {"limits": {"memory": "64Mi"}},
    }


def about(sources: Sources) -> About:
    workloads = migrated(sources)
    fitting = [one for one, _ in _fitting(workloads)]
    how = (
        _HOW.format(names=", ".join(one.name for one in fitting), first=fitting[0].name, project=project(sources))
        if fitting
        else _NONE
    )
    return About("Knative and Cloud Run", how, tuple(_missing(sources, workloads, fitting)))


def _missing(sources: Sources, workloads: tuple[Workload, ...], fitting: list[Workload]) -> Iterator[str]:
    together = volumes.shared(workloads)
    yield "Nothing of this was sent to Knative or Cloud Run."
    for workload in workloads:
        why = list(dict.fromkeys(_against(workload, together)))
        if why:
            yield f"{workload.name} has no service of Knative: {'; '.join(why)}."
    for workload in fitting:
        yield f"{workload.name} is in kubernetes/ under the same name: leave {workload.name}.yaml out there."
        port = _http(workload)
        others = [f"{one.port}/{one.protocol}" for one in workload.ports if port and one.port != port.port]
        if others:
            yield f"{workload.name} listens on {', '.join(others)} as well: a service of Knative has one port."
        if secrets.files(sources, workload):
            yield f"{workload.name} mounts single files of secrets, which Cloud Run does not: it mounts folders."
        needed = sorted({one.to for one in workload.couplings if one.to})
        if needed:
            yield f"{workload.name} needs {', '.join(needed)} under that name: on Cloud Run by way of the VPC's DNS."


EMITTER = Emitter("knative", emit, on_request=True, about=about)
