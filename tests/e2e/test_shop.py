"""The whole way on the sample server: discover, sync, generate, prove, deploy; and that the proof can fail."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from migrate.engines import Project
from migrate.engines.choose import choose
from migrate.model.facts import Answers
from migrate.model.verdict import FAILED, Verdict
from migrate.validation import validate
from migrate.workspace import Workspace
from tests.e2e.shop import SCRIPTS, Shop, run_migrate

pytestmark = pytest.mark.engine

TRUTH: dict[str, Any] = yaml.safe_load((SCRIPTS / "truth.yaml").read_text())
WORKLOADS = sorted(TRUTH["workloads"])


@dataclass(frozen=True, slots=True)
class Proven:
    """A workspace after the two commands, and what they said."""

    folder: Path
    verdict: dict[str, Any]

    @property
    def images(self) -> list[str]:
        compose = str(self.folder / "generated" / "compose.yaml")
        return sorted(set(_run("docker", "compose", "--file", compose, "config", "--images").split()))


@pytest.fixture(scope="module")
def proven(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Proven:
    folder = tmp_path_factory.mktemp("proven")
    for words in (("discover", shop.target), ("sync",), ("generate", "--json")):
        done = run_migrate(*words, cwd=folder, env=shop.environment, timeout=1500)
        assert done.status == 0, f"migrate {words[0]}: {done.out[-4000:]}\n{done.err[-4000:]}"
    return Proven(folder, json.loads(done.out))


def test_every_workload_is_found_and_nothing_else(proven: Proven) -> None:
    plan = yaml.safe_load((proven.folder / "plan.yaml").read_text())
    assert sorted(workload["name"] for workload in plan["workloads"]) == WORKLOADS


def test_the_verdict_holds_and_leaves_nothing_unverified(proven: Proven) -> None:
    assert [check["id"] for check in proven.verdict["checks"] if check["status"] != "passed"] == []


def test_every_workload_was_built_and_every_port_answered(proven: Proven) -> None:
    passed = {check["id"] for check in proven.verdict["checks"]}
    assert {f"build:{name}" for name in WORKLOADS} <= passed
    wanted = {(one["workload"], one["port"]) for one in TRUTH["listeners"] if one["workload"]}
    for name, port in wanted:
        assert any(one.startswith(f"listens:{name}:") and str(port) in one for one in passed), (name, port)


def test_every_recorded_answer_was_compared(proven: Proven) -> None:
    recorded = Workspace(proven.folder).load_inventory("shop01").get(Answers).answers
    compared = [check for check in proven.verdict["checks"] if check["kind"] == "http"]
    assert len(compared) >= len({(one.port, one.host, one.path) for one in recorded}) >= 30
    pages = " ".join(check["id"] for check in compared)
    for page in ("/shop/products", "/jackrabbit/", "/status/", "/reports/", "/intern/"):
        assert page in pages


def test_the_reports_are_there_in_all_three_forms(proven: Proven) -> None:
    reports = proven.folder / "reports"
    assert json.loads((reports / "validation.json").read_text())["checks"]
    assert "<testsuite" in (reports / "validation.xml").read_text()
    page = (reports / "validation.html").read_text()
    assert not re.search(r"(?:src|href)=[\"']https?://", page)


def test_no_secret_is_anywhere_but_in_its_place(proven: Proven) -> None:
    values = [one["value"].encode() for one in TRUTH["secrets"]]
    folder = proven.folder
    places = [path for path in _files(folder / "generated") if "secrets" not in path.relative_to(folder).parts]
    places += [*_files(folder / "reports"), folder / "inventory" / "shop01" / "inventory.json", folder / "plan.yaml"]
    for path in places:
        data = path.read_bytes()
        assert not [value for value in values if value in data], path
    for name, data in _layer_files(proven.images):
        assert not [value for value in values if value in data], name


def test_no_junk_is_in_the_bundle_and_no_compiler_in_the_images(proven: Proven) -> None:
    trees = sorted((proven.folder / "generated" / "images").glob("*/rootfs"))
    assert trees
    for root in trees:
        for path in TRUTH["junk"]:
            assert not (root / path.lstrip("/")).exists(), path
    junk = set(TRUTH["junk_packages"])
    for image in proven.images:
        said = _run("docker", "run", "--rm", "--entrypoint", "dpkg-query", image, "-W", "-f", "${Package}\n")
        assert not junk & set(said.split()), image


def test_generating_again_changes_no_byte(proven: Proven) -> None:
    before = _digests(proven.folder / "generated")
    done = run_migrate("generate", "--no-validate", cwd=proven.folder)
    assert done.status == 0, done.err
    assert _digests(proven.folder / "generated") == before


def test_kustomize_renders_and_passes_the_strict_schemas(proven: Proven) -> None:
    from kubernetes_validate import validate as check_manifest

    rendered = _run("kubectl", "kustomize", str(proven.folder / "generated" / "kubernetes" / "base"))
    manifests = [one for one in yaml.safe_load_all(rendered) if one]
    assert {"Deployment", "StatefulSet", "Service", "CronJob", "NetworkPolicy"} & {one["kind"] for one in manifests}
    for manifest in manifests:
        for version in ("1.29", "1.36"):
            check_manifest(manifest, version, strict=True)


def test_the_images_are_no_larger_than_hand_written_ones(proven: Proven, shop: Shop) -> None:
    done = subprocess.run(
        (str(SCRIPTS / "reference" / "build"), "--name", shop.name), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    reference = [f"migrate-reference-{name}" for name in WORKLOADS]
    size = SCRIPTS / "reference" / "size"
    ours = json.loads(_run(str(size), "--json", *proven.images))
    theirs = json.loads(_run(str(size), "--json", *reference))
    assert ours["total"] <= theirs["total"], (ours["total"], theirs["total"])


def test_a_stopped_container_a_missing_war_and_a_changed_path_each_turn_the_verdict_red(
    proven: Proven, tmp_path: Path
) -> None:
    copy = tmp_path / "sabotaged"
    # With owners: the key that PostgreSQL reads is its user's alone.
    _run("cp", "-a", str(proven.folder), str(copy))
    images = copy / "generated" / "images"
    dockerfile = images / "tomcat" / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "USER root\nRUN find / -xdev -name shop.war -delete\nUSER tomcat\n")
    site = _one(images.glob("nginx/rootfs/**/sites-available/shop.example.com"))
    changed = site.read_text().replace("location /jackrabbit/", "location /rabbit/")
    assert changed != site.read_text()
    site.write_text(changed)
    verdict = _validate(copy)
    red = {check.id for check in verdict.checks if check.status == FAILED}
    assert not verdict.holds
    assert any(one.startswith("image:tomcat") for one in red), red
    assert any("/jackrabbit/" in one for one in red), red
    assert any("/shop/products" in one for one in red), red
    assert any("stockd" in one for one in red), red
    green = {check.id for check in verdict.checks if check.status == "passed"}
    assert any(one.startswith("http:nginx:static.example.com") for one in green), green


def test_deploy_brings_it_up_with_its_state_and_takes_it_away(proven: Proven) -> None:
    environment = {"PUBLISH_NGINX_80": "18480"}
    try:
        done = run_migrate("deploy", cwd=proven.folder, env=environment, timeout=1200)
        assert done.status == 0, f"{done.out}\n{done.err[-3000:]}"
        page = _run("curl", "-s", "-H", "Host: shop.example.com", "http://127.0.0.1:18480/shop/products")
        assert "MW-00001" in page
        again = run_migrate("deploy", cwd=proven.folder, env=environment, timeout=1200)
        assert again.status == 0, again.err[-3000:]
    finally:
        down = run_migrate("deploy", "--down", "--volumes", cwd=proven.folder, env=environment)
    assert down.status == 0, down.err
    project = yaml.safe_load((proven.folder / "generated" / "compose.yaml").read_text())["name"]
    assert not _run("docker", "volume", "ls", "-q", "--filter", f"label=com.docker.compose.project={project}")


def _validate(folder: Path) -> Verdict:
    """Validate with stockd stopped once everything is up."""
    workspace = Workspace(folder)
    plan = workspace.load_plan()
    assert plan is not None

    def disturb(project: Project) -> None:
        found = _run("docker", "ps", "-q", "--filter", f"label=com.docker.compose.project={project.name}",
                     "--filter", "label=com.docker.compose.service=stockd")  # fmt: skip
        _run("docker", "stop", "-t", "2", found.strip())

    return validate(workspace, plan, workspace.snapshots(), choose("docker"), lambda _line: None, disturb=disturb)


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stderr[-2000:]}"
    return done.stdout


def _one(found: Iterator[Path]) -> Path:
    [path] = found
    return path


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in _files(folder)}


def _layer_files(images: list[str]) -> Iterator[tuple[str, bytes]]:
    """Every file of every layer of the images that another image has not brought already."""
    seen: set[str] = set()
    for image in images:
        saved = subprocess.Popen(("docker", "save", image), stdout=subprocess.PIPE)
        with saved, tarfile.open(fileobj=saved.stdout, mode="r|") as outer:
            for member in outer:
                file = outer.extractfile(member) if member.isfile() else None
                if file is None or not member.name.endswith("layer.tar") or member.name in seen:
                    continue
                seen.add(member.name)
                with tarfile.open(fileobj=file, mode="r|") as layer:
                    for inner in layer:
                        held = layer.extractfile(inner) if inner.isfile() and inner.size < 64 << 20 else None
                        if held is not None:
                            yield f"{image}:{inner.name}", held.read()
