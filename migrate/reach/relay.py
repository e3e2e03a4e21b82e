"""A TCP connection that starts inside a container, through a program there that can connect."""

from __future__ import annotations

import errno
import os
import re
import secrets
import select
import subprocess
import time
from collections.abc import Sequence
from typing import IO, NoReturn

from migrate import process
from migrate.quoting import terminal

# Nothing is sent before the mark, so that a refused connection is known as such.
_PYTHON = r"""
import os, socket, sys, threading
host, port, mark, limit = sys.argv[1:5]
try:
    there = socket.create_connection((host, int(port)), float(limit))
except Exception as error:
    sys.stderr.write(str(error))
    sys.exit(111)
there.settimeout(None)
os.write(1, (mark + "\n").encode())
def send():
    while True:
        data = os.read(0, 65536)
        if not data:
            there.shutdown(1)
            return
        there.sendall(data)
thread = threading.Thread(target=send)
thread.daemon = True
thread.start()
while True:
    data = there.recv(65536)
    if not data:
        os._exit(0)
    os.write(1, data)
"""

_PERL = r"""
my ($host, $port, $mark, $limit) = @ARGV;
my $kind = eval { require IO::Socket::IP; 1 } ? "IO::Socket::IP" : do { require IO::Socket::INET; "IO::Socket::INET" };
my $there = $kind->new(PeerHost => $host, PeerAddr => $host, PeerPort => $port, Proto => "tcp", Timeout => $limit);
unless ($there) { print STDERR "$@"; exit 111; }
$there->blocking(1);
sub copy {
  my ($from, $to) = @_;
  while (sysread($from, my $data, 65536)) {
    my $done = 0;
    while ($done < length $data) {
      my $wrote = syswrite($to, $data, length($data) - $done, $done);
      return unless defined $wrote;
      $done += $wrote;
    }
  }
}
syswrite(STDOUT, "$mark\n");
my $child = fork;
unless ($child) { copy(\*STDIN, $there); shutdown($there, 1); exit 0; }
copy($there, \*STDOUT);
kill 15, $child;
"""

_SHELL = r"""
host=$1 port=$2 mark=$3 limit=$4
if command -v python3 >/dev/null 2>&1; then exec python3 -c "$5" "$host" "$port" "$mark" "$limit"; fi
if perl -MIO::Socket::INET -e 1 >/dev/null 2>&1; then exec perl -e "$6" "$host" "$port" "$mark" "$limit"; fi
if command -v socat >/dev/null 2>&1; then
  case $host in *:*) address="[$host]" ;; *) address=$host ;; esac
  # Without connect-timeout: with it socat 1.7.4 takes a refused connection for a good one.
  socat -u OPEN:/dev/null "TCP:$address:$port" || exit 111
  echo "$mark"
  exec socat -t 3600 - "TCP:$address:$port"
fi
if command -v bash >/dev/null 2>&1 && bash -c ': >/dev/null' 2>/dev/null; then
  exec bash -c '
    exec 3<>"/dev/tcp/$1/$2" || exit 111
    echo "$3"
    exec 4<&0
    cat <&4 >&3 &
    cat <&3
    kill $!' bash "$host" "$port" "$mark"
fi
if command -v nc >/dev/null 2>&1; then
  nc -z -w "$limit" "$host" "$port" 2>/dev/null || nc -w 1 "$host" "$port" </dev/null >/dev/null || exit 111
  echo "$mark"
  exec nc "$host" "$port"
fi
exit 127
"""


class NoRelay(OSError):
    """Nothing there can connect."""


class PipeStream:
    """The two pipes of a relay as one connection."""

    def __init__(self, program: subprocess.Popen[bytes], timeout: float) -> None:
        if program.stdin is None or program.stdout is None or program.stderr is None:
            raise ValueError("a relay needs all its pipes")
        self._program = program
        self._in, self._out, self._err = program.stdin, program.stdout, program.stderr
        self._timeout: float | None = timeout

    def settimeout(self, seconds: float | None, /) -> None:
        self._timeout = seconds

    def sendall(self, data: bytes, /) -> None:
        rest = memoryview(data)
        while rest:
            self._wait([], [self._in])
            # As much as a pipe that is ready surely takes.
            rest = rest[os.write(self._in.fileno(), rest[: select.PIPE_BUF]) :]

    def recv(self, size: int, /) -> bytes:
        self._wait([self._out], [])
        return os.read(self._out.fileno(), size)

    def close(self) -> None:
        for stream in (self._in, self._out, self._err):
            stream.close()
        if self._program.poll() is None:
            process.end(self._program)

    def complaint(self) -> tuple[int, str]:
        """The exit status of a relay that ended, and the last thing it said."""
        lines = self._err.read(4096).decode("utf-8", "replace").strip().splitlines()
        return self._program.wait(5), terminal(lines[-1]) if lines else "refused"

    def _wait(self, reading: Sequence[IO[bytes]], writing: Sequence[IO[bytes]]) -> None:
        ready = select.select(reading, writing, (), self._timeout)
        if not (ready[0] or ready[1]):
            raise TimeoutError(errno.ETIMEDOUT, "the host sent nothing in time")


def open_relay(prefix: Sequence[str], host: str, port: int, timeout: float) -> PipeStream:
    """Connect to ``host:port`` from where ``prefix`` runs programs.

    :raises OSError: refused or timed out; ``NoRelay`` where there is nothing to connect with.
    """
    if not re.fullmatch(r"[A-Za-z0-9_.:%][A-Za-z0-9_.:%-]*", host):
        raise OSError(errno.EINVAL, f"not a host name or an address: {terminal(host)}")
    mark = f"migrate-{secrets.token_hex(8)}"
    words = (host, str(port), mark, str(max(1, round(timeout))), _PYTHON, _PERL)
    stream = PipeStream(process.start((*prefix, "sh", "-c", _SHELL, "sh", *words)), timeout)
    try:
        _await(stream, mark.encode() + b"\n", timeout)
    except BaseException:
        stream.close()
        raise
    return stream


def _await(stream: PipeStream, mark: bytes, timeout: float) -> None:
    ends_at = time.monotonic() + timeout + 2  # the limit inside, and the time to get there
    heard = b""
    while heard != mark:
        stream.settimeout(max(0.0, ends_at - time.monotonic()))
        part = stream.recv(len(mark) - len(heard))
        if not part:
            _refused(stream)
        heard += part
    stream.settimeout(timeout)


def _refused(stream: PipeStream) -> NoReturn:
    status, said = stream.complaint()
    if status in (126, 127):
        raise NoRelay(errno.ENOENT, "no python3, perl, socat, bash or nc there to connect with")
    raise ConnectionRefusedError(errno.ECONNREFUSED, said)
