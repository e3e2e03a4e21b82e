"""A very small application for tests of the proof: two busybox web servers, one of which asks the other.

The legacy server is one container that runs both; the bundle is written by hand.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from migrate.model.facts import (
    Answers,
    CapturedFile,
    Content,
    Process,
    Processes,
    Site,
    Sites,
    Socket,
    Sockets,
    System,
)
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.model.plan import Account, Base, Coupling, FileChoice, Health, Plan, Port, ScheduledJob, Volume, Workload
from migrate.model.target import Access
from migrate.process import available, run
from migrate.reach.open import connect
from migrate.reach.targets import parse_target
from migrate.recording import Budget, Recording, record
from migrate.workspace import Workspace

IMAGE = "migrate-test-tiny:1"
SECRET = "Sommerwind-4711"
BASE = Base(IMAGE, "dpkg", "debian", "12", "bookworm")
WWW = Account("www", 700, 700, "www", "/", "/bin/sh")

INDEX = b"<html><head><title>Tulips</title></head><body><h1>Tulips</h1><a href='prices.html'>prices</a></body></html>\n"
PRICES = b"<html><body><table><tr><td>red</td><td>1.20</td></tr></table></body></html>\n"
DATA = b'{"stock": [1, 2, 3]}\n'
# Stands for a reverse proxy: the answer is the other server's.
STOCK = b"""#!/bin/sh
if body=$(wget -qO- "http://${BACKEND:-127.0.0.1}:8081/data.json"); then
  printf 'Content-Type: application/json\\r\\n\\r\\n%s\\n' "$body"
else
  printf 'Status: 502 Bad Gateway\\r\\nContent-Type: text/plain\\r\\n\\r\\nno stock\\n'
fi
"""
NOW = b"""#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
echo 'This page says when it was made, and has enough other words that it can be compared.'
date -u '+%Y-%m-%dT%H:%M:%SZ'
"""
FILES = {
    "/srv/www/index.html": (INDEX, 0o644),
    "/srv/www/prices.html": (PRICES, 0o644),
    "/srv/www/cgi-bin/stock": (STOCK, 0o755),
    "/srv/www/cgi-bin/now": (NOW, 0o755),
    "/srv/api/data.json": (DATA, 0o644),
}


def busybox(folder: Path) -> Path:
    """The distribution's busybox, from its package. Not the static one: that one can't look up names by itself."""
    if not (available("apt-get") and available("dpkg-deb")):
        pytest.skip("the test application is made of Debian's busybox")
    got = run(["apt-get", "-q", "-o", f"APT::Sandbox::User={_user()}", "download", "busybox"], cwd=folder)
    if not got.ok:
        pytest.skip(f"busybox can't be downloaded: {got.complaint}")
    run(["dpkg-deb", "-x", str(next(folder.glob("*.deb"))), str(folder)])
    return next(path for path in (folder / "bin/busybox", folder / "usr/bin/busybox") if path.exists())


def _user() -> str:
    return run(["id", "-un"]).text.strip()


def make_base(folder: Path) -> None:
    """The base image of both workloads."""
    program = busybox(folder)
    tar = folder / "root.tar"
    with tarfile.open(tar, "w") as archive:
        archive.add(program, "bin/busybox")
        for library in re.findall(r"(/\S+) \(0x", run(["ldd", str(program)]).text):
            archive.add(Path(library).resolve(), library.lstrip("/"))
        for applet in run([str(program), "--list"]).text.split():
            if applet != "busybox":
                _add(archive, f"bin/{applet}", link="busybox")
        _add(archive, "etc/passwd", b"root:x:0:0::/:/bin/sh\nwww:x:700:700::/:/bin/sh\n")
        _add(archive, "etc/group", b"root:x:0:\nwww:x:700:\n")
        for name in ("tmp", "srv"):
            _add(archive, name)
    subprocess.run(["docker", "import", "-c", "ENV PATH=/bin", str(tar), IMAGE], check=True, capture_output=True)


def _add(
    archive: tarfile.TarFile, name: str, data: bytes | None = None, mode: int = 0o644, link: str | None = None
) -> None:
    info = tarfile.TarInfo(name)
    info.mode = mode
    if link:
        info.type, info.linkname = tarfile.SYMTYPE, link
    elif data is None:
        info.type, info.mode = tarfile.DIRTYPE, 0o1777
    else:
        info.size = len(data)
    archive.addfile(info, BytesIO(data or b""))


def start_legacy(name: str, folder: Path) -> None:
    """The legacy server: both web servers in one container."""
    root = folder / "legacy"
    _write(root, FILES)
    (root / "Dockerfile").write_text(f"FROM {IMAGE}\nCOPY srv /srv\n")
    subprocess.run(["docker", "build", "-q", "-t", f"{name}-image", str(root)], check=True, capture_output=True)
    both = "httpd -p 127.0.0.1:8081 -h /srv/api; exec httpd -f -p 8080 -h /srv/www"
    argv = ["docker", "run", "-d", "--name", name, "--init", f"{name}-image", "/bin/sh", "-c", both]
    subprocess.run(argv, check=True, capture_output=True)


def _write(root: Path, files: dict[str, tuple[bytes, int]]) -> None:
    for path, (data, mode) in files.items():
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        place.chmod(mode)


def _facts() -> tuple[Scope, ...]:
    sockets = Sockets((Socket("tcp", "listen", "0.0.0.0", 8080), Socket("tcp", "listen", "127.0.0.1", 8081)))
    sites = Sites((
        Site("busybox", (8080,), root="/srv/www", paths=("/", "/cgi-bin/stock", "/cgi-bin/now", "/absent")),
        Site("busybox", (8081,), root="/srv/api", paths=("/data.json",)),
    ))  # fmt: skip
    entries = tuple(
        CapturedFile(path, "file", mode, 0, 0, len(data), sha256=hashlib.sha256(data).hexdigest())
        for path, (data, mode) in sorted(FILES.items())
    )
    processes = Processes((Process(20, 1, "httpd", ("httpd",), 0, 0),))
    facts = (System(hostname="legacy", os_id="debian"), sockets, sites, processes, Content(entries))
    return tuple(Scope(one.scope, "complete", facts=one) for one in facts)


def record_legacy(name: str, collected: str) -> tuple[Inventory, Recording]:
    bare = Inventory("legacy", f"docker:{name}", collected, _facts())
    connection = connect(parse_target(f"docker:{name}"), Access())
    try:
        recording = record(connection, bare, Budget(rate=50))
    finally:
        connection.close()
    answers = Scope(Answers.scope, "complete", gaps=recording.gaps, facts=recording.answers)
    return Inventory("legacy", bare.target, collected, (*bare.scopes, answers)), recording


def save(folder: Path, inventory: Inventory, recording: Recording) -> tuple[Workspace, dict[str, Snapshot]]:
    workspace = Workspace(folder)
    with workspace.stage("legacy") as staged:
        workspace.save(inventory, staged, {"tiny": SECRET}, recording.bodies)
    texts = {path: data for path, (data, _) in FILES.items()}
    return workspace, {"legacy": Snapshot(inventory, texts)}


def plan(*, stateful: bool = False) -> Plan:
    """:param stateful: the other server's data is state, and not in the image."""
    volume = Volume("data", "/srv/api", "data", "copy", 700, 700, 0o755, "it changes")
    backend = Workload(
        "backend", "legacy", "generic", "it listened", BASE,
        accounts=(WWW,), files=() if stateful else (FileChoice("/srv/api", "served"),), user="www",
        ports=(Port(8081, address="127.0.0.1"),), health=Health("tcp", 8081, start_period=5),
        volumes=(volume,) if stateful else (),
        jobs=(ScheduledJob("touch", "* * * * *", "date > /tmp/now && test -s /tmp/now", "www"),),
    )  # fmt: skip
    front = Workload(
        "front", "legacy", "generic", "it listened", BASE,
        accounts=(WWW,), files=(FileChoice("/srv/www", "served"),), user="www",
        ports=(Port(8080, publish=8080),), health=Health("tcp", 8080, start_period=5),
        couplings=(Coupling("backend", "rewrite", "it asks it", "127.0.0.1", 8081),),
    )  # fmt: skip
    return Plan(("legacy",), (backend, front))


