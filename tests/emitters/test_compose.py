from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate import process
from migrate.emitters import Sources
from migrate.emitters.compose import emit
from migrate.errors import InputError
from migrate.model.facts import HostName, Network
from migrate.model.plan import PackageChoice, Port, Volume
from migrate.writer import write
from tests.emission.sample import emitted, saved, shop, snapshot, sources, workload


def compose(given: Sources) -> dict[str, Any]:
    (file,) = emit(given)
    assert isinstance(file.data, bytes)
    found: dict[str, Any] = yaml.safe_load(file.data)
    return found


def service(**more: Any) -> dict[str, Any]:
    found: dict[str, Any] = compose(sources(workload(**more)))["services"]["app"]
    return found


def test_published_ports_are_those_of_the_host_unless_a_variable_says_otherwise() -> None:
    ports = (Port(80, publish=8080), Port(53, "udp", publish=53), Port(9000))
    assert service(ports=ports)["ports"] == ["${PUBLISH_APP_80:-8080}:80/tcp", "${PUBLISH_APP_53_UDP:-53}:53/udp"]


def test_a_run_of_ports_that_are_opened_on_demand_is_published_as_one() -> None:
    passive = [Port(number, publish=number, on_demand=True) for number in range(40000, 40006)]
    other = Port(40006, publish=50006, on_demand=True)
    assert service(ports=(Port(21, publish=21), *passive, other))["ports"] == [
        "${PUBLISH_APP_21:-21}:21/tcp",
        "${PUBLISH_APP_40000_40005:-40000-40005}:40000-40005/tcp",
        "${PUBLISH_APP_40006:-50006}:40006/tcp",
    ]


def test_the_base_can_be_another_image() -> None:
    assert service()["build"] == {"context": "./images/app", "args": {"BASE": "${MIGRATE_BASE_DEBIAN_11:-debian:11}"}}


def test_state_is_a_volume_and_what_runs_only_once_is_memory() -> None:
    data = Volume("v", "/var/lib/a", "data", "copy", 1, 2, 0o750, "state", read_only=True)
    run = Volume("r", "/run/$a", "runtime", "none", 1, 2, 0o2775, "sockets")
    found = service(volumes=(data, run))
    assert found["volumes"] == [{"type": "volume", "source": "v", "target": "/var/lib/a", "read_only": True}]
    assert found["tmpfs"] == ["/run/$$a:mode=2775"]


def test_a_socket_directory_of_two_workloads_is_a_volume_of_both() -> None:
    run = Volume("r", "/run/a", "runtime", "none", 1, 2, 0o755, "sockets")
    found = compose(sources(workload(volumes=(run,)), workload("b", volumes=(run,))))
    assert found["services"]["b"]["volumes"][0]["source"] == "r"
    assert found["volumes"] == {"r": {}}


def test_a_workload_waits_for_those_that_it_needs() -> None:
    found = compose(shop())["services"]
    assert found["nginx"]["depends_on"] == {"app": {"condition": "service_healthy"}}
    assert found["app"]["depends_on"] == {
        "db": {"condition": "service_healthy"}, "db-in-5432": {"condition": "service_started"},
    }  # fmt: skip
    assert found["app-to-db-5432"]["network_mode"] == "service:app"


def test_names_of_other_machines_stay_and_the_machines_own_go() -> None:
    hosts = (
        HostName("10.0.0.5", ("web01", "db.internal")),
        HostName("10.0.0.9", ("nas", "x y")),
        HostName("::1", ("localhost",)),
    )
    given = sources(workload(), seen=snapshot((), {}, Network(("10.0.0.5",), hosts)))
    assert compose(given)["services"]["app"]["extra_hosts"] == ["nas:10.0.0.9"]


def test_the_host_name_is_the_old_one_unless_it_must_lead_elsewhere() -> None:
    assert service()["hostname"] == "web01"
    assert "hostname" not in service(aliases=("web01",))


def test_more_open_files_than_every_engine_grants_are_for_a_person_to_ask() -> None:
    assert service(limits=(("LimitNOFILE", "65535"),))["ulimits"]["nofile"]["soft"] == "${NOFILE_APP:-20000}"
    assert service(limits=(("nofile", "4096"), ("nproc", "5")))["ulimits"]["nofile"]["hard"] == "${NOFILE_APP:-4096}"
    assert "ulimits" not in service(limits=(("nofile", "infinity"),))


def test_rights_are_dropped_but_for_those_that_are_needed() -> None:
    assert compose(shop())["services"]["app"]["cap_drop"] == ["ALL"]
    assert "cap_add" not in compose(shop())["services"]["app"]
    assert compose(shop())["services"]["app"]["security_opt"] == ["no-new-privileges:true"]
    assert "SETUID" in service()["cap_add"]
    assert "SYS_TIME" in service(privileges=("CAP_SYS_TIME",))["cap_add"]


