from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.uwsgi import DETECTOR
from tests.planning.hosts import process, service, snapshot

HOST = snapshot()
WORDS = ("--ini", "/etc/uwsgi/apps-enabled/shop.ini", "--daemonize", "/var/log/uwsgi/app/shop.log")


def _uwsgi(*words: str, uid: int = 33, exe: str = "/usr/bin/uwsgi-core") -> Candidate:
    return Candidate("uwsgi", service("uwsgi"), (process(7, "/usr/bin/uwsgi", *words, exe=exe, uid=uid, gid=uid),))


def test_it_stays_in_the_foreground_and_prints_its_log() -> None:
    advice = DETECTOR.advise(_uwsgi(*WORDS), HOST)
    assert advice.command == ("/usr/bin/uwsgi", "--ini", "/etc/uwsgi/apps-enabled/shop.ini")


def test_it_runs_as_the_user_that_it_changed_to() -> None:
    assert DETECTOR.advise(_uwsgi(*WORDS), HOST).user == "www-data"
    assert DETECTOR.advise(_uwsgi(*WORDS, uid=0), HOST).user is None


def test_one_of_a_virtualenv_is_known_and_another_program_is_not() -> None:
    assert DETECTOR.recognise(_uwsgi(exe="/srv/shop/venv/bin/uwsgi"), HOST)
    other = Candidate("x", None, (process(7, "/usr/bin/gunicorn", "uwsgi:app"),))
    assert DETECTOR.recognise(other, HOST) is None
