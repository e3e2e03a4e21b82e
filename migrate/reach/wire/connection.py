"""Shells and TCP connections over a link."""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from collections.abc import Callable

import paramiko
from paramiko.ssh_exception import ChannelException, SSHException

from migrate.errors import ConnectionLost, HostError
from migrate.model.target import Access
from migrate.quoting import terminal
from migrate.reach import Ended, Stream
from migrate.reach.conduit import Conduit, Heard
from migrate.reach.elevation import Host
from migrate.reach.programs import Programs
from migrate.reach.wire.config import Settings
from migrate.reach.wire.login import reach

_CHUNK = 256 * 1024
_PART = 32 * 1024
_PAUSES = (0.1, 0.3, 1.0)
# With 2>/dev/null a shell on a terminal does not take itself for an interactive one.
_ON_TERMINAL = "exec sh -c 'stty raw -echo; exec sh -s 2>/dev/null'"
_FORBIDDEN = 1  # SSH_OPEN_ADMINISTRATIVELY_PROHIBITED
_REFUSED = 2  # SSH_OPEN_CONNECT_FAILED


class SshConnection:
    """An open way to a host over SSH.

    :ivar profile: modern, or legacy where algorithms were needed that are no longer safe.
    :ivar remark: why commands don't run as root, if they don't.
    """

    def __init__(self, settings: Settings, access: Access) -> None:
        self._link = reach(settings, access)
        self._timeout = access.connect_timeout
        self.label = settings.label
        self.profile = self._link.profile
        try:
            host = Host(self.label, self._start, access.sudo, self._link.password, terminals=True)
            self._programs = Programs(host)
        except BaseException:
            self._link.close()
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
        try:
            channel = self._link.transport.open_channel("direct-tcpip", (host, port), ("127.0.0.1", 0), timeout=timeout)
        except ChannelException as error:
            raise _os_error(error) from error
        except (SSHException, EOFError) as error:
            if self._link.transport.is_active():
                raise TimeoutError(errno.ETIMEDOUT, f"no answer from {host} port {port}") from error
            raise ConnectionError(errno.ECONNRESET, f"{self.label}: the connection is lost") from error
        channel.settimeout(timeout)
        return channel

    def close(self) -> None:
        self._programs.close()
        self._link.close()

    def _start(self, tty: bool) -> Conduit:
        try:
            channel = self._session()
            if tty:
                channel.get_pty("dumb")
            channel.exec_command(_ON_TERMINAL if tty else "exec sh -s")
        except (SSHException, EOFError, OSError) as error:
            if not self._link.transport.is_active():
                raise ConnectionLost(f"{self.label}: the connection is lost") from error
            why = terminal(str(error)) or type(error).__name__
            raise HostError(f"{self.label}: the host starts no shell for us: {why}") from error
        return ChannelConduit(channel, self.label)

    def _session(self) -> paramiko.Channel:
        """A channel; where the host takes one at a time, it may not have let go of the last one yet."""
        for pause in _PAUSES:
            try:
                return self._link.transport.open_session(timeout=max(30.0, self._timeout))
            except ChannelException as error:
                if error.code != _REFUSED:
                    raise
                time.sleep(pause)
        return self._link.transport.open_session(timeout=max(30.0, self._timeout))


class ChannelConduit:
    """A shell at the other end of a channel. Both outputs are always read: a full one would stop the other."""

    def __init__(self, channel: paramiko.Channel, label: str) -> None:
        self._channel = channel
        self._label = label
        self._woken = threading.Event()
        self._transport = channel.get_transport()
        channel.settimeout(30.0)
        for buffer in (channel.in_buffer, channel.in_stderr_buffer):
            buffer.set_event(self._woken)

    def exchange(self, data: bytes | memoryview, wait: float) -> Heard:
        sent = self._send(data)
        out, err = self._take()
        if sent or out or err:
            return Heard(sent, out, err)
        self._wait(min(wait, 0.02) if len(data) else wait)
        out, err = self._take()
        if out or err:
            return Heard(0, out, err)
        return Heard(over=self._over())

    def end_input(self) -> None:
        # paramiko's shutdown_write would also speak of a channel that was closed meanwhile, for which OpenSSH hangs
        # up on all of us. Under the lock the end of input goes out before the answer to the host's close.
        channel = self._channel
        with channel.lock, contextlib.suppress(SSHException, EOFError, OSError):
            if not channel.closed and (message := channel._send_eof()):  # type: ignore[attr-defined]
                self._transport._send_user_message(message)  # type: ignore[attr-defined]

    def status(self) -> int | None:
        return self._channel.exit_status if self._channel.status_event.is_set() else None

    def close(self) -> None:
        self._channel.close()

    def _send(self, data: bytes | memoryview) -> int:
        if not len(data) or not self._channel.send_ready():
            return 0
        try:
            return self._channel.send(bytes(data[:_PART]))
        except (SSHException, EOFError, OSError):  # closed: what it said before is still to be read
            return len(data)

    def _take(self) -> tuple[bytes, bytes]:
        channel = self._channel
        out = channel.recv(_CHUNK) if channel.recv_ready() else b""
        err = channel.recv_stderr(_CHUNK) if channel.recv_stderr_ready() else b""
        return out, err

    def _wait(self, wait: float) -> None:
        # Once the outputs have ended their event stays set; then only the status is waited for.
        (self._channel.status_event if self._channel.eof_received else self._woken).wait(wait)

    def _over(self) -> bool:
        channel = self._channel
        if not (channel.closed or channel.eof_received):
            return False
        if channel.recv_ready() or channel.recv_stderr_ready():
            return False
        if channel.exit_status == -1 and not self._transport.is_active():
            raise ConnectionLost(
                f"{self._label}: the connection broke", "what had arrived is kept; is the network or the host down?"
            )
        return channel.status_event.is_set()


def _os_error(error: ChannelException) -> OSError:
    if error.code == _FORBIDDEN:
        return PermissionError(errno.EACCES, "the SSH server forbids forwarding (AllowTcpForwarding, PermitOpen)")
    if error.code == _REFUSED:
        return ConnectionRefusedError(errno.ECONNREFUSED, terminal(error.text))
    return OSError(errno.EIO, terminal(error.text))
