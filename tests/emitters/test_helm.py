from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from migrate import process
from migrate.emission.cluster import cluster
from migrate.emitters import Sources
from migrate.emitters.helm import about, emit
from migrate.model.plan import Account, ScheduledJob
from tests.emission.sample import shop, sources, workload

HOSTILE = "echo '{{ .Values.image }}' {{{{ }} \"$(id)\" # {{- end }}"
JOB = workload(
    "weekly",
    because="{{ evil }}",
    command=(),
    accounts=(Account("shop", 1007, 1007, "shop", "/home/shop", "/bin/sh"),),
    jobs=(ScheduledJob("j", "1 2 * * *", HOSTILE, "shop"),),
)


def files(given: Sources) -> dict[str, str]:
    found = {}
    for one in emit(given):
        assert isinstance(one.data, bytes)
        found[one.path.removeprefix("helm/web01/")] = one.data.decode()
    return found


def test_what_people_change_is_a_value() -> None:
    found = files(shop())
    said = yaml.safe_load(found["values.yaml"])
    assert said["workloads"]["app"]["replicas"] == 1
    assert said["volumes"]["app-data"] == {"size": "1Gi", "storageClass": ""}
    assert said["images"]["app"] == {"repository": "web01/app", "tag": ""}
    assert 'replicas: {{ (index $.Values.workloads "app").replicas }}' in found["templates/app.yaml"]
    assert "{{- if .Values.ingress.enabled }}" in found["templates/ingress.yaml"]


def test_the_schema_knows_every_value() -> None:
    found = files(shop())
    schema, said = json.loads(found["values.schema.json"]), yaml.safe_load(found["values.yaml"])
    assert set(schema["properties"]) - {"global"} == set(said)
    assert schema["properties"]["workloads"]["properties"]["app"]["properties"]["replicas"]["type"] == "integer"
    assert schema["additionalProperties"] is False


def test_braces_of_the_host_are_data() -> None:
    text = files(sources(JOB))["templates/weekly.yaml"]
    plain = text.replace('{{ "{{" }}', "\0")
    assert "{{ .Values.image }}" not in plain
    assert "\0 .Values.image }}" in plain
    assert "\0 evil }}" in plain


def test_no_secret_is_in_the_chart_and_the_readme_says_how_it_gets_there() -> None:
    assert "hunter2" not in "".join(files(shop()).values())
    assert "create secret generic app-secrets --from-file=app-db-conf=secrets/app/app-db-conf" in about(shop()).how


def rendered(folder: Path, given: Sources, *options: str) -> list[dict[str, Any]]:
    for name, text in files(given).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    done = process.run(("helm", "template", "--kube-version", "1.29", "web01", str(folder), *options))
    assert done.ok, done.complaint
    return [one for one in yaml.safe_load_all(done.out) if one]


def unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: unmarked("" if key.endswith("/managed-by") else one)
            for key, one in value.items()
            if key != "suspend" and one != {}
        }
    if isinstance(value, list):
        return [unmarked(one) for one in value]
    return value.removesuffix(":latest") if isinstance(value, str) and "/" in value else value


@pytest.mark.skipif(shutil.which("helm") is None, reason="no helm here")
def test_helm_renders_the_objects_of_the_base(tmp_path: Path) -> None:
    given = shop()
    every = sources(*given.plan.workloads, JOB, seen=given.snapshots["web01"], secrets=given.secrets["web01"])
    base = [one for file in cluster(every).manifests for one in file.objects if one["kind"] != "Namespace"]
    made = rendered(tmp_path, every)

    def by_name(found: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
        return {(one["kind"], one["metadata"]["name"]): unmarked(one) for one in found}

    assert by_name(made) == by_name(base)
    fast = rendered(tmp_path, every, "--set", "storageClass=fast", "--set", "networkPolicy.enabled=false")
    assert {one["spec"]["storageClassName"] for one in fast if one["kind"] == "PersistentVolumeClaim"} == {"fast"}
    assert not [one for one in fast if one["kind"] == "NetworkPolicy"]
