from __future__ import annotations

from dataclasses import replace

from migrate.emission.bill import Part, parts
from migrate.model.applications import Component
from migrate.model.facts import Archive, Archives, Package, Packages
from migrate.model.libraries import Libraries, Library
from migrate.model.plan import Base, FileChoice, PackageChoice, Workload
from tests.emission.sample import captured, snapshot, sources, workload

DPKG = Packages(
    "dpkg",
    (
        Package("app", "1:2.0-1", "amd64", "dpkg", depends=(("libapp",),), licence="GPL-2+"),
        Package("libapp", "2~rc+1", "amd64", "dpkg"),
        Package("base-files", "12", "all", "dpkg", essential=True),
        Package("vim", "9", "amd64", "dpkg"),
    ),
)


def found(one: Workload, *facts: object, files: tuple[str, ...] = ()) -> dict[str, Part]:
    entries = [captured(path) for path in files]
    one = replace(one, files=tuple(FileChoice(path, "test") for path in files))
    return {part.name: part for part in parts(sources(one, seen=snapshot(entries, None, *facts)), one)}  # type: ignore[arg-type]


ASKS = workload(packages=(PackageChoice("app", "1:2.0-1", "test"),))


def test_what_is_asked_for_with_all_it_needs_and_what_every_installation_has() -> None:
    there = found(ASKS, DPKG)
    assert set(there) == {"debian", "app", "libapp", "base-files"}
    assert there["app"].purl == "pkg:deb/debian/app@1:2.0-1?arch=amd64&distro=debian-11"
    assert there["libapp"].purl == "pkg:deb/debian/libapp@2~rc%2B1?arch=amd64&distro=debian-11"
    assert there["app"].licence == "GPL-2+"
    assert there["debian"].kind == "operating-system"


def test_the_epoch_of_an_rpm_is_a_mark_of_its_own() -> None:
    one = replace(ASKS, base=Base("rocky:8", "rpm", "rocky", "8"))
    there = found(one, Packages("rpm", (Package("app", "2:1.0-3.el8", "x86_64", "rpm"),)))
    assert there["app"].purl == "pkg:rpm/rocky/app@1.0-3.el8?arch=x86_64&distro=rocky-8&epoch=2"


def test_libraries_of_the_image_alone_each_by_its_manager() -> None:
    scopes = Libraries(
        (
            Library("@types/node", "18.1", "npm", "/srv/a/node_modules", seen="/srv/a/node_modules/x/package.json"),
            Library("Django", "3.2", "pip", "/srv/v", seen="/srv/v/Django.dist-info/METADATA", licence="BSD"),
            Library("monolog/monolog", "2.1", "composer", "/srv/p", seen="/srv/p/installed.json"),
            Library("elsewhere", "1", "gem", "/opt", seen="/opt/x.gemspec"),
        )
    )
    files = tuple(one.seen for one in scopes.libraries[:3])
    there = found(workload(), scopes, files=files)
    assert there["@types/node"].purl == "pkg:npm/%40types/node@18.1"
    assert (there["Django"].purl, there["Django"].licence) == ("pkg:pypi/django@3.2", "BSD")
    assert there["monolog/monolog"].purl == "pkg:composer/monolog/monolog@2.1"
    assert "elsewhere" not in there


def test_jars_inside_of_an_archive_have_their_group_where_they_say_it() -> None:
    inside = (
        Component("Spring", "5.3.20", "WEB-INF/lib/spring-core-5.3.20.jar", "framework"),
        Component("b", "1.0", "WEB-INF/lib/b.jar", coordinates="org.example:b", licence="Apache-2.0"),
    )
    war = Archive("/srv/shop-2.1.war", "war", 5, "ab" * 32, components=inside)
    shop = found(workload(), Archives((war,)), files=("/srv/shop-2.1.war",))["shop"]
    assert (shop.kind, shop.version, shop.sha256) == ("application", "2.1", "ab" * 32)
    assert [one.purl for one in shop.parts] == ["pkg:generic/spring-core@5.3.20", "pkg:maven/org.example/b@1.0"]
    assert shop.parts[1].licence == "Apache-2.0"
