"""What data lay on. Containers get volumes; what other machines used of this one's disks is asked about."""

from __future__ import annotations

from migrate.emission.fates import ASK, CARRIED, CHANGED, DROPPED, Case, Entries, joined
from migrate.emission.tree import below
from migrate.model.storage import Automount, Export, Storage, TableEntry


def storage(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Storage)
    yield from _disks(case, facts)
    for entry in facts.table:
        yield case.entry(f"storage:fstab/{entry.seen.rpartition(':')[2]}/{entry.path}", *_entry(case, entry))
    for swap in facts.swaps:
        yield case.entry(f"storage:swap/{swap.device}", DROPPED, "", "swapping is the new host's business")
    for export in facts.exports:
        yield case.entry(f"storage:export/{export.path}/{export.client}", *_export(case, export))
    for mount in facts.automounts:
        yield case.entry(f"storage:automount/{mount.seen}/{mount.path}", *_automount(case, mount))
    for directory in facts.runtime:
        yield case.entry(f"storage:runtime/{directory.path}", *_runtime(case, directory.path))
    for path in facts.quotas:
        yield case.entry(f"storage:quota/{path}", DROPPED, "", "quotas were for accounts; volumes have sizes")


def _disks(case: Case, facts: Storage) -> Entries:
    for disk in facts.disks:
        copied = disk.kind == "replicated"
        because = "kept alike on another machine by DRBD" if copied else "the new host has disks of its own"
        yield case.entry(f"storage:disk/{disk.name}", ASK if copied else DROPPED, "", because)
    for array in facts.arrays:
        yield case.entry(f"storage:array/{array.name}", DROPPED, "", "the new host has disks of its own")
    for target in facts.targets:
        text = "disks of another machine, over iSCSI: what lies on them moves, or the new host attaches them"
        yield case.entry(f"storage:iscsi/{target}", ASK, "", text)
    for name, _ in facts.encrypted:
        text = "this volume was encrypted at rest: see that the new host's volumes are, if they must"
        yield case.entry(f"storage:encrypted/{name}", ASK, "", text)


def _used(case: Case, path: str) -> str:
    """The workloads with state or files below a path."""
    if path == "/":
        return ""
    names = [one.name for one in case.workloads if any(below(volume.path, path) for volume in one.volumes)]
    names += [name for file, places in case.files.items() if below(file, path) for name, _ in places]
    return joined(names)


def _entry(case: Case, entry: TableEntry) -> tuple[str, str, str]:
    if entry.filesystem == "swap":
        return DROPPED, "", "swapping is the new host's business"
    users = _used(case, entry.path)
    if entry.mounted:
        return DROPPED, "", f"mounted: see mounts:{entry.path}"
    if entry.network and users:
        return ASK, users, f"{entry.device} belongs there and was not mounted: what was found below may be incomplete"
    return DROPPED, "", "not mounted when the host was read"


def _runtime(case: Case, path: str) -> tuple[str, str, str]:
    users = joined([one.name for one in case.workloads if any(volume.path == path for volume in one.volumes)])
    if users:
        return CARRIED, users, "made anew at each start, empty, with its owner"
    return DROPPED, "", "made at each start by a service that is not migrated, or that needs it no more"


def _export(case: Case, export: Export) -> tuple[str, str, str]:
    users = _used(case, export.path)
    because = f"{export.client} mounts it from here over NFS"
    return ASK, users, f"{because}: decide who serves it from now on"


def _automount(case: Case, mount: Automount) -> tuple[str, str, str]:
    users = _used(case, mount.path) if mount.path.startswith("/") and len(mount.path) > 2 else ""
    if users and mount.source:
        return CHANGED, users, f"what is used of {mount.source} is a volume now"
    return DROPPED, "", "the new host mounts what it needs"


FATES = {"storage": storage}