COMPOSE = """\
name: tiny
services:
  backend:
    build: {context: ./images/backend, args: {BASE: "${MIGRATE_BASE:-migrate-test-tiny:1}"}}
    image: migrate-test-tiny/backend
    init: true
    restart: unless-stopped
    volumes: [VOLUMES]
  front:
    build: {context: ./images/front, args: {BASE: "${MIGRATE_BASE:-migrate-test-tiny:1}"}}
    image: migrate-test-tiny/front
    init: true
    restart: unless-stopped
    container_name: tiny-front
    environment: {BACKEND: backend, MONEY: "$$5"}
    ports: ["${PUBLISH_FRONT_8080:-8080}:8080/tcp"]
    depends_on: {backend: {condition: service_healthy}}
volumes: {data: {name: tiny-production}}
"""
DOCKERFILE = """\
ARG BASE=migrate-test-tiny:1
FROM ${BASE}
COPY rootfs /
RUN mkdir -p /srv/api
USER www
HEALTHCHECK --interval=1s --timeout=3s --start-period=5s --retries=3 CMD netstat -ltn | grep -q ":PORT "
CMD ["httpd", "-f", "-p", "PORT", "-h", "HOME"]
"""


def write_bundle(workspace: Workspace, *, stateful: bool = False) -> None:
    mount = '"data:/srv/api"' if stateful else ""
    for name, port, home in (("backend", "8081", "/srv/api"), ("front", "8080", "/srv/www")):
        folder = workspace.generated / "images" / name
        mine = {
            path: file for path, file in FILES.items() if path.startswith(home) and not (stateful and name == "backend")
        }
        (folder / "rootfs").mkdir(parents=True, exist_ok=True)
        _write(folder / "rootfs", mine)
        (folder / "Dockerfile").write_text(DOCKERFILE.replace("PORT", port).replace("HOME", home))
    (workspace.generated / "compose.yaml").write_text(COMPOSE.replace("VOLUMES", mount))
