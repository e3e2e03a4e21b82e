"""A container with a real sshd for the tests of the ways over SSH, and a wire to it that can be cut."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migrate.reach.wire.config import Settings

PASSWORD = "s3cret of the box"
IMAGE = "migrate-test-reach"
BASE = "debian:11"

_DOCKERFILE = r"""
ARG BASE=debian:11
FROM $BASE
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
      openssh-server sudo tcsh procps socat netcat-openbsd busybox >/dev/null && apt-get clean
RUN useradd -m -s /bin/bash free  && echo 'free ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/free \
 && useradd -m -s /bin/bash shell && echo 'shell ALL=(root) NOPASSWD: /bin/sh, /usr/bin/sh' >/etc/sudoers.d/shell \
 && useradd -m -s /bin/sh   asks  && echo 'asks ALL=(ALL) ALL' >/etc/sudoers.d/asks \
 && useradd -m -s /bin/bash term  && echo 'term ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/term \
 && useradd -m -s /bin/bash termasks && echo 'termasks ALL=(ALL) ALL' >/etc/sudoers.d/termasks \
 && echo 'Defaults:term,termasks requiretty' >/etc/sudoers.d/terminals \
 && useradd -m -s /bin/tcsh csh   && echo 'csh ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/csh \
 && useradd -m -s /bin/bash plain \
 && useradd -m -s /bin/bash noisy && echo 'echo Welcome; printf "no newline" ; echo oops >&2' >/home/noisy/.bashrc \
 && useradd -m -s /usr/sbin/nologin none \
 && for u in free shell asks term termasks csh plain noisy none; do echo "$u:PASSWORD" | chpasswd; done \
 && echo 'echo %%% motd of csh' >/home/csh/.cshrc && chmod 440 /etc/sudoers.d/* && mkdir -p /run/sshd
COPY key.pub rsa.pub locked.pub /keys/
RUN for h in /root /home/*; do mkdir -p $h/.ssh; cat /keys/*.pub >$h/.ssh/authorized_keys; chmod -R go= $h/.ssh; \
      chown -R $(basename $h): $h/.ssh; done
COPY start /start
CMD ["/bin/sh", "/start"]
"""

# Three servers: as it comes, as it was in 2012, and one that forbids forwarding and loses patience soon.
_START = r"""
common="-o UsePAM=yes -o MaxStartups=100 -o PermitRootLogin=prohibit-password -o PasswordAuthentication=yes"
old="-o HostKeyAlgorithms=ssh-rsa -o KexAlgorithms=diffie-hellman-group14-sha1 -o Ciphers=aes128-cbc -o MACs=hmac-sha1
     -o PubkeyAcceptedKeyTypes=ssh-rsa"
mkdir -p /run/sshd
/usr/sbin/sshd -p 2222 $common $old
/usr/sbin/sshd -p 2223 $common -o AllowTcpForwarding=no -o MaxAuthTries=2
exec /usr/sbin/sshd -D -e -p 22 $common
"""


@dataclass(frozen=True, slots=True)
class Box:
    container: str
    folder: Path
    port: int
    old_port: int
    strict_port: int

    @property
    def key(self) -> str:
        return str(self.folder / "key")

    def settings(self, user: str, port: int | None = None, known: str = "known_hosts") -> Settings:
        """As ssh_config would say, without the agent and the keys of who runs the tests."""
        return Settings(
            "127.0.0.1", "127.0.0.1", port or self.port, user, agent="none", user_known=(str(self.folder / known),)
        )

    def inside(self, *words: str) -> str:
        return docker("exec", self.container, *words)


def docker(*words: str, stdin: str | None = None) -> str:
    done = subprocess.run(("docker", *words), input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def base_image() -> str:
    """Debian 11 from what is there, from a registry, or from the distribution's mirror."""
    if docker("image", "ls", "-q", BASE).strip():
        return BASE
    if subprocess.run(("docker", "pull", "-q", BASE), capture_output=True, check=False).returncode == 0:
        return BASE
    with tempfile.TemporaryDirectory() as folder:
        tar = f"{folder}/base.tar"
        subprocess.run(("mmdebstrap", "--quiet", "--variant=minbase", "bullseye", tar), check=True)
        docker("import", tar, f"{IMAGE}-base")
    return f"{IMAGE}-base"


def build(folder: Path) -> None:
    for name, kind, phrase in (("key", "ed25519", ""), ("rsa", "rsa", ""), ("locked", "ed25519", "open sesame")):
        words = ("ssh-keygen", "-q", "-t", kind, "-N", phrase, "-C", name, "-f", str(folder / name))
        subprocess.run(words, check=True)
    (folder / "Dockerfile").write_text(_DOCKERFILE.replace("PASSWORD", PASSWORD))
    (folder / "start").write_text(_START)
    docker("build", "-q", "--build-arg", f"BASE={base_image()}", "-t", IMAGE, str(folder))


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Box]:
    build(folder)
    ports = [word for port in (22, 2222, 2223) for word in ("-p", f"127.0.0.1::{port}")]
    container = docker("run", "-d", "--rm", "--init", *ports, IMAGE).strip()
    try:
        published = [int(docker("port", container, str(port)).rpartition(":")[2]) for port in (22, 2222, 2223)]
        for port in published:
            _await(port)
        yield Box(container, folder, *published)
    finally:
        docker("rm", "-f", container)
        docker("image", "rm", "-f", IMAGE)


def _await(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as sock:
            sock.settimeout(1)
            if sock.recv(4) == b"SSH-":
                return
        threading.Event().wait(0.1)
    raise TimeoutError(f"no sshd on port {port}")


class Wire:
    """A way to a port that is cut after ``limit`` bytes from the server."""

    def __init__(self, port: int, limit: int) -> None:
        self._port = port
        self._left = limit
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self._listener, contextlib.suppress(OSError):
            here, _ = self._listener.accept()
            there = socket.create_connection(("127.0.0.1", self._port))
            threading.Thread(target=self._copy, args=(here, there, False), daemon=True).start()
            self._copy(there, here, True)

    def _copy(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if counted:
                    data = data[: self._left]
                    self._left -= len(data)
                sink.sendall(data)
                if counted and self._left <= 0:
                    break
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
