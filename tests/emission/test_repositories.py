from __future__ import annotations

import dataclasses

from migrate.emission.repositories import files, given
from migrate.emitters.dockerfile import EMITTER
from migrate.ledger import ledger
from migrate.model.facts import Package, Packages, Repository
from migrate.model.inventory import Snapshot
from migrate.model.plan import PackageChoice
from tests.emission.sample import snapshot, sources, text, workload

KEY = b"\x99\x01binary"
VENDOR = Repository(
    "deb", "https://deb.example.org/node", "nodistro", ("main",), "/usr/share/keyrings/v.gpg", name="Vendor",
    third_party=True, architectures=("amd64",),
)  # fmt: skip
NODE = workload(packages=(PackageChoice("nodejs", "18.1-1nodesource1", "it runs"),))


def seen(*repositories: Repository, texts: dict[str, bytes] | None = None) -> Snapshot:
    packages = (
        Package("nodejs", "18.1-1nodesource1", "amd64", "dpkg", third_party=True, origin="Vendor"),
        Package("vim", "9", "amd64", "dpkg"),
    )
    known = {"/usr/share/keyrings/v.gpg": KEY} if texts is None else texts
    return snapshot((), known, Packages("dpkg", packages, repositories))


def test_the_image_gets_the_source_and_the_key_that_the_host_trusted() -> None:
    found = dict(files(given(seen(VENDOR), NODE)))
    list_ = found["apt/sources.list.d/host.list"].decode().splitlines()[-1]
    (name,) = (path for path in found if path.startswith("apt/keyrings/"))
    assert list_ == f"deb [arch=amd64 signed-by=/etc/{name}] https://deb.example.org/node nodistro main"
    assert found[name] == KEY


def test_without_a_named_key_all_that_the_host_trusted_are_its_keys() -> None:
    old = dataclasses.replace(VENDOR, key=None)
    texts = {"/etc/apt/trusted.gpg": b"a", "/etc/apt/trusted.gpg.d/b.gpg": b"b", "/etc/apt/trusted.gpg.d/c.asc": b"c"}
    assert [one.key[1] for one in given(seen(old, texts=texts), NODE)] == [b"ab"]


def test_no_source_without_its_key_or_with_a_password_or_that_is_off() -> None:
    assert given(seen(VENDOR, texts={}), NODE) == ()
    for change in ({"url": "https://***@deb.example.org/x"}, {"enabled": False}, {"suite": "x; rm"}, {"kind": "rpm"}):
        assert given(seen(dataclasses.replace(VENDOR, **change)), NODE) == ()


def test_an_image_that_needs_nothing_of_it_is_without_it() -> None:
    assert given(seen(VENDOR), workload(packages=(PackageChoice("vim", "9", "x"),))) == ()


def test_it_stands_before_the_packages_and_the_ledger_says_so() -> None:
    one = sources(NODE, seen=seen(VENDOR))
    made = {file.path: file for file in EMITTER.emit(one)}
    dockerfile = text(made, "images/app/Dockerfile")
    assert (
        dockerfile.index("ca-certificates") < dockerfile.index("COPY repositories/ /etc/") < dockerfile.index("set --")
    )
    assert "!repositories" in text(made, "images/app/.dockerignore")
    assert any(path.startswith("images/app/repositories/apt/keyrings/") for path in made)
    entries = {entry.fact: entry for entry in ledger(one, made.values())}
    assert entries["packages:nodejs"].fate == "carried"
    assert entries["packages:repository/https://deb.example.org/node nodistro main"].where == "images/app/Dockerfile"
