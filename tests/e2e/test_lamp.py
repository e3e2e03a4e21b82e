"""A server that nothing here was made for: Apache, PHP, MariaDB, Redis and memcached on Debian 12, there and back.

Some eight minutes where the server's image has to be built first.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.lamp import BOX, running
from tests.e2e.shop import Shop, run_migrate

pytestmark = [pytest.mark.engine, pytest.mark.slow]
TRUTH: dict[str, Any] = yaml.safe_load((BOX / "truth.yaml").read_text())


@dataclass(frozen=True, slots=True)
class Moved:
    server: Shop
    folder: Path
    plan: dict[str, Any]
    verdict: dict[str, Any]

    def workload(self, name: str) -> dict[str, Any]:
        """By its unit, or by what one of its jobs calls."""
        for one in self.plan["workloads"]:
            if name in one.get("services", ()) or any(name in job["command"] for job in one.get("jobs", ())):
                return dict(one)
        raise AssertionError(f"no workload is {name}")


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    folder = tmp_path_factory.mktemp("lamp")
    with running(tmp_path_factory.mktemp("box"), "migrate-test-lamp") as server:
        done = None
        for words in (("discover", server.target), ("sync",), ("generate", "--json")):
            done = run_migrate(*words, cwd=folder, env=server.environment, timeout=1500)
            assert done.status == 0, f"migrate {words[0]}: {done.out[-3000:]}\n{done.err[-3000:]}"
        plan = yaml.safe_load((folder / "plan.yaml").read_text())
        yield Moved(server, folder, plan, json.loads(done.out if done else "{}"))


def named(key: str) -> list[str]:
    return [one["is"] for one in TRUTH["workloads"] if one.get(key)]


def entry(name: str) -> dict[str, Any]:
    everything = [*TRUTH["workloads"], *({"is": job["command"], **job} for job in TRUTH["jobs"])]
    return dict(next(one for one in everything if one["is"] == name))


NAMES = [*(one["is"] for one in TRUTH["workloads"]), *(one["command"] for one in TRUTH["jobs"])]


def test_every_service_and_every_job_is_a_workload_and_nothing_else_is(moved: Moved) -> None:
    assert sorted(moved.workload(name)["name"] for name in NAMES) == sorted(w["name"] for w in moved.plan["workloads"])


@pytest.mark.parametrize("name", named("kind"))
def test_its_kind_and_its_ports_are_known(moved: Moved, name: str) -> None:
    found = moved.workload(name)
    assert found["kind"] == entry(name)["kind"]
    ports = {f"{port['port']}/{port.get('protocol', 'tcp')}" for port in found.get("ports", ())}
    assert ports == set(entry(name).get("ports", ()))


@pytest.mark.parametrize("name", NAMES)
def test_it_has_the_packages_files_secrets_and_state_that_it_needs(moved: Moved, name: str) -> None:
    found, wanted = moved.workload(name), entry(name)
    packages = {package["name"] for package in found["packages"]}
    assert {one for one in wanted["needs"] if not reached(one, packages)} == set()
    assert [path for path in wanted.get("files", ()) if not carried(found, path)] == []
    assert set(wanted.get("secret_files", ())) <= {use.get("path") for use in found.get("secrets", ())}
    assert set(wanted.get("state", ())) <= {volume["path"] for volume in found.get("volumes", ())}


def reached(package: str, packages: set[str]) -> bool:
    """Whether it is asked for, or comes along with what is."""
    brings = {"libjson-perl": {"perl"}, "php8.2-mysql": {"php8.2-cli"}}
    return package in packages or any(package in brings.get(one, ()) for one in packages)


def carried(workload: dict[str, Any], path: str) -> bool:
    def inside(directory: str) -> bool:
        return path == directory or path.startswith(directory + "/")

    chosen = (file for file in workload.get("files", ()) if inside(file["path"]))
    if any(not any(inside(out) for out in file.get("exclude", ())) for file in chosen):
        return True
    return any(inside(volume["path"]) for volume in workload.get("volumes", ()))


@pytest.mark.parametrize("job", TRUTH["jobs"], ids=lambda job: job["command"])
def test_the_job_keeps_its_time_and_its_user(moved: Moved, job: dict[str, Any]) -> None:
    found = [one for one in moved.workload(job["command"])["jobs"] if job["command"] in one["command"]]
    assert [(one["schedule"], one["user"]) for one in found] == [(job["schedule"], job["user"])]


@pytest.mark.parametrize("coupling", TRUTH["couplings"], ids=lambda one: f"{one['of']} to {one['to']}")
def test_what_one_needs_of_another_is_known(moved: Moved, coupling: dict[str, Any]) -> None:
    target = moved.workload(coupling["to"])["name"]
    found = [one for one in moved.workload(coupling["of"]).get("couplings", ()) if one["to"] == target]
    assert any(one.get("port") == coupling.get("port") and one.get("path") == coupling.get("path") for one in found)


def test_what_nobody_needs_stays_behind(moved: Moved) -> None:
    for workload in moved.plan["workloads"]:
        assert [path for path in TRUTH["junk"] if carried(workload, path)] == []
        packages = {package["name"] for package in workload["packages"]}
        assert packages.intersection(TRUTH["unneeded_packages"]) == set()


def test_no_password_is_in_the_bundle(moved: Moved) -> None:
    values = [one.encode() for one in (*TRUTH["secrets"], *TRUTH["secrets_elsewhere"])]
    files = [
        *(moved.folder / "generated").rglob("*"),
        *(moved.folder / "reports").rglob("*"),
        moved.folder / "plan.yaml",
    ]
    secrets = moved.folder / "generated" / "secrets"
    for path in files:
        if path.is_file() and not path.is_relative_to(secrets):
            data = path.read_bytes()
            assert [value for value in values if value in data] == [], path


def test_the_databases_are_there_with_every_row(moved: Moved) -> None:
    manifest = json.loads((moved.folder / "data" / "mariadb" / "manifest.json").read_text())
    groups = {group["name"]: group["items"] for saved in manifest["saved"] for group in saved["groups"]}
    for database, tables in TRUTH["databases"].items():
        counts = {item["name"]: item["count"] for item in groups[database] if item["kind"] == "table"}
        assert counts == tables
    state = [check for check in moved.verdict["checks"] if check["kind"] == "state"]
    assert {"state:mariadb:mysql-mysql:verleih", "state:mariadb:mysql-mysql:accounts"} <= {one["id"] for one in state}
    assert any(one["id"].startswith("state:redis:") for one in state)


def test_the_verdict_holds_and_leaves_nothing_unverified(moved: Moved) -> None:
    assert [(one["id"], one["summary"]) for one in moved.verdict["checks"] if one["status"] != "passed"] == []


def test_deployed_it_answers_as_the_server_does(moved: Moved) -> None:
    published = {port: free() for port in (80, 8080, 8081)}
    variables = {f"PUBLISH_APACHE_{port}": str(other) for port, other in published.items()}
    try:
        done = run_migrate("deploy", cwd=moved.folder, env=variables, timeout=900)
        assert done.status == 0, done.out[-3000:] + done.err[-3000:]
        for one in TRUTH["answers"]:
            there = ask(published[one["port"]], one["host"], one["path"])
            before = moved.server.inside(
                *("curl", "-s", "-o", "-", "-H", f"Host: {one['host']}", f"http://127.0.0.1:{one['port']}{one['path']}")
            )
            assert there[0] == one["status"], one
            assert one.get("text", "").encode() in there[1]
            assert there[1] == before, one
    finally:
        down = run_migrate("deploy", "--down", "--volumes", cwd=moved.folder, env=variables, timeout=300)
    assert down.status == 0, down.err


def ask(port: int, host: str, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
