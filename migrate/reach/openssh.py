"""A host over SSH through the system's own ssh: what it can do and ours can't (hardware keys, Kerberos, Match, …).

One connection is made, and everything goes over its control socket in a private folder. A person at a terminal is asked
by ssh itself; without one, passwords from the environment or a file reach it by SSH_ASKPASS, never as an argument.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from migrate import process
from migrate.errors import ConnectionLost, EngineError, HostUnreachable
from migrate.model.target import Access, Target
from migrate.quoting import terminal
from migrate.reach import Connection, Ended, Stream, Transport, credentials
from migrate.reach.complaints import explained
from migrate.reach.conduit import Conduit, Heard, ProcessConduit
from migrate.reach.elevation import Host
from migrate.reach.options import legacy_lines
from migrate.reach.programs import Programs
from migrate.reach.relay import PipeStream
from migrate.reach.wire.config import Settings, resolve

_ON_TERMINAL = "exec sh -c 'stty raw -echo; exec sh -s 2>/dev/null'"
_PATIENCE = 60.0
# The password of the host is none of the jump hosts' business: their prompts name them.
_ASKPASS = """#!/bin/sh
case $1 in
    *[Pp]assphrase*) said=$MIGRATE_SSH_KEY_PASSPHRASE ;;
    "$MIGRATE_ASKED_BY's password"* | "($MIGRATE_ASKED_BY) "* | [Pp]assword:*) said=$MIGRATE_SSH_PASSWORD ;;
    *) said= ;;
esac
[ -n "$said" ] || exit 1
printf '%s\\n' "$said"
"""


class OpensshConnection:
    """An open way to a host over the system's ssh."""

    def __init__(self, settings: Settings, access: Access) -> None:
        self.label = settings.label
        self._alias = settings.alias
        self._folder = Path(tempfile.mkdtemp(prefix="migrate-ssh-"))
        self._master: subprocess.Popen[bytes] | None = None
        try:
            self._words = _prepare(self._folder, settings, access)
            self._master = self._log_in(settings, access)
            password = credentials.given("MIGRATE_SSH_PASSWORD")
            self._programs = Programs(Host(self.label, self._start, access.sudo, password, terminals=True))
        except BaseException:
            self._end()
            raise
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
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return _Forwarded(process.start((*self._session(), "-W", place, "--", self._alias)), timeout)

    def close(self) -> None:
        self._programs.close()
        self._end()

    def _log_in(self, settings: Settings, access: Access) -> subprocess.Popen[bytes]:
        env, asks = _secrets(self._folder, settings)
        log = self._folder / "log"
        limits = ("-o", f"ConnectTimeout={access.connect_timeout:.0f}", "-o", "ServerAliveInterval=15")
        batch = () if env or asks else ("-o", "BatchMode=yes")
        words = (*self._words, *limits, *batch, "-M", "-N", "-o", "ControlPersist=no", "--", settings.alias)
        master = process.beside(words, log=log, env=env, terminal=asks)
        try:
            self._await(master, log, None if asks else _PATIENCE + access.connect_timeout)
        except BaseException:
            _finish(master)
            raise
        return master

    def _await(self, master: subprocess.Popen[bytes], log: Path, patience: float | None) -> None:
        ends_at = time.monotonic() + (patience or float("inf"))
        while not (self._folder / "s").exists():
            if master.poll() is not None:
                raise explained(self.label, _said(log))
            if time.monotonic() > ends_at:
                raise HostUnreachable(f"{self.label}: ssh did not log in within {patience:.0f} s", "try: ssh -v HOST")
            time.sleep(0.05)

    def _session(self) -> tuple[str, ...]:
        # Where the connection is gone it must not be made anew behind our back.
        return (*self._words, "-o", "ControlMaster=no", "-o", "BatchMode=yes", "-o", "ProxyCommand=false")

    def _start(self, tty: bool) -> Conduit:
        command = _ON_TERMINAL if tty else "exec sh -s"
        words = (*self._session(), "-tt" if tty else "-T", "--", self._alias, command)
        return _Conduit(process.start(words), self._lost)

    def _lost(self) -> ConnectionLost | None:
        """Why nothing comes any more, where the connection itself is gone."""
        if self._master is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._master.wait(1)
            hint = "what had arrived is kept; is the network or the host down?"
            return ConnectionLost(f"{self.label}: the connection broke: {_last(_said(self._folder / 'log'))}", hint)
        return None

    def _end(self) -> None:
        if self._master is not None:
            _finish(self._master)
            self._master = None
        shutil.rmtree(self._folder, ignore_errors=True)


