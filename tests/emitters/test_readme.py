from __future__ import annotations

from dataclasses import replace

from migrate.emitters.readme import emit
from migrate.model.plan import Coupling, Port, Question, ScheduledJob, Volume
from tests.emission.sample import shop, sources, workload


def readme(given: object = None) -> str:
    (file,) = emit(given or shop())  # type: ignore[arg-type]
    assert isinstance(file.data, bytes)
    return file.data.decode()


def test_it_names_the_variables_that_compose_reads() -> None:
    for name in ("`PUBLISH_NGINX_80` | 80", "`MIGRATE_BASE_DEBIAN_11` | debian:11", "`NOFILE_APP`"):
        assert name in readme()


def test_it_says_what_is_not_proven() -> None:
    part = readme().partition("## UNVERIFIED")[2]
    assert "app might open 65535 files" in part
    assert "no Service can be called app.internal" in part


def test_a_coupling_that_no_forwarder_can_meet_is_said() -> None:
    wanted = Coupling("db", "forward", "hard coded", "10.0.0.5", 5432)
    assert "app used 10.0.0.5:5432" in readme(sources(workload(couplings=(wanted,)), workload("db")))


def test_what_keeps_a_name_from_its_client_on_kubernetes_is_said() -> None:
    server = workload("db", ports=(Port(80),), aliases=("db.internal",))
    wanted = Coupling("db", "alias", "", "db.internal", 80)
    met = readme(sources(workload(couplings=(wanted,)), server))
    assert "no Service can be called" not in met
    assert "listens on port 80 itself" not in met
    assert "build it by itself" in met
    unmet = readme(sources(workload(couplings=(wanted,), ports=(Port(80),)), server))
    assert "app listens on port 80 itself" in unmet
    assert "no Service can be called" not in unmet


def test_jobs_that_others_wait_for_are_said() -> None:
    volume = Volume("v", "/srv/v", "data", "none", 0, 0, 0o755, "")
    job = ScheduledJob("j", "0 4 * * 0", "true", "root")
    both = (workload(volumes=(volume,)), workload("j", command=(), jobs=(job,), volumes=(replace(volume, seed=True),)))
    assert "what shares v waits until j ran once" in readme(sources(*both))


def test_text_of_the_host_can_not_make_markdown() -> None:
    text = readme(sources(workload(because="a | b\n# c <script> [x](y)\x1b[31m")))
    assert "a \\| b \\# c &lt;script&gt; \\[x\\](y)" in text
    assert "\x1b" not in text


def test_open_questions_are_listed() -> None:
    given = shop()
    plan = given.plan.__class__(
        given.plan.hosts, given.plan.workloads, questions=(Question("q", "Really?", "no", "a"),)
    )
    assert "Open question q: Really? (taken for now: no)" in readme(
        given.__class__(plan, given.snapshots, given.secrets)
    )


def test_it_begins_with_what_ran_and_says_who_needs_whom() -> None:
    text = readme()
    assert text.startswith("# web01, in containers\n\nWhat ran on **web01.example.com** (debian 11) as 4 workloads")
    assert "| nginx | app | 127.0.0.1:8081 | its new name stands in the configuration |" in text
    for words in (
        "docker compose build",
        "docker compose push",
        "Roll back",
        "`IMAGE_TAG` | latest",
        "migrate validate",
    ):
        assert words in text


def test_targets_on_request_have_their_chapter_and_others_none() -> None:
    given = shop()
    asked = replace(given, plan=replace(given.plan, targets=("quadlet", "ecs")))
    for title in ("## Podman Quadlet", "## AWS ECS on Fargate", "What it does not carry:"):
        assert title in readme(asked)
        assert title not in readme() or title == "What it does not carry:"
