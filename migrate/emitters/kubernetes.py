"""generated/kubernetes: a kustomize base with an object for each thing of the application, and overlays."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.emission.cluster import Cluster, Manifest, cluster
from migrate.emission.flows import by_name
from migrate.emission.markdown import plain
from migrate.emission.overlays import REGISTRY, overlays
from migrate.emission.scanners import explained
from migrate.emission.yamltext import comment, documents, dump
from migrate.emitters import About, Emitter, Sources
from migrate.model.bundle import BundleFile

_BASE = "kubernetes/base"


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    found = cluster(sources)
    files = [BundleFile(f"{_BASE}/{one.name}", _text(one)) for one in found.manifests]
    return (*files, _kustomization(found), *overlays(sources, found))


def _text(file: Manifest) -> bytes:
    return (comment(file.because) + documents(file.objects)).encode()


def _kustomization(found: Cluster) -> BundleFile:
    body = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": found.project,
        "resources": [*(one.name for one in found.manifests), *(["../../secrets"] if found.hidden else [])],
    }
    return BundleFile(f"{_BASE}/kustomization.yaml", dump(body).encode())


def about(sources: Sources) -> About:
    found = cluster(sources)
    how = f"""\
    docker compose build                                   # then push the images where the cluster finds them
    kubectl apply -k kubernetes/overlays/development       # one small node; or overlays/production, or base as it is

Everything is in the namespace `{found.project}`, at the Pod Security level that its labels say; where a pod is not
`restricted`, an annotation says why. `overlays/production` takes images from
`{sources.plan.cluster.registry or REGISTRY}`: `cluster` in plan.yaml changes that,
the tag, and the classes of storage, Ingress and sandbox (`runtime_class: gvisor`).
"""
    rows = "".join(f"| {rules} | {plain(why)} |\n" for rules, why in explained(found))
    if rows:
        how += f"\nWhat Checkov says of these manifests:\n\n| rule | why |\n| --- | --- |\n{rows}"
    return About("Run it on Kubernetes", how, tuple(_missing(sources, found)))


def _missing(sources: Sources, found: Cluster) -> Iterator[str]:
    for one in by_name(sources, found.workloads):
        yield f"The network policies open a port to every address for what is known by name alone: {one}."
    entries = (each for one in found.every("Ingress") for each in one["spec"].get("tls", ()))
    for secret in dict.fromkeys(each["secretName"] for each in entries):
        yield f"The Ingress needs the certificate of the sites that served HTTPS, as a Secret called {secret}."
    ordinal = [one["metadata"]["name"] for one in found.every("StatefulSet")]
    if ordinal:
        yield f"A StatefulSet names its pods itself (…-0), so {', '.join(ordinal)} do not see the old host's name."


EMITTER = Emitter("kubernetes", emit, about=about)
