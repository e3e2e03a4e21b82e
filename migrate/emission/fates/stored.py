"""What lay on the disks: changed and unmanaged files, captured content, archives, secrets, mounts, databases."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.emission.fates import ASK, CARRIED, CHANGED, DROPPED, Case, Entries, joined
from migrate.emission.tree import below
from migrate.model.databases import DatabaseServer
from migrate.model.facts import Archives, Content, Databases, FileFact, Files, Mounts, Secret, Secrets, Tree
from migrate.model.ledger import Entry
from migrate.model.plan import Volume, Workload

PSEUDO = frozenset(
    "proc sysfs devtmpfs devpts tmpfs cgroup cgroup2 securityfs debugfs tracefs pstore bpf mqueue hugetlbfs configfs "
    "fusectl autofs binfmt_misc rpc_pipefs efivarfs selinuxfs ramfs nsfs overlay squashfs iso9660 fuse.lxcfs".split()
)
_NETWORK = frozenset(
    "nfs nfs4 cifs smbfs smb3 fuse.sshfs glusterfs fuse.glusterfs ceph gfs2 ocfs2 lustre afs 9p".split()
)
_LEFT = {
    "log": "a log: the containers write theirs to standard output",
    "cache": "a cache, which fills again",
    "backup": "a backup or an old copy",
    "junk": "left over",
    "runtime": "made anew at every start",
}


def files(case: Case) -> Entries:
    """Each path once, whatever lists it."""
    facts = case.snapshot.inventory.get(Files)
    changed = {fact.path: fact for fact in (*facts.changed_packaged, *facts.changed_configuration)}
    trees = {tree.root.path: tree for tree in facts.unmanaged if tree.root.path not in changed}
    for path, fact in sorted(changed.items()):
        yield _changed(case, path, fact)
    for path, tree in sorted(trees.items()):
        yield _tree(case, path, tree)


def _changed(case: Case, path: str, fact: FileFact) -> Entry:
    name = f"files:{path}"
    carried = _carried(case, name, path)
    if carried is not None:
        return carried
    if name in case.aside:
        return case.entry(name, DROPPED, "", case.aside[name])
    needed = _workloads_with(case, fact.package)
    absent = [one.name for one in case.workloads if any(path in step.command.split() for step in one.steps)]
    if fact.change == "missing" and absent:
        return case.entry(name, CARRIED, joined(absent), "was removed on the host, and is taken out of the image")
    if fact.change == "missing" and needed:
        return case.entry(
            name, ASK, joined(needed), f"was removed on the host; the package {fact.package} brings it again"
        )
    if needed:
        return case.entry(
            name, ASK, joined(needed), f"differs from the package {fact.package}, and the plan does not carry it"
        )
    if fact.package:
        return case.entry(name, DROPPED, "", f"belongs to {fact.package}, which no workload asks for")
    return case.entry(name, DROPPED, "", "no workload uses it")


def _tree(case: Case, path: str, tree: Tree) -> Entry:
    name = f"files:{path}"
    carried = _carried(case, name, path)
    if carried is not None:
        return carried
    if name in case.aside:
        return case.entry(name, DROPPED, "", case.aside[name])
    because = _LEFT.get(tree.role, "no workload uses it") + (f" ({tree.because})" if tree.because else "")
    return case.entry(name, DROPPED, "", because)


def _carried(case: Case, fact: str, path: str) -> Entry | None:
    """At the path or below it: in images, in secrets, in volumes."""
    if path in case.rewritten:
        return case.entry(fact, CHANGED, _where(case, path), case.rewritten[path])
    inside = [one for one in case.files if below(one, path)]
    kept = [(workload, volume) for workload, volume in _volumes(case) if _touches(path, volume.path)]
    if kept:
        places = [f"volume {volume.name}" for _, volume in kept]
        how = "state, moved by migrate sync" if any(volume.method != "none" for _, volume in kept) else "starts empty"
        return case.entry(fact, CARRIED, joined([*places, *_owners(case, inside)]), f"{how}: {kept[0][1].because}")
    if inside:
        changes = [case.rewritten[one] for one in inside if one in case.rewritten]
        rest = f" {len(changes)} of its files are changed." if changes else ""
        fate = CHANGED if changes else CARRIED
        return case.entry(fact, fate, joined(_owners(case, inside)), f"{len(inside)} captured entries go along.{rest}")
    return None


def _touches(path: str, volume: str) -> bool:
    return below(path, volume) or below(volume, path)


def _where(case: Case, path: str) -> str:
    return joined([file for _, file in case.files.get(path, ())])


def _owners(case: Case, paths: list[str]) -> list[str]:
    return [
        f"images/{workload}" if "/rootfs" in file else file for path in paths for workload, file in case.files[path]
    ]


def _volumes(case: Case) -> Iterator[tuple[Workload, Volume]]:
    return (
        (workload, volume)
        for workload in case.workloads
        for volume in workload.volumes
        if volume.kind not in ("runtime", "temporary")
    )


def _workloads_with(case: Case, package: str | None) -> list[str]:
    """Workloads that ask for a package by name; what others bring along is as its package has it."""
    return [one.name for one in case.workloads if any(choice.name == package for choice in one.packages)]


def content(case: Case) -> Entries:
    """Captured entries that no other fact of the files covers, and what was left behind on purpose."""
    facts = case.snapshot.inventory.get(Files)
    covered = {fact.path for fact in (*facts.changed_packaged, *facts.changed_configuration)}
    roots = {tree.root.path for tree in facts.unmanaged}
    index = case.snapshot.inventory.get(Content)
    for entry in index.entries:
        if entry.kind == "directory" or entry.path in covered or _covered(entry.path, roots):
            continue
        fact = f"content:{entry.path}"
        because = "captured to be read; its package brings the same" if entry.package else "no workload uses it"
        yield _carried(case, fact, entry.path) or case.entry(fact, DROPPED, "", because)
    for path, why in index.omitted:
        yield _carried(case, f"content:{path}", path) or case.entry(
            f"content:{path}", DROPPED, "", f"not captured: {why}"
        )


def _covered(path: str, roots: set[str]) -> bool:
    while path:
        if path in roots:
            return True
        path = path.rpartition("/")[0]
    return False


def archives(case: Case) -> Entries:
    for archive in case.snapshot.inventory.get(Archives).archives:
        fact = f"archives:{archive.path}"
        path = archive.path.partition("!/")[0]  # a module goes where the archive goes that it is in
        runs = [one.name for one in case.workloads if path in one.archives]
        carried = _carried(case, fact, path)
        if carried is not None:
            yield carried
        elif runs:
            yield case.entry(fact, ASK, joined(runs), "the workload runs it, but it is not among its files")
        else:
            yield case.entry(fact, DROPPED, "", "nothing that is carried runs it")


def secrets(case: Case) -> Entries:
    for secret in case.snapshot.inventory.get(Secrets).secrets:
        yield _secret(case, secret)


def _secret(case: Case, secret: Secret) -> Entry:
    fact = f"secrets:{secret.id}"
    uses = [(one.name, use) for one in case.workloads for use in one.secrets if secret.id in use.ids]
    if uses:
        where = joined([f"secrets/{name}/{'environment' if use.variable else use.name}" for name, use in uses])
        return case.entry(fact, CARRIED, where, uses[0][1].because or "used by a workload")
    text = f"${{secret:{secret.id}}}"
    for workload in case.workloads:
        said = [
            *workload.command,
            *(job.command for job in workload.jobs),
            *(v.value for j in workload.jobs for v in j.environment),
        ]
        if any(text in word for word in said):
            return case.entry(fact, CARRIED, f"secrets/{workload.name}", "stands on a command line, which is mounted")
    places = [volume.name for _, volume in _volumes(case) if secret.path and below(secret.path, volume.path)]
    if places:
        return case.entry(fact, CARRIED, f"volume {places[0]}", "lies in state, which moves by migrate sync")
    if secret.path and secret.path in case.files:
        return case.entry(fact, ASK, _where(case, secret.path), "its file goes into an image: mount it instead")
    return case.entry(fact, DROPPED, "", "nothing that is carried uses it")


def mounts(case: Case) -> Entries:
    """File systems of disks and of the network."""
    for mount in case.snapshot.inventory.get(Mounts).mounts:
        if mount.filesystem in PSEUDO:
            continue
        fact = f"mounts:{mount.path}"
        inside = [
            volume.name for _, volume in _volumes(case) if mount.path != "/" and _touches(mount.path, volume.path)
        ]
        used = [one for one in case.files if mount.path != "/" and below(one, mount.path)]
        if mount.filesystem in _NETWORK and (inside or used):
            text = f"{mount.filesystem} from {mount.device}: decide whether its content moves or is mounted again"
            yield case.entry(fact, ASK, joined([f"volume {name}" for name in inside]) or "plan.yaml", text)
        elif inside:
            yield case.entry(
                fact, CHANGED, joined([f"volume {name}" for name in inside]), "what is used of it is a volume now"
            )
        else:
            yield case.entry(fact, DROPPED, "", "the new host has file systems of its own")


def databases(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Databases)
    for database in facts.databases:
        fact = f"databases:{database.engine}/{database.name}"
        yield case.entry(fact, *_database(case, database.engine))
    for server in facts.servers:
        fact = f"databases:server/{server.engine}/{server.directory or ','.join(map(str, server.ports))}"
        yield case.entry(fact, *_database_server(case, server))
    for one in facts.embedded:
        fact = f"databases:embedded/{one.path}"
        yield _carried(case, fact, one.path) or case.entry(fact, DROPPED, "", "no workload uses it")


_DUMPS = {"mysql": "mariadb", "valkey": "redis", "keydb": "redis"}


def _database(case: Case, engine: str) -> tuple[str, str, str]:
    method = f"dump:{_DUMPS.get(engine, engine)}"
    keeper = next((one.name for one in case.workloads if any(volume.method == method for volume in one.volumes)), None)
    if keeper:
        return CARRIED, f"data/{keeper}", "moved as a dump by migrate sync"
    return ASK, "plan.yaml", f"no workload keeps {engine} databases"


def _database_server(case: Case, server: DatabaseServer) -> tuple[str, str, str]:
    keepers = [one for one in case.workloads if server.pid in one.pids or (server.unit and server.unit in one.services)]
    if not keepers:
        return DROPPED, "", "no workload is made of it"
    users = ", with its accounts" if server.users else ""
    return CARRIED, joined([one.name for one in keepers]), f"a workload of its own{users}"


FATES = {
    "files": files,
    "content": content,
    "archives": archives,
    "secrets": secrets,
    "databases": databases,
    "mounts": mounts,
}
