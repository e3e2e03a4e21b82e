from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate import process
from migrate.emission.secrets import SecretVariable, environment_file, files, hidden_command, variables
from migrate.errors import InputError
from migrate.model.bundle import Captured
from migrate.model.facts import Process, Processes
from migrate.model.plan import Coupling, Rewrite, ScheduledJob, SecretUse
from tests.emission.sample import HOST, captured, snapshot, sources, workload

USE = SecretUse("db-conf", ("pw",), "/etc/db.conf", None, 5, 6, 0o640)


def test_a_file_is_mounted_as_it_was_captured_or_as_it_was_changed() -> None:
    seen = snapshot((captured("/etc/db.conf", secrets=("pw",)),), {"/etc/db.conf": b"host=10.0.0.1 password=x"})
    plain = files(sources(workload(), seen=seen), workload(secrets=(USE,)))
    assert [(one.name, one.path, one.data, one.uid, one.gid, one.mode) for one in plain] == [
        ("db-conf", "/etc/db.conf", Captured(HOST, "/etc/db.conf"), 5, 6, 0o640)
    ]
    coupling = Coupling("db", "rewrite", "", rewrites=(Rewrite("/etc/db.conf", 1, "10.0.0.1", "db", ""),))
    changed = files(sources(workload(), seen=seen), workload(secrets=(USE,), couplings=(coupling,)))
    assert changed[0].data == b"host=db password=x"


def test_two_files_of_one_name_are_told_apart() -> None:
    seen = snapshot((captured("/a"), captured("/b")))
    uses = (SecretUse("same", ("pw",), "/a"), SecretUse("same", ("pw",), "/b"))
    assert [one.name for one in files(sources(seen=seen), workload(secrets=uses))] == ["same", "same-2"]


def test_a_variable_has_its_whole_value_though_only_a_part_is_secret() -> None:
    process_ = Process(7, 1, "app", ("app",), 0, 0, environment=(("URL", "pg://u:${secret:pw}@h"),))
    seen = snapshot((), {}, Processes((process_,)))
    one = workload(pids=(7,), secrets=(SecretUse("environment", ("pw",), variable="URL"),))
    assert variables(sources(seen=seen, secrets={"pw": "x'$"}), one)[0].value == "pg://u:x'$@h"


def test_an_address_beside_the_secret_of_a_variable_leads_to_the_other_container() -> None:
    process_ = Process(7, 1, "app", ("app",), 0, 0, environment=(("URL", "pg://u:${secret:pw}@127.0.0.1:5432/x"),))
    rewrite = Rewrite("environment:URL", 1, "127.0.0.1:5432", "postgresql:5432", "")
    coupling = Coupling("postgresql", "rewrite", "", "127.0.0.1", 5432, rewrites=(rewrite,))
    use = SecretUse("environment", ("pw",), variable="URL")
    one = workload(pids=(7,), secrets=(use,), couplings=(coupling,))
    found = variables(sources(seen=snapshot((), {}, Processes((process_,))), secrets={"pw": "a127.0.0.1:5432"}), one)
    assert found[0].value == "pg://u:a127.0.0.1:5432@postgresql:5432/x"


def test_a_secret_that_the_inventory_does_not_have_is_named() -> None:
    one = workload(secrets=(SecretUse("environment", ("pw",), variable="URL"),))
    with pytest.raises(InputError, match="'pw'"):
        variables(sources(), one)


def test_a_command_line_with_a_secret_is_mounted_as_a_script() -> None:
    one = workload(command=("redis", "--requirepass", "${secret:pw}"))
    assert hidden_command(one)
    assert files(sources(secrets={"pw": "it's"}), one)[0].data == b"exec redis --requirepass 'it'\"'\"'s'\n"


def test_a_job_with_a_secret_has_its_table_mounted() -> None:
    one = workload(command=(), jobs=(ScheduledJob("j", "1 * * * *", "curl -u x:${secret:pw} h", "root"),))
    found = {file.path: file for file in files(sources(secrets={"pw": "50%"}), one)}
    assert found["/etc/cron.d/migrate"].mode == 0o600
    data = found["/etc/cron.d/migrate"].data
    assert isinstance(data, bytes)
    assert b"x:50\\% h\n" in data


def read_back(folder: Path, values: dict[str, str]) -> dict[str, str]:
    found = tuple(SecretVariable(name, value, "f") for name, value in values.items())
    (folder / "environment").write_bytes(environment_file(found))
    (folder / "compose.yaml").write_text("name: x\nservices: {a: {image: x, env_file: [./environment]}}\n")
    done = process.run(("docker", "compose", "config", "--format", "json"), cwd=folder)
    assert done.ok, done.complaint
    environment = json.loads(done.out)["services"]["a"]["environment"]
    return {name: str(value).replace("$$", "$") for name, value in environment.items()}


@pytest.mark.engine
@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(st.sampled_from("ab'\"\\$#={}` \n\t!ü0n,;&%"), max_size=12), min_size=20, max_size=40))
def test_compose_reads_every_value_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    values = {f"V{index}": text for index, text in enumerate(texts)}
    assert read_back(tmp_path_factory.mktemp("env"), values) == values
