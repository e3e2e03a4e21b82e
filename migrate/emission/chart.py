"""A Helm chart of the cluster's objects: the same YAML, with values where people change things.

What comes from a host may hold ``{{``: it is escaped, so that Helm prints it as it is.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from migrate.emission.cluster import Cluster, Object, runs, template
from migrate.emission.yamltext import comment, dump
from migrate.quoting import exec_form

_SWITCHES = {"Ingress": "ingress", "NetworkPolicy": "networkPolicy"}
"""Kinds that a value can leave out."""


@dataclass(slots=True)
class _Marks:
    """Words that stand for pieces of template until the YAML is written; ``word`` occurs nowhere in it."""

    word: str
    pieces: list[tuple[str, str]] = field(default_factory=list)

    def put(self, how: str, expression: str) -> str:
        """:param how: value, block (a mapping or list), line or lines (the same, left out where empty)."""
        self.pieces.append((how, expression))
        return f"{self.word}{len(self.pieces) - 1}x"

    def filled(self, text: str) -> str:
        """``text`` with the pieces of template, and all else such that Helm prints it as it is."""
        escaped = text.replace("{{", '{{ "{{" }}')
        line = re.compile(rf'^( *)([\w./-]+): "?{self.word}(\d+)x"?$', re.MULTILINE)
        return line.sub(lambda found: self._line(found[1], found[2], int(found[3])), escaped)

    def _line(self, indent: str, key: str, number: int) -> str:
        how, expression = self.pieces[number]
        deep = len(indent) + 2
        if how == "value":
            return f"{indent}{key}: {{{{ {expression} }}}}"
        if how == "block":
            return f"{indent}{key}:\n{indent}  {{{{- toYaml {expression} | nindent {deep} }}}}"
        inside = "{{ . | quote }}" if how == "line" else f"\n{indent}  {{{{- toYaml . | nindent {deep} }}}}"
        return f"{indent}{{{{- with {expression} }}}}\n{indent}{key}: {inside}\n{indent}{{{{- end }}}}".replace(
            ": \n", ":\n"
        )


def templates(found: Cluster) -> Iterator[tuple[str, str]]:
    """(name, text) of each file of the chart's templates."""
    word = _word(found)
    for file in found.manifests:
        if file.name != "namespace.yaml":
            text = comment(file.because).replace("{{", '{{ "{{" }}')
            yield file.name, text + "---\n".join(_one(found, item, _Marks(word)) for item in file.objects)


def _word(found: Cluster) -> str:
    """A word that is in no object."""
    text = "".join(dump(item) for file in found.manifests for item in file.objects)
    return next(word for number in range(10**6) if (word := f"value{number}of") not in text)


def _one(found: Cluster, item: Object, marks: _Marks) -> str:
    made = copy.deepcopy(item)
    made["metadata"]["labels"]["app.kubernetes.io/managed-by"] = marks.put("value", "$.Release.Service | quote")
    if runs(made):
        _running(found, made, marks)
    if made["kind"] == "PersistentVolumeClaim":
        name = f"(index $.Values.volumes {exec_form((made['metadata']['name'],))[1:-1]})"
        made["spec"]["resources"]["requests"]["storage"] = marks.put("value", f"{name}.size | quote")
        made["spec"]["storageClassName"] = marks.put("line", f"({name}.storageClass | default $.Values.storageClass)")
    if made["kind"] == "Ingress":
        made["spec"]["ingressClassName"] = marks.put("line", "$.Values.ingress.className")
    text = marks.filled(dump(made))
    switch = _SWITCHES.get(made["kind"])
    return f"{{{{- if .Values.{switch}.enabled }}}}\n{text}{{{{- end }}}}\n" if switch else text


