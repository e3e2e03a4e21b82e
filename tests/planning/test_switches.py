from __future__ import annotations

from migrate.model.facts import CapturedFile
from migrate.planning import switches
from tests.planning.hosts import host

LINK = CapturedFile("/etc/w/sites-enabled/a.conf", "link", 0o777, 0, 0, target="../sites-available/a.conf")
TEXTS = {"/etc/w/sites-available/a.conf": b"a\n", "/etc/w/sites-available/b.conf": b"b\n"}


def test_what_is_available_but_not_switched_on_is_off() -> None:
    facts = host(texts=TEXTS, entries=(LINK,))
    assert switches.off(facts, "/etc/w/sites-available/b.conf")
    assert not switches.off(facts, "/etc/w/sites-available/a.conf")


def test_where_nothing_is_switched_on_by_links_nothing_is_off() -> None:
    facts = host(texts=TEXTS)
    assert not switches.off(facts, "/etc/w/sites-available/b.conf")
    assert not switches.off(host(texts=TEXTS, entries=(LINK,)), "/etc/w/other/b.conf")
