"""Secrets that shells, YAML and env files would take apart go from a process to mounted files, and nowhere else."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from migrate.capture.masking import mask
from migrate.emission.secrets import variables
from migrate.emitters import Sources
from migrate.model.bundle import BundleFile
from migrate.model.facts import Job, Processes, Schedule, Services
from migrate.model.plan_file import dump_plan
from migrate.parts import parts
from migrate.planning.derive import derive
from tests.planning.hosts import listening, process, service, snapshot

HOSTILE = [
    "it's-Kx7-4431",
    'say "Kx7" 4431',
    "Kx7$HOME$(id)4431",
    "Kx7`id`4431\\",
    "Kx7 # 4431",
    "Kx7#4431;rm -rf",
    "%Kx7%4431%",
    "&Kx7: *4431 !x",
    "Kx7{{4431}}",
    "Kx7-Tülpe-4431",
    "Kx7=4431==",
    "Kx7\n4431-end",
]


def emitted(value: str) -> tuple[Sources, dict[str, BundleFile], str]:
    argv = ("/opt/app/bin/app", "--port", "99", "--db-password", value)
    quoted = shlex.quote(value.replace("\n", " "))
    seen = snapshot(
        processes=(process(7, *argv, unit="app.service", environment=(("SMTP_PASSWORD", value), ("LANG", "C"))),),
        services=(service("app.service", exec_start=(argv,), environment=(("SMTP_PASSWORD", value),), main_pid=7),),
        sockets=(listening(7, 99),),
        texts={"/opt/app/bin/app": b"#!/bin/sh\n"},
        schedule=Schedule((
            Job("/etc/cron.d/out", "5 1 * * *", "cron", f"/opt/app/bin/out --password {quoted} > /dev/null", line=3),
        )),
    )  # fmt: skip
    values: dict[str, str] = {}
    masked = replace(seen, inventory=mask(seen.inventory, values))
    plan = derive({"web01": masked})
    sources = Sources(plan, {"web01": masked}, {"web01": values})
    files = [file for emitter in parts("migrate.emitters", "EMITTER") for file in emitter.emit(sources)]
    return sources, {file.path: file for file in files}, dump_plan(plan)


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_but_secret_files_holds_the_value(value: str) -> None:
    sources, files, plan = emitted(value)
    assert {job.source for job in sources.snapshots["web01"].inventory.get(Schedule).jobs} == {"/etc/cron.d/out"}
    shown = [str(sources.snapshots["web01"].inventory.get(kind)) for kind in (Processes, Services, Schedule)]
    shown += [plan, *(_text(file) for file in files.values() if not file.secret and isinstance(file.data, bytes))]
    assert not [text for text in shown if "Kx7" in text or "4431" in text]


@pytest.mark.parametrize("value", HOSTILE)
def test_the_container_gets_the_value_as_it_was(value: str) -> None:
    sources, files, _ = emitted(value)
    app = next(one for one in sources.plan.workloads if one.name == "app")
    assert [(one.name, one.value) for one in variables(sources, app)] == [("SMTP_PASSWORD", value)]
    command = _text(files["secrets/app/command"])
    assert shlex.split(command) == ["exec", "/opt/app/bin/app", "--port", "99", "--db-password", value]
    job = next(_text(file) for path, file in files.items() if "/job-" in path)
    assert shlex.split(job)[:3] == ["/opt/app/bin/out", "--password", value.replace("\n", " ")]


def _text(file: BundleFile) -> str:
    assert isinstance(file.data, bytes), file.path
    return file.data.decode("utf-8", "surrogateescape")
