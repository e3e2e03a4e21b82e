from __future__ import annotations

from migrate.checks.health import excuse, judged
from migrate.engines import Container
from migrate.model.plan import Health, Volume
from migrate.model.verdict import FAILED, PASSED
from tests.checks.scenes import scene, workload


def container(state: str, health: str | None = None, exit_code: int = 0, restarts: int = 0) -> Container:
    return Container("id", "name", "web", "image", state, health, exit_code, restarts)


def test_a_healthy_container_passes() -> None:
    assert judged(container("running", "healthy")) == (PASSED, "healthy")


def test_a_container_without_a_health_check_has_to_run() -> None:
    assert judged(container("running")) == (PASSED, "it runs; it has no health check")
    assert judged(container("exited", exit_code=1)) == (FAILED, "it is exited, with exit status 1")


def test_a_task_may_have_run_to_its_end() -> None:
    assert judged(container("exited")) == (PASSED, "it ran to its end")
    assert judged(container("exited", "unhealthy"))[0] == FAILED


def test_an_unhealthy_or_starting_container_fails() -> None:
    assert judged(container("running", "unhealthy"))[0] == FAILED
    assert judged(container("running", "starting"))[0] == FAILED


def test_one_new_start_is_forgiven_and_named_and_a_loop_is_not() -> None:
    assert judged(container("running", "healthy", restarts=1)) == (PASSED, "healthy (after 1 new starts)")
    assert judged(container("running", restarts=7))[0] == FAILED


def test_an_answer_that_may_need_state_proves_nothing_while_that_was_not_synced() -> None:
    state = Volume("web-data", "/var/lib/web", "data", "copy", 0, 0, 0o755, "")
    web = workload("web", volumes=(state,), health=Health("http", 80, "/", status=200))
    ill = container("running", "unhealthy")
    assert excuse(scene(web), "web", ill) == "its answer may need state of web (/var/lib/web), which was not synced"
    assert excuse(scene(web, loaded=frozenset(("web-data",))), "web", ill) is None
    assert excuse(scene(workload("web", volumes=(state,), health=Health("tcp", 80))), "web", ill) is None
    assert excuse(scene(web), "web", container("exited", "unhealthy", exit_code=1)) is None
