from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.applications import Component, Resource
from migrate.model.facts import Service, Services
from migrate.model.inventory import Gap, Scope
from migrate.probes.applications.tomcat import find
from tests.probes.applications.machines import JDK, found, host, placed, running, war

ARGV = (
    "-Xmx1g", "-XX:+UseG1GC", "-javaagent:/opt/apm.jar", "-classpath", "/opt/tomcat/bin/bootstrap.jar",
    "-Dcatalina.base=/srv/shop", "-Dcatalina.home=/opt/tomcat", "org.apache.catalina.startup.Bootstrap", "start",
)  # fmt: skip
SERVER = """<?xml version="1.0"?>
<Server port="8005"><GlobalNamingResources>
<Resource name="jdbc/main" type="javax.sql.DataSource" url="jdbc:mysql://db/m?password=S3cr3t-99x" username="m"/>
</GlobalNamingResources>
<Service name="Catalina"><Connector port="8080"/><Connector port="8009" protocol="AJP/1.3"/>
<Engine name="Catalina" defaultHost="localhost"><Realm className="org.apache.catalina.realm.JNDIRealm"
 connectionURL="ldap://dir:389" connectionName="cn=app"/>
<Host name="localhost" appBase="webapps">
<Context path="/rep" docBase="/srv/rep"><ResourceLink name="jdbc/rep" global="jdbc/main"
 type="javax.sql.DataSource"/></Context>
</Host></Engine></Service></Server>"""
TEXTS = {
    "/srv/shop/conf/server.xml": SERVER,
    "/srv/shop/conf/Catalina/localhost/shop.xml": (
        '<Context docBase="/srv/apps/shop.war">\n'
        '<Resource name="jdbc/shop" url="jdbc:h2:/srv/data/shop" username="sa"/>\n</Context>'
    ),
    "/srv/shop/conf/logging.properties": "a.FileHandler.directory = ${catalina.base}/logs\n",
    "/opt/tomcat/RELEASE-NOTES": "  Apache Tomcat Version 9.0.85\n",
}
SHOP = war(
    "/srv/apps/shop.war", version="2.4", java_level=8, servlet_version="3.1",
    components=(Component("Spring", "5.3.20", "WEB-INF/lib/spring-core-5.3.20.jar", "framework"),),
    uses=(Resource("http", "pay.url", "https://pay.example.net", seen="WEB-INF/classes/a.properties:1"),),
)  # fmt: skip


def test_an_instance_with_its_connectors_realm_and_resources() -> None:
    server = found(find, host(running(*ARGV, unit="shop.service"), TEXTS, (SHOP,), (8005, 8080))).applications[0]
    assert (server.kind, server.role, server.name, server.version) == ("tomcat", "application-server", "shop", "9.0.85")
    assert (server.home, server.base, server.unit, server.user) == ("/opt/tomcat", "/srv/shop", "shop.service", "www")
    assert (server.pids, server.ports, server.runtime) == ((10,), (8005, 8080), "java 11.0.2")
    assert server.settings == (
        ("java.home", JDK), ("java.vendor", "Oracle"), ("-Xmx", "1g"), ("gc", "G1"), ("agent", "/opt/apm.jar"),
        ("connector", "8080 HTTP/1.1"), ("connector", "8009 AJP/1.3"), ("host", "localhost webapps"),
        ("shutdown port", "8005"), ("realm", "org.apache.catalina.realm.JNDIRealm"),
    )  # fmt: skip
    assert server.resources == (
        Resource("database", "jdbc/main", "jdbc:mysql://db/m?password=***", "m", "/srv/shop/conf/server.xml:3"),
        Resource("ldap", None, "ldap://dir:389", "cn=app", "/srv/shop/conf/server.xml:7"),
    )
    assert server.logs == ("/srv/shop/logs",)
    assert server.configuration == ("/srv/shop/conf/server.xml", "/srv/shop/conf/logging.properties")


def test_its_applications_lie_wherever_descriptors_say() -> None:
    applications = found(find, host(running(*ARGV), TEXTS, (SHOP,), (8080,), ("/srv/shop/webapps/old",))).applications[
        1:
    ]
    assert [placed(one) for one in applications] == [
        ("war", "/old", "/srv/shop/webapps/old", ("/old",)),
        ("war", "/rep", "/srv/rep", ("/rep",)),
        ("war", "/shop", "/srv/apps/shop.war", ("/shop",)),
    ]
    shop = applications[2]
    assert (shop.within, shop.version, shop.ports, shop.data) == ("shop", "2.4", (8080,), ("/srv/data/shop",))
    assert shop.settings == (("java level", "8"), ("servlet", "3.1"))
    assert [one.name for one in shop.components] == ["Spring"]
    assert shop.resources == (
        Resource(
            "database", "jdbc/shop", "jdbc:h2:/srv/data/shop", "sa", "/srv/shop/conf/Catalina/localhost/shop.xml:2"
        ),
        Resource(
            "http", "pay.url", "https://pay.example.net", seen="/srv/apps/shop.war!/WEB-INF/classes/a.properties:1"
        ),
    )


