"""Small hosts to plan for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.model.facts import (
    Accounts,
    CapturedFile,
    Content,
    FileFact,
    Files,
    Group,
    Owned,
    Ownership,
    Package,
    Packages,
    Process,
    Processes,
    Schedule,
    Service,
    Services,
    Socket,
    Sockets,
    System,
    Tree,
    User,
)
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.planning.index import Index, index

SYSTEM = System(hostname="web01", os_id="debian", os_version="11", os_codename="bullseye", uptime=1000.0)
ACCOUNTS = Accounts(
    users=(
        User("root", 0, 0, home="/root"),
        User("www-data", 33, 33, home="/var/www"),
        User("app", 998, 998, home="/var/lib/app"),
        User("anna", 1000, 1000, "", "/home/anna", "/bin/bash"),
    ),
    groups=(Group("root", 0), Group("www-data", 33), Group("app", 998, ()), Group("anna", 1000)),
)


def package(name: str, *depends: str, **fields: Any) -> Package:
    return Package(name, "1.0-1", "amd64", "dpkg", depends=tuple((one,) for one in depends), **fields)


def process(pid: int, *argv: str, **fields: Any) -> Process:
    known = {"ppid": 1, "uid": 0, "gid": 0, "exe": argv[0], "name": argv[0].rpartition("/")[2][:15]}
    return Process(pid=pid, argv=argv, **{**known, **fields})


def service(name: str, **fields: Any) -> Service:
    return Service(name, "systemd", **{"active": True, "enabled": True, "kind": "simple", **fields})


def listening(pid: int, port: int, address: str = "0.0.0.0", protocol: str = "tcp") -> Socket:
    return Socket(protocol, "listen", address, port, pids=(pid,))


def tree(path: str, role: str, kind: str = "directory", uid: int = 0, **fields: Any) -> Tree:
    return Tree(FileFact(path, kind, 0o755, uid, uid), role, **fields)


def snapshot(
    *,
    processes: tuple[Process, ...] = (),
    services: tuple[Service, ...] = (),
    sockets: tuple[Socket, ...] = (),
    packages: tuple[Package, ...] = (),
    owners: Mapping[str, str] | None = None,
    commands: Mapping[str, str] | None = None,
    modules: Mapping[str, str] | None = None,
    trees: tuple[Tree, ...] = (),
    texts: Mapping[str, bytes] | None = None,
    entries: tuple[CapturedFile, ...] = (),
    schedule: Schedule | None = None,
    more: tuple[Any, ...] = (),
) -> Snapshot:
    """A snapshot of these facts; every text is captured, owned by root, mode 0644."""
    texts = dict(texts or {})
    known = {entry.path for entry in entries}
    entries += tuple(
        CapturedFile(path, "file", 0o644, 0, 0, len(data)) for path, data in texts.items() if path not in known
    )
    facts = (
        SYSTEM,
        ACCOUNTS,
        Packages("dpkg", packages),
        Services(services),
        Processes(processes),
        Sockets(sockets),
        Ownership(_owned(owners), _owned(commands), _owned(modules)),
        Files(unmanaged=trees),
        Content(entries),
        schedule or Schedule(),
        *more,
    )
    scopes = {one.scope: Scope(one.scope, "complete", facts=one) for one in facts}
    return Snapshot(Inventory("web01", "web01", "2026-01-01T00:00:00Z", tuple(scopes.values())), texts)


def host(**facts: Any) -> Index:
    return index(snapshot(**facts))


def _owned(paths: Mapping[str, str] | None) -> tuple[Owned, ...]:
    return tuple(Owned(path, name) for path, name in sorted((paths or {}).items()))
