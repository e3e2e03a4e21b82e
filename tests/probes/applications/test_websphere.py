"""Written from IBM's documented configuration files of a profile: traditional WebSphere can't be run here."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.probes.applications.websphere import find
from tests.probes.applications.machines import found, host, placed, running, war

HOME = "/opt/IBM/WebSphere/AppServer"
BASE = f"{HOME}/profiles/AppSrv01"
CELL = f"{BASE}/config/cells/C1"
ARGV = ("-Xms256m",
        f"-Dwas.install.root={HOME}", f"-Duser.install.root={BASE}", "-classpath", f"{HOME}/lib/startup.jar",
        "com.ibm.wsspi.bootstrap.WSPreLauncher", "-nosplash", "-application", "com.ibm.ws.bootstrap.WSLauncher",
        "com.ibm.ws.runtime.WsServer", f"{BASE}/config", "C1", "N1", "server1")  # fmt: skip
INDEX = """<serverindex:ServerIndex xmlns:serverindex="x" xmlns:xmi="http://www.omg.org/XMI">
<serverEntries serverName="server1" serverType="APPLICATION_SERVER">
<deployedApplications>shop.ear/deployments/shop</deployedApplications>
<specialEndpoints endPointName="WC_defaulthost"><endPoint host="*" port="9080"/></specialEndpoints>
<specialEndpoints endPointName="SOAP_CONNECTOR_ADDRESS"><endPoint host="h" port="8880"/></specialEndpoints>
</serverEntries></serverindex:ServerIndex>"""
RESOURCES = """<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:resources.jdbc="y">
<resources.jdbc:JDBCProvider name="DB2"><factories xmi:type="resources.jdbc:DataSource" name="Shop"
 jndiName="jdbc/shop">
<propertySet><resourceProperties name="databaseName" value="SHOP"/><resourceProperties name="serverName" value="db2"/>
<resourceProperties name="portNumber" value="50000"/></propertySet></factories>
</resources.jdbc:JDBCProvider></xmi:XMI>"""
TEXTS = {
    f"{CELL}/nodes/N1/serverindex.xml": INDEX,
    f"{CELL}/nodes/N1/servers/server1/resources.xml": RESOURCES,
    f"{HOME}/properties/version/WAS.product": "<product><version>8.5.5.16</version></product>",
}


def test_a_server_of_a_profile() -> None:
    ear = f"{BASE}/installedApps/C1/shop.ear"
    archives = (war(ear, modules=(("w.war", "/shop"),)), war(f"{ear}/w.war"))
    applications = found(find, host(running(*ARGV), TEXTS, archives)).applications
    server = applications[0]
    assert (server.kind, server.name, server.version, server.ports) == (
        "websphere",
        "server1",
        "8.5.5.16",
        (9080, 8880),
    )
    assert (server.home, server.base) == (HOME, BASE)
    assert [(one.kind, one.name, one.url) for one in server.resources] == [
        ("database", "jdbc/shop", "//db2:50000/SHOP")
    ]
    assert ("port WC_defaulthost", "9080") in server.settings
    assert [placed(one) for one in applications[1:]] == [
        ("ear", "shop", ear, ()), ("war", "/shop", f"{ear}/w.war", ("/shop",)),
    ]  # fmt: skip


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    found(find, host(running(*ARGV), dict.fromkeys(TEXTS, text)))
