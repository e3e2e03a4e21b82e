"""The sample legacy server, and the real command line to send at it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
SCRIPTS = REPOSITORY / "examples" / "shop"
PROGRAM = Path(sys.executable).with_name("migrate")
ALIAS = "shop01"

_CONFIG = """\
Host {alias}
  HostName 127.0.0.1
  Port {port}
  User {user}
Host *
  IdentityFile {key}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile {known}
  GlobalKnownHostsFile /dev/null
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """A running sample server, and how to reach it.

    :ivar name: of the container; ``port`` is its sshd on 127.0.0.1.
    :ivar key: the private key that logs ``admin`` in; ``known`` the known_hosts file that knows the server.
    :ivar config: an ssh_config in which :data:`ALIAS` is this server.
    """

    name: str
    port: int
    folder: Path
    key: Path
    known: Path
    config: Path

    @property
    def target(self) -> str:
        """What to hand to ``migrate discover``; the host's folder in the workspace has the same name."""
        return ALIAS

    @property
    def environment(self) -> dict[str, str]:
        """What :func:`run_migrate` needs to reach this server and nothing else of who runs the tests."""
        return {"MIGRATE_SSH_CONFIG": str(self.config)}

    def inside(self, *words: str, stdin: bytes = b"") -> bytes:
        """Run a program in the server as root, past its sshd."""
        done = subprocess.run(
            ("docker", "exec", "-i", self.name, *words), input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{words}: {done.stderr[-2000:].decode('utf-8', 'replace')}"
        return done.stdout

    def reached_as(
        self, name: str, *, user: str = "admin", key: Path | None = None, known: Path | None = None, port: int = 0
    ) -> Shop:
        """The same server by an ssh_config of its own, ``name``, with another user, key, port or known_hosts."""
        other = replace(
            self, config=self.folder / name, key=key or self.key, known=known or self.known, port=port or self.port
        )
        other.config.write_text(
            _CONFIG.format(alias=ALIAS, port=other.port, user=user, key=other.key, known=other.known)
        )
        return other


@dataclass(frozen=True, slots=True)
class Done:
    status: int
    out: str
    err: str


@contextlib.contextmanager
def running(folder: Path, name: str) -> Iterator[Shop]:
    """Start the sample server with a key of its own, and take it away at the end."""
    key = new_key(folder / "key")
    port = int(_script("start", "--name", name, "--key", f"{key}.pub").split()[-1])
    try:
        shop = Shop(name, port, folder, key, folder / "known_hosts", folder / "ssh_config")
        host_keys = shop.inside("sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub").decode()
        shop.known.write_text("".join(f"[127.0.0.1]:{port} {line}\n" for line in host_keys.splitlines()))
        yield shop.reached_as("ssh_config")
    finally:
        _script("stop", "--name", name)


def new_key(path: Path) -> Path:
    subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)), check=True)
    return path


def run_migrate(*words: str, cwd: Path, env: Mapping[str, str] | None = None, timeout: float = 900) -> Done:
    """Run the real command line to its end, in the workspace ``cwd``."""
    done = subprocess.run(
        (str(PROGRAM), *words),
        cwd=cwd,
        env=environment(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, without what steers ``migrate`` and without the agent and the passwords of who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MIGRATE_", "SSH_"))}
    return {**kept, **(more or {})}


def _script(name: str, *words: str) -> str:
    done = subprocess.run((str(SCRIPTS / name), *words), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name}: {done.stderr[-2000:]}"
    return done.stdout
