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
    Cluster,
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
    for file in (one for one in emit(given) if one.path.startswith("kubernetes/base/")):
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


def test_a_job_finds_in_temporary_folders_what_the_image_has() -> None:
    folder = Volume("scratch", "/var/cache/x", "temporary", "none", 1007, 1007, 0o755, "", seed=True)
    job = ScheduledJob("j", "1 2 * * *", "make", "shop")
    item = workload(command=(), jobs=(job,), accounts=SHOP, user="shop", volumes=(folder,))
    container = one(sources(item), "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    assert container["command"][3:] == ["job", "/bin/sh", "-c", "make"]
    assert "/var/cache/x" in container["command"][2]
    assert container["command"][2].endswith('exec "$@"\n')


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
    closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert one(shop(), "NetworkPolicy", "default-deny")["spec"] == closed


def egress(*workloads: Workload, **more: Any) -> Any:
    return one(sources(*workloads, **more), "NetworkPolicy", "app")["spec"]["egress"]


def test_only_known_flows_go_out() -> None:
    outside = tuple(
        Coupling(None, "external", "", address, port)
        for address, port in (("10.20.0.15", 389), ("ldap.example.com", 636), ("mail.example.org", 587), ("x", None))
    )
    network = Network(("10.0.0.5",), (HostName("10.9.9.9", ("ldap.example.com",)),))
    client = workload(couplings=(*outside, Coupling("db", "rewrite", "", "127.0.0.1", 5432)))
    to_db, named, ldap, first = egress(client, SERVER, seen=snapshot((), {}, network))
    assert to_db["to"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/instance": "db"}}}]
    assert to_db["ports"] == [{"protocol": "TCP", "port": 5432}]
    assert [one["ipBlock"]["cidr"] for one in named["to"]] == ["0.0.0.0/0", "::/0"]
    assert named["ports"] == [{"protocol": "TCP", "port": 587}]
    assert (ldap["to"], first["to"]) == (
        [{"ipBlock": {"cidr": "10.20.0.15/32"}}],
        [{"ipBlock": {"cidr": "10.9.9.9/32"}}],
    )


def test_a_name_server_asks_others_and_every_pod_asks_the_clusters() -> None:
    (rule,) = egress(workload(ports=(Port(53, name="dns"), Port(53, "udp", name="dns"))))
    assert [(one["protocol"], one["port"]) for one in rule["ports"]] == [("TCP", 53), ("UDP", 53)]
    names = one(sources(workload()), "NetworkPolicy", "names")["spec"]
    assert names["podSelector"] == {}
    assert [one["port"] for one in names["egress"][0]["ports"]] == [53, 53]


def test_runs_of_ports_are_one_rule_and_each_is_a_port_of_the_service() -> None:
    ftp = workload(
        ports=(Port(21, publish=21, name="ftp"), *(Port(n, publish=n, on_demand=True) for n in (4000, 4001)))
    )
    rules = one(sources(ftp), "NetworkPolicy", "app")["spec"]["ingress"]
    assert rules == [{"ports": [{"protocol": "TCP", "port": 21}, {"protocol": "TCP", "port": 4000, "endPort": 4001}]}]
    outside = one(sources(ftp), "Service", "app-external")["spec"]
    assert (outside["type"], outside["externalTrafficPolicy"]) == ("LoadBalancer", "Local")
    assert [(x["name"], x["port"]) for x in outside["ports"]] == [("ftp", 21), ("tcp-4000", 4000), ("tcp-4001", 4001)]


def test_sites_are_published_under_names_that_dns_can_have() -> None:
    names = ("shop.example.com", "~^re$", "*.example.org", "_", "10.0.0.1", "localhost", "UPPER.example.com")
    seen = snapshot((), {}, Sites((Site("nginx", (80,), names), Site("nginx", (443,), ("tls.example.com",), tls=True))))
    item = workload(kind="nginx", ports=(Port(80, publish=80), Port(443, publish=443)))
    rules = one(sources(item, seen=seen), "Ingress", "web01")["spec"]["rules"]
    assert [rule["host"] for rule in rules] == ["*.example.org", "shop.example.com", "upper.example.com"]
    secure = one(sources(item, seen=seen), "Ingress", "web01-tls")
    assert secure["spec"]["tls"] == [{"hosts": ["tls.example.com"], "secretName": "web01-tls"}]
    assert secure["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["port"] == {"number": 443}
    assert "HTTPS" in secure["metadata"]["annotations"].values()


def test_a_name_leads_to_one_port() -> None:
    sites = Sites((Site("nginx", (80,), ("a.example.com",)), Site("nginx", (443,), ("a.example.com",), tls=True)))
    web = workload("web", kind="nginx", ports=(Port(80, publish=80), Port(443, publish=443)))
    other = workload(ports=(Port(8080, publish=8080, name="http"), Port(9090, publish=9090, name="http")))
    found = objects(sources(web, other, seen=snapshot((), {}, sites)))
    rules = [(x.get("host"), x["http"]["paths"][0]["backend"]["service"]["port"]["number"])
             for item in found if item["kind"] == "Ingress" for x in item["spec"]["rules"]]  # fmt: skip
    assert rules == [(None, 8080), ("a.example.com", 443)]
    (direct,) = [x for x in found if x["kind"] == "Service" and x["spec"]["type"] == "LoadBalancer"]
    assert [(direct["metadata"]["name"], x["port"]) for x in direct["spec"]["ports"]] == [("app-external", 9090)]


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


def test_what_is_a_users_is_made_by_that_user_and_roots_by_root() -> None:
    mine = Volume("mine", "/srv/mine", "data", "copy", 1007, 1007, 0o750, "")
    theirs = replace(mine, name="theirs", path="/srv/theirs", uid=33, gid=33)
    roots = replace(mine, name="roots", path="/srv/roots", uid=0, gid=0)
    item = workload(user="shop", accounts=SHOP, volumes=(mine, theirs))
    made = pod(item)["initContainers"]
    assert [(x["name"], x["securityContext"]["runAsUser"]) for x in made] == [
        ("prepare-33-33", 33),
        ("prepare-1007-1007", 1007),
    ]
    assert all("add" not in x["securityContext"]["capabilities"] for x in made)
    assert (pod(item)["securityContext"]["fsGroup"], level(sources(item))) == (1007, "restricted")
    mixed = replace(item, volumes=(roots,))
    assert pod(mixed)["initContainers"][0]["securityContext"]["capabilities"]["add"][0] == "CHOWN"
    assert level(sources(mixed)) == "baseline"
    marks = one(sources(mixed), "Deployment")["spec"]["template"]["metadata"]["annotations"]
    assert marks == {"migrate/pod-security": "baseline: prepare starts as root to set owners"}


def test_pods_that_share_a_volume_name_one_group() -> None:
    first = Volume("a", "/srv/a", "data", "copy", 1007, 1007, 0o750, "")
    second = replace(first, name="b", path="/srv/b", uid=33, gid=33)
    chain = (workload("one", user="shop", accounts=SHOP, volumes=(first,)), workload("two", volumes=(first, second)),
             workload("three", volumes=(second,)))  # fmt: skip
    given = sources(*chain)
    groups = {x["spec"]["template"]["spec"]["securityContext"].get("fsGroup")
              for x in objects(given) if x["kind"] == "Deployment"}  # fmt: skip
    assert groups == {33}


def test_a_database_is_never_killed_for_being_slow() -> None:
    volume = Volume("pg", "/var/lib/pg", "data", "dump:postgresql", 7, 8, 0o700, "")
    check = Health("command", 5432, command=("pg_isready",))
    container = pod(workload(volumes=(volume,), health=check, ports=(Port(5432),)))["containers"][0]
    assert "readinessProbe" in container
    assert "livenessProbe" not in container


def test_a_probe_reaches_a_loopback_port_through_the_relay_beside_it() -> None:
    inward = (Coupling("app", "forward-in", "", "127.0.0.1", 80),)
    item = workload(ports=(Port(80, address="127.0.0.1"),), health=Health("http", 80, "/"), couplings=inward)
    assert "httpGet" in pod(item)["containers"][0]["startupProbe"]


def test_what_needs_another_waits_for_its_port() -> None:
    client = workload(couplings=(Coupling("db", "rewrite", "", "127.0.0.1", 5432),))
    (wait,) = one(sources(client, SERVER), "Deployment", "app")["spec"]["template"]["spec"]["initContainers"]
    assert wait["command"][2] == "set -u\nuntil (exec 3<>/dev/tcp/db/5432) 2>/dev/null; do sleep 1; done\n"
    hidden = replace(SERVER, ports=(Port(5432, address="127.0.0.1"),))
    assert "initContainers" not in one(sources(client, hidden), "Deployment", "app")["spec"]["template"]["spec"]


def test_two_of_a_workload_go_to_two_nodes_and_one_is_left_in_peace() -> None:
    given = sources(workload(replicas=2))
    assert one(given, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1
    assert one(given, "Deployment")["spec"]["template"]["spec"]["topologySpreadConstraints"][0]["maxSkew"] == 1
    assert not [x for x in objects(sources(workload())) if x["kind"] == "PodDisruptionBudget"]


def test_a_sandbox_is_the_plans_choice() -> None:
    given = sources(workload("a"), workload("b", runtime_class="kata"))
    chosen = replace(given, plan=replace(given.plan, cluster=Cluster(runtime_class="gvisor")))
    found = {x["metadata"]["name"]: x["spec"]["template"]["spec"]["runtimeClassName"]
             for x in objects(chosen) if x["kind"] == "Deployment"}  # fmt: skip
    assert found == {"a": "gvisor", "b": "kata"}


def test_no_pod_has_a_token() -> None:
    assert one(sources(workload()), "ServiceAccount")["automountServiceAccountToken"] is False
    assert pod(workload())["serviceAccountName"] == "app"


def test_names_that_had_to_be_cut_stay_apart() -> None:
    long = "j" * 48
    jobs = tuple(ScheduledJob(f"{long}{n}", "0 4 * * *", "true", "root") for n in "ab")
    names = {
        x["metadata"]["name"] for x in objects(sources(workload("w", command=(), jobs=jobs))) if x["kind"] == "CronJob"
    }
    assert len(names) == 2
    assert all(len(name) <= 52 for name in names)


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


def rendered(folder: Path, given: Sources, place: str = "base") -> Path:
    workspace = saved(folder / "work", given)
    write(workspace, emitted(given).values())
    return built(workspace.generated / "kubernetes" / place, folder / "all.yaml")


def built(place: Path, into: Path) -> Path:
    done = process.run(("kubectl", "kustomize", str(place)))
    assert done.ok, done.complaint
    into.write_bytes(done.out)
    return into


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
    places = ("development", "production")
    overlays = [
        built(tmp_path / "work/generated/kubernetes/overlays" / one, tmp_path / f"{one}.yaml") for one in places
    ]
    for version in ("1.29", validate.latest_version()):
        for item in (x for one in (file, *overlays) for x in yaml.safe_load_all(one.read_bytes())):
            validate.validate(item, version, strict=True)
    small, large = ({x["metadata"]["name"]: x for x in every(one, "Deployment")} for one in overlays)
    assert not list(every(overlays[0], "Ingress"))
    images = {x["spec"]["template"]["spec"]["containers"][0]["image"] for x in (small["nginx"], large["nginx"])}
    assert images == {"web01/nginx:latest", "registry.example.com/web01/nginx:1.0.0"}
    (secret,) = every(file, "Secret")
    named = [volume["secret"]["secretName"] for x in every(file, "StatefulSet")
             for volume in x["spec"]["template"]["spec"]["volumes"] if "secret" in volume]  # fmt: skip
    assert named == [secret["metadata"]["name"]]
    assert {x["metadata"]["namespace"] for kind in ("Deployment", "Secret") for x in every(file, kind)} == {"web01"}
