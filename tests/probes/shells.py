"""This machine as a host: the same program on standard input, without a network between."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence

from migrate.reach import Ended, Stream

SHELLS: dict[str, tuple[str, ...]] = {
    "dash": ("dash",),
    "bash --posix": ("bash", "--posix"),
    "busybox sh": ("busybox", "sh"),
    "ksh": ("ksh",),
}
"""Names of shells and how each is called; only those that are here can be used."""


def present() -> list[str]:
    return [name for name, argv in SHELLS.items() if shutil.which(argv[0])]


class Here:
    """A connection to this machine through one shell, in the way of ``exec sh -s``."""

    label = "here"

    def __init__(self, shell: Sequence[str], wrapper: Sequence[str] = ()) -> None:
        self.argv = tuple(shell)
        self._argv = [*wrapper, *shell, "-s"]
        self.elevation = "root" if os.geteuid() == 0 else "none"

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,
        idle: float = 120.0,
        stdin: bytes = b"",
    ) -> Ended:
        done = subprocess.run(self._argv, input=script + stdin, capture_output=True, timeout=deadline, check=False)
        for start in range(0, len(done.stdout), 32768):
            sink(done.stdout[start : start + 32768])
        return Ended(done.returncode, done.stderr)

    def open_tcp(self, host: str, port: int, timeout: float = 10.0) -> Stream:
        raise OSError("not needed")

    def close(self) -> None:
        pass