def test_a_link_to_a_resource_of_the_server_is_followed() -> None:
    applications = found(find, host(running(*ARGV), TEXTS)).applications
    rep = next(one for one in applications if one.name == "/rep")
    assert rep.resources == (
        Resource("database", "jdbc/rep", "jdbc:mysql://db/m?password=***", "m", "/srv/shop/conf/server.xml:10"),
    )


def test_an_archive_that_was_too_large_is_a_gap() -> None:
    omitted = (("/srv/apps/shop.war", "larger than 512 MiB"),)
    parsed = found(find, host(running(*ARGV), TEXTS, omitted=omitted))
    assert parsed.gaps == (Gap("what is inside /srv/apps/shop.war", "it was not captured: larger than 512 MiB"),)


def test_two_processes_of_jsvc_are_one_server() -> None:
    child = replace(running(*ARGV), pid=11, ppid=10, name="jsvc", argv=("jsvc.exec", *ARGV))
    parent = replace(child, pid=10, ppid=1, uid=0)
    snapshot = host(child, TEXTS)
    processes = replace(snapshot.inventory.scopes[0], facts=type(snapshot.inventory.scopes[0].facts)((parent, child)))  # type: ignore[call-arg, misc]
    inventory = replace(snapshot.inventory, scopes=(processes, *snapshot.inventory.scopes[1:]))
    servers = [one for one in found(find, replace(snapshot, inventory=inventory)).applications if one.kind == "tomcat"]
    assert [(one.pids, one.user) for one in servers] == [((10, 11), "www")]


def test_tomee_is_told_from_tomcat() -> None:
    argv = ("-javaagent:/opt/tomee/lib/openejb-javaagent.jar", *ARGV)
    assert found(find, host(running(*argv), TEXTS)).applications[0].kind == "tomee"


def test_what_server_xml_takes_in_by_entities_is_read() -> None:
    head = (
        '<!DOCTYPE Server [<!ENTITY hosts SYSTEM "file:///srv/shop/conf/hosts.xml"><!ENTITY gone SYSTEM "gone.xml">]>\n'
    )
    text = (
        f'{head}<Server port="8005"><Service name="C"><Connector port="8080"/><Engine name="C" defaultHost="a">\n'
        "&hosts;&gone;</Engine></Service></Server>"
    )
    texts = {
        "/srv/shop/conf/server.xml": text,
        "/srv/shop/conf/hosts.xml": '<Host name="a">\n<Context path="/x" docBase="/srv/x"/></Host>',
    }
    parsed = found(find, host(running(*ARGV), texts))
    assert [placed(one) for one in parsed.applications[1:]] == [("war", "/x", "/srv/x", ("/x",))]
    assert parsed.applications[1].seen == "/srv/shop/conf/server.xml:3"


def test_a_tomcat_that_does_not_run_is_known_by_its_unit() -> None:
    unit = Service(
        "shop.service", "systemd", enabled=True, user="www", exec_start=(("/opt/tomcat/bin/catalina.sh", "run"),),
        environment=(("CATALINA_BASE", "/srv/shop"),), unit_file="/etc/systemd/system/shop.service",
    )  # fmt: skip
    snapshot = host(replace(running("-jar", "x"), pid=1), TEXTS)
    scopes = (*snapshot.inventory.scopes, Scope("services", "complete", facts=Services((unit,))))
    server = found(find, replace(snapshot, inventory=replace(snapshot.inventory, scopes=scopes))).applications[0]
    assert (server.name, server.home, server.base, server.pids) == ("shop", "/opt/tomcat", "/srv/shop", ())
    assert (server.ports, server.seen) == ((8080, 8009), "/etc/systemd/system/shop.service")


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    found(find, host(running(*ARGV), dict.fromkeys(TEXTS, text)))
    found(find, host(running(*ARGV), {**TEXTS, "/srv/shop/conf/server.xml": SERVER.replace("localhost", text)}))
