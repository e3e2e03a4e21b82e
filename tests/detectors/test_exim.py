from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.exim import DETECTOR
from tests.planning.hosts import process, service, snapshot


def exim(*argv: str) -> Candidate:
    return Candidate("exim4", service("exim4.service"), (process(9, "/usr/sbin/exim4", *argv, uid=33, gid=33),))


def test_exim_stays_in_the_foreground_with_its_queue_in_a_volume() -> None:
    assert DETECTOR.recognise(exim("-bd", "-q30m"), snapshot()) == "process 9 executes /usr/sbin/exim4"
    advice = DETECTOR.advise(exim("-bd", "-q30m"), snapshot())
    assert advice.command == ("/usr/sbin/exim4", "-bdf", "-q30m")
    assert [(one.path, one.kind, one.uid) for one in advice.volumes] == [("/var/spool/exim4", "spool", 33)]
    assert "tail -n 0 -F /var/log/exim4/mainlog &" in (advice.entrypoint or "")


def test_a_run_of_its_queue_is_no_server() -> None:
    assert DETECTOR.recognise(exim("-q"), snapshot()) is None
