"""One HTTP question over a connection that somebody else opened: through SSH, into a container, or direct.

Only asking is here. What to ask is decided by ``migrate.questions``, what the answers mean by ``migrate.compare``.
"""

from __future__ import annotations

import http.client
import io
import ssl
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from migrate.reach import Stream

USER_AGENT = "migrate (recording answers for a move to containers)"
_CHUNK = 65536
# What a path may hold as it is; the rest travels as %XX of its bytes.
_PATH_SAFE = "/%:@!$&'()*+,;=~-._?"


class NotHttp(Exception):
    """What answered does not speak HTTP (or not over this transport)."""


@dataclass(frozen=True, slots=True)
class Question:
    """One GET.

    :ivar host: the Host header, with the port where it is not the scheme's own.
    :ivar path: with query.
    """

    host: str
    path: str
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """:ivar headers: lower-case names in order; of a cookie only its name is kept."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    truncated: bool = False

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


def ask(open_stream: Callable[[], Stream], question: Question, *, limit: int, timeout: float) -> Reply:
    """Send the question over a new connection and read the answer to its end, a size or a time.

    :param limit: bytes of body that are kept; the answer is marked as truncated beyond.
    :param timeout: seconds for the whole exchange.
    :raises NotHttp: something else than HTTP came back.
    :raises OSError: refused, reset or timed out.
    """
    deadline = time.monotonic() + timeout
    stream = open_stream()
    try:
        return _exchange(_Timed(stream, deadline), question, limit)
    except http.client.HTTPException as error:
        raise NotHttp(str(error)[:200] or type(error).__name__) from error
    except (ValueError, UnicodeError) as error:  # lengths that are no numbers, and the like
        raise NotHttp(str(error)[:200]) from error
    finally:
        stream.close()


def speaks_first(open_stream: Callable[[], Stream], wait: float) -> bool:
    """Whether a listener greets (mail, FTP, databases): such a one is never sent a question.

    :raises OSError: the connection was refused.
    """
    stream = open_stream()
    try:
        stream.settimeout(wait)
        return bool(stream.recv(1))
    except TimeoutError:
        return False
    finally:
        stream.close()


def _exchange(stream: _Timed, question: Question, limit: int) -> Reply:
    carrier: _Timed | _Tls = _Tls(stream, question.host) if question.tls else stream
    connection = http.client.HTTPConnection("localhost")
    connection.sock = carrier
    path = quote(question.path, safe=_PATH_SAFE, errors="surrogateescape")
    connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
    for name, value in (("Host", question.host), ("User-Agent", USER_AGENT), ("Accept", "*/*")):
        connection.putheader(name, value)
    connection.putheader("Accept-Encoding", "identity")
    connection.putheader("Connection", "close")
    connection.endheaders()
    response = connection.getresponse()
    body, truncated = _body(response, limit)
    return Reply(response.status, _headers(response), body, truncated)


def _body(response: http.client.HTTPResponse, limit: int) -> tuple[bytes, bool]:
    kept = bytearray()
    try:
        while len(kept) <= limit and (part := response.read(min(_CHUNK, limit + 1 - len(kept)))):
            kept += part
    except http.client.IncompleteRead as error:
        kept += error.partial
        return bytes(kept[:limit]), True
    except TimeoutError:
        if not kept:
            raise
        return bytes(kept[:limit]), True
    return bytes(kept[:limit]), len(kept) > limit


def _headers(response: http.client.HTTPResponse) -> tuple[tuple[str, str], ...]:
    pairs = ((name.lower(), value) for name, value in response.getheaders())
    return tuple((name, value.split("=")[0].strip() if name == "set-cookie" else value) for name, value in pairs)


class _Timed:
    """A stream with one deadline for all that is read, dressed as the socket that http.client wants."""

    def __init__(self, stream: Stream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        return left

    def sendall(self, data: bytes) -> None:
        self._stream.settimeout(self._left())
        self._stream.sendall(data)

    def recv(self, size: int) -> bytes:
        self._stream.settimeout(self._left())
        return self._stream.recv(size)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self.recv))

    def close(self) -> None:
        """Whoever opened the stream closes it."""


class _Reader(io.RawIOBase):
    def __init__(self, recv: Callable[[int], bytes]) -> None:
        self._recv = recv

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Tls:
    """TLS over any stream. Nothing is verified: old servers have old certificates, and we compare, not trust."""

    def __init__(self, stream: _Timed, host: str) -> None:
        self._stream = stream
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = _context().wrap_bio(self._incoming, self._outgoing, server_hostname=_name(host))
        try:
            self._pump(self._tls.do_handshake)
        except ssl.SSLError as error:
            raise NotHttp(f"no TLS: {error.reason}") from error

    def sendall(self, data: bytes) -> None:
        self._tls.write(data)
        self._flush()

    def recv(self, size: int) -> bytes:
        try:
            data = self._pump(lambda: self._tls.read(size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        return data or b""

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self.recv))

    def close(self) -> None:
        """Whoever opened the stream closes it."""

    def _pump(self, step: Callable[[], bytes | None]) -> bytes | None:
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._flush()
                data = self._stream.recv(_CHUNK)
                if data:
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            finally:
                self._flush()

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self._stream.sendall(data)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # servers of TLS 1.0 days are why we are here
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


def _name(host: str) -> str | None:
    name = host.rsplit(":", 1)[0] if not host.startswith("[") else ""
    return name or None
