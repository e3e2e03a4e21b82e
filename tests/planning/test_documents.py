"""Packages that are served, not run."""

from __future__ import annotations

from migrate.detectors import Advice, Candidate
from migrate.model.facts import CapturedFile, Owned, Ownership
from migrate.planning import evidence
from migrate.planning.belongings import Belongings
from migrate.planning.closure import Needed
from migrate.planning.holding import hold
from migrate.planning.index import Index, index
from tests.planning.hosts import host, package, process, service, snapshot, tree

OWNERS = {
    "/usr/sbin/webd": "webd",
    "/etc/webd": "webd",
    "/etc/webd/webd.conf": "webd",
    "/usr/share/pages": "pages",
    "/etc/pages": "pages",
    "/usr/share/other": "other",
    "/var/lib/other": "other",
}
PACKAGES = (package("webd"), package("pages", "script"), package("script"), package("other"))
WEBD = CapturedFile("/etc/webd/webd.conf", "file", 0o644, 0, 0, package="webd")


def held(facts: Index) -> tuple[Needed, Belongings]:
    candidate = Candidate("webd", service("webd.service"), (process(7, "/usr/sbin/webd", "-c", "/etc/webd/webd.conf"),))
    return hold(facts, candidate, Advice(), evidence.of(candidate), frozenset())[1:]


def names(needed: Needed) -> list[str]:
    return [one.name for one in needed.roots]


def test_an_alias_brings_the_package_and_what_people_put_beside_its_configuration() -> None:
    facts = host(
        packages=PACKAGES,
        owners=OWNERS,
        trees=(tree("/etc/pages/local.conf", "configuration", "file"),),
        entries=(WEBD, CapturedFile("/etc/pages/main.conf", "file", 0o644, 0, 0, package="pages")),
        texts={
            "/etc/webd/webd.conf": b"Alias /p /usr/share/pages/htdocs\n# Alias /q /usr/share/other\n",
            "/etc/pages/local.conf": b"x = 1\n",
            "/etc/pages/main.conf": b"",
        },
    )
    needed, belongings = held(facts)
    assert names(needed) == ["pages", "webd"]
    assert needed.roots[0].because.endswith("is named in /etc/webd/webd.conf:1")
    assert [file.path for file in belongings.files] == ["/etc/pages/local.conf"]


def test_a_link_that_switches_on_brings_what_it_leads_to() -> None:
    facts = host(
        packages=PACKAGES,
        owners=OWNERS,
        trees=(tree("/etc/webd/on/pages.conf", "configuration", "link"),),
        entries=(
            WEBD,
            CapturedFile("/etc/webd/on/pages.conf", "link", 0o777, 0, 0, target="../../pages/web.conf"),
            CapturedFile("/etc/pages/web.conf", "file", 0o644, 0, 0, package="pages"),
        ),
        texts={"/etc/webd/webd.conf": b"", "/etc/pages/web.conf": b"alias /usr/share/pages/;\n"},
    )
    assert names(held(facts)[0]) == ["pages", "webd"]


def test_a_link_among_documents_brings_the_package() -> None:
    facts = host(
        packages=PACKAGES,
        owners=OWNERS,
        trees=(tree("/srv/www", "application"),),
        entries=(WEBD, CapturedFile("/srv/www/p", "link", 0o777, 0, 0, target="/usr/share/pages")),
        texts={"/etc/webd/webd.conf": b"root /srv/www;\n", "/srv/www/index.html": b""},
    )
    assert names(held(facts)[0]) == ["pages", "webd"]


def test_data_of_another_package_is_no_document() -> None:
    facts = host(
        packages=PACKAGES,
        owners=OWNERS,
        entries=(WEBD,),
        texts={"/etc/webd/webd.conf": b"backup_of /var/lib/other\n"},
    )
    assert names(held(facts)[0]) == ["webd"]
    facts = host(
        packages=PACKAGES,
        owners=OWNERS,
        entries=(WEBD,),
        texts={"/etc/webd/webd.conf": b"Alias /o /var/lib/other/public\n"},
    )
    assert names(held(facts)[0]) == ["other", "webd"]


def test_of_several_packages_in_a_folder_the_one_that_the_others_need_has_it() -> None:
    owned = Ownership((Owned("/usr/share/mail", "mail-core"), Owned("/usr/share/mail", "mail-plugins")))
    facts = index(snapshot(packages=(package("mail-plugins", "mail-core"), package("mail-core")), more=(owned,)))
    assert facts.owner("/usr/share/mail") == "mail-core"
    owned = Ownership((Owned("/usr/share/mail", "a-theme"), Owned("/usr/share/mail", "mail")))
    facts = index(snapshot(packages=(package("a-theme"), package("mail")), more=(owned,)))
    assert facts.owner("/usr/share/mail") == "mail"


def test_who_only_serves_the_files_has_no_use_for_the_configuration() -> None:
    facts = host(
        packages=PACKAGES,
        owners=OWNERS,
        trees=(tree("/etc/pages/secret.php", "configuration", "file"),),
        entries=(WEBD, CapturedFile("/etc/pages/main.conf", "file", 0o644, 0, 0, package="pages")),
        texts={
            "/etc/webd/webd.conf": b"root /usr/share/pages;\n",
            "/etc/pages/secret.php": b"<?php",
            "/etc/pages/main.conf": b"",
        },
    )
    candidate = Candidate("webd", service("webd.service"), (process(7, "/usr/sbin/webd", "-c", "/etc/webd/webd.conf"),))
    _, needed, belongings = hold(facts, candidate, Advice(passes_on=(".php",)), evidence.of(candidate), frozenset())
    assert (names(needed), belongings.files) == (["pages", "webd"], ())
