from __future__ import annotations

from migrate.model.facts import CapturedFile
from migrate.planning.places import application_root, copies, former_releases, homes, leftover
from tests.planning.hosts import host, tree


def test_an_application_is_the_folder_below_the_place_where_applications_lie() -> None:
    facts = host(trees=(tree("/home/anna", "home", uid=1000),))
    wanted = {
        "/opt/app/bin/appd": "/opt/app",
        "/srv/apps/stock/venv/bin/python": "/srv/apps/stock",
        "/home/anna/tools/relay.py": "/home/anna/tools",
        "/usr/local/bin/tool": "/usr/local/bin/tool",
        "/var/lib/app/x": "/var/lib/app/x",
    }
    assert {path: application_root(facts, path) for path in wanted} == wanted


def test_a_services_own_home_is_no_place_where_people_live() -> None:
    facts = host(trees=(tree("/var/lib/app", "data", uid=998), tree("/home/anna", "home", uid=1000)))
    assert "/home/anna" in homes(facts)
    assert "/var/lib/app" not in homes(facts)


def test_releases_that_the_link_does_not_lead_to_are_former_ones_unless_something_uses_them() -> None:
    link = CapturedFile("/srv/app/current", "link", 0o777, 0, 0, target="releases/3")
    folders = tuple(CapturedFile(f"/srv/app/releases/{one}", "directory", 0o755, 0, 0) for one in (1, 2, 3))
    facts = host(entries=(link, *folders))
    assert list(former_releases(facts, ("/srv/app/releases/2/app.py",))) == ["/srv/app/releases/1"]


def test_of_runtimes_that_are_kept_side_by_side_each_version_is_for_itself() -> None:
    facts = host(trees=(tree("/home/anna", "home"),))
    for version in ("/home/anna/.nvm/versions/node/v18.20.4", "/opt/rbenv/versions/2.7.1",
                    "/home/anna/.sdkman/candidates/java/17.0.2-tem", "/usr/local/rvm/rubies/ruby-2.3.8"):  # fmt: skip
        assert application_root(facts, f"{version}/bin/x") == version
    assert application_root(facts, "/opt/shop/versions/1.2/run.sh") == "/opt/shop"


def test_copies_that_somebody_kept_are_known_by_their_names() -> None:
    kept = ("/srv/a/x.pl.bak", "/srv/a/x.pl~", "/srv/a/x.conf.old", "/srv/a/x.conf.bak.2019", "/usr/local/lib/libx.a")
    assert all(leftover(path) for path in kept)
    assert not any(
        leftover(path) for path in ("/srv/a/x.pl", "/srv/a/old.pl", "/usr/local/lib/libx.so.1", "/srv/a/save")
    )


def test_a_copy_stays_behind_unless_something_names_it() -> None:
    folders = tuple(
        CapturedFile(f"/srv/a/{name}", "directory", 0o755, 0, 0, 0) for name in ("www", "www.2009", "v.2010")
    )
    one = host(texts={"/srv/a/x.bak": b"", "/srv/a/y.old": b"", "/srv/a/x": b""}, entries=folders)
    assert list(copies(one, "/srv/a", ("/srv/a/y.old",))) == ["/srv/a/www.2009", "/srv/a/x.bak"]
    assert list(copies(one, "/srv/a", ("/srv/a/www.2009/index.html",))) == ["/srv/a/x.bak", "/srv/a/y.old"]


def test_an_instance_of_tomcat_is_an_application_of_its_own() -> None:
    facts = host(texts={"/srv/tomcat/a/conf/server.xml": b"", "/srv/tomcat/b/conf/server.xml": b""})
    assert application_root(facts, "/srv/tomcat/a/webapps/x.war") == "/srv/tomcat/a"
    assert application_root(facts, "/opt/tomcat/bin/catalina.sh") == "/opt/tomcat"
