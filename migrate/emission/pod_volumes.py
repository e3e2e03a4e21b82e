"""Volumes and secrets in a pod, with the owners and modes that the old machine had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from migrate.emission import scratch, secrets, volumes
from migrate.emission.accounts import Identity
from migrate.emission.manifests import present, restricted
from migrate.emission.names import image
from migrate.emission.text import mebibytes
from migrate.emission.tree import chosen
from migrate.emitters import Sources
from migrate.errors import InputError
from migrate.model.plan import Volume, Workload
from migrate.quoting import shell

ROOT = (0, 0)


@dataclass(slots=True)
class _Preparation:
    """What one owner's init container does before the workload starts."""

    lines: list[str] = field(default_factory=lambda: ["set -eu"])
    mounts: list[dict[str, Any]] = field(default_factory=list)

    def mount(self, name: str, path: str, *, read_only: bool = False) -> None:
        wanted = {"name": name, "mountPath": path, **({"readOnly": True} if read_only else {})}
        if wanted not in self.mounts:
            self.mounts.append(wanted)


def group(workloads: tuple[Workload, ...], workload: Workload, identity: Identity) -> int | None:
    """The pod's fsGroup. Pods that share volumes name the same one: each would take them from the others."""
    sharers = _sharers(workloads, workload)
    if len(sharers) == 1:
        return None if identity.root else identity.gid
    together = volumes.shared(workloads)
    kept = [one for other in sharers for one in other.volumes if one.name in together and not _fleeting(workloads, one)]
    ids = Counter(one.gid for one in kept if one.gid) or Counter(one.uid for one in kept if one.uid)
    return min(ids, key=lambda gid: (-ids[gid], gid)) if ids else None


def _sharers(workloads: tuple[Workload, ...], workload: Workload) -> list[Workload]:
    """The workload, those that share a volume with it, those that share one with them, and so on."""
    found = [workload]
    for one in found:
        kept = {volume.name for volume in one.volumes if not _fleeting(workloads, volume)}
        found += [other for other in workloads if other not in found and kept & {x.name for x in other.volumes}]
    return found


def _fleeting(workloads: tuple[Workload, ...], volume: Volume) -> bool:
    return volumes.fleeting(volume, volumes.shared(workloads))


def prepare(
    sources: Sources, workloads: tuple[Workload, ...], workload: Workload, identity: Identity
) -> list[dict[str, Any]]:
    """As Docker does with a new named volume: the image's files and owners; and secrets with their own owners.

    What belongs to a user is made by that user: root has to only where something is root's, or the workload is.
    """
    made: dict[tuple[int, int], _Preparation] = {}
    group_id = group(workloads, workload, identity)
    for volume in workload.volumes:
        if not _fleeting(workloads, volume):
            keeps = volumes.keeper(workloads, volume.name) == workload.name
            owner = _owner(sources, workload, volume, identity) if keeps else (identity.uid, identity.gid)
            _volume_lines(workload, made.setdefault(owner, _Preparation()), volume, owner, keeps=keeps)
    for one in secrets.files(sources, workload):
        if not _as_mounted(one, group_id):
            owner = ROOT if identity.root or not one.uid else (one.uid, one.gid)
            _secret_lines(made.setdefault(owner, _Preparation()), one, owner)
    return [_container(sources, workload, owner, one, len(made)) for owner, one in sorted(made.items())]


def _owner(sources: Sources, workload: Workload, volume: Volume, identity: Identity) -> tuple[int, int]:
    """Who can make the volume: its owner, unless what the image has there is others' too."""
    below = (entry for entry in chosen(sources, workload) if entry.path.startswith(volume.path.rstrip("/") + "/"))
    others = any(entry.uid != volume.uid for entry in below)
    return ROOT if identity.root or not volume.uid or others else (volume.uid, volume.gid)


def _as_mounted(one: secrets.SecretFile, group_id: int | None) -> bool:
    """Whether a Secret's own mount gives the file its owner and group: root, and the pod's group."""
    return one.uid == 0 and one.gid in (0, group_id)


