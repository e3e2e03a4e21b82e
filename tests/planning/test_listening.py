from __future__ import annotations

from migrate.detectors import Advice, Candidate
from migrate.model.facts import Socket
from migrate.model.plan import Port
from migrate.planning import listening
from tests.planning.hosts import host, process


def ports(*sockets: Socket, texts: dict[str, bytes] | None = None, advice: Advice | None = None) -> list[int]:
    found = Candidate("it", None, (process(9, "/usr/bin/it"),), sockets)
    return [one.port for one in listening.ports(host(texts=texts), found, texts or (), advice or Advice())]


def asking(port: int) -> Socket:
    return Socket("udp", "unconnected", "0.0.0.0", port, pids=(9,))


def test_a_socket_from_which_it_asks_others_is_no_port() -> None:
    assert ports(asking(48252), asking(53)) == [53]


def test_a_high_port_that_its_settings_name_is_one() -> None:
    assert ports(asking(48252), texts={"/etc/it.conf": b"listen-on 48252;\n"}) == [48252]
    assert ports(asking(48252), texts={"/etc/it.conf": b"number 1482521\n"}) == []


def test_what_a_detector_knows_comes_beside_what_was_seen() -> None:
    advice = Advice(ports=(Port(21, because="x"), Port(20, because="x")))
    assert ports(Socket("tcp", "listen", "0.0.0.0", 21, pids=(9,)), advice=advice) == [21, 20]
