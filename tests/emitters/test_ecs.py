from __future__ import annotations

import base64
import json
import os
import re
import shutil
import stat
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migrate.emission import fargate
from migrate.emitters import Sources
from migrate.emitters.ecs import EMITTER, about, emit
from migrate.model.bundle import BundleFile
from migrate.model.facts import Secret, Secrets
from migrate.model.plan import Coupling, Health, Port, Resources, ScheduledJob, SecretUse, Variable, Volume
from tests.emission.sample import captured, shop, snapshot, sources, workload

RUN = Volume("run-db", "/run/db", "runtime", "none", 5, 5, 0o755, "a socket")
SECRET = Secret("s", "k")
HOSTILE = "a\"b'c$(d) ${AWS_REGION} {{e}} #\n\tü"


def files(given: Sources) -> dict[str, BundleFile]:
    return {one.path.removeprefix("ecs/"): one for one in emit(given)}


def made(given: Sources) -> dict[str, Any]:
    found = {path: one.data for path, one in files(given).items() if path.endswith(".json")}
    return {path.removesuffix(".json"): json.loads(data) for path, data in found.items() if isinstance(data, bytes)}


def container(task: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in task["containerDefinitions"] if one["name"] == name]
    return dict(found)


def test_it_is_written_on_request() -> None:
    assert EMITTER.on_request


def test_a_task_has_a_size_that_fargate_sells() -> None:
    task = made(sources(workload(resources=Resources(1, 700 << 20, 0.3))))["tasks/app"]
    assert (int(task["cpu"]), int(task["memory"])) == fargate.size(0.3, 700)
    assert task["networkMode"] == "awsvpc"
    assert task["requiresCompatibilities"] == ["FARGATE"]


def test_secrets_come_by_their_arn_and_files_of_them_are_put_at_their_places_first() -> None:
    found = made(shop())
    assert "hunter2" not in json.dumps(found)
    task = found["tasks/app"]
    prepare = container(task, "app-prepare")
    (mounted,) = prepare["secrets"]
    assert mounted["valueFrom"].startswith("arn:aws:secretsmanager:${AWS_REGION}:${AWS_ACCOUNT_ID}:secret:web01/app/")
    assert "base64 -d >/owned/app-etc-app-secrets/db.conf" in prepare["command"][0]
    assert {"sourceVolume": "app-etc-app-secrets", "containerPath": "/etc/app", "readOnly": False} in container(
        task, "app"
    )["mountPoints"]
    assert {"containerName": "app-prepare", "condition": "SUCCESS"} in container(task, "app")["dependsOn"]
    assert [one["name"] for one in container(task, "app")["secrets"]] == ["API_TOKEN"]


def test_state_is_on_efs_behind_an_access_point_that_makes_it_as_it_was() -> None:
    data = Volume("v", "/var/lib/a", "data", "copy", 7, 8, 0o2750, "state")
    found = made(sources(workload(volumes=(data,))))
    (volume,) = found["tasks/app"]["volumes"]
    assert volume["efsVolumeConfiguration"]["authorizationConfig"] == {"accessPointId": "${EFS_ACCESS_POINT_V}"}
    assert found["access-points/v"]["RootDirectory"] == {
        "Path": "/web01/v",
        "CreationInfo": {"OwnerUid": 7, "OwnerGid": 8, "Permissions": "2750"},
    }


def test_who_talks_through_sockets_shares_a_task_and_waits_in_it() -> None:
    db = workload("db", volumes=(RUN,), health=Health("tcp", 5432), ports=(Port(5432),))
    app = workload("app", volumes=(RUN,), couplings=(Coupling("db", "volume", "a socket", path="/run/db/s"),))
    found = made(sources(db, app))
    assert [path for path in found if path.startswith("tasks/")] == ["tasks/db"]
    task = found["tasks/db"]
    assert task["volumes"] == [{"name": "run-db"}]
    waits = container(task, "app")["dependsOn"]
    assert waits == [
        {"containerName": "db-prepare", "condition": "SUCCESS"}, {"containerName": "db", "condition": "HEALTHY"},
    ]  # fmt: skip


