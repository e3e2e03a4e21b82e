from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.java_descriptors import context_root, manifest, modules, web


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("WEB-INF/jboss-web.xml", "<jboss-web><context-root>/a</context-root></jboss-web>", "/a"),
        ("WEB-INF/weblogic.xml", '<w xmlns="x"><context-root>b/</context-root></w>', "/b"),
        ("WEB-INF/glassfish-web.xml", "<g><context-root>/</context-root></g>", "/"),
        ("WEB-INF/ibm-web-ext.xml", '<web-ext><context-root uri="/c"/></web-ext>', "/c"),
        ("META-INF/context.xml", '<Context path="/d" reloadable="true"/>', "/d"),
        ("META-INF/context.xml", "<Context/>", None),
        ("WEB-INF/jboss-web.xml", "<", None),
    ],
)
def test_each_server_has_its_own_descriptor_for_the_context_path(name: str, text: str, expected: str | None) -> None:
    assert context_root(name, text) == expected


def test_security_of_a_web_application() -> None:
    found = web(
        "<web-app version='2.5'><security-role><role-name>admin</role-name></security-role><login-config>"
        "<auth-method>FORM</auth-method></login-config><filter><filter-class>a.F</filter-class></filter></web-app>"
    )
    assert found is not None
    assert found.settings == (("auth-method", "FORM"), ("filters", "a.F"), ("security-role", "admin"))


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    web(text)
    modules(text)
    manifest(text)
    context_root("META-INF/context.xml", text)
