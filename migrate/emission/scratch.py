"""Folders that begin anew with each container, over a root file system that it can't write.

Memory has no owner that every engine would set (Podman refuses ``uid=``), and hides what the image has at its place. So
a folder for one user is open to all (nobody else is in the container), and root's entrypoint gives away what is
another's; what the image has there is kept aside, and the entrypoint puts it back.
"""

from __future__ import annotations

from collections.abc import Iterator

from migrate.emission.volumes import FLEETING
from migrate.model.plan import Volume, Workload
from migrate.quoting import shell

KEPT = "/usr/local/share/migrate"
"""Where the image keeps what its temporary folders begin with."""
_OPEN = 0o1777


def roots(workload: Workload) -> bool:
    """Whether the container starts as root."""
    return workload.user in (None, "", "root", "0")


def begun(workload: Workload) -> tuple[Volume, ...]:
    """The temporary folders that begin with what the image has there."""
    return tuple(one for one in workload.volumes if one.kind == "temporary" and one.seed)


def place(workload: Workload, path: str) -> str:
    """Where the image has what a running container finds at ``path``."""
    inside = any(path.startswith(f"{one.path.rstrip('/')}/") for one in begun(workload))
    return f"{KEPT}{path}" if inside else path


def options(volume: Volume, *, root: bool) -> str:
    """Options of a memory file system that Docker and Podman know."""
    words = [f"mode={mode(volume, root=root):04o}"]
    if volume.kind == "temporary":
        words.append("exec")
        if volume.size:
            words.append(f"size={-(-volume.size // (1 << 20))}m")
    return ",".join(words)


def mode(volume: Volume, *, root: bool) -> int:
    """The folder's mode: the plan's where root runs, who gives it away; else open, unless it is root's alone.

    The image's folder has the same: runc gives memory the mode of what it covers, whatever was asked for.
    """
    bits = volume.mode & 0o7777
    alone = volume.uid == 0 and not bits & 0o020 and not volume.seed
    return bits if root or alone else _OPEN


def lines(workload: Workload, *, root: bool) -> Iterator[str]:
    """What the entrypoint does first."""
    for one in begun(workload):
        kept, path = shell(KEPT + one.path), shell(one.path)
        yield f"[ ! -d {kept} ] || cp -a {kept}/. {path}/"
    for one in workload.volumes if root else ():
        if one.kind in FLEETING and not one.read_only and (one.uid, one.gid) != (0, 0):
            yield f"chown {one.uid}:{one.gid} {shell(one.path)}"
