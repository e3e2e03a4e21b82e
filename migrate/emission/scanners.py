"""What Checkov says of our manifests, rule by rule, and why it is so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from migrate.emission.cluster import Cluster, runs, template

_LOW = 10_000


def explained(found: Cluster) -> tuple[tuple[str, str], ...]:
    """(rules, why) for each that some object of the bundle breaks; plain text."""
    pods = [template(item)["spec"] for file in found.manifests for item in file.objects if runs(item)]
    return tuple(_all(pods)) if pods else ()


def _all(pods: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    containers = [one for pod in pods for one in pod["containers"]]
    every = [*containers, *(one for pod in pods for one in pod.get("initContainers", ()))]
    rights = [one.get("securityContext", {}) for one in every]
    yield "CKV_K8S_11", "No CPU limits: they throttle while the node idles. Requests share it out, memory is limited."
    yield (
        "CKV_K8S_43",
        ("Images go by tags until a pipeline pushed them: then set digests in the production overlay."),
    )
    yield (
        "CKV_K8S_15",
        "Tags are never pushed twice, so IfNotPresent is enough, and a registry that is away stops no pod.",
    )
    if any(0 < one.get("runAsUser", _LOW) < _LOW for one in rights):
        yield "CKV_K8S_40", "Users have the numbers of the old host: they own the files of its volumes."
    if any(one.get("runAsUser") == 0 for one in rights):
        yield "CKV_K8S_23", "Root starts what did on the host, or sets owners: an annotation of the pod says which."
    if any(one.get("capabilities", {}).get("add") for one in rights):
        yield "CKV_K8S_25", "What starts as root keeps what it changes users and owners with."
    if not all(one.get("readOnlyRootFilesystem") for one in rights):
        yield "CKV_K8S_22", "read_only_because in plan.yaml says what is written, and where."
    services = [one for one in containers if one.get("ports")]
    if any("livenessProbe" not in one for one in containers):
        yield (
            "CKV_K8S_8",
            "Jobs, relays, databases and what was never seen to answer: none may be killed for being slow.",
        )
    if any("readinessProbe" not in one for one in services) or len(services) < len(containers):
        yield "CKV_K8S_9", "Nothing is sent to what listens on no port, and a job is over when it ends."
    if any("secretKeyRef" in each.get("valueFrom", {}) for one in containers for each in one.get("env", ())):
        yield "CKV_K8S_35", "The application reads these secrets from its environment, as it did."
