"""Hand-written plans and snapshots, and a workspace with their content."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from migrate.emitters import Sources
from migrate.model.bundle import BundleFile
from migrate.model.facts import (
    Accounts,
    CapturedFile,
    Content,
    Group,
    HostName,
    Network,
    Package,
    Packages,
    Secret,
    Secrets,
    Site,
    Sites,
    System,
    User,
)
from migrate.model.inventory import Facts, Inventory, Scope, Snapshot
from migrate.model.plan import (
    Account,
    Base,
    Coupling,
    FileChoice,
    GroupChoice,
    Health,
    LogFile,
    PackageChoice,
    Plan,
    Port,
    Resources,
    Rewrite,
    ScheduledJob,
    SecretUse,
    Variable,
    Volume,
    Workload,
)
from migrate.parts import parts
from migrate.workspace import Workspace

HOST = "web01"
DEBIAN = Base("debian:11", "dpkg", "debian", "11", "bullseye", "the same release as the host")

SYSTEM = System(
    hostname="web01.example.com", os_id="debian", os_version="11", timezone="Europe/Berlin", locale="de_DE.UTF-8"
)
ACCOUNTS = Accounts(
    (User("root", 0, 0, home="/root"), User("shop", 1007, 1007, "Shop", "/home/shop", "/bin/bash")),
    (Group("root", 0), Group("shop", 1007), Group("editors", 1100, ("shop",))),
)


def captured(path: str, kind: str = "file", mode: int = 0o644, uid: int = 0, gid: int = 0, **more: Any) -> CapturedFile:
    return CapturedFile(path, kind, mode, uid, gid, mtime=1_400_000_000, **more)


def snapshot(
    entries: Iterable[CapturedFile] = (), texts: Mapping[str, bytes] | None = None, *facts: Facts, host: str = HOST
) -> Snapshot:
    content = Content(tuple(sorted(entries, key=lambda one: one.path)))
    given: dict[str, Facts] = {one.scope: one for one in cast("tuple[Facts, ...]", (SYSTEM, ACCOUNTS, content, *facts))}
    scopes = tuple(Scope(name, "complete", facts=one) for name, one in sorted(given.items()))
    return Snapshot(Inventory(host, host, "2026-11-02T10:00:00Z", scopes), texts or {})


def workload(name: str = "app", **more: Any) -> Workload:
    given: dict[str, Any] = {"kind": "service", "because": "a test", "base": DEBIAN, "command": ("/bin/sleep", "60")}
    return Workload(name=name, host=HOST, **(given | more))


def sources(*workloads: Workload, seen: Snapshot | None = None, secrets: Mapping[str, str] | None = None) -> Sources:
    return Sources(Plan((HOST,), workloads), {HOST: seen or snapshot()}, {HOST: secrets or {}})


def shop() -> Sources:
    """A web server before an application with a database, a job and secrets: something of everything."""
    texts = {
        "/etc/nginx/conf.d/up.conf": b"upstream app {\n\tserver 127.0.0.1:8081;\n}\n",
        "/etc/app/db.conf": b"url=jdbc:postgresql://127.0.0.1:5432/shop\npassword=hunter2-$x\n",
    }
    entries = [
        captured("/etc/nginx/conf.d/up.conf"),
        captured("/etc/app/db.conf", mode=0o640, gid=1007, secrets=("db-password",)),
        captured("/opt/app", "directory", 0o755, 1007, 1007),
        captured("/opt/app/run.sh", mode=0o750, uid=1007, gid=1007),
    ]
    texts["/opt/app/run.sh"] = b"#!/bin/sh\nexec sleep 600\n"
    web = workload(
        "nginx",
        kind="nginx",
        packages=(PackageChoice("nginx-light", "1.18.0-6.1+deb11u3", "it runs it"),),
        files=(FileChoice("/etc/nginx/conf.d/up.conf", "its configuration"),),
        command=("/usr/sbin/nginx", "-g", "daemon off;"),
        ports=(Port(80, publish=80, name="http"),),
        health=Health("http", 80, "/", "shop.example.com", 200),
        stop_signal="SIGQUIT",
        couplings=(
            Coupling("app", "rewrite", "proxy_pass", "127.0.0.1", 8081,
                     rewrites=(Rewrite("/etc/nginx/conf.d/up.conf", 2, "127.0.0.1", "app", "proxy_pass"),)),
        ),
        logs=(LogFile("/var/log/nginx/access.log"),),
        volumes=(Volume("nginx-run", "/run/nginx", "runtime", "none", 0, 0, 0o755, "pid"),),
    )  # fmt: skip
    app = workload(
        "app",
        files=(FileChoice("/opt/app", "the application"), FileChoice("/etc/app", "its configuration")),
        accounts=(Account("shop", 1007, 1007, "shop", "/home/shop", "/bin/bash", "Shop", ("editors",)),),
        groups=(GroupChoice("shop", 1007), GroupChoice("editors", 1100)),
        command=("/opt/app/run.sh",),
        user="shop",
        umask="0027",
        working_directory="/opt/app",
        environment=(Variable("GREETING", 'it\'s $5, "good" \\ #1'),),
        ports=(Port(8081, address="127.0.0.1"),),
        health=Health("tcp", 8081, start_period=20),
        aliases=("app.internal", "backend"),
        secrets=(
            SecretUse("app-db-conf", ("db-password",), "/etc/app/db.conf", None, 0, 1007, 0o640, "holds a password"),
            SecretUse("environment", ("api-token",), variable="API_TOKEN"),
        ),
        couplings=(Coupling("db", "forward", "hard coded", "127.0.0.1", 5432),),
        volumes=(Volume("app-data", "/var/lib/app", "data", "copy", 1007, 1007, 0o750, "state"),),
        stateful=True,
        limits=(("LimitNOFILE", "65535"),),
        resources=Resources(256 << 20, 512 << 20, 0.25),
        timezone="Europe/Berlin",
    )
    db = workload(
        "db",
        ports=(Port(5432, address="127.0.0.1"),),
        health=Health("tcp", 5432),
        couplings=(Coupling(None, "forward-in", "trusts local peers only", "127.0.0.1", 5432),),
        command=("/bin/sleep", "600"),
    )
    report = workload(
        "report",
        kind="cron",
        command=(),
        accounts=app.accounts,
        groups=app.groups,
        packages=(PackageChoice("cron", None, "keeps the time"),),
        jobs=(
            ScheduledJob("daily", "*/2 * * * *", "date +%F; echo $HOME", "shop", (Variable("SHELL", "/bin/bash"),)),
        ),
        volumes=(Volume("app-data", "/var/lib/app", "data", "none", 1007, 1007, 0o750, "its", read_only=True),),
        timezone="Europe/Berlin",
    )  # fmt: skip
    seen = snapshot(
        entries,
        texts,
        Sites((Site("nginx", (80,), ("shop.example.com", "~^odd$"), seen="/etc/nginx/x:1"),)),
        Network(
            ("10.0.0.5",), (HostName("127.0.0.1", ("localhost",)), HostName("10.9.9.9", ("ldap.example.com", "ldap")))
        ),
        Packages("dpkg", (Package("nginx-light", "1.18.0-6.1+deb11u3", "amd64", "dpkg", True, depends=(("libc6",),)),)),
        Secrets(
            (
                Secret("db-password", "password", "/etc/app/db.conf", 2),
                Secret("api-token", "token", where="environment"),
            )
        ),
    )
    return sources(web, app, db, report, seen=seen, secrets={"db-password": "hunter2-$x", "api-token": "t'o\"k$en \\"})


def emitted(given: Sources) -> dict[str, BundleFile]:
    """The files of every emitter that the plan asks for, by path."""
    asked = (
        one for one in parts("migrate.emitters", "EMITTER") if not one.on_request or one.name in given.plan.targets
    )
    found = [file for emitter in asked for file in emitter.emit(given)]
    assert len({file.path for file in found}) == len(found)
    return {file.path: file for file in found}


def text(files: Mapping[str, BundleFile], path: str) -> str:
    data = files[path].data
    assert isinstance(data, bytes)
    return data.decode()


def saved(root: Path, given: Sources) -> Workspace:
    """A workspace with the content of the snapshots; every file of ``Content`` has its text there."""
    workspace = Workspace(root)
    for host, seen in given.snapshots.items():
        with workspace.stage(host) as staged:
            entries = seen.inventory.get(Content).entries
            _pack(staged / "content.tar.gz", [one for one in entries if not one.secrets], seen)
            _pack(staged / "secrets" / "content.tar.gz", [one for one in entries if one.secrets], seen)
            workspace.save(seen.inventory, staged, given.secrets[host])
    return workspace


def _pack(path: Path, entries: Iterable[CapturedFile], seen: Snapshot) -> None:
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT, encoding="utf-8", errors="surrogateescape") as archive:
        for entry in entries:
            info = tarfile.TarInfo(entry.path.lstrip("/"))
            info.mode, info.uid, info.gid, info.mtime = entry.mode, entry.uid, entry.gid, entry.mtime
            data = seen.texts.get(entry.path, b"") if entry.kind == "file" else b""
            info.size = len(data)
            info.type = {"directory": tarfile.DIRTYPE, "link": tarfile.SYMTYPE}.get(entry.kind, tarfile.REGTYPE)
            info.linkname = entry.target or ""
            archive.addfile(info, io.BytesIO(data))
