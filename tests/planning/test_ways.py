from __future__ import annotations

from migrate.detectors import Candidate
from migrate.model.facts import CapturedFile
from migrate.planning import ways
from tests.planning.hosts import host, process, service

KEY = "/etc/ssl/private/site.key"
FACTS = host(
    entries=(
        CapturedFile("/etc/ssl/private", "directory", 0o710, 0, 112),
        CapturedFile("/etc/ssl", "directory", 0o755, 0, 0),
        CapturedFile(KEY, "file", 0o640, 0, 112),
    )
)


def web(uid: int) -> Candidate:
    return Candidate("web", service("web.service"), (process(7, "/usr/sbin/web", uid=uid),))


def test_who_opens_a_key_in_place_of_root_may_pass_the_directory_that_it_lies_in() -> None:
    [found] = ways.opened(FACTS, web(0), "www-data", [KEY], ())
    assert (found.path, found.uid, found.gid, found.mode) == ("/etc/ssl/private", 0, 112, 0o711)


def test_nothing_is_opened_for_who_could_read_it_on_the_host() -> None:
    assert list(ways.opened(FACTS, web(33), "www-data", [KEY], ())) == []
    assert list(ways.opened(FACTS, web(0), None, [KEY], ())) == []
