"""How much memory the processes take that appear in a container while something runs: the kernel's high-water marks."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# What carries us is the server's own, and databases' clients answer for themselves.
_NOT_OURS = ("sshd", "sudo", "systemd", "(sd-pam)")
_PAUSE = 0.02


@dataclass
class Memory:
    """:ivar peaks: the largest seen of each program, in kB. ``together``: of all at one moment."""

    peaks: dict[str, int] = field(default_factory=dict)
    together: int = 0

    @property
    def largest(self) -> tuple[str, int]:
        return max(self.peaks.items(), key=lambda one: one[1], default=("", 0))


@contextlib.contextmanager
def watched(container: str) -> Iterator[Memory]:
    """Look at every process of the container that was not there before."""
    words = ("docker", "inspect", "-f", "{{.Id}}", container)
    identity = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    memory, over = Memory(), threading.Event()
    processes = _Processes(identity)
    watcher = threading.Thread(target=_watch, args=(processes, processes.pids(), memory, over))
    watcher.start()
    try:
        yield memory
    finally:
        over.set()
        watcher.join()


class _Processes:
    """Those of one container; who is in which is asked once for each."""

    def __init__(self, identity: str) -> None:
        self._identity = identity
        self._known: dict[str, bool] = {}

    def pids(self) -> frozenset[str]:
        here = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
        self._known = {
            pid: self._known[pid] if pid in self._known else self._identity in _read(f"/proc/{pid}/cgroup")
            for pid in here
        }
        return frozenset(pid for pid, ours in self._known.items() if ours)


def _watch(processes: _Processes, before: frozenset[str], memory: Memory, over: threading.Event) -> None:
    while not over.wait(_PAUSE):
        together = 0
        for pid in processes.pids() - before:
            name, peak, now = _status(pid)
            if name and name not in _NOT_OURS:
                memory.peaks[name] = max(memory.peaks.get(name, 0), peak)
                together += now
        memory.together = max(memory.together, together)


def _status(pid: str) -> tuple[str, int, int]:
    lines = dict(line.split(":", 1) for line in _read(f"/proc/{pid}/status").splitlines() if ":" in line)
    sizes = [int(lines.get(key, "0").split()[0]) for key in ("VmHWM", "VmRSS")]
    return lines.get("Name", "").strip(), sizes[0], sizes[1]


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
