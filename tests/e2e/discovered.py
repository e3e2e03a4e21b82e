"""Machines that were discovered once, through their sshd, with what their own tools said before and after."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from migrate.model.inventory import Inventory
from migrate.workspace import Workspace
from tests.e2e import machines
from tests.e2e.oracles import ORACLES, Judged, judge, unowned
from tests.e2e.planted import Planted, is_told, planted
from tests.e2e.shop import Shop, run_migrate


@dataclass(frozen=True, slots=True)
class Result:
    """One machine with its inventory."""

    machine: str
    server: Shop
    inventory: Inventory
    judged: tuple[Judged, ...]

    @property
    def missing(self) -> tuple[Planted, ...]:
        return tuple(one for one in planted(self.machine) if not one.never and not is_told(one, self.inventory))

    @property
    def wrong(self) -> tuple[Planted, ...]:
        return tuple(one for one in planted(self.machine) if one.never and is_told(one, self.inventory))


class Discovered:
    """Results by the machine's name; a machine is built, started and discovered when it is first asked for."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self._folder = folder
        self._suffix = suffix
        self._results: dict[str, Result] = {}
        self._stack = ExitStack()

    def __getitem__(self, name: str) -> Result:
        if name not in self._results:
            folder = self._folder / name
            (folder / "workspace").mkdir(parents=True)
            server = self._stack.enter_context(
                machines.running(machines.MACHINES[name](), folder, f"migrate-test-{name}-{self._suffix}")
            )
            self._results[name] = discover(name, server, folder / "workspace")
        return self._results[name]

    def close(self) -> None:
        self._stack.close()


def discover(name: str, server: Shop, workspace: Path, *, judged: bool = True) -> Result:
    """Discover a running machine, and ask its own tools before and after."""
    oracles = [oracle for oracle in ORACLES if judged and name in oracle.machines]
    before = [oracle.truth(server) for oracle in oracles]
    done = run_migrate("discover", server.target, "--no-record", cwd=workspace, env=server.environment)
    assert done.status == 0, done.err
    [snapshot] = Workspace(workspace).snapshots().values()
    inventory = snapshot.inventory
    after = [oracle.truth(server) for oracle in oracles]
    verdicts = [judge(*each) for each in zip(oracles, [inventory] * len(oracles), before, after, strict=True)]
    return Result(name, server, inventory, (*verdicts, *(unowned(name, server, inventory) if judged else ())))