def test_wrong_names_are_refused() -> None:
    for name in ("A", "a b", "-a", "a-", "a" * 51, "", "a_b"):
        with pytest.raises(InputError, match="name of a workload"):
            emit(sources(workload(name)))
    with pytest.raises(InputError, match="two workloads"):
        emit(sources(workload(), workload()))
    with pytest.raises(InputError, match="no inventory"):
        emit(sources(replace(workload(), host="other")))


@settings(deadline=None)
@given(st.text(max_size=30), st.text(st.characters(exclude_categories=["Cs"], exclude_characters=":,\0"), max_size=30))
def test_hostile_text_is_data(because: str, path: str) -> None:
    volume = Volume("v", f"/x{path}", "data", "copy", 1, 2, 0o750, because)
    found = compose(sources(workload(because=because, volumes=(volume,))))
    assert found["services"]["app"]["volumes"][0]["target"] == f"/x{path}".replace("$", "$$")
    assert list(found) == ["name", "services", "volumes"]


@pytest.mark.engine
def test_compose_accepts_it(tmp_path: Path) -> None:
    given = shop()
    hostile = Volume("odd", '/it\'s "a" $x ${y} #z', "data", "copy", 1, 2, 0o750, "\nservices: {}")
    given = replace(
        given, plan=replace(given.plan, workloads=(*given.plan.workloads, workload("odd", volumes=(hostile,))))
    )
    workspace = saved(tmp_path, given)
    write(workspace, emitted(given).values())
    done = process.run(("docker", "compose", "config", "--format", "json"), cwd=workspace.generated)
    assert done.ok, done.complaint
    found = json.loads(done.out)["services"]
    assert found["odd"]["volumes"][0]["target"].replace("$$", "$") == hostile.path
    assert found["app"]["secrets"][0]["target"] == "/etc/app/db.conf"


@pytest.mark.engine
def test_loopback_clients_reach_a_server_that_listens_on_loopback(tmp_path: Path) -> None:
    """Two relays and an alias stand between them; secrets, variables and memory are as on the host."""
    given = shop()
    _, app, db, _ = given.plan.workloads
    listen = "socat TCP-LISTEN:5432,bind=127.0.0.1,fork,reuseaddr SYSTEM:'echo served to $SOCAT_PEERADDR'"
    db = replace(db, command=("/bin/sh", "-c", "exec " + listen), packages=(PackageChoice("socat", None, ""),))
    run = Volume("app-run", "/run/app", "runtime", "none", 1007, 1007, 0o750, "sockets")
    app = replace(app, command=("/bin/sleep", "600"), volumes=(*app.volumes, run), health=None)
    given = replace(given, plan=replace(given.plan, workloads=(app, db)))
    workspace = saved(tmp_path, given)
    write(workspace, emitted(given).values())
    project = (
        "docker",
        "compose",
        "--project-name",
        f"emit-test-{os.getpid()}",
        "--project-directory",
        str(workspace.generated),
    )
    try:
        up = process.run((*project, "up", "--build", "--detach", "--wait"), timeout=600)
        assert up.ok, up.complaint
        seen = process.run((*project, "exec", "-T", "app", "bash", "-c", _LOOK), timeout=60)
        assert seen.ok, seen.complaint
    finally:
        process.run((*project, "down", "--volumes", "--rmi", "all", "--timeout", "1"), timeout=120)
    assert seen.text == (
        "url=jdbc:postgresql://127.0.0.1:5432/shop\npassword=hunter2-$x\n"
        '0:1007 640\n0:0 1777\n1007:1007 750\nt\'o"k$en \\\nit\'s $5, "good" \\ #1\nweb01\n10.9.9.9\n'
        "served to 127.0.0.1\n"
    )


_LOOK = r"""
cat /etc/app/db.conf
stat -c '%u:%g %a' /etc/app/db.conf /run/app /var/lib/app
printf '%s\n' "$API_TOKEN" "$GREETING" "$(hostname)" "$(getent hosts ldap | cut -d' ' -f1)"
for try in 1 2 3 4 5 6 7 8 9 10; do
    if exec 3<>/dev/tcp/127.0.0.1/5432; then cat <&3; break; fi 2>/dev/null
    sleep 1
done
"""


def test_a_root_that_can_not_be_written_has_its_written_folders_in_memory() -> None:
    scratch = Volume("t", "/tmp", "temporary", "none", 0, 0, 0o1777, "everybody's", 64 << 20)
    found = service(volumes=(scratch,), read_only=True)
    assert found["read_only"] is True
    assert found["tmpfs"] == ["/tmp:mode=1777,exec,size=64m"]


def test_low_ports_are_allowed_to_a_user_for_engines_that_do_not_do_so() -> None:
    assert service(ports=(Port(80),), user="1007")["sysctls"] == {"net.ipv4.ip_unprivileged_port_start": 0}
    assert "sysctls" not in service(ports=(Port(8080),), user="1007")
    assert "sysctls" not in service(ports=(Port(80),), user=None)
