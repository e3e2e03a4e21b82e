from __future__ import annotations

from migrate.model.facts import CapturedFile
from migrate.planning.places import application_root, former_releases, homes
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
