"""kustomize overlays: development on one small node, production with a registry, tags, classes and all replicas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from migrate.emission.cluster import Cluster, Object, runs, short
from migrate.emission.manifests import metadata, port_names, selector
from migrate.emission.yamltext import documents, dump
from migrate.emitters import Sources
from migrate.model.bundle import BundleFile

_HEAD = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
REGISTRY = "registry.example.com"
TAG = "1.0.0"
_DEVELOPMENT = """\
# One small node: one of each, little reserved, node ports instead of load balancers and an Ingress.
#   kubectl apply -k kubernetes/overlays/development
"""
_PRODUCTION = """\
# The cluster that people use: images from a registry by tag, every replica, the cluster's own classes.
#   kubectl apply -k kubernetes/overlays/production
# `cluster` in plan.yaml has registry, tag, storage_class, ingress_class and runtime_class; or write them here.
"""


def overlays(sources: Sources, found: Cluster) -> Iterator[BundleFile]:
    yield from _development(found)
    yield from _production(sources, found)


def _file(overlay: str, name: str, text: str) -> BundleFile:
    return BundleFile(f"kubernetes/overlays/{overlay}/{name}", text.encode())


# --- development ------------------------------------------------------------------------------------------------------


def _development(found: Cluster) -> Iterator[BundleFile]:
    services = tuple(_node_services(found))
    body: Object = _HEAD | {
        "resources": ["../../base", *(["services.yaml"] if services else [])],
        "images": [{"name": f"{found.project}/{one}", "newTag": "latest"} for one in found.images],
    }
    if many := [one["metadata"]["name"] for one in found.every("Deployment", "StatefulSet") if _many(one)]:
        body["replicas"] = [{"name": name, "count": 1} for name in many]
    small = tuple(_small(item) for item in found.every("Deployment", "StatefulSet", "CronJob"))
    body["patches"] = [*([{"path": "resources.yaml"}] if small else []), *_without(found)]
    yield _file("development", "kustomization.yaml", _DEVELOPMENT + dump({k: v for k, v in body.items() if v}))
    if small:
        yield _file("development", "resources.yaml", documents(small))
    if services:
        yield _file("development", "services.yaml", documents(services))


def _many(item: Object) -> bool:
    return int(item["spec"]["replicas"]) > 1


def _small(item: Object) -> Object:
    """A patch: nearly nothing reserved; what it may use stays."""
    inside = item["spec"]["jobTemplate"]["spec"] if item["kind"] == "CronJob" else item["spec"]
    pod = inside["template"]["spec"]
    spec: Object = {"template": {"spec": {"containers": [_reserved(one) for one in pod["containers"]]}}}
    if item["kind"] == "CronJob":
        spec = {"jobTemplate": {"spec": spec}}
    name = {"name": item["metadata"]["name"]}
    return {"apiVersion": item["apiVersion"], "kind": item["kind"], "metadata": name, "spec": spec}


def _reserved(container: Object) -> Object:
    return {"name": container["name"], "resources": {"requests": {"cpu": "5m", "memory": "16Mi"}}}


def _without(found: Cluster) -> Iterator[dict[str, Any]]:
    for item in found.every("Ingress"):
        away = {"apiVersion": item["apiVersion"], "kind": "Ingress", "metadata": {"name": item["metadata"]["name"]}}
        yield {"patch": dump(away | {"$patch": "delete"})}
    for item in found.every("Service"):
        if item["spec"].get("type") == "LoadBalancer":
            target = {"kind": "Service", "name": item["metadata"]["name"]}
            yield {"target": target, "patch": dump([{"op": "replace", "path": "/spec/type", "value": "NodePort"}])}


def _node_services(found: Cluster) -> Iterator[Object]:
    """A port of the node for each port that the Ingress leads to; the name goes into the Host header."""
    ports: dict[str, list[int]] = {}
    for route in found.exposure.routes:
        if route.port not in ports.setdefault(route.workload, []):
            ports[route.workload].append(route.port)
    by_name = {one.name: one for one in found.workloads}
    for name, wanted in ports.items():
        names = port_names(by_name[name])
        listed = [
            {"name": names[port, "tcp"], "port": port, "targetPort": names[port, "tcp"], "protocol": "TCP"}
            for port in sorted(wanted)
        ]
        yield {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata(found.project, name, short(f"{name}-node", 63)),
            "spec": {"type": "NodePort", "selector": selector(name), "ports": listed},
        }


# --- production -------------------------------------------------------------------------------------------------------


def _production(sources: Sources, found: Cluster) -> Iterator[BundleFile]:
    said = sources.plan.cluster
    registry, tag = said.registry or REGISTRY, said.tag or TAG
    names = [f"{found.project}/{one}" for one in found.images]
    body: Object = _HEAD | {
        "resources": ["../../base"],
        "components": ["../../components/gateway"]
        if "gateway" in sources.plan.targets and found.exposure.routes
        else [],
        "images": [{"name": name, "newName": f"{registry}/{name}", "newTag": tag} for name in names],
        "replicas": [
            {"name": one["metadata"]["name"], "count": one["spec"]["replicas"]} for one in found.every("Deployment")
        ],
    }
    if said.storage_class and any(found.every("PersistentVolumeClaim")):
        add = [{"op": "add", "path": "/spec/storageClassName", "value": said.storage_class}]
        body["patches"] = [{"target": {"kind": "PersistentVolumeClaim"}, "patch": dump(add)}]
    text = _PRODUCTION + _secure(found) + dump({key: value for key, value in body.items() if value})
    yield _file("production", "kustomization.yaml", text)


def _secure(found: Cluster) -> str:
    """What TLS needs, as comments."""
    named = [item for item in found.every("Ingress") if item["spec"].get("tls")]
    if not found.exposure.routes:
        return ""
    if named:
        secret = named[0]["spec"]["tls"][0]["secretName"]
        return (
            f"# TLS: the Ingress reads the Secret {secret}:\n"
            f"#   kubectl -n {found.project} create secret tls {secret} --cert=FILE --key=FILE    # or cert-manager's\n"
        )
    return (
        "# The old server spoke plain HTTP: TLS is one `tls` entry of the Ingress with a Secret, or cert-manager's.\n"
    )


def names_of(found: Cluster) -> tuple[str, ...]:
    """Objects with pods, by kind and name."""
    return tuple(
        f"{one['kind']}/{one['metadata']['name']}" for file in found.manifests for one in file.objects if runs(one)
    )