def _volume_lines(
    workload: Workload, made: _Preparation, volume: Volume, owner: tuple[int, int], *, keeps: bool
) -> None:
    place = f"/volumes/{volumes.name(volume)}"
    made.mount(f"volume-{volumes.name(volume)}", place)
    if not keeps:
        made.lines.append(f"until [ -d {place}/state ]; do sleep 1; done")
        return
    owned = f"chown {volume.uid}:{volume.gid}" if owner == ROOT else f"chgrp {volume.gid}"
    image_has = scratch.place(workload, volume.path)
    made.lines += [
        f"if [ ! -d {place}/state ]; then",
        f"  new=$(mktemp -d {place}/.state.XXXXXX)",
        f'  if [ -d {shell(image_has)} ]; then cp -a {shell(image_has + "/.")} "$new/"; fi',
        f'  {owned} "$new"',
        f'  chmod {volume.mode & 0o7777:04o} "$new"',
        f'  mv "$new" {place}/state',
        "fi",
    ]


def _secret_lines(made: _Preparation, one: secrets.SecretFile, owner: tuple[int, int]) -> None:
    made.mount("secrets", "/secrets", read_only=True)
    made.mount("owned", "/owned")
    owned = f"chown {one.uid}:{one.gid}" if owner == ROOT else f"chgrp {one.gid}"
    made.lines += [
        f"cp /secrets/{one.name} /owned/{one.name}",
        f"{owned} /owned/{one.name}",
        f"chmod {one.mode:04o} /owned/{one.name}",
    ]


def _container(
    sources: Sources, workload: Workload, owner: tuple[int, int], made: _Preparation, count: int
) -> dict[str, Any]:
    uid, gid = owner
    given = restricted(uid, gid)
    if owner == ROOT:
        given["capabilities"] = {"drop": ["ALL"], "add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"]}
    return {
        "name": "prepare" if count == 1 else f"prepare-{uid}-{gid}",
        "image": image(sources, workload.name),
        "imagePullPolicy": "IfNotPresent",
        "command": ["/bin/sh", "-c", "\n".join(made.lines) + "\n"],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "128Mi"}},
        "securityContext": given,
        "volumeMounts": made.mounts,
    }


def mounts(
    sources: Sources, workloads: tuple[Workload, ...], workload: Workload, identity: Identity
) -> list[dict[str, Any]]:
    found = []
    for volume in workload.volumes:
        sub = {} if _fleeting(workloads, volume) else {"subPath": "state"}
        read_only = {"readOnly": True} if volume.read_only else {}
        name = f"volume-{volumes.name(volume)}"
        found.append({"name": name, "mountPath": _path(workload, volume.path), **sub, **read_only})
    group_id = group(workloads, workload, identity)
    found += [
        {
            "name": "secrets" if _as_mounted(one, group_id) else "owned",
            "mountPath": _path(workload, one.path),
            "subPath": one.name,
            "readOnly": True,
        }
        for one in secrets.files(sources, workload)
    ]
    return found


def _path(workload: Workload, path: str) -> str:
    if ":" in path:
        raise InputError(f"plan.yaml: {workload.name}: Kubernetes can't mount {path!r}: it holds a colon")
    return path


def pod_volumes(
    sources: Sources, workloads: tuple[Workload, ...], workload: Workload, identity: Identity
) -> list[dict[str, Any]]:
    found = [_volume(workloads, volume) for volume in workload.volumes]
    found += _secret_volumes(sources, workload, group(workloads, workload, identity))
    return found


def _secret_volumes(sources: Sources, workload: Workload, group_id: int | None) -> Iterator[dict[str, Any]]:
    files = secrets.files(sources, workload)
    if files:
        items = [{"key": one.name, "path": one.name, "mode": one.mode} for one in files]
        given = {"secretName": f"{workload.name}-secrets", "defaultMode": 0o400, "items": items}
        yield {"name": "secrets", "secret": given}
    if not all(_as_mounted(one, group_id) for one in files):
        yield {"name": "owned", "emptyDir": {"medium": "Memory"}}


def _volume(workloads: tuple[Workload, ...], volume: Volume) -> dict[str, Any]:
    name = f"volume-{volumes.name(volume)}"
    if _fleeting(workloads, volume):
        limit = {"sizeLimit": f"{mebibytes(volume.size)}Mi"} if volume.size else {}
        return {"name": name, "emptyDir": limit if volume.kind == "temporary" else {"medium": "Memory"}}
    return {"name": name, "persistentVolumeClaim": present({"claimName": volumes.name(volume)})}
