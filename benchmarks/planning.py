"""What planning costs: ``migrate plan`` as a whole process, for one host and for many.

    benchmarks/planning.py [--box shop|reference] [--workspace DIR]… [--hosts 200] [--runs 5] [--json FILE]

The host is discovered for this, or is one of a workspace that is there already. For many hosts its inventory and
content are taken that many times under other names, so that names meet and couplings across hosts are looked for.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from _boxes import started

PROGRAM = Path(sys.executable).with_name("migrate")
GOAL = {1: 1.0, 200: 60.0}  # seconds


@dataclass(frozen=True)
class Run:
    """One process: seconds on the clock and of the processor, and its largest resident set."""

    what: str
    hosts: int
    wall: float
    cpu: float
    megabytes: float


def main() -> None:
    options = _options()
    runs: list[Run] = []
    for name, workspace in _workspaces(options):
        runs += [run for hosts in (1, options.hosts) for run in _measured(name, workspace, hosts, options.runs)]
    print(_table(runs))
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(run) for run in runs], indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--box", choices=("shop", "reference"), default="shop")
    parser.add_argument("--workspace", action="append", default=[], help="of a host that was discovered already")
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json")
    return parser.parse_args()


def _workspaces(options: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    for folder in options.workspace:
        yield Path(folder).resolve().name, Path(folder)
    if not options.workspace:
        with started(options.box, f"migrate-bench-plan-{os.getpid()}") as server:
            folder = server.folder / "workspace"
            words = (PROGRAM, "-w", folder, "discover", "bench", "--no-record")
            subprocess.run(words, check=True, env={**os.environ, "MIGRATE_SSH_CONFIG": str(server.config)})
            yield options.box, folder


def _measured(name: str, workspace: Path, hosts: int, runs: int) -> Iterator[Run]:
    with _copied(workspace, hosts) as folder:
        for count in range((runs if hosts == 1 else 1) + 1):
            shutil.rmtree(folder / ".migrate", ignore_errors=True)
            (folder / "plan.yaml").unlink(missing_ok=True)
            run = _planned(name, folder, hosts)
            if count or hosts > 1:  # the first of several fills caches
                yield run
            if hosts > 1:
                return


@contextmanager
def _copied(workspace: Path, hosts: int) -> Iterator[Path]:
    """A workspace with so many hosts, each a copy of the first."""
    first = next(path.parent for path in sorted(workspace.glob("inventory/*/inventory.json")))
    facts = json.loads((first / "inventory.json").read_text())
    with tempfile.TemporaryDirectory(prefix="migrate-bench-") as name:
        for number in range(hosts):
            host = facts["host"] if hosts == 1 else f"host{number:03}"
            target = Path(name) / "inventory" / host
            shutil.copytree(first, target, copy_function=os.link if hosts > 1 else shutil.copy2)
            (target / "inventory.json").unlink()
            (target / "inventory.json").write_text(json.dumps({**facts, "host": host}))
        yield Path(name)


def _planned(name: str, folder: Path, hosts: int) -> Run:
    began = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    words = (PROGRAM, "-w", folder, "plan", "--no-questions")
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(said.decode("utf-8", "replace"))
    wall = time.monotonic() - began
    return Run(name, hosts, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _table(runs: list[Run]) -> str:
    lines = ["| inventory | hosts | wall s | CPU s | goal s | MB |", "| --- | --- | --- | --- | --- | --- |"]
    for name, hosts in dict.fromkeys((run.what, run.hosts) for run in runs):
        same = [run for run in runs if (run.what, run.hosts) == (name, hosts)]
        wall, cpu, memory = (
            statistics.median(values)
            for values in zip(*((run.wall, run.cpu, run.megabytes) for run in same), strict=True)
        )
        lines.append(f"| {name} | {hosts} | {wall:.2f} | {cpu:.2f} | {GOAL.get(hosts, '')} | {memory:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
