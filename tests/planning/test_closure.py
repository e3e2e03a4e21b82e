from __future__ import annotations

import pytest

from migrate.detectors import Advice, Candidate
from migrate.model.facts import CapturedFile, Owned, Ownership
from migrate.model.plan import FileChoice
from migrate.planning import closure, evidence
from tests.planning.hosts import host, package, process, service

PACKAGES = (
    package("libc6", essential=True),
    package("dash", "libc6", essential=True),
    package("web", "web-common", "libssl"),
    package("web-common"),
    package("libssl", "libc6"),
    package("python3", "python3.9"),
    package("python3.9", "libc6"),
    package("python3-yaml", "python3"),
    package("curl", "libssl"),
    package("gcc", "libc6"),
)
OWNERS = {
    "/usr/sbin/web": "web",
    "/usr/lib/libssl.so": "libssl",
    "/usr/lib/libc.so": "libc6",
    "/usr/bin/python3.9": "python3.9",
    "/bin/sh": "dash",
    "/lib/systemd/system/web.service": "web-common",
}


def roots(candidate: Candidate, texts: dict[str, bytes] | None = None) -> list[str]:
    facts = host(
        packages=PACKAGES,
        owners=OWNERS,
        commands={"/usr/bin/curl": "curl", "/usr/bin/gcc": "gcc"},
        modules={"/usr/lib/python3/dist-packages/yaml": "python3-yaml"},
        texts=texts,
    )
    needed = closure.needed(facts, candidate, Advice(), evidence.of(candidate), texts or {})
    return [package.name for package in needed.roots]


def test_only_what_nothing_else_brings_is_told_to_the_package_manager() -> None:
    main = process(7, "/usr/sbin/web", mapped=("/usr/lib/libssl.so", "/usr/lib/libc.so"))
    assert roots(Candidate("web", service("web.service", unit_file="/lib/systemd/system/web.service"), (main,))) == [
        "web"
    ]


def test_a_script_brings_its_interpreter_its_modules_and_the_commands_it_calls() -> None:
    main = process(7, "/usr/bin/python3.9", "/opt/app/app.py")
    texts = {
        "/opt/app/app.py": b"#!/usr/bin/python3\nimport json, yaml\n",
        "/opt/app/run.sh": b"#!/bin/sh\n# gcc is not called\necho 'gcc'; curl -s http://x | cat\n",
    }
    assert roots(Candidate("app", service("app.service"), (main,)), texts) == ["curl", "python3-yaml"]


def test_of_packages_that_need_each_other_one_is_told() -> None:
    facts = host(packages=(package("a", "b"), package("b", "a")), owners={"/a": "a", "/b": "b"})
    candidate = Candidate("x", None, (process(1, "/a", mapped=("/b",)),))
    assert [one.name for one in closure.needed(facts, candidate, Advice(), evidence.of(candidate), ()).roots] == ["a"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("PGPASSFILE=/x psql -c 'select 1; make x' | sed s/a/b/", ["psql", "sed"]),
        ('echo "$(date +%s); gcc"', ["echo", "date"]),
        ("if ! curl -s x; then logger failed; fi", ["curl", "logger", "fi"]),
        ("nice -n 10 gzip $f && sudo -u app rsync a b", ["gzip", "rsync"]),
        ("# make all", []),
    ],
)
def test_a_word_is_a_command_only_where_a_command_stands(line: str, expected: list[str]) -> None:
    assert [word for word in evidence.commands(line) if word != "app"] == expected


def test_paths_in_texts_are_found_with_their_lines_and_comments_are_not() -> None:
    text = "#!/usr/bin/perl\nroot /srv/www/shop;\n# /etc/old\nurl=http://x/y/z file:///opt/a.jar,/etc/app/b.ini\n"
    assert list(evidence.mentions(text)) == [
        (1, "/usr/bin/perl"),
        (2, "/srv/www/shop"),
        (4, "/opt/a.jar"),
        (4, "/etc/app/b.ini"),
    ]


