"""Hosts on which Java runs, for the tests of its finders."""

from __future__ import annotations

from migrate.model.applications import Application
from migrate.model.facts import (
    Accounts,
    Archive,
    Archives,
    CapturedFile,
    Content,
    OpenFile,
    Process,
    Processes,
    Socket,
    Sockets,
    User,
)  # fmt: skip
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.probes.applications import Find, Found
from migrate.probes.servers import see

JDK = "/opt/jdk-11.0.2"


def running(
    *argv: str, cwd: str = "/", unit: str | None = None, written: tuple[str, ...] = (), jars: tuple[str, ...] = (),
    environment: tuple[tuple[str, str], ...] = (),
) -> Process:  # fmt: skip
    files = (*(OpenFile(one, True) for one in written), *(OpenFile(one, False) for one in jars))
    return Process(
        10, 1, "java", ("java", *argv), 33, 33, exe=f"{JDK}/bin/java", cwd=cwd, unit=unit, environment=environment,
        open_files=files,
    )  # fmt: skip


def host(
    process: Process, texts: dict[str, str] | None = None, archives: tuple[Archive, ...] = (),
    ports: tuple[int, ...] = (), folders: tuple[str, ...] = (), omitted: tuple[tuple[str, str], ...] = (),
) -> Snapshot:  # fmt: skip
    texts = {f"{JDK}/release": 'IMPLEMENTOR="Oracle"\nJAVA_VERSION="11.0.2"\n', **(texts or {})}
    entries = tuple(CapturedFile(one, "directory", 0o755, 0, 0) for one in folders)
    facts = (
        Processes((process,)), Archives(archives), Content(entries, omitted), Accounts((User("www", 33, 33),)),
        Sockets(tuple(Socket("tcp", "listen", "0.0.0.0", one, pids=(10,)) for one in ports)),
    )  # fmt: skip
    scopes = tuple(Scope(one.scope, "complete", facts=one) for one in facts)
    return Snapshot(
        Inventory("h", "h", "", scopes), {path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()}
    )


def found(find: Find, snapshot: Snapshot) -> Found:
    return find(see(snapshot))


def war(path: str, **more: object) -> Archive:
    return Archive(path, path.rpartition(".")[2], 1, "0", **more)  # type: ignore[arg-type]


def placed(one: Application) -> tuple[str, str, str | None, tuple[str, ...]]:
    return one.kind, one.name, one.home, one.paths
