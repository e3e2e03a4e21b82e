"""Two servers that need each other: one that people see, and one behind it, on a network of their own."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migrate.model.plan import Base
from tests.e2e import machines
from tests.e2e.machines import Machine
from tests.e2e.shop import Done, Shop, run_migrate

NETWORK, SUBNET = "migrate-test-pair", "10.213.77.0/24"
_BASE = Base("debian:12", "dpkg", "debian", "12", "bookworm")
_ADDRESSES = {"front": "10.213.77.10", "store": "10.213.77.20"}
_READY = {
    "store": "curl -sf http://10.213.77.20:8080/ | grep -q store01 && redis-cli ping | grep -q PONG",
    "front": "cd /; for page in visits prices/list.json stock/; do curl -sf http://127.0.0.1/$page || exit 1; done",
}


@dataclass(frozen=True, slots=True)
class Pair:
    front: Shop
    store: Shop
    config: Path

    def migrate(self, *words: str, folder: Path) -> Done:
        return run_migrate(*words, cwd=folder, env={"MIGRATE_SSH_CONFIG": str(self.config)})


@contextlib.contextmanager
def running(folder: Path, mark: str) -> Iterator[Pair]:
    """Build and start both, and take them and their network away at the end. Both are reached by their names."""
    network, names = f"{NETWORK}-{mark}", {role: f"migrate-test-{role}-{mark}" for role in ("store", "front")}
    _docker("network", "create", "--subnet", SUBNET, network)
    try:
        servers = {role: _start(role, folder / role, name, network) for role, name in names.items()}
        config = folder / "ssh_config"
        config.write_text("".join(_entry(role, server) for role, server in servers.items()))
        yield Pair(servers["front"], servers["store"], config)
    finally:
        subprocess.run(("docker", "rm", "-f", "-v", *names.values()), capture_output=True, check=False)
        subprocess.run(("docker", "network", "rm", network), capture_output=True, check=False)


def _start(role: str, folder: Path, name: str, network: str) -> Shop:
    folder.mkdir(parents=True)
    place = ("--network", network, "--ip", _ADDRESSES[role], "--add-host", f"store.lan:{_ADDRESSES['store']}")
    machine = Machine(role, _BASE, _READY[role], options=(*machines.systemd_options(), *place))
    machines.build(machine)
    return machines.start(machine, folder, name)


def _entry(role: str, server: Shop) -> str:
    return (
        f"Host {role}\n  HostName 127.0.0.1\n  Port {server.port}\n  User admin\n  IdentityFile {server.key}\n"
        f"  IdentitiesOnly yes\n  IdentityAgent none\n  UserKnownHostsFile {server.known}\n"
        "  GlobalKnownHostsFile /dev/null\n"
    )


def _docker(*words: str) -> None:
    done = subprocess.run(("docker", *words), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
