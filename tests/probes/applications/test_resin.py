"""Written from Caucho's documented resin.xml: Resin can't be run here."""

from __future__ import annotations

from migrate.probes.applications.resin import find
from tests.probes.applications.machines import found, host, placed, running, war

TEXT = """<resin xmlns="http://caucho.com/ns/resin"><cluster id="app">
<server id="a"><http address="*" port="8080"/></server>
<host id=""><database jndi-name="jdbc/s"><driver><url>jdbc:mysql://db/s</url><user>s</user></driver></database>
<web-app id="/shop" root-directory="/srv/shop"/><web-app-deploy path="webapps"/></host></cluster></resin>"""


def test_hosts_databases_and_web_applications() -> None:
    argv = ("-Dresin.home=/opt/resin-4.0.66", "com.caucho.server.resin.Resin", "-conf", "/etc/resin/resin.xml")
    archives = (war("/opt/resin-4.0.66/webapps/b.war"),)
    applications = found(find, host(running(*argv), {"/etc/resin/resin.xml": TEXT}, archives)).applications
    server = applications[0]
    assert (server.kind, server.version, server.ports) == ("resin", "4.0.66", (8080,))
    assert [(one.name, one.url, one.user) for one in server.resources] == [("jdbc/s", "jdbc:mysql://db/s", "s")]
    assert [placed(one) for one in applications[1:]] == [
        ("war", "/shop", "/srv/shop", ("/shop",)), ("war", "/b", "/opt/resin-4.0.66/webapps/b.war", ("/b",)),
    ]  # fmt: skip
