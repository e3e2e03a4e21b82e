"""Servers like those in the field: built from the distribution, started, reached through their own sshd."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from migrate.engines.bases import ensure_base
from migrate.engines.choose import choose
from migrate.model.plan import Base
from tests.e2e.shop import Shop, new_key

BOXES = Path(__file__).parent / "boxes"
_BOOKWORM = Base("debian:12", "dpkg", "debian", "12", "bookworm")
_TRIXIE = Base("debian:13", "dpkg", "debian", "13", "trixie")
NOT_PRIVILEGED = ("--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE", "--security-opt", "seccomp=unconfined",
                   "--security-opt", "apparmor=unconfined")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machine:
    """A folder in ``boxes``, and how it is run.

    :ivar user: who logs in; the key goes to all of ``users``, whose homes are as the machine says.
    :ivar ready: a condition in sh, true when all that was planted runs.
    :ivar options: of ``docker run``.
    :ivar huge: sparse files, made when it has started: in an image they would be written out in full.
    """

    name: str
    base: Base
    ready: str
    user: str = "admin"
    users: tuple[str, ...] = ("admin",)
    options: tuple[str, ...] = ()
    huge: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        return BOXES / self.name

    @property
    def image(self) -> str:
        return f"migrate-test-{self.name}"

    @property
    def systemd(self) -> bool:
        return "--tmpfs" in self.options


@cache
def systemd_options() -> tuple[str, ...]:
    """What systemd needs as the first process of a container that is not privileged, for both versions of cgroups."""
    folders = ("--tmpfs", "/run", "--tmpfs", "/run/lock", "--tmpfs", "/tmp:exec,mode=1777")
    own = () if _cgroup_version() == "2" else ("--tmpfs", "/sys/fs/cgroup")
    return ("--cgroupns=private", *own, *folders, "--stop-signal", "SIGRTMIN+3")


def _cgroup_version() -> str:
    return _run("docker", "info", "-f", "{{.CgroupVersion}}").strip()


def _command(machine: Machine) -> tuple[str, ...]:
    if machine.systemd and _cgroup_version() == "2":
        return ("/bin/sh", "-c", "mount -o remount,rw /sys/fs/cgroup && exec /sbin/init")
    return ()


def build(machine: Machine) -> str:
    """The machine's image."""
    base = ensure_base(machine.base, choose("docker"))
    _run("docker", "build", "-q", "--build-arg", f"BASE={base.reference}", "-t", machine.image, str(machine.folder))
    return machine.image


@contextlib.contextmanager
def running(
    machine: Machine, folder: Path, name: str, capabilities: tuple[str, ...] = NOT_PRIVILEGED
) -> Iterator[Shop]:
    """Build and start the server with a key of its own, and take it away at the end."""
    build(machine)
    try:
        yield start(machine, folder, name, capabilities)
    finally:
        subprocess.run(("docker", "rm", "-f", "-v", name), capture_output=True, check=False)


def start(machine: Machine, folder: Path, name: str, capabilities: tuple[str, ...] = NOT_PRIVILEGED) -> Shop:
    """A running server; who starts it takes it away."""
    key = new_key(folder / "key")
    host = ("--name", name, "--hostname", f"{machine.name}01", "-p", "127.0.0.1::22")
    _run("docker", "run", "-d", *host, *capabilities, *machine.options, machine.image, *_command(machine))
    port = int(_run("docker", "port", name, "22/tcp").splitlines()[0].rpartition(":")[2])
    server = Shop(name, port, folder, key, folder / "known_hosts", folder / "ssh_config")
    for user in machine.users:
        admit(server, user, Path(f"{key}.pub").read_bytes())
    for path in machine.huge:
        server.inside("truncate", "-s", "200G", path)
    until(server, machine.ready)
    host_keys = server.inside("sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub").decode()
    server.known.write_text("".join(f"[127.0.0.1]:{port} {line}\n" for line in host_keys.splitlines()))
    return server.reached_as("ssh_config", user=machine.user)


def admit(server: Shop, user: str, key: bytes) -> None:
    """Let a key log in as that user, whatever else may already."""
    place = f"$(sed -n 's/^{user}:[^:]*:[^:]*:[^:]*:[^:]*:\\([^:]*\\):.*/\\1/p' /etc/passwd)/.ssh"
    server.inside(
        "sh",
        "-c",
        f"umask 077; mkdir -p {place} && cat >> {place}/authorized_keys && chown -R {user} {place}",
        stdin=key,
    )


def until(server: Shop, condition: str, limit: float = 120) -> None:
    deadline = time.monotonic() + limit
    while True:
        done = subprocess.run(("docker", "exec", server.name, "sh", "-c", condition), capture_output=True, check=False)
        if done.returncode == 0:
            return
        assert time.monotonic() < deadline, f"{server.name}: {condition}: {done.stderr[-500:]!r}"
        time.sleep(0.5)


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, f"{' '.join(words[:3])}: {done.stderr[-2000:]}"
    return done.stdout


def attic() -> Machine:
    ready = """
    listens() { for port; do ss -ltn | grep -q ":$port " || return 1; done; }
    listens 22 25 443 3180 6379 7007 8088 8180 8280 8380 8443 8600 && pgrep -x cron && mountpoint -q /srv/scratch &&
        systemctl -q is-active telemetry worker@2 && supervisorctl status mailer | grep -q RUNNING
    """
    hosts = ("--add-host", "erp.intern:10.1.2.3")
    users = ("admin", "guest", "dienst")
    return Machine(
        "attic", _TRIXIE, ready, users=users, options=(*systemd_options(), *hosts), huge=("/srv/odd/disk.img",)
    )


def tiny() -> Machine:
    ready = "netstat -ltn | grep -q ':22 ' && netstat -ltn | grep -q ':8080 ' && pidof meterd pusher"
    return Machine(
        "tiny",
        _BOOKWORM,
        ready,
        user="root",
        users=("root",),
        options=("--cap-add", "SYS_ADMIN"),
        huge=("/opt/meter/ring.buffer",),
    )


def elder() -> Machine:
    ready = """
    listens() { for port; do lsof -nPiTCP:$port -sTCP:LISTEN > /dev/null || return 1; done; }
    listens 22 3300 7301 7303 7304 7305 7306 7310 8008 11211 && pgrep -x monit && pgrep -x cron
    """
    folders = ("--tmpfs", "/run", "--tmpfs", "/run/lock")
    users = ("admin", "guest")
    return Machine("elder", _BOOKWORM, ready, users=users, options=folders, huge=("/opt/fax/spool/archive.img",))


def rouge() -> Machine:
    ready = """
    listens() { for port; do ss -ltn | grep -q ":$port " || return 1; done; }
    listens 22 80 8086 7801 7802 && pgrep -x cron && systemctl -q is-active nimbus.service
    """
    return Machine(
        "rouge",
        _BOOKWORM,
        ready,
        users=("admin", "guest"),
        options=systemd_options(),
        huge=("/u01/app/oracle/system01.dbf",),
    )


MACHINES = {"attic": attic, "elder": elder, "rouge": rouge, "tiny": tiny}
"""Machines by name. Functions, since asking the engine how to run one takes a while."""
