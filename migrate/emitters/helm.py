"""generated/helm: the objects of the kustomize base as a Helm chart, with values and their schema."""

from __future__ import annotations

import json

from migrate.emission import secrets
from migrate.emission.chart import schema, templates, values
from migrate.emission.cluster import Cluster, cluster
from migrate.emission.names import project
from migrate.emission.yamltext import dump
from migrate.emitters import About, Emitter, Sources
from migrate.model.bundle import BundleFile

_VALUES = """\
# What people change of the chart; values.schema.json says what each may be. Secrets are not here: see README.md.
"""
_IMAGE = """\
{{/* The image of a name in .Values.images: its own tag, or that of all. */}}
{{- define "migrate.image" -}}
{{- $all := (index . 0).Values.image -}}
{{- $one := index (index . 0).Values.images (index . 1) -}}
{{- if $all.registry }}{{ $all.registry }}/{{ end }}{{ $one.repository }}:{{ $one.tag | default $all.tag }}
{{- end }}
"""


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    found = cluster(sources)
    place = f"helm/{found.project}"
    head = {
        "apiVersion": "v2",
        "name": found.project,
        "description": f"The applications of {found.project}, migrated",
        "type": "application",
        "version": "1.0.0",
        "appVersion": sources.plan.cluster.tag or "latest",
        "kubeVersion": ">=1.25.0-0",
    }
    said = sources.plan.cluster
    files = {
        "Chart.yaml": dump(head),
        "values.yaml": _VALUES + dump(values(found, said)),
        "values.schema.json": json.dumps(schema(found, said), indent=2) + "\n",
        "templates/_helpers.tpl": _IMAGE,
        **{f"templates/{name}": text for name, text in templates(found)},
    }
    return tuple(BundleFile(f"{place}/{name}", text.encode()) for name, text in files.items())


def about(sources: Sources) -> About:
    name = project(sources)
    found = cluster(sources)
    level = next(found.every("Namespace"))["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
    how = f"""\
    kubectl create namespace {name}
    kubectl label namespace {name} pod-security.kubernetes.io/enforce={level}
{_secrets(sources, found)}\
    helm install {name} helm/{name} --namespace {name} --set image.registry=registry.example.com --set image.tag=1.0.0

The chart makes the objects of `kubernetes/base`, less the namespace and the Secrets.
"""
    return About("Run it on Kubernetes with Helm", how)


def _secrets(sources: Sources, found: Cluster) -> str:
    """Commands that make the Secrets from their files; all names are of letters, digits, dots and dashes."""
    lines = []
    for one in found.workloads:
        names = [file.name for file in secrets.files(sources, one)]
        names += [variable.file for variable in secrets.variables(sources, one)]
        if names:
            files = " ".join(f"--from-file={file}=secrets/{one.name}/{file}" for file in names)
            lines.append(f"    kubectl -n {found.project} create secret generic {one.name}-secrets {files}\n")
    return "".join(lines)


EMITTER = Emitter("helm", emit, on_request=True, about=about)
