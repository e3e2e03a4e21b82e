"""What goes into an image beside packages: captured and generated files, directories, links, with owner and mode."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from migrate.emission import scratch
from migrate.emission.rewrites import rewritten
from migrate.emission.volumes import fleeting, shared
from migrate.emitters import Sources
from migrate.model.bundle import Captured
from migrate.model.facts import CapturedFile, Content
from migrate.model.plan import FileChoice, Workload


@dataclass(frozen=True, slots=True)
class Placed:
    """One entry of the image.

    :ivar data: a file's bytes or where they come from; None for directories and links.
    :ivar planned: a directory that the plan asks for, whether or not the host's was captured.
    :ivar known: False for a directory that is only on the way to something: the image's own owner and mode stand.
    """

    path: str
    kind: str  # file, directory, link
    mode: int = 0o755
    uid: int = 0
    gid: int = 0
    mtime: int | None = None
    target: str | None = None
    data: bytes | Captured | None = None
    known: bool = True
    planned: bool = False


def below(path: str, directory: str) -> bool:
    """Whether ``path`` is ``directory`` or lies in it."""
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def entries(sources: Sources, host: str) -> Mapping[str, CapturedFile]:
    """Everything that was captured of a host, by path."""
    return {entry.path: entry for entry in sources.snapshots[host].inventory.get(Content).entries}


def chosen(sources: Sources, workload: Workload) -> tuple[CapturedFile, ...]:
    """The captured entries that go into the workload's image, by path.

    Left out: what the plan excludes, holds a secret, is a log, or lies in a volume that is not seeded.
    """
    volumes = [volume.path for volume in workload.volumes if not volume.seed]
    logs = {log.path for log in workload.logs if not log.rewrites}
    found: dict[str, CapturedFile] = {}
    for choice in workload.files:
        for entry in _expand(choice, sources.snapshots[workload.host].inventory.get(Content).entries):
            hidden = any(entry.path != volume and below(entry.path, volume) for volume in volumes)
            if not entry.secrets and entry.path not in logs and not hidden:
                found[entry.path] = entry
    return tuple(found[path] for path in sorted(found) if path != "/")


def _expand(choice: FileChoice, captured: Iterable[CapturedFile]) -> Iterator[CapturedFile]:
    return (
        entry
        for entry in captured
        if below(entry.path, choice.path) and not any(below(entry.path, out) for out in choice.exclude)
    )


def tree(sources: Sources, workload: Workload, generated: Iterable[Placed] = ()) -> tuple[Placed, ...]:
    """Every entry of the image by path, each directory on the way included.

    :param generated: files of our own making; they go before captured ones.
    """
    found: dict[str, Placed] = {}
    changed = rewritten(workload, sources.snapshots[workload.host])
    for entry in chosen(sources, workload):
        found[entry.path] = _captured(entry, workload.host, changed.get(entry.path))
    for directory in workload.directories:
        found[directory.path] = Placed(
            directory.path, "directory", directory.mode & 0o7777, directory.uid, directory.gid, planned=True
        )
    together = shared(sources.plan.workloads)
    for volume in workload.volumes:
        mode = (
            scratch.mode(volume, root=scratch.roots(workload)) if fleeting(volume, together) else volume.mode & 0o7777
        )
        found[volume.path] = Placed(volume.path, "directory", mode, volume.uid, volume.gid, planned=True)
    for log in (one for one in workload.logs if not one.rewrites):
        descriptor = "2" if log.stream == "stderr" else "1"
        found[log.path] = Placed(log.path, "link", target=f"/proc/1/fd/{descriptor}")
    found |= {placed.path: placed for placed in generated}
    found = _through_links(found)
    mounted = [use.path for use in workload.secrets if use.path]
    return _with_parents(found, mounted, entries(sources, workload.host))


def _captured(entry: CapturedFile, host: str, changed: bytes | None) -> Placed:
    data = None if entry.kind != "file" else Captured(host, entry.path) if changed is None else changed
    mode = entry.mode & 0o7777
    return Placed(entry.path, entry.kind, mode, entry.uid, entry.gid, entry.mtime, entry.target, data)


def _through_links(found: Mapping[str, Placed]) -> dict[str, Placed]:
    """Entries that are named by way of a link of the image, at the place where the link leads."""
    links = {path: placed.target for path, placed in found.items() if placed.kind == "link" and placed.target}
    places = {path: resolve(path, links) for path in found}
    straight = {path for path, place in places.items() if place == path}
    moved = {place: found[path] for path, place in places.items() if place not in straight}
    return {
        place: replace(placed, path=place)
        for place, placed in {**moved, **{one: found[one] for one in straight}}.items()
    }


def resolve(path: str, links: Mapping[str, str]) -> str:
    """``path`` with the links among its parents followed; as it is where they lead in circles."""
    place = path
    for _ in range(40):
        link = next((parent for parent in parents(place) if parent in links), None)
        if link is None:
            return place
        target = posixpath.join(posixpath.dirname(link), links[link])
        place = posixpath.normpath(posixpath.join(target, place[len(link) + 1 :])).replace("//", "/")
    return path


def _with_parents(
    found: dict[str, Placed], mounted: Iterable[str], captured: Mapping[str, CapturedFile]
) -> tuple[Placed, ...]:
    links = {path: placed.target for path, placed in found.items() if placed.kind == "link" and placed.target}
    for path in (*found, *(resolve(one, links) for one in mounted)):
        for parent in parents(path):
            if parent not in found:
                found[parent] = _on_the_way(parent, captured.get(parent))
    return tuple(found[path] for path in sorted(found) if path not in ("", "/"))


def _on_the_way(path: str, entry: CapturedFile | None) -> Placed:
    if entry is None or entry.kind != "directory":
        return Placed(path, "directory", known=False)
    return Placed(path, "directory", entry.mode & 0o7777, entry.uid, entry.gid, entry.mtime)


def parents(path: str) -> tuple[str, ...]:
    """The directories above ``path``, outermost first, without ``/``."""
    pieces = path.strip("/").split("/")[:-1]
    return tuple("/" + "/".join(pieces[: count + 1]) for count in range(len(pieces)))
