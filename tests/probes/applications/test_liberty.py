from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.applications import Resource
from migrate.probes.applications.liberty import find
from tests.probes.applications.machines import found, host, placed, running, war

BASE = "/opt/wlp/usr/servers/orders"
ARGV = ("-javaagent:/opt/wlp/bin/tools/ws-javaagent.jar", "-jar", "/opt/wlp/bin/tools/ws-server.jar", "orders")
SERVER = """<server><featureManager><feature>servlet-4.0</feature></featureManager>
<include location="${server.config.dir}/ds.xml"/><variable name="port" value="9380"/>
<httpEndpoint id="defaultHttpEndpoint" host="*" httpPort="${port}" httpsPort="-1"/>
<webApplication location="shop.war" contextRoot="/laden"/><enterpriseApplication location="/srv/big.ear"/></server>"""
TEXTS = {
    f"{BASE}/server.xml": SERVER,
    f"{BASE}/ds.xml": (
        '<server><dataSource jndiName="jdbc/o"><properties URL="jdbc:h2:${env.DATA}/o" user="sa"/>'
        "</dataSource></server>"
    ),
    f"{BASE}/configDropins/overrides/a.xml": "<server><basicRegistry id='basic'/></server>",
    f"{BASE}/bootstrap.properties": "env.DATA=/srv/data\n",
    "/opt/wlp/lib/versions/openliberty.properties": "com.ibm.websphere.productVersion=22.0.0.13\n",
}


def test_a_server_with_includes_variables_and_drop_ins() -> None:
    archives = (war(f"{BASE}/dropins/x.war"), war("/srv/big.ear"), war("/srv/big.ear!/w.war", context_path="/w"))
    applications = found(find, host(running(*ARGV), TEXTS, archives, (9380,))).applications
    server = applications[0]
    assert (server.kind, server.name, server.version) == ("liberty", "orders", "22.0.0.13")
    assert (server.home, server.base) == ("/opt/wlp", BASE)
    assert server.settings[3:] == (
        ("feature", "servlet-4.0"), ("http port", "9380"), ("basicRegistry", "basic"),
    )  # fmt: skip
    assert server.resources == (Resource("database", "jdbc/o", "jdbc:h2:/srv/data/o", "sa", f"{BASE}/ds.xml:1"),)
    assert server.configuration == (
        f"{BASE}/server.xml", f"{BASE}/ds.xml", f"{BASE}/configDropins/overrides/a.xml", f"{BASE}/bootstrap.properties",
    )  # fmt: skip
    assert [placed(one) for one in applications[1:]] == [
        ("war", "/laden", f"{BASE}/apps/shop.war", ("/laden",)), ("ear", "big", "/srv/big.ear", ()),
        ("war", "/w", "/srv/big.ear!/w.war", ("/w",)), ("war", "/x", f"{BASE}/dropins/x.war", ("/x",)),
    ]  # fmt: skip


def test_a_file_that_includes_itself_is_read_once() -> None:
    texts = {f"{BASE}/server.xml": '<server><include location="server.xml"/></server>'}
    assert found(find, host(running(*ARGV), texts)).applications[0].configuration == (f"{BASE}/server.xml",)


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    found(find, host(running(*ARGV), dict.fromkeys(TEXTS, text)))
    found(find, host(running(*ARGV), {f"{BASE}/server.xml": SERVER.replace("9380", text)}))
