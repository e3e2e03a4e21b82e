"""Programs of many hosts, gathered into few runs of Ansible, which takes its time to start.

What is asked for while all runs are busy goes into the next one together. A host that is done goes on in another run,
while a slow one still keeps the first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from migrate.errors import ConnectionLost
from migrate.reach.fleet.play import Outcome, play
from migrate.reach.fleet.setup import Setup

_RUNS = 3
_LAST = 30.0
_GATHER = 0.3  # seconds in which the hosts of one command come together


@dataclass(slots=True)
class _Request:
    host: str
    command: str
    deadline: float
    done: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome = field(default_factory=lambda: Outcome(None, "Ansible did not get to it"))

    def answer(self, outcome: Outcome) -> None:
        if not self.done.is_set():
            self.outcome = outcome
            self.done.set()


def _tell(batch: Mapping[str, _Request], host: str, outcome: Outcome) -> None:
    if host in batch:
        batch[host].answer(outcome)


class Rounds:
    """:ivar stopped: set it, and what runs is ended."""

    def __init__(self, setup: Setup, run: Callable[..., str] = play) -> None:
        self._setup, self._run = setup, run
        self._lock = threading.Lock()
        self._waiting: list[_Request] = []
        self._running = 0
        self._threads: list[threading.Thread] = []
        self.stopped = threading.Event()

    def ask(self, host: str, command: str, deadline: float) -> Outcome:
        """Run a command on a host, and wait for what it says.

        :raises ConnectionLost: all was stopped.
        """
        request = _Request(host, command, deadline)
        with self._lock:
            self._waiting.append(request)
            if self._running < _RUNS:
                self._running += 1
                self._threads.append(threading.Thread(target=self._work, daemon=True))
                self._threads[-1].start()
        while not request.done.wait(0.5) and not self.stopped.is_set():
            pass
        if self.stopped.is_set():
            raise ConnectionLost(f"{host}: stopped")
        return request.outcome

    def stop(self) -> None:
        """End what runs, and let go of all that wait."""
        self.stopped.set()

    def end(self) -> None:
        """Wait until Ansible has ended and its private files are gone: it goes on for a while after the last host."""
        for thread in self._threads:
            thread.join(_LAST)

    def _work(self) -> None:
        self.stopped.wait(_GATHER)
        while batch := self._next():
            try:
                why = self._run(
                    self._setup,
                    {host: request.command for host, request in batch.items()},
                    max(request.deadline for request in batch.values()),
                    partial(_tell, batch),
                    self.stopped,
                )
            # Whatever a run of Ansible dies of, those who wait for it must hear of it.
            except Exception as error:  # noqa: BLE001
                why = f"{type(error).__name__}: {error}"
            for request in batch.values():
                request.answer(Outcome(None, why))

    def _next(self) -> dict[str, _Request]:
        """One request of each host that waits."""
        with self._lock:
            batch: dict[str, _Request] = {}
            for request in self._waiting:
                batch.setdefault(request.host, request)
            self._waiting = [request for request in self._waiting if batch[request.host] is not request]
            if not batch:
                self._running -= 1
            return batch
