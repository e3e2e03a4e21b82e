from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from migrate.emission import health
from migrate.emission.forwarders import forwarders
from migrate.emitters import Sources
from migrate.emitters.quadlet import EMITTER, about, emit
from migrate.errors import InputError
from migrate.model.plan import Health, Port, Volume
from tests.emission.sample import shop, sources, workload
from tests.emission.units import spelt_out, split

GENERATOR = os.environ.get("QUADLET", "/usr/libexec/podman/quadlet")
"""Podman's own; another one by way of the variable."""


def units(given: Sources) -> dict[str, str]:
    return {one.path.removeprefix("quadlet/"): one.data.decode() for one in emit(given) if isinstance(one.data, bytes)}


def keys(text: str, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


def container(**more: Any) -> str:
    return units(sources(workload(**more)))["web01-app.container"]


def test_it_is_written_on_request() -> None:
    assert EMITTER.on_request


def test_each_workload_is_built_run_and_waited_for_until_it_is_healthy() -> None:
    found = units(shop())
    assert {"web01.network", "web01-app.build", "web01-app.container", "web01-forwarder.build"} <= set(found)
    nginx = found["web01-nginx.container"]
    assert keys(nginx, "After") == ["web01-app.service"]
    assert keys(nginx, "Image") == ["web01-nginx.build"]
    assert keys(nginx, "PublishPort") == ["80:80/tcp"]
    assert keys(nginx, "Notify") == ["healthy"]
    assert json.loads(spelt_out(keys(nginx, "HealthCmd")[0])) == list(health.command(shop().plan.workloads[0]))


def test_secrets_are_podmans_and_stand_in_no_unit() -> None:
    found = units(shop())
    assert "hunter2" not in "".join(found.values())
    (mounted,) = [one for one in keys(found["web01-app.container"], "Secret") if "type=mount" in one]
    assert ",target=/etc/app/db.conf,uid=0,gid=1007,mode=0640" in mounted
    assert "podman secret create --replace web01-app-" in found["secrets.sh"]
    subprocess.run(("sh", "-n"), input=found["secrets.sh"], text=True, check=True)


def test_state_is_in_the_volumes_that_compose_would_use() -> None:
    data = Volume("v", "/var/lib/a", "data", "copy", 1, 2, 0o750, "state", read_only=True)
    own = Volume("r", "/run/a", "runtime", "none", 0, 0, 0o755, "sockets")
    other = Volume("s", "/run/b", "runtime", "none", 7, 7, 0o755, "sockets")
    found = units(sources(workload(volumes=(data, own, other))))
    text = found["web01-app.container"]
    assert found["web01-v.volume"] == "[Volume]\nVolumeName=web01_v\n"
    assert keys(text, "Volume") == ["web01-v.volume:/var/lib/a:ro"]
    assert keys(text, "Tmpfs") == ["/run/a:mode=0755", "/run/b:mode=0755"]


def test_a_root_file_system_that_cannot_be_written_stays_so() -> None:
    assert keys(container(read_only=True), "ReadOnly") == ["true"]


def test_dollars_and_percents_of_the_host_are_no_variables() -> None:
    text = container(
        volumes=(Volume("v", "/a $b%n", "data", "copy", 0, 0, 0o755, ""),),
        health=Health("command", command=("sh", "-c", "echo \"$x\" 100% 'a\nb'")),
    )
    assert keys(text, "Volume") == ["web01-v.volume:/a $$b%%n"]
    assert json.loads(spelt_out(keys(text, "HealthCmd")[0]))[2] == "echo \"$x\" 100% 'a\nb'"


@pytest.mark.parametrize("path", ["/a:b", "/a\nExec=x", "/a "])
def test_a_place_that_no_unit_can_name_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="can't mount"):
        container(volumes=(Volume("v", path, "data", "copy", 0, 0, 0o755, ""),))


def test_what_a_unit_cannot_carry_is_said() -> None:
    said = about(sources(workload(ports=(Port(80, publish=80),)))).missing
    assert any("below 1024" in one for one in said)


@pytest.mark.skipif(not Path(GENERATOR).exists(), reason="Podman's generator of units is not here")
def test_podmans_own_generator_makes_the_commands_that_are_meant(tmp_path: Path) -> None:
    given = shop()
    for name, text in units(given).items():
        if not name.endswith(".sh"):
            (tmp_path / name).write_text(text)
    done = subprocess.run(
        (GENERATOR, "-dryrun"), env={"QUADLET_UNIT_DIRS": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    said = done.stdout.replace("%t/%N", "")
    made = dict(re.findall(r"^---([\w-]+)\.service---$.*?^ExecStart=(.*?)$", said, re.MULTILINE | re.DOTALL))
    assert {name.partition(".")[0] for name in units(given) if name.endswith(".container")} <= set(made)
    for relay in forwarders(given.plan.workloads):
        command = [spelt_out(one) for one in split(made[f"web01-{relay.name}"])]
        assert command[-len(relay.command) :] == list(relay.command)
    nginx = [spelt_out(one) for one in split(made["web01-nginx"])]
    check = health.command(given.plan.workloads[0])
    assert json.loads(nginx[nginx.index("--health-cmd") + 1]) == list(check)
    assert nginx[-1] == "localhost/web01/nginx:latest"
