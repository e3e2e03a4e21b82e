from __future__ import annotations

from migrate.model.facts import CapturedFile, FileFact, Files
from migrate.planning import switches
from tests.planning.hosts import host, package

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


def test_of_a_folder_of_applications_only_those_stay_that_the_host_has() -> None:
    facts = host(
        packages=(package("cat"),),
        owners={"/var/lib/cat/webapps": "cat"},
        entries=(
            CapturedFile("/var/lib/cat/webapps", "directory", 0o755, 0, 0, package="cat"),
            CapturedFile("/var/lib/cat/webapps/shop", "directory", 0o755, 0, 0),
        ),
    )
    [step] = switches.whole(facts, ("/var/lib/cat/webapps",))
    assert "case $name in shop) ;; *) rm -rf -- " in step.command
    assert not list(switches.whole(host(), ("/srv/cat/webapps",)))  # no package fills it


def test_what_somebody_took_out_of_a_package_is_taken_out_of_the_image_but_for_manuals() -> None:
    paths = ("/usr/share/admin/setup", "/usr/share/admin/setup/index.php", "/usr/share/man/man1/a.1.gz")
    gone = tuple(FileFact(path, "file", 0, 0, 0, package="admin", change="missing") for path in paths)
    facts = host(packages=(package("admin"),), more=(Files(changed_packaged=gone),))
    [step] = switches.absent(facts, frozenset(("admin",)))
    assert step.command == "rm -rf -- /usr/share/admin/setup"
    assert not list(switches.absent(facts, frozenset(("other",))))
