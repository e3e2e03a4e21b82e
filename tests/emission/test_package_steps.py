from __future__ import annotations

import re

from migrate.emission.package_steps import Step, steps
from migrate.emitters.dockerfile import emit
from migrate.model.facts import Package, Packages
from migrate.model.plan import Account, PackageChoice, Workload
from tests.emission.sample import snapshot, sources, workload

_JAVA = tuple(f"libjava{n}" for n in range(5))


def _package(name: str, *depends: str, essential: bool = False) -> Package:
    return Package(name, "1", "amd64", "dpkg", essential=essential, depends=tuple((one,) for one in depends))


PACKAGES = Packages(
    "dpkg",
    (
        _package("base", "libbase", essential=True),
        _package("libbase"),
        *(_package(name, "libbase") for name in _JAVA),
        _package("jre", *_JAVA),
        _package("tomcat", "jre"),
        _package("hen", "egg", "libx"),
        _package("egg", "hen", "liby"),
        _package("libx"),
        _package("liby"),
        _package("database", "libx"),
    ),
)
_SYSTEM = Account("tomcat", 997, 997, "tomcat", "/var/lib/tomcat", "/bin/sh")
_PERSON = Account("shop", 1007, 1007, "shop", "/home/shop", "/bin/bash")


def _asks(name: str, *packages: str, accounts: tuple[Account, ...] = ()) -> Workload:
    choices = tuple(PackageChoice(one, "1", "") for one in packages)
    return workload(name, packages=choices, accounts=accounts)


def _steps(*workloads: Workload) -> dict[str, list[tuple[list[str], tuple[str, ...]]]]:
    found = steps(sources(*workloads, seen=snapshot((), {}, PACKAGES)), workloads)
    return {name: [([one for one, _ in step.asked], step.shared) for step in these] for name, these in found.items()}


def test_what_two_images_need_is_the_first_layer_of_both_and_only_its_roots_are_asked_for() -> None:
    assert _steps(_asks("app", "jre"), _asks("shop", "tomcat"), _asks("db", "database")) == {
        "app": [(["jre"], ("app", "shop")), ([], ())],
        "shop": [(["jre"], ("app", "shop")), (["tomcat"], ())],
        "db": [(["database"], ())],
    }


def test_what_every_base_has_and_what_is_small_is_no_layer_of_its_own() -> None:
    assert _steps(_asks("app", "libx"), _asks("db", "database", "base")) == {
        "app": [(["libx"], ())],
        "db": [(["base", "database"], ())],
    }


def test_packages_that_need_each_other_are_asked_for_once() -> None:
    assert _steps(_asks("a", "hen"), _asks("b", "egg"))["a"] == [(["egg"], ("a", "b")), ([], ())]


def test_system_users_of_the_group_come_before_the_shared_packages_and_a_person_after_them() -> None:
    app, shop = _asks("app", "jre", accounts=(_PERSON,)), _asks("shop", "tomcat", accounts=(_SYSTEM,))
    found = steps(sources(app, shop, seen=snapshot((), {}, PACKAGES)), (app, shop))
    assert [[user.name for user in step.users] for step in found["app"]] == [["tomcat"], ["shop"]]
    assert [[user.name for user in step.users] for step in found["shop"]] == [["tomcat"], []]


def test_a_shared_layer_is_word_for_word_the_same_in_each_dockerfile() -> None:
    workloads = (_asks("app", "jre", accounts=(_PERSON,)), _asks("shop", "tomcat", accounts=(_SYSTEM,)))
    found = {file.path: file.data for file in emit(sources(*workloads, seen=snapshot((), {}, PACKAGES)))}
    first = [_shared(found[f"images/{name}/Dockerfile"]) for name in ("app", "shop")]
    assert first[0] == first[1]
    assert "COPY preferences.1 " in first[0]
    assert found["images/app/preferences.1"] == found["images/shop/preferences.1"]
    assert "!preferences.1\n" in str(found["images/app/.dockerignore"], "utf-8")  # type: ignore[arg-type]


def _shared(dockerfile: object) -> str:
    assert isinstance(dockerfile, bytes)
    found = re.search(
        r"# The same in the images of app, shop: built once\.\n.*?/var/tmp/\*\n", dockerfile.decode(), re.S
    )
    assert found
    return found[0]


def test_an_image_alone_has_one_step() -> None:
    one = _asks("app", "jre")
    found = steps(sources(one, seen=snapshot((), {}, PACKAGES)), (one,))["app"]
    assert [type(step) for step in found] == [Step]
    assert [name for name, _ in found[0].pins] == ["jre", "libbase", *_JAVA]


def test_what_is_heavy_is_shared_before_what_is_many_and_locales_never() -> None:
    many = tuple(f"libmany{n}" for n in range(9))
    known = Packages(
        "dpkg",
        (
            *(_package(name) for name in (*many, "libicu67", "locales")),
            _package("web", *many, "libicu67", "locales"),
            _package("report", *many, "locales"),
            _package("database", "libicu67", "locales"),
        ),
    )
    workloads = (_asks("web", "web"), _asks("report", "report"), _asks("db", "database"))
    found = steps(sources(*workloads, seen=snapshot((), {}, known)), workloads)
    assert (found["web"][0].asked, found["web"][0].shared) == ((("libicu67", "1"),), ("db", "web"))


def test_of_alternatives_the_first_is_what_is_needed() -> None:
    both = Package("app", "1", "amd64", "dpkg", depends=(("media", "perl"),))
    known = Packages("dpkg", (both, *(_package(name) for name in ("media", "perl", "liba", "libb", "libc"))))
    other = _package("perl-app", "perl", "liba", "libb", "libc")
    workloads = (_asks("a", "app"), _asks("b", "perl-app"))
    found = steps(sources(*workloads, seen=snapshot((), {}, Packages("dpkg", (*known.packages, other)))), workloads)
    assert [len(these) for these in found.values()] == [1, 1]
