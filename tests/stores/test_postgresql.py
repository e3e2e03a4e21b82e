"""A real PostgreSQL on the sample server, dumped while it is written to, loaded into a fresh one and compared."""

from __future__ import annotations

import gzip
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from migrate import process
from migrate.engines import Project
from migrate.engines.choose import choose
from migrate.loading import compare_state, load_state
from migrate.model.plan import Base, Plan, Volume, Workload
from migrate.model.target import Access
from migrate.model.verdict import FAILED, PASSED
from migrate.reach.docker import DockerConnection
from migrate.shipped import shipped
from migrate.stores import postgresql_sql as questions
from migrate.stores.manifests import read_manifest
from migrate.syncing import SyncReport, sync
from migrate.workspace import Workspace

HOST = "state-test"
SERVER = "migrate-example-shop"
IMAGE = "state-test"
DATA = "/var/lib/postgresql/13/main"
BIN = "/usr/lib/postgresql/13/bin"
BASE = Base("debian:11", "dpkg", "debian", "11")

COMPOSE = """\
services:
  postgresql:
    image: {image}
    user: postgres
    working_dir: {bin}
    entrypoint: ["sh", "-c", "[ -s {data}/PG_VERSION ] || ./initdb -D {data} >&2; exec ./postgres -D {data} -k /tmp"]
    volumes: ["pg:{data}"]
  stockd:
    image: {image}
    entrypoint: ["sleep", "600"]
    volumes: ["stock:/var/lib/stockd", "hard:/srv/hard"]
volumes:
  pg:
  stock:
  hard:
"""


def inside(script: str, *, user: str = "0", stdin: bytes | None = None) -> str:
    done = process.run(["docker", "exec", "-i", "-u", user, HOST, "sh", "-c", script], stdin=stdin or b"", timeout=120)
    assert done.ok, done.complaint
    return done.text


def psql(sql: str, database: str = "shop") -> str:
    return inside(f"cd /; psql -XAtq -v ON_ERROR_STOP=1 -d '{database}'", user="postgres", stdin=sql.encode())


def plan(uid: int, gid: int) -> Plan:
    pg = Volume("pg", DATA, "data", "dump:postgresql", uid, gid, 0o700, "")
    stock = Volume("stock", "/var/lib/stockd", "data", "copy", 0, 0, 0o750, "")
    hard = Volume("hard", "/srv/hard", "data", "copy", 0, 0, 0o755, "")
    return Plan(
        (HOST,),
        (
            Workload("postgresql", HOST, "postgresql", "", BASE, command=(f"{BIN}/postgres",), volumes=(pg,)),
            Workload("stockd", HOST, "service", "", BASE, volumes=(stock, hard)),
        ),
    )


ODD = """
CREATE SCHEMA "We""ird | schéma";
CREATE TABLE "We""ird | schéma"."ta'ble
two" ("r" text, b bytea, f float8, t timestamptz, j jsonb, n numeric);
INSERT INTO "We""ird | schéma"."ta'ble
two" SELECT E'zeile\\n|' || i, decode(md5(i::text), 'hex'), random(), now(), '{"a": [1, null]}', i / 7.0
FROM generate_series(1, 500) i;
CREATE TABLE written (id bigserial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp(), what text);
CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM category;
SELECT lo_from_bytea(0, decode(repeat('00ff', 5000), 'hex'));
CREATE FUNCTION twice(i int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 2 * i; END';
GRANT SELECT ON written TO auswertung;
"""
HARD = r"""
set -e; mkdir -p /srv/hard/sub; cd /srv/hard
printf 'x' >"$(printf 'new\nline')"; printf y >"quo'te\"s"; printf z >"$(printf 'b\377d')"
ln -s /nowhere/at/all dangling; ln "quo'te\"s" sub/same; mkfifo pipe
truncate -s 200M sparse; printf end >>sparse
chown 4711:4712 sub; chmod 2750 sub; touch -d '2009-02-03 04:05:06' "quo'te\"s"; chmod 4755 sparse
"""


@pytest.fixture(scope="module")
def ids() -> Iterator[tuple[int, int]]:
    scripts = shipped("examples/shop")
    started = process.run([str(scripts / "start"), "--name", HOST], timeout=900)
    assert started.ok, started.complaint
    # The server's own image stands for the generated ones: the same PostgreSQL, with no cluster yet.
    empty = f"FROM {SERVER}\nRUN rm -rf {DATA} && install -d -o postgres {DATA}\n"
    built = process.run(["docker", "build", "-q", "-t", IMAGE, "-"], stdin=empty.encode(), env={"DOCKER_BUILDKIT": "0"})
    assert built.ok, built.complaint
    try:
        psql(ODD)
        inside("psql -q -c 'CREATE DATABASE \"Od d\" OWNER shop TEMPLATE template0'", user="postgres")
        psql("CREATE TABLE t AS SELECT 1 AS i", "Od d")
        inside(HARD)
        yield int(inside("id -u postgres")), int(inside("id -g postgres"))
    finally:
        process.run([str(scripts / "stop"), "--name", HOST], timeout=60)
        process.run(["docker", "image", "rm", IMAGE], timeout=60)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    file = tmp_path / "compose.yaml"
    file.write_text(COMPOSE.format(image=IMAGE, data=DATA, bin=BIN))
    made = Project("state-test", tmp_path, file)
    yield made
    choose("docker").down(made, volumes=True)


def fetch(workspace: Workspace, wanted: Plan) -> SyncReport:
    return sync(wanted, {}, lambda _: DockerConnection(HOST, Access()), workspace, lambda _: None)


