from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from migrate.emission.secrets import SecretVariable, environment_file
from migrate.emitters.compose import emit
from migrate.engines.compose_file import escaped, read
from migrate.errors import InputError
from tests.emission.sample import shop, sources, workload


def understood(folder: Path, text: str, **environment: str) -> dict[str, Any]:
    file = folder / "compose.yaml"
    file.write_text(text)
    return read(file, folder, environment)


def service(folder: Path, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = understood(folder, yaml.safe_dump({"services": {"app": body}}))["services"]["app"]
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${A:-x}", "x"), ("${A-x}", ""), ("${B:-x}", "b"), ("$B$$B", "b$B"), ("${C}", ""), ("${B:+y}${C:+z}", "y"),
        ("${D:-a/b:c}", "a/b:c"),
    ],
)  # fmt: skip
def test_variables_are_put_in_as_compose_does(tmp_path: Path, text: str, value: str) -> None:
    found = understood(tmp_path, yaml.safe_dump({"name": text, "services": {}}), A="", B="b")
    assert found["name"] == value


def test_what_was_read_reads_the_same_again(tmp_path: Path) -> None:
    found = service(tmp_path, image="a", command=["$$HOME", "a$$$$b"])
    assert found["command"] == ["$HOME", "a$$b"]
    assert service(tmp_path, **escaped(found)) == found


def test_short_mounts_are_spelled_out(tmp_path: Path) -> None:
    found = service(tmp_path, image="a", volumes=["data:/d:ro", "./x:/x"])["volumes"]
    assert found[0] == {"type": "volume", "source": "data", "target": "/d", "read_only": True}
    assert (found[1]["type"], found[1]["source"]) == ("bind", f"{tmp_path}/x")


def test_environment_files_come_back_byte_for_byte(tmp_path: Path) -> None:
    values = ["plain", "two\nlines", 'it\'s $5 "q" \\ #1', "'", 'a"b$c\\', " padded ", ""]
    lines = tuple(SecretVariable(f"V{index}", value, "f") for index, value in enumerate(values))
    (tmp_path / "env").write_bytes(environment_file(lines))
    found = service(tmp_path, image="a", env_file=["./env"], environment={"V0": "said"})
    assert found["environment"] == {"V0": "said", **{f"V{index}": value for index, value in enumerate(values) if index}}


def test_paths_start_at_the_project(tmp_path: Path) -> None:
    found = understood(
        tmp_path, "services: {a: {build: {context: ./images/a}}}\nsecrets: {s: {file: ./secrets/s}}\nvolumes: {v: }\n"
    )
    assert found["services"]["a"]["build"]["context"] == f"{tmp_path}/images/a"
    assert (found["secrets"]["s"]["file"], found["volumes"]) == (f"{tmp_path}/secrets/s", {"v": {}})


def test_all_that_we_write_is_understood(tmp_path: Path) -> None:
    for given in (shop(), sources(workload(read_only=True))):
        [file] = emit(given)
        assert isinstance(file.data, bytes)
        assert understood(tmp_path, file.data.decode())["services"]


def test_what_is_not_understood_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"services\.app\.gpus is not understood"):
        service(tmp_path, image="a", gpus="all")
    with pytest.raises(InputError, match="is no compose file"):
        understood(tmp_path, "[]")
