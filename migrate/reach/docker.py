"""A running container as a host, through ``docker exec``."""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Callable
from typing import Any

from migrate import process
from migrate.errors import HostUnreachable
from migrate.model.target import Access, Target
from migrate.reach import Connection, Ended, Stream, Transport
from migrate.reach.conduit import Conduit, ProcessConduit
from migrate.reach.elevation import Host
from migrate.reach.programs import Programs
from migrate.reach.relay import NoRelay, open_relay


class DockerConnection:
    """Shells inside a container; as its root, unless sudo is not wanted."""

    def __init__(self, name: str, access: Access) -> None:
        self.label = f"docker:{name}"
        self._state = _inspect(name)
        self._exec = ("docker", "exec", "-i", *(("-u", "0") if access.sudo else ()), name)
        self._programs = Programs(Host(self.label, self._start, sudo=False))
        self.elevation = self._programs.elevation
        self.remark = self._programs.remark

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,
        idle: float = 120.0,
        stdin: bytes = b"",
    ) -> Ended:
        return self._programs.run(script, sink, deadline=deadline, idle=idle, stdin=stdin)

    def open_tcp(self, host: str, port: int, timeout: float = 10.0) -> Stream:
        try:
            return open_relay(self._exec, host, port, timeout)
        except NoRelay:
            if _own(host):
                raise
        # From here it is the same network, as far as a container's address can be reached at all.
        return socket.create_connection((host, port), timeout)

    def close(self) -> None:
        self._programs.close()

    def _start(self, tty: bool) -> Conduit:
        if tty:
            raise ValueError("containers are entered without a terminal")
        return ProcessConduit(process.start((*self._exec, "sh", "-s")))


def _own(host: str) -> bool:
    """Whether a name or an address means the host itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _inspect(name: str) -> dict[str, Any]:
    seen = process.run(("docker", "container", "inspect", "--format", "{{json .State}}", name), timeout=30)
    if not seen.ok:
        if "no such container" in seen.complaint.lower():
            raise HostUnreachable(f"docker:{name}: there is no such container", "docker ps lists those that run")
        raise HostUnreachable(f"docker:{name}: {seen.complaint}", "does the Docker engine run, and may you use it?")
    state: dict[str, Any] = json.loads(seen.out)
    if not state.get("Running") or state.get("Paused"):
        raise HostUnreachable(f"docker:{name} is {state.get('Status', 'not running')}", f"docker start {name}")
    return state


def _open(target: Target, access: Access) -> Connection:
    return DockerConnection(target.name, access)


TRANSPORT = Transport("docker", _open)
