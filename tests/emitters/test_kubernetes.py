from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate import process
from migrate.emission.manifests import times, zone
from migrate.emitters import Sources
from migrate.emitters.kubernetes import emit
from migrate.model.facts import HostName, Network, Site, Sites
from migrate.model.plan import (
    Account,
    Coupling,
    Health,
    Port,
    ScheduledJob,
    SecretUse,
    Variable,
    Volume,
    Workload,
)
from migrate.writer import write
from tests.emission.sample import captured, emitted, saved, shop, snapshot, sources, workload

SHOP = (Account("shop", 1007, 1007, "shop", "/home/shop", "/bin/bash"),)


def objects(given: Sources) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for file in emit(given):
        assert isinstance(file.data, bytes)
        found += yaml.safe_load_all(file.data)
    return found


def one(given: Sources, kind: str, name: str | None = None) -> dict[str, Any]:
    (found,) = [x for x in objects(given) if x["kind"] == kind and name in (None, x["metadata"]["name"])]
    return found


def pod(item: Workload, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = one(sources(item, **more), "StatefulSet" if item.stateful else "Deployment")["spec"][
        "template"
    ]["spec"]
    return found


def test_what_owns_state_is_a_stateful_set_with_a_claim() -> None:
    volume = Volume("app-data", "/var/lib/app", "data", "copy", 7, 8, 0o700, "state", size=5 << 30)
    given = sources(workload(volumes=(volume,), stateful=True))
    assert one(given, "StatefulSet")["spec"]["serviceName"] == "app-headless"
    assert one(given, "PersistentVolumeClaim")["spec"]["resources"]["requests"]["storage"] == "15Gi"
    lines = pod(workload(volumes=(volume,), stateful=True))["initContainers"][0]["command"][2]
    assert 'chown 7:8 "$new"' in lines
    assert 'chmod 0700 "$new"' in lines


def test_those_that_share_a_volume_wait_for_its_keeper_on_one_node() -> None:
    spec = one(shop(), "CronJob")["spec"]["jobTemplate"]["spec"]["template"]
    assert "until [ -d /volumes/app-data/state ]" in spec["spec"]["initContainers"][0]["command"][2]
    assert spec["metadata"]["labels"]["migrate.volume/app-data"] == "shared"
    assert "podAffinity" in spec["spec"]["affinity"]


def test_a_workload_without_root_meets_the_restricted_level() -> None:
    item = workload(user="shop", accounts=SHOP, ports=(Port(80),))
    spec = pod(item)
    assert spec["containers"][0]["securityContext"] == {
        "runAsUser": 1007, "runAsGroup": 1007, "runAsNonRoot": True, "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert spec["securityContext"]["sysctls"] == [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]
    assert level(sources(item)) == "restricted"


def level(given: Sources) -> str:
    return str(one(given, "Namespace")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"])


def test_the_level_is_the_one_that_holds() -> None:
    assert level(sources(workload())) == "baseline"
    assert level(sources(workload(privileges=("SYS_ADMIN",)))) == "privileged"


def test_a_job_runs_its_command_at_its_times_one_at_a_time() -> None:
    spec = one(shop(), "CronJob")["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == ("*/2 * * * *", "Europe/Berlin", "Forbid")
    container = spec["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    assert container["command"] == ["/bin/bash", "-c", "date +%F; echo $HOME"]
    assert {"name": "HOME", "value": "/home/shop"} in container["env"]
    assert container["securityContext"]["runAsUser"] == 1007


def test_a_job_with_a_secret_runs_a_mounted_script() -> None:
    job = ScheduledJob("j", "1 2 * * *", "curl -u x:${secret:pw} h", "root", (Variable("A", "$(B)"),))
    given = sources(workload(command=(), jobs=(job,)), secrets={"pw": "hunter2"})
    container = one(given, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    assert container["command"] == ["/bin/sh", "/run/migrate/job-j"]
    assert {"name": "A", "value": "$$(B)"} in container["env"]
    assert "hunter2" not in str(objects(given))


def test_secrets_come_from_secrets_with_their_owner_and_mode() -> None:
    uses = (SecretUse("conf", ("pw",), "/etc/c", None, 5, 6, 0o640), SecretUse("environment", ("pw",), variable="PW"))
    given = {"seen": snapshot((captured("/etc/c"),)), "secrets": {"pw": "x"}}
    spec = pod(workload(secrets=uses), **given)
    assert spec["containers"][0]["env"] == [
        {"name": "PW", "valueFrom": {"secretKeyRef": {"name": "app-secrets", "key": "variable-pw-0"}}}
    ]
    assert spec["containers"][0]["volumeMounts"] == [
        {"name": "owned", "mountPath": "/etc/c", "subPath": "conf", "readOnly": True}
    ]
    assert "chown 5:6 /owned/conf\nchmod 0640 /owned/conf" in spec["initContainers"][0]["command"][2]


def test_only_observed_flows_come_in() -> None:
    def rules(name: str) -> Any:
        return one(shop(), "NetworkPolicy", name)["spec"]["ingress"]

    client = [{"podSelector": {"matchLabels": {"app.kubernetes.io/instance": "app"}}}]
    assert rules("db") == [{"from": client, "ports": [{"protocol": "TCP", "port": 5432}]}]
    assert rules("nginx") == [{"ports": [{"protocol": "TCP", "port": 80}]}]
    assert one(shop(), "NetworkPolicy", "default-deny")["spec"] == {"podSelector": {}, "policyTypes": ["Ingress"]}


def test_sites_are_published_under_names_that_dns_can_have() -> None:
    names = ("shop.example.com", "~^re$", "*.example.org", "_", "10.0.0.1", "localhost", "UPPER.example.com")
    seen = snapshot((), {}, Sites((Site("nginx", (80,), names), Site("nginx", (443,), ("tls.example.com",), tls=True))))
    item = workload(kind="nginx", ports=(Port(80, publish=80), Port(443, publish=443)))
    rules = one(sources(item, seen=seen), "Ingress")["spec"]["rules"]
    assert [rule["host"] for rule in rules] == ["*.example.org", "shop.example.com", "upper.example.com"]


def test_probes_ask_what_the_host_answered() -> None:
    public, local = (Port(80, publish=80),), (Port(80, address="127.0.0.1"),)
    check = Health("http", 80, "/x", "shop", 302, start_period=100)
    assert pod(workload(ports=public, health=check))["containers"][0]["startupProbe"] == {
        "httpGet": {"path": "/x", "port": 80, "httpHeaders": [{"name": "Host", "value": "shop"}]},
        "periodSeconds": 5, "timeoutSeconds": 5, "failureThreshold": 20,
    }  # fmt: skip
    for ports, wrong in ((local, check), (public, replace(check, status=401))):
        probe = pod(workload(ports=ports, health=wrong))["containers"][0]["readinessProbe"]
        assert probe["exec"]["command"][0] == "bash"


def test_other_names_are_services_as_well() -> None:
    names = [x["metadata"]["name"] for x in objects(shop()) if x["kind"] == "Service"]
    assert names == ["nginx", "app", "backend", "app-headless", "db"]


NAMED = (
    Coupling("db", "alias", "", "db.shop.internal", 5432),
    Coupling("db", "alias", "", "cache.shop.internal", 6379),
    Coupling("db", "alias", "", "db2", 5432),
)
SERVER = workload("db", ports=(Port(5432), Port(6379)), aliases=("cache.shop.internal", "db.shop.internal", "db2"))


def test_a_name_with_dots_leads_to_a_relay_in_its_clients_pod() -> None:
    given = sources(workload(couplings=NAMED, ports=(Port(1, address="127.0.0.3"),)), SERVER)
    spec = one(given, "Deployment", "app")["spec"]["template"]["spec"]
    assert spec["hostAliases"] == [
        {"ip": "127.0.0.2", "hostnames": ["cache.shop.internal"]},
        {"ip": "127.0.0.4", "hostnames": ["db.shop.internal"]},
    ]
    assert [(x["name"], x["args"][1:]) for x in spec["containers"][1:]] == [
        ("app-at-db-shop-internal-5432",
         ["TCP-LISTEN:5432,bind=127.0.0.4,fork,reuseaddr,max-children=512", "TCP:db:5432"]),
        ("app-at-cache-shop-internal-6379",
         ["TCP-LISTEN:6379,bind=127.0.0.2,fork,reuseaddr,max-children=512", "TCP:db:6379"]),
    ]  # fmt: skip
    assert "hostAliases" not in one(given, "Deployment", "db")["spec"]["template"]["spec"]
    assert [x["metadata"]["name"] for x in objects(given) if x["kind"] == "Service"] == ["app", "db", "db2"]


def test_the_relays_of_a_job_end_with_it() -> None:
    job = ScheduledJob("j", "0 4 * * 7", "true", "root")
    couplings = (*NAMED[:1], Coupling("db", "forward", "", "127.0.0.1", 6379))
    given = sources(workload("report", command=(), jobs=(job,), couplings=couplings), SERVER)
    spec = one(given, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert [(x["name"], x["restartPolicy"]) for x in spec["initContainers"]] == [
        ("report-to-db-6379", "Always"), ("report-at-db-shop-internal-5432", "Always"),
    ]  # fmt: skip
    assert spec["initContainers"][0]["startupProbe"]["exec"]["command"][2] == ":18EB [0-9A-F:]+ (0A|07) "
    assert len(spec["containers"]) == 1


def test_containers_keep_names_apart_that_had_to_be_cut() -> None:
    name = "a" * 50
    couplings = tuple(Coupling("db", "alias", "", "db.shop.internal.example.org", port) for port in (5432, 6379))
    spec = one(sources(workload(name, couplings=couplings), SERVER), "Deployment", name)["spec"]["template"]["spec"]
    names = [x["name"] for x in spec["containers"]]
    assert len(set(names)) == 3
    assert all(len(one) <= 63 for one in names)


def test_the_hosts_file_has_what_the_cluster_takes() -> None:
    lines = (("10.9.9.9", ("LDAP.example.com", "bad_name")), ("10.9.9.9", ("ldap", "ldap.example.com")),
             ("10.9", ("short",)), ("fe80::1%eth0", ("link",)))  # fmt: skip
    network = Network(("10.0.0.5",), tuple(HostName(address, names) for address, names in lines))
    assert pod(workload(), seen=snapshot((), {}, network))["hostAliases"] == [
        {"ip": "10.9.9.9", "hostnames": ["ldap.example.com", "ldap"]}
    ]


def test_no_service_waits_for_a_job_to_fill_what_they_share() -> None:
    volume = Volume("v", "/srv/v", "data", "copy", 7, 8, 0o755, "")
    job = workload("j", command=(), jobs=(ScheduledJob("j", "0 4 * * *", "true", "root"),), volumes=(volume,))
    reader = workload(volumes=(replace(volume, method="none", read_only=True),), user="shop", accounts=SHOP)
    spec = one(sources(reader, job), "Deployment")["spec"]["template"]["spec"]
    assert "until" not in spec["initContainers"][0]["command"][2]
    assert "fsGroup" not in spec["securityContext"]


@pytest.mark.parametrize(
    ("crontab", "expected"),
    [("0 4 * * 7", "0 4 * * 0"), ("0 4 * * 5-7", "0 4 * * 5,6,0"), ("0 4 * * 0-7", "0 4 * * 0,1,2,3,4,5,6"),
     ("0 4 * * mon,7", "0 4 * * mon,0"), ("0 4 7 7 */7", "0 4 7 7 */7"), ("7 7 * * 1-7/2", "7 7 * * 1,3,5,0")],
)  # fmt: skip
def test_sunday_is_day_0(crontab: str, expected: str) -> None:
    assert times(crontab) == expected


@pytest.mark.parametrize("name", [None, "", "Local", "CET-1CEST,M3.5.0", ":/etc/localtime", "/x"])
def test_a_time_zone_without_a_name_is_the_clusters(name: str | None) -> None:
    assert zone(name) is None


def test_a_time_zone_keeps_its_name() -> None:
    names = ("UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+5")
    assert tuple(map(zone, names)) == names


@settings(deadline=None)
@given(st.text(max_size=40), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_hostile_text_is_data(because: str, value: str) -> None:
    job = ScheduledJob("j", "1 2 * * *", value, "shop", (Variable("A", value),), because)
    item = workload(because=because, command=(), jobs=(job,), accounts=SHOP)
    container = one(sources(item), "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    assert container["command"][2].replace("$$(", "$(") == value.replace("$$(", "$(")


def rendered(folder: Path, given: Sources) -> Path:
    workspace = saved(folder / "work", given)
    write(workspace, emitted(given).values())
    done = process.run(("kubectl", "kustomize", str(workspace.generated / "kubernetes" / "base")))
    assert done.ok, done.complaint
    (folder / "all.yaml").write_bytes(done.out)
    return folder / "all.yaml"


def every(file: Path, kind: str) -> Iterable[dict[str, Any]]:
    return (x for x in yaml.safe_load_all(file.read_bytes()) if x["kind"] == kind)


@pytest.mark.skipif(not process.available("kubectl"), reason="no kubectl here")
def test_kustomize_renders_it_and_the_schemas_accept_it(tmp_path: Path) -> None:
    validate = pytest.importorskip("kubernetes_validate")
    given = shop()
    extra = workload("odd", couplings=(Coupling("db", "forward", "", "127.0.0.1", 80),), ports=(Port(53, "udp"),))
    client = workload("named", couplings=NAMED, user="shop", accounts=SHOP)
    job = replace(client, name="job", command=(), jobs=(ScheduledJob("j", "0 4 * * 7", "true", "shop"),))
    added = (*given.plan.workloads, extra, client, job)
    file = rendered(tmp_path, replace(given, plan=replace(given.plan, workloads=added)))
    for version in ("1.29", validate.latest_version()):
        for item in yaml.safe_load_all(file.read_bytes()):
            validate.validate(item, version, strict=True)
    (secret,) = every(file, "Secret")
    named = [volume["secret"]["secretName"] for x in every(file, "StatefulSet")
             for volume in x["spec"]["template"]["spec"]["volumes"] if "secret" in volume]  # fmt: skip
    assert named == [secret["metadata"]["name"]]
    assert {x["metadata"]["namespace"] for kind in ("Deployment", "Secret") for x in every(file, kind)} == {"web01"}
