"""Written from Oracle's documented schemas (domain.xsd, jdbc-data-source.xsd): WebLogic can't be run here."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.probes.applications.weblogic import find
from tests.probes.applications.machines import found, host, placed, running, war

BASE = "/u01/domains/shop"
ARGV = ("-Xmx2g", "-Dweblogic.Name=web1", "-Dweblogic.home=/u01/wls/server", "weblogic.Server")
CONFIG = """<domain xmlns="http://xmlns.oracle.com/weblogic/domain"><name>shop</name><domain-version>12.2.1.3.0</domain-version>
<server><name>AdminServer</name><listen-port>7001</listen-port></server>
<server><name>web1</name><ssl><enabled>true</enabled><listen-port>8443</listen-port></ssl><machine>m1</machine>
<listen-port>8001</listen-port><cluster>web</cluster></server>
<app-deployment><name>laden</name><target>web</target><module-type>war</module-type><source-path>apps/shop.war</source-path>
</app-deployment><app-deployment><name>admin</name><target>AdminServer</target><source-path>/x/admin.ear</source-path>
</app-deployment><jdbc-system-resource><name>Shop</name><target>web,AdminServer</target>
<descriptor-file-name>jdbc/shop-jdbc.xml</descriptor-file-name></jdbc-system-resource></domain>"""
JDBC = """<jdbc-data-source xmlns="http://xmlns.oracle.com/weblogic/jdbc-data-source"><name>Shop</name><jdbc-driver-params>
<url>jdbc:oracle:thin:@db:1521:X</url><properties><property><name>user</name><value>app</value></property></properties>
<password-encrypted>{AES}S3cr3t</password-encrypted></jdbc-driver-params>
<jdbc-data-source-params><jndi-name>jdbc/Shop</jndi-name></jdbc-data-source-params></jdbc-data-source>"""
TEXTS = {f"{BASE}/config/config.xml": CONFIG, f"{BASE}/config/jdbc/shop-jdbc.xml": JDBC}


def test_a_managed_server_with_what_is_meant_for_its_cluster() -> None:
    archives = (war(f"{BASE}/apps/shop.war", context_path="/s"),)
    applications = found(find, host(running(*ARGV, cwd=BASE), TEXTS, archives)).applications
    server = applications[0]
    assert (server.kind, server.name, server.version, server.ports) == ("weblogic", "web1", "12.2.1.3.0", (8001, 8443))
    assert (server.home, server.base) == ("/u01/wls/server", BASE)
    assert server.settings[3:] == (("domain", "shop"), ("cluster", "web"), ("machine", "m1"), ("https port", "8443"))
    assert [(one.name, one.url, one.user) for one in server.resources] == [
        ("jdbc/Shop", "jdbc:oracle:thin:@db:1521:X", "app")
    ]
    assert [placed(one) for one in applications[1:]] == [("war", "/s", f"{BASE}/apps/shop.war", ("/s",))]
    assert "S3cr3t" not in repr(applications)


def test_a_domain_that_was_not_captured_is_a_gap() -> None:
    parsed = found(find, host(running(*ARGV, cwd=BASE), {}))
    assert [one.name for one in parsed.applications] == ["web1"]
    assert len(parsed.gaps) == 1


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    found(find, host(running(*ARGV, cwd=BASE), dict.fromkeys(TEXTS, text)))
    found(find, host(running(*ARGV, cwd=BASE), {f"{BASE}/config/config.xml": CONFIG.replace("8001", text)}))
