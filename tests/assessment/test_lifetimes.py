from __future__ import annotations

from typing import Any

from migrate.assessment.lifetimes import software
from migrate.model.assessment import Software
from tests.assessment.hosts import shipped_rules, snapshot


def products(**facts: Any) -> dict[str, Software]:
    return {one.product: one for one in software(shipped_rules().lifetimes, snapshot(facts))}


def application(kind: str, exe: str, **fields: Any) -> dict[str, Any]:
    process = {"pid": 5, "ppid": 1, "name": "x", "argv": [exe], "uid": 7, "gid": 7, "exe": exe}
    one = {"kind": kind, "role": "other", "name": "x", "pids": [5], **fields}
    return {"applications": {"applications": [one]}, "processes": {"processes": [process]}}


def test_the_distribution_by_its_release() -> None:
    found = products(system={"os_id": "centos", "os_version": "7", "os_name": "CentOS Linux 7"})
    assert (found["CentOS"].state, found["CentOS"].ends) == ("ended", "2024-06-30")
    assert products(system={"os_id": "rhel", "os_version": "8.10"})["Red Hat Enterprise Linux"].cycle == "8"
    assert products(system={"os_id": "sles", "os_version": "12.5"})["SUSE Linux Enterprise Server"].by == "SUSE's LTSS"


def test_what_the_distribution_packages_is_kept_until_its_own_end() -> None:
    found = products(**application("nginx", "/usr/sbin/nginx", version="1.18.0"))["nginx"]
    assert (found.packaged, found.state, found.upstream) == (True, "supported", "ended")


def test_what_lies_in_opt_ends_with_its_makers() -> None:
    found = products(**application("nginx", "/opt/nginx/sbin/nginx", version="1.18.0"))["nginx"]
    assert (found.packaged, found.state) == (False, "ended")


def test_a_package_of_somebody_else_ends_with_its_makers() -> None:
    facts = application("mongodb", "/usr/bin/mongod", version="4.4.29")
    facts["ownership"] = {"owners": [{"path": "/usr/bin/mongod", "package": "mongodb-org-server"}]}
    known = {"name": "mongodb-org-server", "version": "4.4.29", "arch": "amd64", "manager": "dpkg"}
    facts["packages"] = {"packages": [{**known, "third_party": True}]}
    assert products(**facts)["MongoDB"].state == "ended"


def test_the_runtime_of_a_program_counts_as_well() -> None:
    found = products(**application("service", "/usr/local/bin/python3.8", runtime="python 3.8.20", unit="a.service"))
    assert (found["Python"].cycle, found["Python"].state, found["Python"].unit) == ("3.8", "ended", "a.service")


def test_the_version_of_an_application_is_not_that_of_its_language() -> None:
    facts = application("node", "/usr/bin/node", version="4.2.0", runtime="node 22.9.0")
    facts["applications"]["applications"][0]["role"] = "application"
    assert products(**facts)["Node.js"].cycle == "22"
    assert products(**application("php-fpm", "/opt/php56/sbin/php-fpm", version="5.6.40"))["PHP"].state == "ended"


def test_java_8_by_either_spelling() -> None:
    for version in ("1.8.0_392", "8u392", "8.0.392"):
        found = products(**application("jar", "/opt/jdk/bin/java", runtime=f"java {version}"))
        assert found["Java"].cycle == "8", version


def test_releases_are_not_mistaken_for_each_other() -> None:
    found = products(**application("php-fpm", "/usr/sbin/php-fpm", version="5.60.1"))
    assert "PHP" not in found
    assert products(**application("postgresql", "/usr/bin/postgres", version="9.6.24"))["PostgreSQL"].cycle == "9.6"
    assert products(**application("tomcat", "/usr/bin/java", version="10.1.60"))["Apache Tomcat"].cycle == "10.1"


def test_a_release_whose_end_nobody_knows_is_unknown() -> None:
    assert (
        products(**application("apache", "/usr/local/apache2/bin/httpd", version="2.4.62"))["Apache HTTP Server"].state
        == "unknown"
    )


def test_a_product_is_told_once_for_a_unit() -> None:
    facts = application("postgresql", "/usr/lib/postgresql/15/bin/postgres", version="15.7", unit="pg.service")
    facts["databases"] = {
        "servers": [{"engine": "postgresql", "version": "15.7 (Debian)", "unit": "pg.service", "pid": 5}]
    }
    found = software(shipped_rules().lifetimes, snapshot(facts))
    assert [one.product for one in found] == ["Debian", "PostgreSQL"]
