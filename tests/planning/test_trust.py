"""Authorities and fonts that programs find without naming them."""

from __future__ import annotations

from typing import Any

from migrate.detectors import Advice, Candidate
from migrate.model.facts import CapturedFile, Socket
from migrate.planning import evidence
from migrate.planning.belongings import Belongings
from migrate.planning.closure import Needed
from migrate.planning.holding import hold
from migrate.planning.index import Index
from tests.planning.hosts import host, package, process, service, tree

FIRM = CapturedFile("/usr/local/share/ca-certificates/firm.crt", "file", 0o644, 0, 0)
AUTHORITIES = (package("app"), package("ca-certificates"), package("openssl"), package("libfontconfig1"))


def held(facts: Index, *commands: str, mapped: tuple[str, ...] = (), **fields: Any) -> tuple[Needed, Belongings]:
    running = process(7, "/usr/sbin/appd", "/opt/run.sh", mapped=mapped)
    candidate = Candidate("app", service("app.service"), (running,), **fields)
    return hold(facts, candidate, Advice(), evidence.of(candidate), frozenset(), commands=commands)[1:]


def seen(text: bytes = b"#!/bin/sh\n", *entries: CapturedFile, **more: Any) -> Index:
    trees = (tree("/opt/run.sh", "application", "file"), *more.pop("trees", ()))
    return host(
        packages=(*AUTHORITIES, *more.pop("packages", ())),
        owners={"/usr/sbin/appd": "app"},
        trees=trees,
        texts={"/opt/run.sh": text},
        entries=entries,
    )


def test_a_script_that_asks_a_tls_server_has_authorities() -> None:
    needed, _ = held(seen(b"#!/bin/sh\ncurl -s https://api.example.org/x\n"))
    assert [one.name for one in needed.roots] == ["app", "ca-certificates"]
    assert [one.name for one in held(seen(b"#!/bin/sh\n# see https://example.org/\n"))[0].roots] == ["app"]
    assert [one.name for one in held(seen(b"#!/bin/sh\necho https://example.org/\n"))[0].roots] == ["app"]


def test_a_job_and_a_connection_have_them_too() -> None:
    assert "ca-certificates" in {one.name for one in held(seen(), "wget -q https://example.org/x")[0].roots}
    asking = Socket("tcp", "established", "10.0.0.2", 40000, "10.0.0.9", 443, pids=(7,))
    assert "ca-certificates" in {one.name for one in held(seen(), sockets=(asking,))[0].roots}


def test_the_administrators_authorities_go_where_somebody_may_ask() -> None:
    facts = seen(b"#!/bin/sh\n", FIRM)
    needed, belongings = held(facts, mapped=("/usr/lib/x86_64-linux-gnu/libcurl.so.4.8.0",))
    assert [file.path for file in belongings.files] == ["/opt/run.sh", FIRM.path]
    assert "ca-certificates" in {one.name for one in needed.roots}
    assert [file.path for file in held(facts)[1].files] == ["/opt/run.sh"]


def test_fonts_go_to_those_who_draw() -> None:
    facts = seen(
        packages=(package("fonts-firm", manual=True), package("fonts-auto", manual=False)),
        trees=(tree("/usr/local/share/fonts/firm.ttf", "application", "file"),),
    )
    needed, belongings = held(facts, mapped=("/usr/lib/x86_64-linux-gnu/libfontconfig.so.1.12.0",))
    assert "fonts-firm" in {one.name for one in needed.roots}
    assert "fonts-auto" not in {one.name for one in needed.roots}
    assert "/usr/local/share/fonts/firm.ttf" in {file.path for file in belongings.files}
    assert "fonts-firm" not in {one.name for one in held(facts)[0].roots}
