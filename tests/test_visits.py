"""Hosts side by side, with connections that do as told: what failures, limits and interruptions cost the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from migrate.errors import ConnectionLost, HostUnreachable, InputError
from migrate.model.target import Access, Target, Wanted
from migrate.reach import Connection, Ended
from migrate.reach.local import LocalConnection
from migrate.reach.targets import parse_target
from migrate.visits import Visit, make, plan_visits
from migrate.workspace import Workspace

# Every probe of a real machine takes long here: these hosts answer one of them, as it is.
ANSWER = b"\n@@%s begin %d mounts 0.00\n\n@@%s end %d 0 0.00\n"


class Quick(LocalConnection):
    """This machine, where only what the mounts are is answered."""

    def __init__(self, delay: float = 0.0) -> None:
        super().__init__(Access(sudo=False))
        self._delay = delay
        self._closed = threading.Event()

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,
        idle: float = 120.0,
        stdin: bytes = b"",
    ) -> Ended:
        from migrate.framing import understand

        if self._closed.wait(min(self._delay, deadline)):
            raise ConnectionLost("the connection broke")
        if self._delay > deadline:
            return Ended(None, b"")
        program = understand(script)
        assert program is not None
        if "mounts" in program.names:
            word, at = program.word.encode(), program.names.index("mounts")
            sink(ANSWER % (word, at, word, at))
        return Ended(1, b"")

    def close(self) -> None:
        self._closed.set()
        super().close()


def visit(name: str, open_: Callable[[], Connection]) -> Visit:
    return Visit(name, f"admin@{name}", name, open_)


def refuse() -> Connection:
    raise HostUnreachable("web02: refused the connection", "does sshd listen?")


def test_one_that_fails_costs_the_others_nothing_and_the_order_is_that_of_the_targets(tmp_path: Path) -> None:
    said: list[str] = []
    workspace = Workspace(tmp_path)
    visits = [visit("web01", lambda: Quick(0.2)), visit("web02", refuse), visit("web03", Quick)]
    results = make(workspace, visits, Wanted(record=False), said.append)
    assert [(one.target, one.error, one.exit_status) for one in results] == [
        ("web01", None, 0),
        ("web02", "refused the connection", 3),
        ("web03", None, 0),
    ]
    assert workspace.hosts() == ("web01", "web03")
    assert workspace.load_inventory("web01").target == "admin@web01"
    assert "web02: FAILED: refused the connection (1 of 3)" in said
    assert all(line.startswith(("web01: ", "web02: ", "web03: ")) for line in said)


def test_no_more_than_so_many_at_the_same_time(tmp_path: Path) -> None:
    now, most = [0], [0]
    lock = threading.Lock()

    class Counted(Quick):
        def __init__(self) -> None:
            super().__init__(0.05)
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])

        def close(self) -> None:
            with lock:
                now[0] -= 1
            super().close()

    visits = [visit(f"web{number}", Counted) for number in range(6)]
    make(Workspace(tmp_path), visits, Wanted(record=False, forks=2), lambda message: None)
    assert (most[0], now[0]) == (2, 0)


def test_a_slow_host_is_given_up_after_its_time(tmp_path: Path) -> None:
    started = time.monotonic()
    visits = [visit("slow", lambda: Quick(60)), visit("quick", Quick)]
    slow, quick = make(Workspace(tmp_path), visits, Wanted(record=False, timeout=1), lambda message: None)
    assert time.monotonic() - started < 10
    assert quick.inventory is not None
    assert slow.error is not None
    assert "nothing could be read" in slow.error


def test_an_interruption_ends_what_runs_and_keeps_what_was_finished(tmp_path: Path) -> None:
    def say(message: str) -> None:
        if message.startswith("quick: done"):
            raise KeyboardInterrupt

    workspace = Workspace(tmp_path)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        make(workspace, [visit("slow", lambda: Quick(60)), visit("quick", Quick)], Wanted(record=False), say)
    assert time.monotonic() - started < 10
    assert workspace.hosts() == ("quick",)
    assert [path.name for path in workspace.inventories.iterdir()] == ["quick"]


def test_the_only_host_s_failure_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HostUnreachable):
        make(Workspace(tmp_path), [visit("web02", refuse)], Wanted(), lambda message: None)


def test_a_host_of_which_nothing_was_heard_does_not_take_the_place_of_what_is_known(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    make(workspace, [visit("web01", Quick)], Wanted(record=False), lambda message: None)
    before = workspace.load_inventory("web01")
    with pytest.raises(ConnectionLost, match="nothing could be read"):
        make(workspace, [visit("web01", lambda: Quick(60))], Wanted(timeout=0.2), lambda message: None)
    assert workspace.load_inventory("web01") == before


def test_the_raw_conversation_is_for_our_eyes_only(tmp_path: Path) -> None:
    said: list[str] = []
    path = tmp_path / "raw.jsonl"
    path.write_text("before")
    path.chmod(0o644)
    make(Workspace(tmp_path / "ws"), [visit("web01", Quick)], Wanted(record=False, raw=str(path)), said.append)
    assert path.stat().st_mode & 0o777 == 0o600
    assert any("secrets included" in line for line in said)
    (replayed,) = make(
        Workspace(tmp_path / "other"),
        plan_visits([parse_target(f"replay:{path}")], Access(), Wanted()),
        Wanted(),
        said.append,
    )
    original = Workspace(tmp_path / "ws").load_inventory("web01")
    assert replayed.inventory is not None
    assert (replayed.inventory.host, replayed.inventory.target) == ("web01", "admin@web01")
    assert replayed.inventory.scopes == original.scopes


def test_a_recording_takes_one_host(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one host"):
        make(Workspace(tmp_path), [visit("a", Quick), visit("b", Quick)], Wanted(raw="x"), lambda message: None)


def test_the_same_host_named_twice_is_visited_once() -> None:
    targets = [Target("web01", "ssh", "web01"), Target("root@web01", "ssh", "web01", "root")]
    assert [one.name for one in plan_visits(targets, Access(), Wanted())] == ["web01"]
