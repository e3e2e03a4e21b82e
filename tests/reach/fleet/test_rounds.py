"""How programs of many hosts are gathered into runs; a run is a function here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from migrate.errors import ConnectionLost
from migrate.model.target import Access
from migrate.reach.fleet.play import Outcome
from migrate.reach.fleet.rounds import Rounds
from migrate.reach.fleet.setup import Setup

Tell = Callable[[str, Outcome], None]
SETUP = Setup("hosts", Access())


class Runs:
    """Answers at once; a host called ``slow`` only after a while."""

    def __init__(self, slow: float = 1.5) -> None:
        self.batches: list[set[str]] = []
        self._slow = slow

    def __call__(
        self, setup: Setup, commands: Mapping[str, str], deadline: float, tell: Tell, stopped: threading.Event
    ) -> str:
        self.batches.append(set(commands))
        for host in sorted(commands, key=lambda name: name == "slow"):
            if host == "slow":
                stopped.wait(self._slow)
            if host != "mute":
                tell(host, Outcome(f"{host} said {commands[host]}"))
        return "the run ended"


def test_hosts_that_ask_at_the_same_time_share_a_run() -> None:
    runs = Runs()
    rounds = Rounds(SETUP, runs)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda host: rounds.ask(host, "hello", 60).out, "abcde"))
    assert answers == [f"{host} said hello" for host in "abcde"]
    assert len(runs.batches) < 4
    assert set.union(*runs.batches) == set("abcde")


def test_a_slow_host_does_not_keep_those_that_were_done() -> None:
    rounds = Rounds(SETUP, Runs())
    started = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(rounds.ask, "slow", "x", 60)
        rounds.ask("quick", "first", 60)
        rounds.ask("quick", "second", 60)
        assert time.monotonic() - started < 1.3
        assert slow.result().out == "slow said x"


def test_a_host_that_a_run_never_spoke_of_hears_why() -> None:
    assert Rounds(SETUP, Runs()).ask("mute", "x", 60) == Outcome(None, "the run ended")


def test_a_run_that_dies_is_heard_of() -> None:
    def dies(*_: object) -> str:
        raise RuntimeError("no forks left")

    assert Rounds(SETUP, dies).ask("a", "x", 60).said == "RuntimeError: no forks left"


def test_who_waits_is_let_go_when_all_is_stopped() -> None:
    rounds = Rounds(SETUP, Runs(slow=30))
    threading.Timer(0.2, rounds.stop).start()
    started = time.monotonic()
    with pytest.raises(ConnectionLost):
        rounds.ask("slow", "x", 60)
    assert time.monotonic() - started < 5
