"""Podman on a machine where it can't make its cgroups: containers of tests see hierarchies that others hold.

A private mount namespace with fresh ones is enough. The product knows nothing of that; tests start it there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from migrate.process import available, run

_SETTINGS = """[containers]
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
_PRIVATE = r"""
mount --make-rprivate /
if grep -q '^[1-9]' /proc/self/cgroup; then
    mount -t tmpfs cgroup /sys/fs/cgroup
    while IFS=: read -r number names path; do
        place=/sys/fs/cgroup/${names#name=}
        case $names in
        '') continue ;;
        name=*) options=none,$names ;;
        *) options=$names ;;
        esac
        mkdir -p "$place" && mount -t cgroup -o "$options" cgroup "$place"
    done </proc/self/cgroup
fi
exec "$@"
"""


@cache
def usable() -> bool:
    """Whether Podman runs a container here, in such a place at least."""
    return available("podman") and os.getuid() == 0 and available("unshare")


def within(folder: Path, *words: str, timeout: float = 1800) -> subprocess.CompletedProcess[str]:
    """Run a program in such a place."""
    settings = folder / "containers.conf"
    settings.write_text(_SETTINGS)
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", _PRIVATE, "sh", *words],
        env={**os.environ, "CONTAINERS_CONF": str(settings), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def loaded(folder: Path, *images: str) -> None:
    """Give Podman the bases that Docker has, so that no test makes them twice."""
    for image in images:
        if not run(["podman", "image", "exists", image]).ok and run(["docker", "image", "inspect", image]).ok:
            saved = folder / "image.tar"
            run(["docker", "save", "--output", str(saved), image], timeout=300)
            run(["podman", "load", "--input", str(saved)], timeout=300)
            saved.unlink()
