"""The servers that the benchmarks read: the reference box and the sample shop, started for a run and removed again."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHOP = ROOT / "examples" / "shop"
REFERENCE = Path(__file__).parent / "reference"
IMAGE = "migrate-benchmark-reference"
LABEL = "org.migrate.benchmark.state"
FILES = 150_000


@dataclass(frozen=True)
class Server:
    """:ivar folder: with the key, an ssh_config in which it is the host ``bench``, and what the runs leave."""

    name: str
    port: int
    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "ssh_config"

    def inside(self, script: str) -> str:
        words = ("docker", "exec", self.name, "sh", "-c", script)
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    def grow(self, first: int, last: int) -> None:
        """More of the reference box's small files."""
        words = ("docker", "exec", "-i", self.name, "python3", "-", str(first), str(last))
        subprocess.run(words, check=True, input=(REFERENCE / "files.py").read_bytes())


@contextmanager
def started(box: str, name: str) -> Iterator[Server]:
    """:param box: ``reference`` or ``shop``."""
    folder = Path(tempfile.mkdtemp(prefix="migrate-bench-"))
    try:
        subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")), check=True)
        port = _start_shop(name, folder) if box == "shop" else _start_reference(name, folder)
        server = Server(name, port, folder)
        _prepare(server)
        yield server
    finally:
        subprocess.run(("docker", "rm", "-f", "-v", name), capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _start_shop(name: str, folder: Path) -> int:
    words = (str(SHOP / "start"), "--name", name, "--key", f"{folder}/key.pub")
    return int(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1])


def _start_reference(name: str, folder: Path) -> int:
    _build()
    cgroups = ("--tmpfs", "/sys/fs/cgroup")
    command: tuple[str, ...] = ()
    if _docker("info", "-f", "{{.CgroupVersion}}").strip() == "2":
        cgroups, command = (), ("/bin/sh", "-c", "mount -o remount,rw /sys/fs/cgroup && exec /sbin/init")
    _docker(
        *("run", "-d", "--name", name, "--hostname", "ref01", "--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE"),
        *("--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined", "--cgroupns=private"),
        *(*cgroups, "--tmpfs", "/run", "--tmpfs", "/run/lock", "--tmpfs", "/tmp:exec,mode=1777"),
        *("--stop-signal", "SIGRTMIN+3", "-p", "127.0.0.1::22", IMAGE, *command),
    )
    place = "/home/admin/.ssh/authorized_keys"
    words = ("docker", "exec", "-i", name, "sh", "-c", f"umask 077; cat >{place} && chown admin {place}")
    subprocess.run(words, input=(folder / "key.pub").read_bytes(), check=True)
    _until(name, "ss -ltn | grep -q ':22 ' && ss -ltn | grep -q ':8089 ' && ss -ltn | grep -q ':3306 '")
    return int(_docker("port", name, "22/tcp").splitlines()[0].rpartition(":")[2])


def _build() -> None:
    """The image, from the base that the toolkit itself would take; one for one state of the recipe."""
    from migrate.engines.bases import ensure_base
    from migrate.engines.choose import choose
    from migrate.model.plan import Base

    state = hashlib.sha256(f"{FILES}".encode())
    for file in sorted(REFERENCE.iterdir()):
        state.update(file.read_bytes())
    words = ("docker", "image", "inspect", "-f", f'{{{{index .Config.Labels "{LABEL}"}}}}', IMAGE)
    if subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() == state.hexdigest():
        return
    print("building the reference box (ten minutes the first time)", file=sys.stderr)
    base = ensure_base(Base("debian:11", "dpkg", "debian", "11", "bullseye"), choose("docker"))
    options = ["--build-arg", f"BASE={base.reference}", "--build-arg", f"FILES={FILES}"]
    _docker("build", "-q", *options, "--label", f"{LABEL}={state.hexdigest()}", "-t", IMAGE, str(REFERENCE))


def _docker(*words: str) -> str:
    done = subprocess.run(("docker", *words), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"docker {words[0]}: {done.stderr[-3000:]}")
    return done.stdout


def _until(name: str, condition: str, limit: float = 180) -> None:
    deadline = time.monotonic() + limit
    while subprocess.run(("docker", "exec", name, "sh", "-c", condition), check=False).returncode != 0:
        if time.monotonic() > deadline:
            raise SystemExit(f"{name} is not ready after {limit:.0f} s: {condition}")
        time.sleep(1)


def _prepare(server: Server) -> None:
    """Trust it; have sshd log its sessions; give Ansible the library without which package_facts fails there."""
    keys = server.inside("cat /etc/ssh/ssh_host_*_key.pub").splitlines()
    (server.folder / "known_hosts").write_text("".join(f"[127.0.0.1]:{server.port} {key}\n" for key in keys))
    server.config.write_text(
        f"Host bench\n HostName 127.0.0.1\n Port {server.port}\n User admin\n IdentityFile {server.folder}/key\n"
        f" IdentitiesOnly yes\n IdentityAgent none\n UserKnownHostsFile {server.folder}/known_hosts\n"
        " GlobalKnownHostsFile /dev/null\n"
    )
    server.config.chmod(0o600)  # as ssh wants it
    server.inside(
        "grep -q '^LogLevel VERBOSE' /etc/ssh/sshd_config || "
        "{ echo 'LogLevel VERBOSE' >>/etc/ssh/sshd_config; systemctl reload ssh; }"
    )
    server.inside(
        "python3 -c 'import apt' || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive "
        "apt-get install -y -qq python3-apt >/dev/null 2>&1; }"
    )


def logged(server: Server) -> tuple[int, int]:
    """Logins and sessions (exec channels) that sshd has seen so far."""
    said = server.inside(
        # Not there before the first login.
        "touch /var/log/auth.log; "
        "grep -c ': Accepted [a-z-]* for ' /var/log/auth.log; grep -c ': Starting session: ' /var/log/auth.log; true"
    )
    logins, sessions = map(int, said.split())
    return logins, sessions
