from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.probes.applications.glassfish import find
from tests.probes.applications.machines import found, host, placed, running, war

HOME = "/opt/payara5/glassfish"
BASE = f"{HOME}/domains/domain1"
ARGV = ("-cp", f"{HOME}/modules/glassfish.jar", "-Xmx512m", f"-Dcom.sun.aas.installRoot={HOME}",
        f"-Dcom.sun.aas.instanceRoot={BASE}", "com.sun.enterprise.glassfish.bootstrap.ASMain", "-domainname", "domain1",
        "-instancename", "server")  # fmt: skip
# Shortened from a domain.xml of Payara 5.
DOMAIN = """<domain><resources><jdbc-connection-pool name="pay">
<property name="url" value="jdbc:h2:${com.sun.aas.instanceRoot}/p"/>
<property name="user" value="sa"/><property name="password" value="S3cr3t-99x"/></jdbc-connection-pool>
<jdbc-connection-pool name="db2"><property name="serverName" value="db"/><property name="databaseName" value="B"/>
</jdbc-connection-pool><jdbc-resource pool-name="pay" jndi-name="jdbc/pay"/>
<jdbc-resource pool-name="db2" jndi-name="jdbc/b"/><admin-object-resource jndi-name="jms/q" res-type="javax.jms.Queue"/>
</resources><applications><application location="${com.sun.aas.instanceRootURI}/applications/shop/" name="shop"
 context-root="/laden"/><application location="file:/x/other/" name="other" context-root="o"/></applications>
<servers><server config-ref="server-config" name="server"><application-ref ref="shop"/></server></servers>
<configs><config name="server-config"><network-config><network-listeners><network-listener port="8080" name="http-1"/>
<network-listener port="${ADMIN}" name="admin-listener"/></network-listeners></network-config>
<security-service><auth-realm classname="a.FileRealm" name="file"/></security-service>
<system-property name="ADMIN" value="4848"/></config></configs></domain>"""
TEXTS = {
    f"{BASE}/config/domain.xml": DOMAIN,
    f"{HOME}/config/branding/glassfish-version.properties": "major_version=5\nminor_version=2022\nupdate_version=5\n",
}


def test_a_domain_with_its_listeners_pools_and_applications() -> None:
    archives = (war(f"{BASE}/applications/shop"),)
    applications = found(find, host(running(*ARGV), TEXTS, archives, (4848, 8080))).applications
    server = applications[0]
    assert (server.kind, server.name, server.version) == ("payara", "domain1", "5.2022.5")
    assert (server.home, server.base) == (HOME, BASE)
    assert server.settings[3:] == (
        ("listener", "8080 http-1"), ("listener", "4848 admin-listener"), ("realm", "file a.FileRealm"),
    )  # fmt: skip
    assert [(one.kind, one.name, one.url, one.user) for one in server.resources] == [
        ("database", "jdbc/pay", f"jdbc:h2:{BASE}/p", "sa"), ("database", "jdbc/b", "//db/B", None),
        ("queue", "jms/q", None, None),
    ]  # fmt: skip
    assert server.data == (f"{BASE}/p",)
    assert [placed(one) for one in applications[1:]] == [("war", "/laden", f"{BASE}/applications/shop", ("/laden",))]
    assert applications[1].ports == (8080,)


def test_without_its_domain_xml_its_autodeployed_archives_are_there() -> None:
    parsed = found(find, host(running(*ARGV), {}, (war(f"{BASE}/autodeploy/a.war"),)))
    assert [one.name for one in parsed.applications] == ["domain1", "/a"]
    assert len(parsed.gaps) == 1


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    found(find, host(running(*ARGV), dict.fromkeys(TEXTS, text)))
    found(find, host(running(*ARGV), {f"{BASE}/config/domain.xml": DOMAIN.replace("8080", text)}))
