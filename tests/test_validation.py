from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from migrate.engines import Project
from migrate.engines.choose import choose
from migrate.model.inventory import Inventory
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Check, Verdict
from migrate.recording import Recording
from migrate.validation import validate
from migrate.workspace import Workspace
from tests import tiny

pytestmark = pytest.mark.engine

LEGACY = "migrate-test-tiny-legacy"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Inventory, Recording]]:
    """The legacy server's facts and answers, recorded through ``docker exec``."""
    folder = tmp_path_factory.mktemp("tiny")
    tiny.make_base(folder)
    docker("rm", "-f", LEGACY)
    try:
        tiny.start_legacy(LEGACY, folder)
        yield tiny.record_legacy(LEGACY, now())
    finally:
        docker("rm", "-f", LEGACY)
        for image in (f"{LEGACY}-image", "migrate-test-tiny/front", "migrate-test-tiny/backend", tiny.IMAGE):
            docker("rmi", "-f", image)


class Application:
    """A bundle as it should be. Call it to validate, after changing what a test is about."""

    def __init__(self, recorded: tuple[Inventory, Recording], folder: Path) -> None:
        self.workspace, self.snapshots = tiny.save(folder, *recorded)
        self.said: list[str] = []
        tiny.write_bundle(self.workspace)

    def __call__(self, *, stateful: bool = False, disturb: Callable[[Project], None] | None = None) -> Verdict:
        if stateful:
            shutil.rmtree(self.workspace.generated)
            tiny.write_bundle(self.workspace, stateful=True)
        plan = tiny.plan(stateful=stateful)
        return validate(self.workspace, plan, self.snapshots, choose("docker"), self.said.append, disturb=disturb)

    def left_behind(self) -> list[str]:
        """Containers, networks and volumes of what was started here."""
        projects = set(re.findall(r"migrate-validate-[0-9a-f]+", " ".join(self.said)))
        kinds = (
            ("ps", "-a", "--format", "{{.Names}}"),
            ("network", "ls", "--format", "{{.Name}}"),
            ("volume", "ls", "-q"),
        )
        names = [name for kind in kinds for name in docker(*kind).split()]
        return [name for name in names if name.startswith((*projects, "tiny"))]


@pytest.fixture
def application(recorded: tuple[Inventory, Recording], tmp_path: Path) -> Iterator[Application]:
    made = Application(recorded, tmp_path)
    yield made
    assert made.left_behind() == []


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=False).stdout


def now() -> str:
    return subprocess.run(
        ["date", "-u", "+%Y-%m-%dT%H:%M:%SZ"], capture_output=True, text=True, check=True
    ).stdout.strip()


def bundle(tmp_path: Path, name: str) -> Path:
    return Workspace(tmp_path).generated / "images" / name


def by_id(verdict: Verdict) -> dict[str, Check]:
    assert len({check.id for check in verdict.checks}) == len(verdict.checks)
    return {check.id: check for check in verdict.checks}


def failed(verdict: Verdict) -> set[str]:
    return {check.id for check in verdict.checks if check.status == FAILED}


def test_recording_reaches_loopback_listeners_and_follows_links(recorded: tuple[Inventory, Recording]) -> None:
    _, recording = recorded
    asked = {(answer.port, answer.path): answer for answer in recording.answers.answers}
    assert set(asked) >= {(8080, "/"), (8080, "/prices.html"), (8080, "/absent"), (8081, "/data.json")}
    assert asked[8080, "/absent"].status == 404
    assert recording.bodies[asked[8080, "/cgi-bin/stock"].body or ""] == tiny.DATA
    assert recording.bodies[asked[8081, "/data.json"].body or ""] == tiny.DATA
    assert asked[8080, "/cgi-bin/now"].again is not None
    assert asked[8080, "/"].again is None


def test_a_faithful_bundle_holds_in_every_check(application: Application) -> None:
    verdict = application()
    assert [check for check in verdict.checks if check.status != PASSED] == []
    kinds = {check.kind for check in verdict.checks}
    assert kinds == {"build", "start", "health", "listens", "user", "http", "image", "secrets", "job", "written"}
    checks = by_id(verdict)
    assert checks["http:front:localhost:8080/cgi-bin/now"].rules
    assert checks["http:front:localhost:8080/cgi-bin/stock"].rules == ()
    assert verdict.total_bytes is not None
    assert verdict.total_bytes < sum(image.bytes for image in verdict.images)


def test_a_stopped_container_fails(application: Application) -> None:
    def stop(project: Project) -> None:
        docker("stop", "-t", "1", f"{project.name}-backend-1")

    verdict = application(disturb=stop)
    assert {"health:backend", "listens:backend:8081/tcp", "http:backend:localhost:8081/data.json"} <= failed(verdict)
    assert "http:front:localhost:8080/cgi-bin/stock" in failed(verdict)
    assert "http:front:localhost:8080/" not in failed(verdict)


def test_a_file_that_is_missing_from_an_image_fails(application: Application, tmp_path: Path) -> None:
    (bundle(tmp_path, "front") / "rootfs/srv/www/prices.html").unlink()
    verdict = application()
    assert failed(verdict) == {"image:front", "http:front:localhost:8080/prices.html"}
    assert "missing: /srv/www/prices.html" in by_id(verdict)["image:front"].detail


def test_a_changed_proxied_path_fails(application: Application, tmp_path: Path) -> None:
    script = bundle(tmp_path, "front") / "rootfs/srv/www/cgi-bin/stock"
    script.write_bytes(script.read_bytes().replace(b"data.json", b"other.json"))
    assert {"image:front", "http:front:localhost:8080/cgi-bin/stock"} == failed(application())


def test_a_secret_in_a_layer_fails_even_where_a_later_layer_removes_it(
    application: Application, tmp_path: Path
) -> None:
    dockerfile = bundle(tmp_path, "backend") / "Dockerfile"
    text = dockerfile.read_text()
    dockerfile.write_text(text.replace("COPY rootfs /\n", "COPY rootfs /\nCOPY key /tmp/key\nRUN rm /tmp/key\n"))
    (bundle(tmp_path, "backend") / "key").write_text(f"password={tiny.SECRET}\n")
    verdict = application()
    assert failed(verdict) == {"secrets:backend"}
    assert tiny.SECRET not in repr(verdict)


def test_an_image_that_does_not_build_is_a_verdict_with_the_reason(application: Application, tmp_path: Path) -> None:
    dockerfile = bundle(tmp_path, "front") / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "RUN echo the reason && false\n")
    verdict = application()
    assert failed(verdict) == {"build:front", "start"}
    assert "the reason" in by_id(verdict)["build:front"].detail


def test_what_needs_state_is_unverified_without_it(application: Application) -> None:
    checks = by_id(application(stateful=True))
    own = checks["http:backend:localhost:8081/data.json"]
    assert own.status == UNVERIFIED
    assert "backend (/srv/api), which was not synced" in own.summary
    assert checks["http:front:localhost:8080/"].status == PASSED
    assert checks["http:front:localhost:8080/cgi-bin/stock"].status == FAILED  # 502: the way there may be wrong


def test_an_interruption_leaves_nothing_behind(application: Application) -> None:
    def interrupt(_project: Project) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        application(disturb=interrupt)
    assert application.left_behind() == []


def test_unverified_is_not_failed() -> None:
    assert Verdict("docker", "", 0.0, (Check("a", None, "http", UNVERIFIED, ""),)).holds
