from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.model.applications import Component
from migrate.syntax.java_libraries import component, split


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("spring-core-5.3.20.jar", ("spring-core", "5.3.20")),
        ("hibernate-core-5.6.9.Final.jar", ("hibernate-core", "5.6.9.Final")),
        ("guava-31.1-jre.jar", ("guava", "31.1-jre")),
        ("mssql-jdbc-9.4.1.jre8.jar", ("mssql-jdbc", "9.4.1.jre8")),
        ("log4j-1.2.17.jar", ("log4j", "1.2.17")),
        ("play_2.13-2.8.8.jar", ("play_2.13", "2.8.8")),
        ("commons-lang3-3.12.0.jar", ("commons-lang3", "3.12.0")),
        ("shop-1.0-SNAPSHOT.jar", ("shop", "1.0-SNAPSHOT")),
        ("log4j-1.2-api-2.17.1.jar", ("log4j-1.2-api", "2.17.1")),
        ("shop-1.0-beta-2.jar", ("shop", "1.0-beta-2")),
        ("org.eclipse.osgi_3.9.1.jar", ("org.eclipse.osgi", "3.9.1")),
        ("ojdbc6.jar", ("ojdbc6", None)),
        ("helper.jar", ("helper", None)),
    ],
)
def test_names_carry_versions(file: str, expected: tuple[str, str | None]) -> None:
    assert split(file) == expected


def test_what_it_says_of_itself_goes_before_its_name() -> None:
    assert component("lib/struts2-core-2.3.jar", "2.3.32") == Component(
        "Struts 2", "2.3.32", "lib/struts2-core-2.3.jar", "framework"
    )


@given(st.text())
def test_any_name_is_split(name: str) -> None:
    split(name + ".jar")
