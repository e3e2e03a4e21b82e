from __future__ import annotations

from migrate.model.facts import CapturedFile
from migrate.syntax import links


def link(path: str, target: str) -> CapturedFile:
    return CapturedFile(path, "link", 0o777, 0, 0, target=target)


def test_texts_are_found_under_the_names_that_links_give_them() -> None:
    found = links.targets([link("/etc/n/on/a", "../off/a"), link("/var/t/conf", "/etc/t"), link("/x", "/nowhere")])
    texts = {"/etc/n/off/a": b"1", "/etc/t/server.xml": b"2"}
    assert links.named(texts, found) == {
        "/etc/n/off/a": "1",
        "/etc/n/on/a": "1",
        "/etc/t/server.xml": "2",
        "/var/t/conf/server.xml": "2",
    }
    assert links.real("/var/t/conf/server.xml", found) == "/etc/t/server.xml"


def test_links_that_lead_in_a_circle_end() -> None:
    found = links.targets([link("/a", "b"), link("/b", "a"), link("/c", "/")])
    links.real("/a/x", found)
    assert links.named({"/a/x": b""}, found)
