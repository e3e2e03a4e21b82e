"""A server of services that no detector knows: built, started as systemd machines are, reached through its sshd."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.e2e.shop import Shop, new_key

BOX = Path(__file__).parent / "boxes" / "mixed"
IMAGE = "migrate-test-mixed"
TARGET = "migrate-test-mixed01"
_READY = """
get() { curl -sf -m 5 -o /dev/null "http://127.0.0.1/$1"; }
get worker && curl -s -m 5 http://127.0.0.1/worker | grep -q 4.20 && get api/rates && get prices/prices.txt &&
    curl -sf -m 5 http://127.0.0.1:8090/meter | grep -q 3
"""
# Without a login manager the process stays in sshd's own control group, and outlives the login.
_BY_HAND = "cd tools; nohup /usr/bin/python3 relay.py > relay.out 2>&1 < /dev/null &"


@contextlib.contextmanager
def running(folder: Path, name: str) -> Iterator[Shop]:
    """Build and start the server with a key of its own, and take it away at the end."""
    _run("docker", "build", "-q", "-t", IMAGE, str(BOX))
    try:
        yield start(folder, name)
    finally:
        subprocess.run(("docker", "rm", "-f", "-v", name), capture_output=True, check=False)
        made = _run("docker", "images", "-q", "--filter", f"reference={name}/*").split()
        if made:
            subprocess.run(("docker", "rmi", "-f", *made), capture_output=True, check=False)


def start(folder: Path, name: str) -> Shop:
    """A running server; who starts it takes it away."""
    key = new_key(folder / "key")
    _run(
        *(
            "docker",
            "run",
            "-d",
            "--name",
            name,
            "--hostname",
            name,
            "--cap-add",
            "ALL",
            "--cap-drop",
            "SYS_RESOURCE",
        ),
        *("--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined", "--cgroupns=private"),
        *("--tmpfs", "/sys/fs/cgroup", "--tmpfs", "/run", "--tmpfs", "/run/lock", "--tmpfs", "/tmp:exec,mode=1777"),
        *("--stop-signal", "SIGRTMIN+3", "-p", "127.0.0.1::22", IMAGE),
    )
    port = int(_run("docker", "port", name, "22/tcp").splitlines()[0].rpartition(":")[2])
    server = Shop(name, port, folder, key, folder / "known_hosts", folder / "ssh_config")
    for who in ("admin", "karl"):
        place = f"/home/{who}/.ssh/authorized_keys"
        server.inside("sh", "-c", f"cat > {place} && chown {who} {place}", stdin=Path(f"{key}.pub").read_bytes())
    _until(server, "test -S /run/inventory/app.sock && test -e /run/meterd.pid && ss -ltn | grep -q ':22 '")
    server.known.write_text(
        "".join(
            f"[127.0.0.1]:{port} {line}\n"
            for line in server.inside("sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub").decode().splitlines()
        )
    )
    server = server.reached_as("ssh_config")
    # A name of its own: containers, images and volumes of the deployment are called after it.
    server.config.write_text(server.config.read_text().replace(f"Host {server.target}\n", f"Host {TARGET}\n"))
    _run("ssh", "-F", str(server.config), "-l", "karl", TARGET, _BY_HAND)
    _until(server, "su -s /bin/sh feed -c /usr/local/bin/price-feed")
    _until(server, _READY)
    return server


def _until(server: Shop, condition: str, limit: float = 90) -> None:
    deadline = time.monotonic() + limit
    while True:
        done = subprocess.run(("docker", "exec", server.name, "sh", "-c", condition), capture_output=True, check=False)
        if done.returncode == 0:
            return
        assert time.monotonic() < deadline, f"{condition}: {done.stderr[-500:]!r}"
        time.sleep(0.5)


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, f"{' '.join(words[:3])}: {done.stderr[-2000:]}"
    return done.stdout
