from __future__ import annotations

from migrate.detectors import Advice, Candidate
from migrate.model.facts import CapturedFile, FileFact, Files
from migrate.planning import evidence
from migrate.planning.holding import hold
from migrate.planning.index import Index, index
from tests.planning.hosts import package, process, snapshot

SITE = b"ScriptAlias /cgit/ /usr/lib/cgit/cgit.cgi/\nAlias /pma /usr/share/phpmyadmin/index.php\n"


def server() -> Index:
    """A web server whose site runs one package's program, and passes another one's on."""
    changed = tuple(FileFact(f"/etc/{name}", "file", 0o644, 0, 0, package=name) for name in ("cgit", "phpmyadmin"))
    entries = tuple(CapturedFile(one.path, "file", 0o644, 0, 0, 1, package=one.package) for one in changed)
    found = snapshot(
        packages=(package("httpd"), package("cgit"), package("phpmyadmin")),
        owners={
            "/usr/sbin/httpd": "httpd",
            "/usr/lib/cgit/cgit.cgi": "cgit",
            "/usr/share/phpmyadmin/index.php": "phpmyadmin",
        },
        texts={"/etc/httpd.conf": SITE, "/etc/cgit": b"x", "/etc/phpmyadmin": b"x"},
        entries=entries,
        more=(Files(changed_configuration=changed),),
    )
    return index(found)


def carried(advice: Advice) -> list[str]:
    host = server()
    candidate = Candidate("httpd", None, (process(9, "/usr/sbin/httpd", "-f", "/etc/httpd.conf"),))
    _, needed, held = hold(host, candidate, advice, evidence.of(candidate), frozenset())
    assert {"cgit", "httpd", "phpmyadmin"} <= needed.everything
    return [one.path for one in held.files]


def test_what_a_server_runs_comes_with_its_settings_and_what_it_passes_on_without() -> None:
    assert "/etc/cgit" in carried(Advice(passes_on=(".php",)))
    assert "/etc/phpmyadmin" not in carried(Advice(passes_on=(".php",)))


def test_a_server_that_runs_all_itself_has_the_settings_of_all() -> None:
    assert {"/etc/cgit", "/etc/phpmyadmin"} <= set(carried(Advice()))
