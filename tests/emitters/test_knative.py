from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from migrate.emitters import Sources
from migrate.emitters.knative import EMITTER, about, emit
from migrate.model.plan import Breaks, Coupling, Health, Port, ScheduledJob, Volume
from tests.emission.sample import shop, sources, workload

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
