import os
import socket

import pytest

from migrate.model.target import Access, Target
from migrate.reach.local import TRANSPORT


def test_programs_run_on_this_machine() -> None:
    connection = TRANSPORT.open(Target("local", "local", "local"), Access(sudo=False))
    got: list[bytes] = []
    for _ in range(2):
        assert connection.run(b"id -u; exit 4", got.append).status == 4
    assert b"".join(got) == f"{os.geteuid()}\n".encode() * 2
    assert connection.elevation == ("root" if os.geteuid() == 0 else "none")
    connection.close()


def test_a_program_that_takes_too_long_is_ended() -> None:
    connection = TRANSPORT.open(Target("local", "local", "local"), Access(sudo=False))
    got: list[bytes] = []
    assert connection.run(b"echo $$; sleep 4747", got.append, deadline=0.5).status is None
    with pytest.raises(ProcessLookupError):
        os.kill(int(b"".join(got)), 0)
    connection.close()


def test_data_after_the_program_is_refused() -> None:
    connection = TRANSPORT.open(Target("local", "local", "local"), Access(sudo=False))
    with pytest.raises(ValueError, match="standard input"):
        connection.run(b"cat", lambda data: None, stdin=b"data")
    connection.close()


def test_a_port_of_this_machine_is_reached() -> None:
    connection = TRANSPORT.open(Target("local", "local", "local"), Access(sudo=False))
    with socket.create_server(("127.0.0.1", 0)) as server:
        stream = connection.open_tcp("127.0.0.1", server.getsockname()[1])
        accepted, _ = server.accept()
        with accepted:
            accepted.sendall(b"hello")
        assert stream.recv(5) == b"hello"
        stream.close()
    connection.close()
