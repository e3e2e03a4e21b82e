"""A Debian 12 server with Apache, PHP, MariaDB and Redis: built, started, reached through its sshd."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from migrate.engines.bases import ensure_base
from migrate.engines.choose import choose
from migrate.model.plan import Base
from tests.e2e.shop import Shop, new_key

BOX = Path(__file__).parent / "boxes" / "lamp"
IMAGE = "migrate-test-lamp"
_READY = """
php() { curl -sf -m 5 -H "Host: $1" "http://127.0.0.1:$2/"; }
php verleih.example.org 80 | grep -q "Speicher ok" && php lager.example.org 8080 | grep -q Garten &&
    ss -ltn | grep -q ':22 ' && pgrep -x cron > /dev/null
"""


@contextlib.contextmanager
def running(folder: Path, name: str) -> Iterator[Shop]:
    """Build and start the server with a key of its own, and take it away at the end."""
    base = ensure_base(Base("debian:12", "dpkg", "debian", "12", "bookworm"), choose("docker"))
    _run("docker", "build", "-q", "--build-arg", f"BASE={base.reference}", "-t", IMAGE, str(BOX))
    try:
        yield start(folder, name)
    finally:
        subprocess.run(("docker", "rm", "-f", "-v", name), capture_output=True, check=False)


def start(folder: Path, name: str) -> Shop:
    """A running server; who starts it takes it away."""
    key = new_key(folder / "key")
    _run(
        *("docker", "run", "-d", "--name", name, "--hostname", "lamp01", "--cap-add", "ALL"),
        *(
            "--cap-drop",
            "SYS_RESOURCE",
            "--security-opt",
            "seccomp=unconfined",
            "--security-opt",
            "apparmor=unconfined",
        ),
        *("--cgroupns=private", "--tmpfs", "/sys/fs/cgroup", "--tmpfs", "/run", "--tmpfs", "/run/lock"),
        *("--tmpfs", "/tmp:exec,mode=1777", "--stop-signal", "SIGRTMIN+3", "-p", "127.0.0.1::22", IMAGE),
    )
    port = int(_run("docker", "port", name, "22/tcp").splitlines()[0].rpartition(":")[2])
    server = Shop(name, port, folder, key, folder / "known_hosts", folder / "ssh_config")
    place = "/home/admin/.ssh/authorized_keys"
    server.inside("sh", "-c", f"cat > {place} && chown admin {place}", stdin=Path(f"{key}.pub").read_bytes())
    _until(server, _READY)
    server.known.write_text(
        "".join(
            f"[127.0.0.1]:{port} {line}\n"
            for line in server.inside("sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub").decode().splitlines()
        )
    )
    return server.reached_as("ssh_config")


def _until(server: Shop, condition: str, limit: float = 120) -> None:
    deadline = time.monotonic() + limit
    while True:
        done = subprocess.run(("docker", "exec", server.name, "sh", "-c", condition), capture_output=True, check=False)
        if done.returncode == 0:
            return
        assert time.monotonic() < deadline, f"{condition}: {done.stderr[-500:]!r}"
        time.sleep(1)


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words[:3])}: {done.stderr[-2000:]}"
    return done.stdout
