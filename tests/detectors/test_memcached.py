from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.memcached import DETECTOR
from tests.planning.hosts import process, service, snapshot

HOST = snapshot()


def cache(*words: str) -> Candidate:
    main = process(5, "/usr/bin/memcached", *words, exe="/usr/bin/memcached")
    return Candidate("memcached.service", service("memcached.service"), (main,))


def test_memcached_is_known_by_its_program() -> None:
    assert DETECTOR.recognise(cache(), HOST) == "process 5 executes /usr/bin/memcached"
    assert DETECTOR.recognise(Candidate("x", None, (process(5, "/usr/bin/redis-server"),)), HOST) is None


def test_it_stays_in_the_foreground_and_keeps_what_it_was_given() -> None:
    advice = DETECTOR.advise(cache("-d", "-m", "64", "-P", "/run/m.pid", "-l", "127.0.0.1"), HOST)
    assert advice.command == ("/usr/bin/memcached", "-m", "64", "-l", "127.0.0.1")
    assert advice.volumes == ()