@pytest.fixture
def writer() -> Iterator[None]:
    """Somebody who inserts and updates all the time, in one transaction each."""
    sql = "BEGIN; INSERT INTO written (what) VALUES (repeat('x', 200)); UPDATE product SET name = name || '.'; COMMIT;"
    script = f'cd /; while :; do echo "{sql}"; done | psql -Xq -d shop'
    program = subprocess.Popen(["docker", "exec", "-u", "postgres", HOST, "sh", "-c", script])
    time.sleep(1)
    yield
    program.kill()
    inside("pkill -f 'psql -Xq -d sho[p]' || :")
    program.wait()


@pytest.mark.engine
def test_what_was_dumped_while_it_was_written_is_the_same_after_loading(
    ids: tuple[int, int], project: Project, tmp_path: Path, writer: None
) -> None:
    wanted, workspace = plan(*ids), Workspace(tmp_path / "ws")
    before = int(psql("SELECT count(*) FROM written"))
    report = fetch(workspace, wanted)
    time.sleep(0.5)
    after = int(psql("SELECT count(*) FROM written"))
    assert report.holds, report
    manifest = read_manifest(workspace.data / "postgresql")
    assert manifest is not None
    groups = {group.name: group for group in manifest.saved[0].groups}
    rows = {item.name: item.count for item in groups["shop"].items if item.kind == "table"}
    assert before < rows["public.written"] < after
    assert rows["public.product"] == 320
    assert "We\"ird | schéma.ta'ble\ntwo" in rows
    checks = load_state(choose("docker"), project, wanted, workspace.data, lambda _: None)
    assert [check for check in checks if check.status != PASSED] == []
    assert {check.id for check in checks} == {
        "state:stockd:stock",
        "state:stockd:hard",
        *(f"state:postgresql:pg:{name}" for name in ("roles", "postgres", "shop", "Od d")),
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in workspace.data.rglob("*"))


@pytest.mark.engine
def test_a_changed_row_or_file_after_loading_is_seen(ids: tuple[int, int], project: Project, tmp_path: Path) -> None:
    wanted, workspace, engine = plan(*ids), Workspace(tmp_path / "ws"), choose("docker")
    fetch(workspace, wanted)
    load_state(engine, project, wanted, workspace.data, lambda _: None)
    by_service = {each.service: each.id for each in engine.containers(project)}
    sql = "psql -h /tmp -d shop -c 'UPDATE customer SET id = id + 100000 WHERE id = (SELECT max(id) FROM customer)'"
    assert engine.execute(by_service["postgresql"], ["sh", "-c", sql]).ok
    engine.up(project, services=["stockd"])
    assert engine.execute(by_service["stockd"], ["chmod", "0700", "/srv/hard/sub"]).ok
    failed = [
        check
        for check in compare_state(engine, project, wanted, workspace.data, lambda _: None)
        if check.status == FAILED
    ]
    assert [check.id for check in failed] == ["state:stockd:hard", "state:postgresql:pg:shop"]
    assert "customer" in failed[1].detail


@pytest.mark.engine
def test_dumping_leaves_no_process_and_no_file_on_the_host(ids: tuple[int, int], tmp_path: Path) -> None:
    snapshot = "find / -xdev -newer /tmp/mark -type f ! -path '/var/lib/postgresql/*' ! -path '/var/log/*' "
    inside("touch /tmp/mark; sleep 1")
    assert fetch(Workspace(tmp_path / "ws"), plan(*ids)).holds
    time.sleep(1.5)
    changed = [path for path in inside(snapshot + "-print").split() if not path.startswith(("/var/lib/stockd", "/srv"))]
    assert [path for path in changed if "jackrabbit" not in path and "report" not in path] == []
    assert "pg_export_snapshot" not in inside("ps axww -o args")


@pytest.mark.engine
def test_a_missing_server_is_an_outcome_and_keeps_what_was_fetched(ids: tuple[int, int], tmp_path: Path) -> None:
    wanted, workspace = plan(*ids), Workspace(tmp_path / "ws")
    assert fetch(workspace, wanted).holds
    first = read_manifest(workspace.data / "postgresql")
    volume = replace(wanted.workloads[0].volumes[0], path="/var/lib/postgresql/nowhere")
    broken = replace(wanted, workloads=(replace(wanted.workloads[0], volumes=(volume,)),))
    report = fetch(workspace, broken)
    assert [each.status for each in report.volumes] == ["failed"]
    assert "no PostgreSQL server runs on /var/lib/postgresql/nowhere" in report.volumes[0].summary
    assert read_manifest(workspace.data / "postgresql") == first


@pytest.mark.engine
def test_a_damaged_dump_is_refused_before_anything_is_loaded(
    ids: tuple[int, int], project: Project, tmp_path: Path
) -> None:
    from migrate.errors import WorkspaceError

    wanted, workspace = plan(*ids), Workspace(tmp_path / "ws")
    fetch(workspace, wanted)
    path = next((workspace.data / "postgresql").glob("*shop*"))
    path.write_bytes(gzip.compress(b"DROP TABLE product;"))
    with pytest.raises(WorkspaceError, match="its checksum differs"):
        load_state(choose("docker"), project, wanted, workspace.data, lambda _: None)


def test_an_answer_without_its_end_is_no_answer() -> None:
    with pytest.raises(ValueError, match="no end"):
        questions.items(b"table|7075626c6963|74|3|17\n")


def test_names_come_whole_whatever_they_hold() -> None:
    data = f"table|{b'a|b'.hex()}|{chr(10).encode().hex()}|3|17\nsequence|70|73|9|t\nend\n".encode()
    table, sequence = questions.items(data)
    assert (table.name, table.count, table.checksum) == ("a|b.\n", 3, "17")
    assert (sequence.name, sequence.count, sequence.upto) == ("p.s", 9, 9)
