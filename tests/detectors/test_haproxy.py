from __future__ import annotations

from typing import Any

from migrate.detectors import Candidate
from migrate.detectors.haproxy import DETECTOR
from migrate.planning import evidence
from tests.planning.hosts import process, service, snapshot

HOST = snapshot()


def _haproxy(*words: str, **fields: Any) -> Candidate:
    main = process(7, "/usr/sbin/haproxy", *words, **fields)
    return Candidate("haproxy", service("haproxy.service"), (main,))


def test_it_runs_in_the_foreground_without_what_init_asked_for() -> None:
    debian = _haproxy("-Ws", "-f", "/etc/haproxy/haproxy.cfg", "-p", "/run/haproxy.pid", "-S", "/run/haproxy.sock")
    assert DETECTOR.advise(debian, HOST).command == ("/usr/sbin/haproxy", "-W", "-db", "-f", "/etc/haproxy/haproxy.cfg")


def test_ids_of_former_processes_are_no_business_of_a_new_one() -> None:
    reloaded = _haproxy("-f", "/etc/haproxy.cfg", "-D", "-sf", "113", "114", "-C", "/etc")
    assert DETECTOR.advise(reloaded, HOST).command[3:] == ("-f", "/etc/haproxy.cfg", "-C", "/etc")


def test_what_its_master_tells_itself_is_not_told_to_a_new_one() -> None:
    pairs = (("HAPROXY_MWORKER_REEXEC", "1"), ("HAPROXY_PROCESSES", "|type=w;pid=9"), ("BACKEND", "10.0.0.7"))
    assert evidence.environment(_haproxy(environment=pairs)) == (("BACKEND", "10.0.0.7"),)


def test_another_program_is_none() -> None:
    assert DETECTOR.recognise(_haproxy(), HOST)
    assert DETECTOR.recognise(Candidate("x", None, (process(7, "/usr/sbin/nginx"),)), HOST) is None
