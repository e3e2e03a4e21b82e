"""Snapshots of hosts, written by hand."""

from __future__ import annotations

from typing import Any

from migrate.model.applications import Application
from migrate.model.facts import (
    Accounts,
    CapturedFile,
    Content,
    Owned,
    Ownership,
    Package,
    Packages,
    Process,
    Processes,
    Socket,
    Sockets,
    User,
)
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.probes import application


def process(pid: int, *argv: str, exe: str | None = None, name: str | None = None, **known: Any) -> Process:
    """A process of its own, below init unless ``ppid`` is given."""
    exe = exe or argv[0]
    given = {"ppid": 1, "uid": 0, "gid": 0, **known}
    return Process(pid, argv=argv, exe=exe, name=(name or exe.rpartition("/")[2])[:15], **given)


def listen(port: int, *pids: int, protocol: str = "tcp") -> Socket:
    return Socket(protocol, "listen" if protocol == "tcp" else "unconnected", "0.0.0.0", port, pids=pids)


def host(
    *processes: Process,
    texts: dict[str, str] | None = None,
    sockets: tuple[Socket, ...] = (),
    packages: dict[str, tuple[str, str]] | None = None,
    links: dict[str, str] | None = None,
    facts: tuple[Any, ...] = (),
) -> Snapshot:
    """A host.

    :param packages: by the path of a program, the package that owns it and its version.
    """
    owned = packages or {}
    entries = tuple(CapturedFile(path, "link", 0o777, 0, 0, target=target) for path, target in (links or {}).items())
    given = (
        Processes(processes),
        Sockets(sockets),
        Accounts((User("root", 0, 0), User("www-data", 33, 33), User("shop", 1000, 1000))),
        Packages("dpkg", tuple(Package(name, version, "amd64", "dpkg") for name, version in owned.values())),
        Ownership(tuple(Owned(path, name) for path, (name, _) in owned.items())),
        Content(entries),
        *facts,
    )
    encoded = {path: text.encode("utf-8", "surrogatepass") for path, text in (texts or {}).items()}
    return Snapshot(Inventory("h", "h", "", tuple(Scope(one.scope, "complete", facts=one) for one in given)), encoded)


def found(snapshot: Snapshot, kind: str | None = None) -> tuple[Application, ...]:
    """The applications of a host, those of a kind."""
    parsed = application.read(snapshot)
    assert not [gap for gap in parsed.gaps if "reader failed" in gap.why], parsed.gaps
    return tuple(one for one in parsed.facts.applications if kind in (None, one.kind))


def brief(one: Application) -> tuple[str, str, str, str | None]:
    return one.kind, one.role, one.name, one.version