class _Conduit(ProcessConduit):
    """A shell in a session; 255 is what ssh says of itself."""

    def __init__(self, program: subprocess.Popen[bytes], lost: Callable[[], ConnectionLost | None]) -> None:
        super().__init__(program)
        self._why = lost

    def exchange(self, data: bytes | memoryview, wait: float) -> Heard:
        heard = super().exchange(data, wait)
        if heard.over and self.status() == 255 and (error := self._why()):
            raise error
        return heard


class _Forwarded(PipeStream):
    """A connection by ``ssh -W``, which tells only by its end that it was refused: then the first ``recv`` raises."""

    def __init__(self, program: subprocess.Popen[bytes], timeout: float) -> None:
        super().__init__(program, timeout)
        self._begun = False

    def sendall(self, data: bytes, /) -> None:
        try:
            super().sendall(data)
        except BrokenPipeError:
            self._refused()
            raise

    def recv(self, size: int, /) -> bytes:
        data = super().recv(size)
        if not data and not self._begun:
            self._refused()
        self._begun = True
        return data

    def _refused(self) -> None:
        status, said = self.complaint()
        if status and "administratively" in said:
            raise PermissionError(f"the SSH server forbids forwarding: {said}")
        if status:
            raise ConnectionRefusedError(said)


def _prepare(folder: Path, settings: Settings, access: Access) -> tuple[str, ...]:
    """A configuration that holds for the jump hosts, too, and the words that use it."""
    lines = [f"StrictHostKeyChecking {'accept-new' if access.accept_new else 'yes'}", "NumberOfPasswordPrompts 1"]
    lines += [f'IdentityFile "{Path(name).expanduser().absolute()}"' for name in access.identity]
    lines += legacy_lines() if access.legacy_crypto else []
    own = os.environ.get("MIGRATE_SSH_CONFIG")
    usual = [str(Path(own).expanduser().absolute())] if own else ["~/.ssh/config", "/etc/ssh/ssh_config"]
    lines += [f'Include "{name}"' for name in usual]
    (folder / "config").write_text("\n".join([*lines, ""]), "utf-8")
    words = ["ssh", "-F", str(folder / "config"), "-o", f"ControlPath={folder / 's'}", "-l", settings.user]
    words += ["-p", str(settings.port)]
    return (*words, *(("-J", access.jump) if access.jump else ()))


def _secrets(folder: Path, settings: Settings) -> tuple[Mapping[str, str], bool]:
    """The environment that answers ssh's questions, and whether a person does."""
    given = {name: credentials.given(name) for name in ("MIGRATE_SSH_PASSWORD", "MIGRATE_SSH_KEY_PASSPHRASE")}
    found = {name: value for name, value in given.items() if value}
    if not found:
        return {}, sys.stdin.isatty() and sys.stderr.isatty()
    script = folder / "ask"
    script.write_text(_ASKPASS, "utf-8")
    script.chmod(0o700)
    usual = {"SSH_ASKPASS": str(script), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": os.environ.get("DISPLAY") or ":"}
    return {**found, **usual, "MIGRATE_ASKED_BY": f"{settings.user}@{settings.host}"}, False


def _finish(master: subprocess.Popen[bytes]) -> None:
    master.terminate()
    try:
        master.wait(5)
    except subprocess.TimeoutExpired:
        process.end(master)


def _said(log: Path) -> str:
    try:
        return log.read_bytes()[-65536:].decode("utf-8", "replace")
    except OSError:
        return ""


def _last(said: str) -> str:
    lines = said.strip().splitlines()
    return terminal(lines[-1].strip())[:300] if lines else "nothing was said"


def _open(target: Target, access: Access) -> Connection:
    if not process.available("ssh"):
        raise EngineError("--openssh needs the system's ssh, which is not on PATH", "install openssh-client")
    return OpensshConnection(resolve(target, access), access)


TRANSPORT = Transport("openssh", _open)
