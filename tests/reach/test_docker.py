from __future__ import annotations

from collections.abc import Iterator

import pytest

from migrate.errors import HostUnreachable
from migrate.model.target import Access
from migrate.reach import Connection
from migrate.reach.open import connect
from migrate.reach.targets import parse_target
from tests.reach.box import Box

pytestmark = pytest.mark.engine


@pytest.fixture
def connection(box: Box) -> Iterator[Connection]:
    opened = connect(parse_target(f"docker:{box.container}"), Access())
    yield opened
    opened.close()


def test_a_container_is_a_host(connection: Connection) -> None:
    got: list[bytes] = []
    for _ in range(2):
        ended = connection.run(b"id -u; head -c 3000000 /dev/zero >&2; echo oops >&2; exit 6", got.append)
        assert (ended.status, ended.err[-5:]) == (6, b"oops\n")
    assert (connection.elevation, b"".join(got)) == ("root", b"0\n0\n")


def test_a_program_that_takes_too_long_is_ended_inside(connection: Connection, box: Box) -> None:
    assert connection.run(b"sleep 4848", lambda data: None, deadline=1).status is None
    assert "sleep 4848" not in box.inside("ps", "-e", "-o", "args")


def test_a_port_on_the_container_s_loopback_is_reached(connection: Connection) -> None:
    stream = connection.open_tcp("127.0.0.1", 2222)
    assert stream.recv(8) == b"SSH-2.0-"
    stream.sendall(b"nonsense\r\n" * 1000)
    while stream.recv(1000):
        pass
    stream.close()


def test_a_closed_port_refuses(connection: Connection) -> None:
    with pytest.raises(ConnectionRefusedError):
        connection.open_tcp("localhost", 1)


@pytest.mark.parametrize("without", ["", "perl", "perl socat", "perl socat bash", "perl socat bash nc"])
def test_whatever_can_connect_is_taken(connection: Connection, box: Box, without: str) -> None:
    """Each in turn is put aside; with none left that is said."""
    box.inside("sh", "-c", _aside(without))
    try:
        if "nc" in without:
            with pytest.raises(OSError, match="no python3"):
                connection.open_tcp("127.0.0.1", 22)
            return
        stream = connection.open_tcp("127.0.0.1", 22)
        assert stream.recv(8) == b"SSH-2.0-"
        stream.close()
        with pytest.raises(ConnectionRefusedError):
            connection.open_tcp("127.0.0.1", 1)
    finally:
        box.inside("sh", "-c", "for f in /bin/*.aside /usr/bin/*.aside; do [ ! -e $f ] || mv $f ${f%.aside}; done")


def _aside(names: str) -> str:
    return f"for n in {names}; do p=$(command -v $n) || continue; mv $p $p.aside; done"


def test_a_container_that_does_not_run_is_unreachable() -> None:
    with pytest.raises(HostUnreachable, match="no such container") as caught:
        connect(parse_target("docker:migrate-test-reach-none"), Access())
    assert caught.value.hint
