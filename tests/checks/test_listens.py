from __future__ import annotations

from migrate.checks.listens import CHECK, _judged
from migrate.engines.probe import Bound
from migrate.model.plan import Port
from migrate.model.verdict import FAILED, PASSED
from tests.checks.scenes import scene, workload

WEB = workload("web")


def test_a_port_that_listens_passes_whatever_the_family() -> None:
    check = _judged(WEB, Port(80), (Bound("tcp", "::", 80),))
    assert (check.id, check.status) == ("listens:web:80/tcp", PASSED)


def test_a_port_that_does_not_listen_fails_and_says_what_does() -> None:
    check = _judged(WEB, Port(80), (Bound("tcp", "0.0.0.0", 8080), Bound("udp", "0.0.0.0", 80)))
    assert check.status == FAILED
    assert check.detail == "in the container listens: 80/udp, 8080/tcp"


def test_loopback_is_not_enough_where_others_used_the_port() -> None:
    local = (Bound("tcp", "127.0.0.1", 80),)
    assert _judged(WEB, Port(80), local).status == FAILED
    assert _judged(WEB, Port(80, address="127.0.0.1"), local).status == PASSED
    assert _judged(WEB, Port(80), (*local, Bound("tcp", "172.18.0.2", 80))).status == PASSED


def test_ports_that_are_listened_on_only_while_they_are_used_are_not_waited_for() -> None:
    ftp = workload("ftp", ports=(Port(40000, on_demand=True),))
    assert list(CHECK.run(scene(ftp))) == []
