"""generated/kubernetes/components/gateway: a Gateway and routes in the place of the Ingress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from migrate.emission.cluster import Cluster, Object, cluster, short
from migrate.emission.exposure import Route
from migrate.emission.manifests import labels, metadata, present
from migrate.emission.yamltext import documents, dump
from migrate.emitters import About, Emitter, Sources
from migrate.model.bundle import BundleFile

_PLACE = "kubernetes/components/gateway"
_CLASS = "example"
_HTTP, _TLS = ("v1", "HTTPRoute", "http"), ("v1alpha2", "TLSRoute", "tls")
_TO_TLS = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}
_MOST = 16
"""Names that a route can have."""


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    found = cluster(sources)
    routes = found.exposure.routes
    if not routes:
        return ()
    files = {
        "gateway.yaml": documents((_gateway(sources, found, routes),)),
        "routes.yaml": documents(tuple(_routes(found, routes))),
    }
    away = [{"patch": dump(_name_of(item) | {"$patch": "delete"})} for item in found.every("Ingress")]
    body = present(
        {
            "apiVersion": "kustomize.config.k8s.io/v1alpha1",
            "kind": "Component",
            "resources": list(files),
            "patches": away,
        }
    )
    files["kustomization.yaml"] = dump(body)
    return tuple(BundleFile(f"{_PLACE}/{name}", text.encode()) for name, text in files.items())


def _name_of(item: Object) -> Object:
    return {"apiVersion": item["apiVersion"], "kind": item["kind"], "metadata": {"name": item["metadata"]["name"]}}


def _gateway(sources: Sources, found: Cluster, routes: Iterable[Route]) -> Object:
    """Port 80 for everybody; 443 is handed on as it is to what has the certificate itself."""
    here = {"namespaces": {"from": "Same"}}
    listeners: list[dict[str, Any]] = [{"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": here}]
    if any(one.tls for one in routes):
        through = {"mode": "Passthrough"}
        listeners.append({"name": "tls", "port": 443, "protocol": "TLS", "tls": through, "allowedRoutes": here})
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": found.project, "labels": labels(found.project, found.project)},
        "spec": {"gatewayClassName": sources.plan.cluster.gateway_class or _CLASS, "listeners": listeners},
    }


def _routes(found: Cluster, routes: Iterable[Route]) -> Iterator[Object]:
    """One for each port, with all the names that lead there."""
    names: dict[tuple[str, int, bool], list[str]] = {}
    for one in routes:
        said = names.setdefault((one.workload, one.port, one.tls), [])
        said.extend([one.host] if one.host else [])
    for (workload, port, tls), hosts in names.items():
        for start in range(0, max(1, len(hosts)), _MOST):
            called = f"{workload}-{port}" + (f"-{start // _MOST + 1}" if start else "")
            some = hosts[start : start + _MOST]
            rule: dict[str, Any] = {"backendRefs": [{"name": workload, "port": port}]}
            yield _made(found, workload, called, _TLS if tls else _HTTP, some, rule)
            if tls:
                yield _made(found, workload, f"{called}-redirect", _HTTP, some, {"filters": [_TO_TLS]})


def _made(
    found: Cluster, workload: str, called: str, kind: tuple[str, str, str], hosts: list[str], rule: dict[str, Any]
) -> Object:
    version, name, listener = kind
    spec = {"parentRefs": [{"name": found.project, "sectionName": listener}], "hostnames": hosts, "rules": [rule]}
    return {
        "apiVersion": f"gateway.networking.k8s.io/{version}",
        "kind": name,
        "metadata": metadata(found.project, workload, short(called, 63)),
        "spec": present(spec),
    }


def about(sources: Sources) -> About:
    found = cluster(sources)
    if not found.exposure.routes:
        return About("The Gateway API", "Nothing of this bundle is a web site: there are no routes.\n")
    how = f"""\
`{_PLACE}` is a kustomize component that puts a Gateway and its routes in the place of the Ingress;
`overlays/production` has it. `gateway_class` under `cluster` in plan.yaml names the class of the Gateway.
"""
    direct = [f"{one.name} ({', '.join(str(port.port) for port in ports)})" for one, ports in found.exposure.direct]
    missing = [f"No route leads to what is no web site: {', '.join(direct)} stay load balancers."] if direct else []
    if any(one.tls for one in found.exposure.routes):
        missing.append("A TLSRoute is of the Gateway API's experimental channel.")
    return About("The Gateway API", how, tuple(missing))


EMITTER = Emitter("gateway", emit, on_request=True, about=about)