def test_a_job_is_a_task_with_a_schedule_and_an_init() -> None:
    job = ScheduledJob("night", "0 3 13 * 5", "run $x", "root", (Variable("A", "b"),))
    found = made(sources(workload("cron", jobs=(job,), timezone="Europe/Berlin")))
    main = container(found["tasks/cron-night"], "cron")
    assert (main["entryPoint"], main["command"]) == (["/bin/sh"], ["-c", "run $x"])
    assert main["environment"] == [{"name": "A", "value": "b"}]
    assert "healthCheck" not in main
    assert found["schedules/cron-night"]["ScheduleExpression"] == "cron(0 3 13 * ? *)"
    assert found["schedules/cron-night-2"]["ScheduleExpression"] == "cron(0 3 ? * FRI *)"
    assert found["schedules/cron-night"]["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert not [path for path in found if path.startswith("services/")]


def test_a_job_with_a_secret_on_its_command_line_does_not_show_it() -> None:
    job = ScheduledJob("j", "0 3 * * *", "curl ${secret:t}", "root", (Variable("P", "${secret:t}"),))
    seen = snapshot((), {}, Secrets((Secret("t", "token"),)))
    given = sources(workload("cron", jobs=(job,)), seen=seen, secrets={"t": "hunter2"})
    main = container(made(given)["tasks/cron-j"], "cron")
    assert main["command"] == ["/run/migrate/job-j"]
    assert "environment" not in main


def test_what_fargate_cannot_carry_is_said() -> None:
    given = sources(
        workload(
            ports=(Port(53, "udp"), Port(9, "sctp"), *(Port(one, publish=one) for one in range(8000, 8006))),
            privileges=("NET_ADMIN",),
            aliases=("db.internal",),
            jobs=(),
            volumes=(Volume("v", "/v", "data", "dump:postgresql", 0, 0, 0o755, ""),),
            secrets=(SecretUse("s", ("s",), "/etc/shadowy", because="x"),),
        ),
        workload("cron", jobs=(ScheduledJob("boot", "@reboot", "x", "root"),)),
        seen=snapshot(
            (captured("/etc/shadowy", secrets=("s",)),), {"/etc/shadowy": b"x"}, Secrets((Secret("s", "k"),))
        ),
        secrets={"s": "x"},
    )
    said = "\n".join(about(given).missing)
    for word in ("53/udp", "9/sctp", "5 ports", "NET_ADMIN", "db.internal", "RDS", "/etc/shadowy", "@reboot"):
        assert word in said
    assert len(made(given)["services/app"]["loadBalancers"]) == 5


def test_all_variables_are_in_the_file_that_is_to_be_filled_in(tmp_path: Path) -> None:
    found = files(shop())
    named = set(re.findall(r"^(\w+)=$", str(found["variables.env.example"].data, "utf-8"), re.MULTILINE))  # type: ignore[arg-type]
    used = {one for path, body in made(shop()).items() for one in re.findall(r"\$\{([A-Z0-9_]+)\}", json.dumps(body))}
    assert used <= named
    _filled(tmp_path, found, named)
    for path in ("fill.sh", "secrets.sh"):
        data = found[path].data
        assert isinstance(data, bytes)
        subprocess.run(("sh", "-n"), input=data, check=True)


def _filled(folder: Path, found: dict[str, BundleFile], names: set[str]) -> None:
    """fill.sh puts in what a person says, and nothing else."""
    if shutil.which("envsubst") is None:
        return
    for path, file in found.items():
        assert isinstance(file.data, bytes)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(file.data)
    (folder / "variables.env").write_text("".join(f"{name}='value of {name}'\n" for name in names))
    done = subprocess.run(("sh", str(folder / "fill.sh"), "tasks"), capture_output=True, text=True, check=True)
    made_ = [Path(line) for line in done.stdout.splitlines()]
    assert len(made_) == len(list((folder / "tasks").iterdir()))
    app = json.loads(next(one for one in made_ if one.name == "app.json").read_text())
    assert container(app, "app")["image"] == "value of REGISTRY/web01/app:value of TAG"
    prepare = container(app, "app-prepare")["command"][0]
    assert '"$SECRET_' in prepare  # a variable of the task, not of the file


def hostile() -> Sources:
    kept = Volume("v", f"/v/{HOSTILE}", "data", "copy", 0, 0, 0o755, HOSTILE)
    check = Health("command", command=("sh", "-c", HOSTILE))
    job = ScheduledJob("j", "*/5 * * * *", HOSTILE, "root", (Variable("X", HOSTILE),))
    app = workload(command=(HOSTILE,), health=check, volumes=(kept, RUN), ports=(Port(80, publish=80),))
    return sources(app, workload("cron", jobs=(job,)))


@pytest.mark.parametrize("given", [shop(), hostile()])
def test_aws_itself_would_take_it(given: Sources) -> None:
    loaders = pytest.importorskip("botocore.loaders")
    model = pytest.importorskip("botocore.model")
    validate = pytest.importorskip("botocore.validate")
    operations = {
        "tasks": ("ecs", "RegisterTaskDefinition"),
        "services": ("ecs", "CreateService"),
        "schedules": ("scheduler", "CreateSchedule"),
        "access-points": ("efs", "CreateAccessPoint"),
    }
    for path, body in made(given).items():
        service, operation = operations[path.partition("/")[0]]
        known = model.ServiceModel(loaders.Loader().load_service_model(service, "service-2"))
        report = validate.ParamValidator().validate(body, known.operation_model(operation).input_shape)
        assert not report.has_errors(), f"{path}: {report.generate_report()}"
        assert not list(_unknown(body, known.operation_model(operation).input_shape, path))


def _unknown(value: Any, shape: Any, path: str) -> Any:
    """Keys that the interface does not have, which the validator lets through."""
    if shape.type_name == "structure":
        for key, inside in value.items():
            if key not in shape.members:
                yield f"{path}.{key}"
            else:
                yield from _unknown(inside, shape.members[key], f"{path}.{key}")
    elif shape.type_name == "list":
        for number, inside in enumerate(value):
            yield from _unknown(inside, shape.member, f"{path}[{number}]")


def test_hostile_text_comes_out_as_it_was() -> None:
    job = ScheduledJob("j", "*/5 * * * *", HOSTILE, "root", (Variable("X", HOSTILE),))
    found = container(made(sources(workload("cron", jobs=(job,))))["tasks/cron-j"], "cron")
    assert found["command"] == ["-c", HOSTILE]
    assert found["environment"] == [{"name": "X", "value": HOSTILE}]


def test_a_relay_is_left_out_where_its_server_is_in_the_same_task() -> None:
    coupling = Coupling("db", "forward", "x", "127.0.0.1", 5432)
    db = workload("db", volumes=(RUN,), ports=(Port(5432),))
    apart = made(sources(replace(db, volumes=()), workload("app", couplings=(coupling,))))["tasks/app"]
    assert container(apart, "app-to-db-5432")["essential"] is False
    together = made(sources(db, workload("app", couplings=(coupling,), volumes=(RUN,))))["tasks/db"]
    assert "app-to-db-5432" not in {one["name"] for one in together["containerDefinitions"]}


def test_a_root_that_cannot_be_written_has_its_folders_beside_it() -> None:
    task = made(sources(workload(read_only=True, volumes=(RUN,))))["tasks/app"]
    assert container(task, "app")["readonlyRootFilesystem"] is True
    assert task["volumes"] == [{"name": "run-db"}]
    assert "chown 5:5 /volumes/run-db" in container(task, "app-prepare")["command"][0]


def test_what_prepares_a_task_fills_new_volumes_once_and_puts_secrets_at_their_places(tmp_path: Path) -> None:
    """The script that the task runs, with the places below a folder of the test."""
    me, group = os.getuid(), os.getgid()
    image = tmp_path / "image's $x"
    (image / "data").mkdir(parents=True)
    (image / "data/seed").write_text("from the image")
    (image / "etc").mkdir()
    (image / "etc/other").write_text("stays")
    kept = Volume("v", f"{image}/data", "data", "copy", me, group, 0o2750, "state")
    entry = captured(f"{image}/etc/key", secrets=("k",))
    use = SecretUse("key", ("k",), f"{image}/etc/key", uid=me, gid=group, mode=0o640)
    seen = snapshot((entry,), {entry.path: b"x"}, Secrets((Secret("k", "key", entry.path),)))
    task = made(sources(workload(volumes=(kept,), secrets=(use,)), seen=seen, secrets={"k": "x"}))["tasks/app"]
    prepare = container(task, "app-prepare")
    (owned,) = [one["containerPath"] for one in prepare["mountPoints"] if one["containerPath"].startswith("/owned/")]
    (tmp_path / "volumes/v").mkdir(parents=True)
    (tmp_path / owned.strip("/")).mkdir(parents=True)
    script = prepare["command"][0].replace("/volumes/", f"{tmp_path}/volumes/").replace(owned, f"{tmp_path}{owned}")
    secret = bytes(range(256))
    environment = {"PATH": os.environ["PATH"], "SECRET_0": base64.b64encode(secret).decode()}
    for _ in range(2):
        subprocess.run(("sh", "-c", script), env=environment, check=True)
        assert (tmp_path / "volumes/v/seed").exists() or (tmp_path / "volumes/v/state").exists()
        (tmp_path / "volumes/v/seed").unlink(missing_ok=True)
        (tmp_path / "volumes/v/state").write_text("not empty any more")
    assert stat.S_IMODE((tmp_path / "volumes/v").stat().st_mode) == 0o2750
    placed = tmp_path / owned.strip("/") / "key"
    assert placed.read_bytes() == secret
    assert stat.S_IMODE(placed.stat().st_mode) == 0o640
    assert (placed.parent / "other").read_text() == "stays"
    assert not (tmp_path / "volumes/v/seed").exists()
