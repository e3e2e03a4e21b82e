from __future__ import annotations

import re
from dataclasses import replace

import pytest
import yaml

from migrate.model.plan import Base, PackageChoice, Workload
from migrate.planning.upstream import choose, table
from migrate.shipped import shipped

DEBIAN = Base("debian:12-slim", "dpkg", "debian", "12", "bookworm", "the same release as the host")
# Kept by their makers without dates that the table of lifetimes has.
_WITHOUT_DATES = {"memcached"}


def _workload(kind: str, *packages: tuple[str, str]) -> Workload:
    return Workload("app", "h", kind, "", DEBIAN, packages=tuple(PackageChoice(*one, "") for one in packages))


@pytest.mark.parametrize(
    ("kind", "package", "version", "image"),
    [
        ("redis", "redis-server", "5:7.0.15-1~deb12u1", "redis:7.0-bookworm"),
        ("mariadb", "mariadb-server", "1:10.11.6-0+deb12u1", "mariadb:10.11-jammy"),
        ("postgresql", "postgresql-13", "13.14-0+deb11u1", "postgres:13-bookworm"),
        ("nginx", "nginx-light", "1.22.1-9", "nginx:1.22-bookworm"),
        ("nginx", "nginx", "1.18.0-6.1", "nginx:1.18-bullseye"),
        ("tomcat", "tomcat10", "10.1.6-1", "tomcat:10.1-jre17-temurin-jammy"),
        ("service", "openjdk-17-jre-headless", "17.0.10+7-1", "eclipse-temurin:17-jre-jammy"),
        ("service", "nodejs", "18.19.0+dfsg-6", "node:18-bookworm-slim"),
        ("service", "python3", "3.11.2-1+b1", "python:3.11-slim-bookworm"),
    ],
)
def test_the_official_image_has_the_hosts_version(kind: str, package: str, version: str, image: str) -> None:
    found = choose(_workload(kind, (package, version), ("tzdata", "1")), "upstream")
    assert found.base.image == image
    assert [one.name for one in found.packages] == ["tzdata"]


def test_programs_are_where_the_host_has_them() -> None:
    found = choose(_workload("redis", ("redis-server", "5:7.0.15-1")), "upstream")
    commands = [step.command for step in found.steps]
    assert (
        "mkdir -p /usr/bin && rm -rf /usr/bin/redis-server && ln -s /usr/local/bin/redis-server /usr/bin/redis-server"
        in commands
    )


def test_tomcat_finds_its_folders_and_the_configuration_that_no_one_changed() -> None:
    found = choose(_workload("tomcat", ("tomcat10", "10.1.6-1"), ("openjdk-17-jre-headless", "17")), "upstream")
    folders = "/etc/tomcat10 /var/log/tomcat10 /var/cache/tomcat10"
    assert found.steps[0].command == f"mkdir -p {folders} && cp -a /usr/local/tomcat/conf/. /etc/tomcat10/"
    assert any(step.command.endswith("ln -s /usr/local/tomcat/lib /usr/share/tomcat10/lib") for step in found.steps)
    assert found.packages == ()


@pytest.mark.parametrize(
    "one",
    [
        _workload("redis", ("redis-server", "5:2.8.1")),
        _workload("service", ("apache2", "2.4")),
        _workload("service", ("python3", "3.11.2"), ("python3-flask", "2")),
    ],
    ids=["too old", "unknown", "built by the distribution"],
)
def test_what_has_no_official_image_stays_on_the_hosts_release_and_says_so(one: Workload) -> None:
    found = choose(one, "upstream")
    assert found == replace(one, base=replace(DEBIAN, because=found.base.because, choice="upstream"))
    assert "no official image is known" in found.base.because


def test_nothing_changes_without_a_choice() -> None:
    one = _workload("redis", ("redis-server", "5:7.0.15-1"))
    assert choose(one, None) is one
    assert choose(one, "faithful") is one


def test_the_table_is_sound() -> None:
    rows, systems = table()
    known = yaml.safe_load((shipped("rules") / "lifetimes-software.yaml").read_text())["lifetimes"]
    products = {one["product"] for one in known}
    for row in rows:
        assert row.product in products | _WITHOUT_DATES
        for pattern in (row.package, *row.replaces, row.unless or ""):
            re.compile(pattern)
        for one in row.versions:
            assert one.system in systems
            assert re.fullmatch(r"[a-z-]+:[a-z0-9.{}-]+", one.image)
