from __future__ import annotations

from migrate.model.facts import CapturedFile, Site, Sites
from migrate.planning import written
from tests.planning.hosts import host, tree

COUNTER = b"#!/usr/bin/perl\nopen(my $h, '+<', \"$ENV{DOCUMENT_ROOT}/count/n.dat\") or die;\n"
ROOT = "/srv/www/htdocs"


def found(texts: dict[str, bytes], *entries: CapturedFile, role: str = "application") -> list[str]:
    one = host(
        trees=(tree("/srv/www", role),),
        texts=texts,
        entries=entries,
        more=(Sites((Site("apache", root=ROOT),)),),
    )
    return [fact.path for fact, _ in written.directories(one, tuple(texts))]


def folder(path: str, uid: int = 0) -> CapturedFile:
    return CapturedFile(path, "directory", 0o755, uid, uid, 0)


def file(path: str, package: str | None = None) -> CapturedFile:
    return CapturedFile(path, "file", 0o755, 0, 0, 10, package=package)


def test_the_folder_of_a_counter_within_the_document_root_is_state() -> None:
    assert found({"/srv/www/cgi-bin/n.pl": COUNTER}, folder(f"{ROOT}/count", 33)) == [f"{ROOT}/count"]


def test_a_folder_with_programs_is_none() -> None:
    texts = {f"{ROOT}/count/n.pl": COUNTER}
    assert found(texts, folder(f"{ROOT}/count")) == []


def test_a_folder_of_pages_is_state_only_where_another_user_owns_it() -> None:
    report = {"/srv/www/bin/report.py": f"#!/usr/bin/python3\nopen('{ROOT}/report/today.html', 'w')\n".encode()}
    page = file(f"{ROOT}/report/today.html")
    assert found(report, folder(ROOT), folder(f"{ROOT}/report", 33), page) == [f"{ROOT}/report"]
    assert found(report, folder(ROOT), folder(f"{ROOT}/report"), page) == []


def test_logs_and_process_ids_are_no_state() -> None:
    texts = {"/srv/www/bin/x": b"#!/bin/sh\necho $$ > /srv/www/run/x.pid\necho done >> /srv/www/run/x.log\n"}
    assert found(texts, folder("/srv/www/run")) == []


def test_a_packages_script_knows_itself_where_it_writes() -> None:
    script = file("/srv/www/bin/x", package="x")
    assert found({"/srv/www/bin/x": b"#!/bin/sh\ndate > /srv/www/data/x\n"}, folder("/srv/www/data"), script) == []


def test_a_mailbox_lies_in_the_directory_of_all() -> None:
    one = host(trees=(tree("/var/mail/anna", "data", "file", 1000),))
    place = written.directory(one, "/var/mail/anna")
    assert place is not None
    assert (place.path, place.uid, place.mode) == ("/var/mail", 0, 0o2775)
