"""A server of services that no detector knows: a virtualenv, Node under supervisord, a jar, a C daemon, a nohup."""

from __future__ import annotations

import os
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from migrate.emission.tree import chosen
from migrate.emitters import Sources
from migrate.model.plan import Plan, Workload
from migrate.planning.index import below
from migrate.process import run
from migrate.workspace import Workspace
from tests.e2e import mixed
from tests.e2e.shop import Shop, run_migrate

pytestmark = pytest.mark.engine

TRUTH: Mapping[str, Any] = yaml.safe_load((mixed.BOX / "truth.yaml").read_text("utf-8"))
_PAGES = ("/", "/items.json", "/health", "/worker", "/api/", "/api/rates", "/api/visits", "/prices/prices.txt",
          "/static/lager.css")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Migration:
    """The server, and the workspace in which it was discovered and planned."""

    server: Shop
    folder: Path
    plan: Plan
    sources: Sources

    def workload(self, name: str) -> Workload:
        """By the service, program, job or script that it stands for."""
        for one in self.plan.workloads:
            words = (*one.services, one.name, *one.command, *(job.command for job in one.jobs))
            if name in words:
                return one
        raise AssertionError(f"{name} is no workload; there are {[one.name for one in self.plan.workloads]}")

    def files(self, workload: Workload) -> frozenset[str]:
        mounted = {use.path for use in workload.secrets if use.path}
        return frozenset(entry.path for entry in chosen(self.sources, workload)) | mounted

    def migrate(self, *words: str, **environment: str) -> str:
        done = run_migrate(*words, cwd=self.folder, env={**self.server.environment, **environment})
        assert done.status == 0, done.err[-4000:]
        return done.out


@pytest.fixture(scope="module")
def migration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migration]:
    folder = tmp_path_factory.mktemp("mixed")
    with mixed.running(folder, f"migrate-test-mixed-{os.getpid()}") as server:
        (folder / "workspace").mkdir()
        first = Migration(server, folder / "workspace", Plan(()), Sources(Plan(()), {}, {}))
        first.migrate("discover", mixed.TARGET)
        first.migrate("plan")
        workspace = Workspace(folder / "workspace")
        plan = workspace.load_plan()
        assert plan is not None
        yield Migration(server, folder / "workspace", plan, Sources(plan, workspace.snapshots(), {}))


def _missing(migration: Migration, truth: Mapping[str, Any], workload: Workload) -> Iterator[str]:
    """What of the truth the plan does not have, a line each."""
    have = {
        "ports": {f"{port.port}/{port.protocol}" for port in workload.ports},
        "needs": {package.name for package in workload.packages},
        "state": {volume.path for volume in workload.volumes},
        "files": migration.files(workload),
    }
    for kind, found in have.items():
        wanted = set(truth.get(kind, ()))
        if kind == "needs":
            wanted = {one for one in wanted if not any(one in name for name in found)}
        for one in sorted(wanted - set(found)):
            yield f"{workload.name}: {kind} {one}"
    user = truth.get("user")
    if user and not workload.jobs and workload.user != user:
        yield f"{workload.name}: runs as {workload.user}, not as {user}"


def test_every_service_is_found_with_its_ports_packages_state_and_files(migration: Migration) -> None:
    missing = [line for one in TRUTH["workloads"] for line in _missing(migration, one, migration.workload(one["is"]))]
    assert missing == []


def test_every_job_is_found_with_its_times_its_user_and_what_it_calls(migration: Migration) -> None:
    for one in TRUTH["jobs"]:
        workload = migration.workload(one["command"])
        [job] = workload.jobs
        assert (job.schedule, job.user) == (one["schedule"], one["user"])
        assert list(_missing(migration, one, workload)) == []


def test_there_is_nothing_but_that_and_supervisord_is_no_workload(migration: Migration) -> None:
    assert len(migration.plan.workloads) == len(TRUTH["workloads"]) + len(TRUTH["jobs"])
    aside = {one.what: one.because for one in migration.plan.set_aside}
    assert {f"services:{name}" for name in TRUTH["aside"]} <= set(aside)
    assert "keeps other programs running" in aside["services:supervisor.service"]


def test_every_coupling_is_found(migration: Migration) -> None:
    for one in TRUTH["couplings"]:
        client, server = migration.workload(one["of"]), migration.workload(one["to"])
        assert any(
            coupling.to == server.name and (coupling.port, coupling.path) == (one.get("port"), one.get("path"))
            for coupling in client.couplings
        ), one


def test_nothing_of_the_leftovers_and_no_needless_package_is_carried(migration: Migration) -> None:
    for workload in migration.plan.workloads:
        assert not [path for path in migration.files(workload) for junk in TRUTH["junk"] if below(path, junk)]
        assert not {package.name for package in workload.packages} & set(TRUTH["unneeded_packages"])


def test_no_two_volumes_share_a_name_by_accident(migration: Migration) -> None:
    places: dict[str, set[str]] = {}
    for workload in migration.plan.workloads:
        for volume in workload.volumes:
            places.setdefault(volume.name, set()).add(volume.path)
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


@pytest.mark.slow
def test_the_containers_answer_as_the_server_did(migration: Migration) -> None:
    migration.migrate("sync")
    migration.migrate("generate", "--no-validate")
    secrets = [secret.encode() for secret in TRUTH["secrets"]]
    public = [path for path in migration.folder.rglob("*") if path.is_file() and "secrets" not in path.parts]
    assert not [path for path in public for data in [path.read_bytes()] if any(secret in data for secret in secrets)]
    ports = {"PUBLISH_NGINX_80": _free(), "PUBLISH_METERD_7700": _free(), "PUBLISH_METERD_7701_UDP": _free(),
             "PUBLISH_RELAY_9099": _free()}  # fmt: skip
    environment = {name: str(port) for name, port in ports.items()}
    try:
        migration.migrate("deploy", **environment)
        _same_pages(migration.server, ports["PUBLISH_NGINX_80"])
        assert _asked(ports["PUBLISH_RELAY_9099"], b"Franz\n") == b"Servus Franz\n"
        assert _asked(ports["PUBLISH_METERD_7700"], b"COUNT\n") == b"3\n"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            datagram.sendto(b"d 4", ("127.0.0.1", ports["PUBLISH_METERD_7701_UDP"]))
        _until(lambda: _asked(ports["PUBLISH_METERD_7700"], b"COUNT\n") == b"4\n")
        _jobs_work(migration)
    finally:
        migration.migrate("deploy", "--down", "--volumes", **environment)


def _same_pages(server: Shop, port: int) -> None:
    for path in _PAGES:
        before = server.inside("curl", "-sf", "-H", "Host: lager.example.com", f"http://127.0.0.1{path}")
        _until(lambda path=path, before=before: _page(port, path) == before)  # type: ignore[misc]


def _page(port: int, path: str) -> bytes:
    address = f"http://127.0.0.1:{port}{path}"
    request = urllib.request.Request(address, headers={"Host": "lager.example.com"})
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own container
        return bytes(answer.read())


def _jobs_work(migration: Migration) -> None:
    for one in TRUTH["jobs"]:
        workload = migration.workload(one["command"])
        compose = ("docker", "compose", "-f", str(migration.folder / "generated" / "compose.yaml"))
        done = run([*compose, "exec", "-T", "-u", one["user"], workload.name, one["command"]], cwd=migration.folder)
        assert done.status == 0, done.complaint


def _asked(port: int, question: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(question)
        return connection.recv(200)


def _until(holds: Callable[[], bool], limit: float = 30) -> None:
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
