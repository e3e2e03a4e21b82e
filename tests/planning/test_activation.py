from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

from migrate.detectors import Candidate
from migrate.model.facts import Socket
from migrate.model.units import Unit, Units
from migrate.planning import activation
from migrate.planning.index import Index
from tests.planning.hosts import host, package, process, service


def _host(*listens: tuple[str, str], accept: bool = False) -> Index:
    unit = Unit("app.socket", "socket", active=True, activates="app.service", listens=listens, accept=accept)
    perl = package("perl-base", essential=True)
    return host(packages=(perl,), commands={"/usr/bin/perl": "perl-base"}, more=(Units((unit,)),))


def _candidate(*pids: int) -> Candidate:
    made = Socket("unix", "listen", path="/run/app.sock", pids=pids)
    return Candidate("app", service("app.service"), (process(7, "/opt/app"),), (made,))


def test_sockets_that_init_opened_are_opened_by_the_entrypoint() -> None:
    script = activation.entrypoint(_host(("stream", "/run/app.sock"), ("datagram", "5140")), _candidate(1, 7))
    assert script is not None
    assert "'stream /run/app.sock' 'datagram 0.0.0.0 5140' -- \"$@\"" in script


def test_a_service_that_opened_its_own_socket_still_does() -> None:
    assert activation.entrypoint(_host(("stream", "/run/app.sock")), _candidate(7)) is None


def test_a_process_for_each_connection_is_another_thing() -> None:
    assert activation.entrypoint(_host(("stream", "/run/app.sock"), accept=True), _candidate(1, 7)) is None


def test_the_program_finds_the_sockets_where_the_protocol_says(tmp_path: Path) -> None:
    place = tmp_path / "app.sock"
    candidate = _candidate(1, 7)
    candidate = replace(candidate, sockets=(replace(candidate.sockets[0], path=str(place)),))
    script = activation.entrypoint(_host(("stream", str(place))), candidate)
    assert script is not None
    (tmp_path / "entrypoint").write_text(script)
    accept = (
        "import os, socket; assert os.environ['LISTEN_PID'] == str(os.getpid()) and os.environ['LISTEN_FDS'] == '1';"
        "made, _ = socket.socket(fileno=3).accept(); made.sendall(b'here')"
    )
    words = ("sh", str(tmp_path / "entrypoint"), "python3", "-c", accept)
    with subprocess.Popen(words, env={"PATH": os.environ["PATH"]}) as running:
        while running.poll() is None and not place.exists():
            pass
        with socket.socket(socket.AF_UNIX) as client:
            while True:
                try:
                    client.connect(str(place))
                    break
                except ConnectionRefusedError:
                    assert running.poll() is None
            assert client.recv(9) == b"here"
        assert running.wait() == 0
