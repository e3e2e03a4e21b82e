from __future__ import annotations

import subprocess
from pathlib import Path

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
    assert step.command.endswith("! -name '.*' ! -name shop -exec rm -rf {} +")
    assert not list(switches.whole(host(), ("/srv/cat/webapps",)))  # no package fills it


def test_what_somebody_took_out_of_a_package_is_taken_out_of_the_image_but_for_manuals() -> None:
    paths = ("/usr/share/admin/setup", "/usr/share/admin/setup/index.php", "/usr/share/man/man1/a.1.gz")
    gone = tuple(FileFact(path, "file", 0, 0, 0, package="admin", change="missing") for path in paths)
    facts = host(packages=(package("admin"),), more=(Files(changed_packaged=gone),))
    [step] = switches.absent(facts, frozenset(("admin",)))
    assert step.command == "rm -rf -- /usr/share/admin/setup"
    assert not list(switches.absent(facts, frozenset(("other",))))


def test_names_with_a_meaning_for_the_shell_are_those_that_stay(tmp_path: Path) -> None:
    names = ("a b", "it's", "[x]", "s*r", "q?", "back\\slash", "-dash")
    folder = tmp_path / "sites-enabled"
    for name in (*names, "x", "str", "default", ".hidden"):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("")
    (folder / "inner").mkdir()
    place = str(folder)
    there = tuple(CapturedFile(f"{place}/{name}", "file", 0o644, 0, 0) for name in names)
    facts = host(entries=(CapturedFile(place, "directory", 0o755, 0, 0), *there))
    (step,) = switches.steps(facts, (place,))
    subprocess.run(["sh", "-euc", step.command], check=True)
    assert {one.name for one in folder.iterdir()} == {*names, ".hidden", "inner"}
    subprocess.run(["sh", "-euc", step.command.replace(place, f"{place}-not-there")], check=True)
