from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.dnsmasq import DETECTOR
from tests.planning.hosts import process, snapshot


def test_dnsmasq_stays_in_the_foreground_and_answers_whoever_comes() -> None:
    argv = (
        "/usr/sbin/dnsmasq",
        "-x",
        "/run/dnsmasq/dnsmasq.pid",
        "-u",
        "dnsmasq",
        "-7",
        "/etc/dnsmasq.d",
        "--local-service",
    )
    found = Candidate("dnsmasq", None, (process(9, *argv),))
    assert DETECTOR.recognise(found, snapshot())
    assert DETECTOR.advise(found, snapshot()).command == (
        *("/usr/sbin/dnsmasq", "--keep-in-foreground", "--log-facility=-", "-u", "dnsmasq", "-7", "/etc/dnsmasq.d"),
    )