def test_a_php_command_brings_the_extensions_that_are_there() -> None:
    facts = host(
        packages=(
            package("php8.2-cli", "php8.2-common"),
            package("php8.2-common"),
            package("php8.2-redis", "php8.2-common"),
            package("php7.4-redis"),
        ),
        commands={"/usr/bin/php8.2": "php8.2-cli"},
        more=(
            Ownership(
                commands=(Owned("/usr/bin/php8.2", "php8.2-cli"),),
                modules=(
                    Owned("/usr/lib/php/20220829", "php8.2-common"),
                    Owned("/usr/lib/php/20220829", "php8.2-redis"),
                    Owned("/usr/lib/php/20190902", "php7.4-redis"),
                ),
            ),
        ),
    )
    assert {name for name, _ in closure.php_extensions(facts, ["php8.2-cli"])} == {"php8.2-common", "php8.2-redis"}
    assert list(closure.php_extensions(facts, ["php8.2-redis"])) == []


def test_a_file_laid_into_another_s_directory_does_not_make_it_one_s_own() -> None:
    entries = [CapturedFile(f"/etc/apache2/{n}.conf", "file", 0o644, 0, 0, package="apache2") for n in range(3)]
    entries.append(CapturedFile("/etc/apache2/php.conf", "file", 0o644, 0, 0, package="php-fpm"))
    entries.append(CapturedFile("/etc/php/fpm/php.ini", "file", 0o644, 0, 0, package="php-fpm"))
    facts = host(packages=(package("apache2"), package("php-fpm")), entries=tuple(entries))
    assert closure.configuration_directories(facts, frozenset(["php-fpm"])) == ("/etc/php",)
    assert closure.configuration_directories(facts, frozenset(["apache2"])) == ("/etc/apache2",)


def test_what_any_of_several_could_provide_is_still_asked_for() -> None:
    facts = host(
        packages=(
            package("apache-php", provides=("php-api",)),
            package("php-cli", provides=("php-api",)),
            package("php-redis", "php-api"),
        ),
        owners={"/usr/lib/libphp.so": "apache-php", "/usr/lib/redis.so": "php-redis"},
    )
    web = Candidate("web", None, (process(9, "/srv/web", mapped=("/usr/lib/libphp.so", "/usr/lib/redis.so")),))
    needed = closure.needed(facts, web, Advice(), evidence.of(web), ())
    assert [package.name for package in needed.roots] == ["apache-php", "php-redis"]


def test_a_long_word_before_two_slashes_takes_no_time() -> None:
    assert list(evidence.mentions("/opt/" + "x" * 5000 + "//bin\n")) == []


def test_compiled_modules_of_a_job_bring_the_libraries_that_a_service_maps_beside_them() -> None:
    module = "/srv/app/venv/lib/python3.11/site-packages/psycopg2/_psycopg.so"
    facts = host(
        packages=(package("libpq5"),),
        owners={"/usr/lib/libpq.so.5": "libpq5"},
        processes=(process(7, "/srv/app/venv/bin/gunicorn", mapped=(module, "/usr/lib/libpq.so.5")),),
    )
    assert [name for name, _ in closure.of_compiled(facts, [FileChoice("/srv/app", "")])] == ["libpq5"]
    assert list(closure.of_compiled(facts, [FileChoice("/srv/other", "")])) == []


def test_one_package_that_was_asked_for_stands_for_those_that_it_is_made_of() -> None:
    parts = (package("nginx"), package("mod-echo", "nginx"), package("other"))
    whole = package("nginx-light", "nginx", "mod-echo", manual=True)
    more = package("everything", "nginx", "mod-echo", "other", manual=True)
    owners = {"/usr/sbin/nginx": "nginx", "/usr/lib/echo.so": "mod-echo"}
    main = process(7, "/usr/sbin/nginx", mapped=("/usr/lib/echo.so",))
    candidate = Candidate("nginx", service("nginx.service"), (main,))
    facts = host(packages=(*parts, whole, more), owners=owners, processes=(main,))
    found = closure.needed(facts, candidate, Advice(), evidence.of(candidate), ())
    assert [one.name for one in found.roots] == ["mod-echo"]
    bare = host(packages=(package("nginx"), package("mod-echo"), whole, more, package("other")), owners=owners)
    found = closure.needed(bare, candidate, Advice(), evidence.of(candidate), ())
    assert [one.name for one in found.roots] == ["nginx-light"]
