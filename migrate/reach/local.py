"""This machine."""

from __future__ import annotations

import os
import pwd
import socket
from collections.abc import Callable

from migrate import process
from migrate.model.target import Access, Target
from migrate.reach import Connection, Ended, Stream, Transport
from migrate.reach.conduit import Conduit, ProcessConduit
from migrate.reach.elevation import Host
from migrate.reach.programs import Programs


class LocalConnection:
    """Shells and sockets of this machine."""

    def __init__(self, access: Access) -> None:
        self.label = f"{_user()}@{socket.gethostname()} (local)"
        self._programs = Programs(Host(self.label, _start, access.sudo))
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
        return socket.create_connection((host, port), timeout)

    def close(self) -> None:
        self._programs.close()


def _start(tty: bool) -> Conduit:
    if tty:
        raise ValueError("no terminal is made on this machine")
    return ProcessConduit(process.start(("sh", "-s")))


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _open(target: Target, access: Access) -> Connection:  # noqa: ARG001  # there is only one
    return LocalConnection(access)


TRANSPORT = Transport("local", _open)
