from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from migrate import process
from migrate.emitters import Sources
from migrate.emitters.knative import EMITTER, about, emit
from migrate.model.facts import Secret, Secrets
from migrate.model.plan import Breaks, Coupling, Health, Port, ScheduledJob, SecretUse, Volume
from migrate.writer import write
from tests.emission.sample import emitted, saved, shop, snapshot, sources, workload

WEB = workload(
    "web",
    ports=(Port(8080, publish=8080, name="http"), Port(8443)),
    health=Health("http", 8080, "/up", "a.example", 200),
)


def made(given: Sources) -> dict[str, Any]:
    return {one.path: yaml.safe_load(one.data) for one in emit(given) if isinstance(one.data, bytes)}


def template(given: Sources, name: str = "web") -> dict[str, Any]:
    found: dict[str, Any] = made(given)[f"knative/{name}.yaml"]["spec"]["template"]
    return found


def test_it_is_written_on_request() -> None:
    assert EMITTER.on_request


def test_a_web_server_without_state_is_a_service_with_one_port() -> None:
    spec = template(sources(WEB))["spec"]
    (container,) = spec["containers"]
    assert container["ports"] == [{"name": "http1", "containerPort": 8080}]
    assert container["startupProbe"]["httpGet"]["path"] == "/up"
    assert container["livenessProbe"]["tcpSocket"] == {"port": 8080}
    assert "readinessProbe" not in container


def test_what_breaks_at_two_stays_one() -> None:
    once = replace(WEB, breaks_at_two=(Breaks("sessions", "x"),))
    assert template(sources(once))["metadata"]["annotations"] == {
        "autoscaling.knative.dev/min-scale": "1", "autoscaling.knative.dev/max-scale": "1",
    }  # fmt: skip


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="no kubectl here")
def test_kustomize_puts_in_registry_and_secrets(tmp_path: Path) -> None:
    secret = SecretUse("token", ("t",), variable="TOKEN")
    seen = snapshot((), {}, Secrets((Secret("t", "token", where="environment"),)))
    given = sources(replace(WEB, secrets=(secret,)), seen=seen, secrets={"t": "hunter2"})
    workspace = saved(tmp_path, given)
    write(workspace, (*emitted(given).values(), *emit(given)))
    done = process.run(("kubectl", "kustomize", str(workspace.generated / "knative")))
    assert done.ok, done.complaint
    found = {one["kind"]: one for one in yaml.safe_load_all(done.out)}
    (container,) = found["Service"]["spec"]["template"]["spec"]["containers"]
    assert container["image"].startswith("registry.example.com/web01/web:")
    assert container["env"][0]["valueFrom"]["secretKeyRef"]["name"] == found["Secret"]["metadata"]["name"]
    assert found["Service"]["metadata"]["namespace"] == "web01"


def test_what_can_be_no_service_says_why() -> None:
    state = Volume("v", "/var/lib/x", "data", "copy", 0, 0, 0o755, "")
    given = sources(
        replace(WEB, volumes=(state,)),
        workload("dns", ports=(Port(53, "udp"),)),
        workload("cron", jobs=(ScheduledJob("j", "0 3 * * *", "x", "root"),)),
    )
    assert made(given) == {}
    said = "\n".join(about(given).missing)
    for words in ("web has no service of Knative: it keeps state in /var/lib/x", "it listens on UDP", "set of jobs"):
        assert words in said


def test_what_a_service_cannot_carry_is_said() -> None:
    said = "\n".join(about(sources(replace(WEB, couplings=(Coupling("db", "rewrite", "x"),)), workload("db"))).missing)
    assert "8443/tcp as well" in said
    assert "web needs db under that name" in said


def test_a_relay_runs_beside_it_and_no_secret_is_shown() -> None:
    given = shop()
    assert "hunter2" not in repr(made(given))
    coupled = sources(replace(WEB, couplings=(Coupling("db", "forward", "x", "127.0.0.1", 5432),)), workload("db"))
    assert [one["name"] for one in template(coupled)["spec"]["containers"]] == ["web", "web-to-db-5432"]