def _running(found: Cluster, made: Object, marks: _Marks) -> None:
    inside = template(made)
    inside["metadata"]["labels"]["app.kubernetes.io/managed-by"] = marks.put("value", "$.Release.Service | quote")
    pod = inside["spec"]
    own = f'(index $.Values.workloads "{_workload(made)}")'
    for container in (*pod.get("initContainers", ()), *pod["containers"]):
        container["image"] = marks.put(
            "value", f'include "migrate.image" (list $ "{_image(found, container)}") | quote'
        )
        container["imagePullPolicy"] = marks.put("value", "$.Values.image.pullPolicy | quote")
        if container["name"] == _workload(made):
            container["resources"] = marks.put("block", f"{own}.resources")
    pod["runtimeClassName"] = marks.put("line", f"({own}.runtimeClassName | default $.Values.runtimeClassName)")
    pod["imagePullSecrets"] = marks.put("lines", "$.Values.image.pullSecrets")
    pod["nodeSelector"] = marks.put("lines", f"{own}.nodeSelector")
    pod["tolerations"] = marks.put("lines", f"{own}.tolerations")
    if "replicas" in made["spec"]:
        made["spec"]["replicas"] = marks.put("value", f"{own}.replicas")
    if made["kind"] == "CronJob":
        made["spec"]["suspend"] = marks.put("value", f"{own}.suspend")


def _workload(item: Object) -> str:
    return str(item["metadata"]["labels"]["app.kubernetes.io/instance"])


def _image(found: Cluster, container: Object) -> str:
    return str(container["image"]).removeprefix(f"{found.project}/")


# --- values -----------------------------------------------------------------------------------------------------------


def values(found: Cluster, given: Any) -> dict[str, Any]:
    """The defaults. :param given: the plan's settings of the cluster."""
    return {
        "image": {
            "registry": given.registry or "",
            "tag": given.tag or "latest",
            "pullPolicy": "IfNotPresent",
            "pullSecrets": [],
        },
        "images": {one: {"repository": f"{found.project}/{one}", "tag": ""} for one in found.images},
        "runtimeClassName": given.runtime_class or "",
        "storageClass": given.storage_class or "",
        "ingress": {"enabled": True, "className": given.ingress_class or ""},
        "networkPolicy": {"enabled": True},
        "workloads": {_workload(item): _settings(item) for item in found.every("Deployment", "StatefulSet", "CronJob")},
        "volumes": {
            item["metadata"]["name"]: {"size": item["spec"]["resources"]["requests"]["storage"], "storageClass": ""}
            for item in found.every("PersistentVolumeClaim")
        },
    }


def _settings(item: Object) -> dict[str, Any]:
    pod = template(item)["spec"]
    own = next(one for one in pod["containers"] if one["name"] == _workload(item))
    often = {"suspend": False} if item["kind"] == "CronJob" else {"replicas": item["spec"]["replicas"]}
    common = {"runtimeClassName": "", "nodeSelector": {}, "tolerations": []}
    return {**often, "resources": own.get("resources", {}), **common}


def schema(found: Cluster, given: Any) -> dict[str, Any]:
    """values.schema.json: every value by its type, and nothing else."""
    said = values(found, given)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Values of {found.project}",
        **_typed("", said),
    }


_OPEN = frozenset(("resources", "nodeSelector", "tolerations", "pullSecrets"))
_PATTERNS = {
    "size": r"^[0-9]+(\.[0-9]+)?([KMGTPE]i?)?$",
    "tag": r"^$|^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
}


def _typed(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer", "minimum": 0}
    if isinstance(value, list):
        return {"type": "array", "items": {"type": "object"}}
    if isinstance(value, dict) and name in _OPEN:
        return {"type": "object"}
    if isinstance(value, dict):
        inside = {key: _typed(key, one) for key, one in value.items()}
        more: Any = {"global": {"type": "object"}} if not name else {}
        return {"type": "object", "additionalProperties": False, "properties": inside | more}
    if name == "pullPolicy":
        return {"type": "string", "enum": ["Always", "IfNotPresent", "Never"]}
    return {"type": "string", **({"pattern": _PATTERNS[name]} if name in _PATTERNS else {})}
