"""Volumes and secrets in a pod, with the owners and modes that the old machine had."""

from __future__ import annotations

from typing import Any

from migrate.emission import secrets, volumes
from migrate.emission.manifests import present
from migrate.emission.names import image
from migrate.emission.text import mebibytes
from migrate.emitters import Sources
from migrate.errors import InputError
from migrate.model.plan import Volume, Workload
from migrate.quoting import shell


def prepared(sources: Sources, workloads: tuple[Workload, ...], workload: Workload) -> bool:
    """Whether an init container has to set owners: of volumes, or of secrets that are not root's."""
    kept = any(not volumes.fleeting(volume, volumes.shared(workloads)) for volume in workload.volumes)
    owned = any((one.uid, one.gid) != (0, 0) for one in secrets.files(sources, workload))
    return kept or owned


def prepare(sources: Sources, workloads: tuple[Workload, ...], workload: Workload) -> dict[str, Any]:
    """As Docker does with a new named volume: the image's files and owners; and secrets with their own owners."""
    together = volumes.shared(workloads)
    lines = ["set -eu"]
    mounted: list[dict[str, Any]] = []
    for volume in workload.volumes:
        if not volumes.fleeting(volume, together):
            place = f"/volumes/{volumes.name(volume)}"
            mounted.append({"name": f"volume-{volumes.name(volume)}", "mountPath": place})
            keeper = volumes.keeper(workloads, volume.name) == workload.name
            lines += _fill(volume, place) if keeper else [f"until [ -d {place}/state ]; do sleep 1; done"]
    files = secrets.files(sources, workload)
    if files:
        mounted += [
            {"name": "secrets", "mountPath": "/secrets", "readOnly": True},
            {"name": "owned", "mountPath": "/owned"},
        ]
    for one in files:
        lines += [
            f"cp /secrets/{one.name} /owned/{one.name}",
            f"chown {one.uid}:{one.gid} /owned/{one.name}",
            f"chmod {one.mode:04o} /owned/{one.name}",
        ]
    return {
        "name": "prepare",
        "image": image(sources, workload.name),
        "imagePullPolicy": "IfNotPresent",
        "command": ["/bin/sh", "-c", "\n".join(lines) + "\n"],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
        "securityContext": {
            "runAsUser": 0,
            "runAsGroup": 0,
            "runAsNonRoot": False,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"], "add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"]},
        },
        "volumeMounts": mounted,
    }


def _fill(volume: Volume, place: str) -> list[str]:
    return [
        f"if [ ! -d {place}/state ]; then",
        f"  new=$(mktemp -d {place}/.state.XXXXXX)",
        f'  if [ -d {shell(volume.path)} ]; then cp -a {shell(volume.path + "/.")} "$new/"; fi',
        f'  chown {volume.uid}:{volume.gid} "$new"',
        f'  chmod {volume.mode & 0o7777:04o} "$new"',
        f'  mv "$new" {place}/state',
        "fi",
    ]


def mounts(sources: Sources, workloads: tuple[Workload, ...], workload: Workload) -> list[dict[str, Any]]:
    together = volumes.shared(workloads)
    found = []
    for volume in workload.volumes:
        sub = {} if volumes.fleeting(volume, together) else {"subPath": "state"}
        read_only = {"readOnly": True} if volume.read_only else {}
        name = f"volume-{volumes.name(volume)}"
        found.append({"name": name, "mountPath": _path(workload, volume.path), **sub, **read_only})
    source = "owned" if prepared(sources, workloads, workload) else "secrets"
    found += [
        {"name": source, "mountPath": _path(workload, one.path), "subPath": one.name, "readOnly": True}
        for one in secrets.files(sources, workload)
    ]
    return found


def _path(workload: Workload, path: str) -> str:
    if ":" in path:
        raise InputError(f"plan.yaml: {workload.name}: Kubernetes can't mount {path!r}: it holds a colon")
    return path


def pod_volumes(sources: Sources, workloads: tuple[Workload, ...], workload: Workload) -> list[dict[str, Any]]:
    found = [_volume(workloads, volume) for volume in workload.volumes]
    files = secrets.files(sources, workload)
    if files:
        items = [{"key": one.name, "path": one.name, "mode": one.mode} for one in files]
        found.append(
            {
                "name": "secrets",
                "secret": {"secretName": f"{workload.name}-secrets", "defaultMode": 0o400, "items": items},
            }
        )
        if prepared(sources, workloads, workload):
            found.append({"name": "owned", "emptyDir": {"medium": "Memory"}})
    return found


def _volume(workloads: tuple[Workload, ...], volume: Volume) -> dict[str, Any]:
    name = f"volume-{volumes.name(volume)}"
    if volumes.fleeting(volume, volumes.shared(workloads)):
        limit = {"sizeLimit": f"{mebibytes(volume.size)}Mi"} if volume.size else {}
        return {"name": name, "emptyDir": limit if volume.kind == "temporary" else {"medium": "Memory"}}
    return {"name": name, "persistentVolumeClaim": present({"claimName": volumes.name(volume)})}
