from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from migrate.exchange import NotHttp, Question, ask
from migrate.model.facts import Site, Sites, Socket, Sockets
from migrate.model.inventory import Inventory, Scope
from migrate.recording import Budget, Recording, record

FAST = Budget(rate=500, pause=0.0, timeout=2.0)


class Here:
    """The machine of the test as the host."""

    label = "here"
    elevation = "none"

    def __init__(self) -> None:
        self.opened: list[int] = []

    def open_tcp(self, host: str, port: int, timeout: float = 10.0) -> socket.socket:
        self.opened.append(port)
        return socket.create_connection((host, port), timeout)

    def run(self, *_: object, **__: object) -> object:
        raise NotImplementedError

    def close(self) -> None:
        pass


class Pages(BaseHTTPRequestHandler):
    count = 0

    def do_GET(self) -> None:
        Pages.count += 1
        body = {"/": b"<a href='/b'>b</a>", "/b": b"b %d" % Pages.count}.get(self.path, b"")
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Set-Cookie", "SID=topsecret; Path=/")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(
            b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:3], body[3:]) if part) + b"0\r\n\r\n"
        )

    def log_message(self, *_: object) -> None:
        pass

    protocol_version = "HTTP/1.1"


@contextlib.contextmanager
def serving(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A listener that talks with each connection in its own way."""
    listener = socket.create_server(("127.0.0.1", 0))

    def loop() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                talk(connection)

    threading.Thread(target=loop, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture
def pages() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def recorded(port: int, budget: Budget = FAST, *sites: Site) -> Recording:
    facts = (Sockets((Socket("tcp", "listen", "127.0.0.1", port),)), Sites(sites))
    inventory = Inventory("h", "h", "", tuple(Scope(one.scope, "complete", facts=one) for one in facts))
    return record(Here(), inventory, budget)  # type: ignore[arg-type]  # nothing is run there


def test_pages_links_and_what_changes_are_recorded(pages: int) -> None:
    found = recorded(pages, FAST, Site("x", (pages,), ("shop.example.com",)))
    answers = {(answer.host, answer.path): answer for answer in found.answers.answers}
    shop = f"shop.example.com:{pages}"
    assert set(answers) == {(host, path) for host in (f"localhost:{pages}", shop) for path in ("/", "/b")}
    assert found.bodies[answers[shop, "/"].body or ""] == b"<a href='/b'>b</a>"
    assert answers[shop, "/"].again is None
    assert answers[shop, "/b"].again is not None


def test_of_a_cookie_only_its_name_is_kept(pages: int) -> None:
    found = recorded(pages)
    assert ("set-cookie", "SID") in found.answers.answers[0].headers
    assert "topsecret" not in repr(found)


def test_the_budget_of_requests_is_kept_and_the_rest_named(pages: int) -> None:
    before = Pages.count
    found = recorded(
        pages, Budget(requests=4, rate=500, pause=0), Site("x", (pages,), paths=tuple(f"/{n}" for n in range(9)))
    )
    assert len(found.answers.answers) == 2
    assert Pages.count - before <= 5
    assert "more pages than" in found.gaps[0].why


def test_a_service_that_speaks_first_is_never_sent_a_question() -> None:
    heard: list[bytes] = []

    def mail(connection: socket.socket) -> None:
        connection.sendall(b"220 mail ESMTP\r\n")
        heard.append(connection.recv(100))

    with serving(mail) as port:
        found = recorded(port)
    assert found.answers.answers == ()
    assert heard in ([], [b""])
    assert found.gaps[0].why == "the service speaks first, so it is not HTTP"


def test_what_is_not_http_is_a_gap() -> None:
    with serving(lambda connection: connection.sendall(b"" if not connection.recv(100) else b"?garbage\r\n")) as port:
        found = recorded(port)
    assert found.answers.answers == ()
    assert "no HTTP answer" in found.gaps[0].why


def test_an_answer_that_never_ends_is_cut(pages: int) -> None:
    def endless(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 1000)

    with serving(endless) as port:
        reply = ask(
            lambda: socket.create_connection(("127.0.0.1", port)), Question("localhost", "/"), limit=5000, timeout=5
        )
    assert (len(reply.body), reply.truncated) == (5000, True)


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"x" * 70000 + b"\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b""],
)
def test_hostile_answers_are_not_http(answer: bytes) -> None:
    def say(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(answer)

    with serving(say) as port, pytest.raises((NotHttp, OSError)):
        ask(lambda: socket.create_connection(("127.0.0.1", port)), Question("localhost", "/"), limit=100, timeout=2)
