from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.probes.applications.jboss import find
from tests.probes.applications.machines import found, host, placed, running, war

HOME = "/opt/wf"
ARGV = ("-D[Standalone]", "-Xmx512m", "-jar", f"{HOME}/jboss-modules.jar", "-mp", f"{HOME}/modules",
        "org.jboss.as.standalone", f"-Djboss.home.dir={HOME}", f"-Djboss.server.base.dir={HOME}/standalone",
        "-Djboss.socket.binding.port-offset=100", "-c", "standalone-full.xml")  # fmt: skip
CONFIGURATION = """<server xmlns="urn:jboss:domain:19.0"><profile><subsystem xmlns="urn:jboss:domain:datasources:6.0">
<datasources><datasource jndi-name="java:/Orders" pool-name="O"><connection-url>jdbc:postgresql://db/o</connection-url>
<driver>pg</driver><security><user-name>o</user-name><password>S3cr3t-99x</password></security></datasource>
<drivers><driver name="pg" module="org.postgresql"/></drivers></datasources></subsystem>
<subsystem><server name="default"><jms-queue name="q" entries="java:/jms/q"/></server></subsystem></profile>
<socket-binding-group name="s" port-offset="${jboss.socket.binding.port-offset:0}">
<socket-binding name="http" port="${jboss.http.port:8080}"/><socket-binding name="management-http" port="9990"/>
<outbound-socket-binding name="mail"><remote-destination host="mx" port="25"/></outbound-socket-binding>
</socket-binding-group><deployments><deployment name="big.ear" runtime-name="big.ear">
<content sha1="abcdef"/></deployment></deployments></server>"""
MANIFEST = "JBoss-Product-Release-Name: WildFly Full\nJBoss-Product-Release-Version: 26.1.3.Final\n"
TEXTS = {
    f"{HOME}/standalone/configuration/standalone-full.xml": CONFIGURATION,
    f"{HOME}/modules/system/layers/base/org/jboss/as/product/wildfly-full/dir/META-INF/MANIFEST.MF": MANIFEST,
}


def test_a_standalone_server_with_its_subsystems() -> None:
    archives = (war(f"{HOME}/standalone/deployments/shop.war"),)
    applications = found(find, host(running(*ARGV), TEXTS, archives, (8180, 10090))).applications
    server = applications[0]
    assert (server.kind, server.name, server.version) == ("wildfly", "wf", "26.1.3.Final")
    assert (server.home, server.base) == (HOME, f"{HOME}/standalone")
    assert [(one.kind, one.name, one.url, one.user) for one in server.resources] == [
        ("database", "java:/Orders", "jdbc:postgresql://db/o", "o"), ("queue", "java:/jms/q", None, None),
    ]  # fmt: skip
    assert server.settings[2:] == (
        ("-Xmx", "512m"), ("mode", "standalone"), ("socket", "http 8180"), ("socket", "management-http 10090"),
         ("outbound", "mx:25"), ("driver", "pg org.postgresql"),
    )  # fmt: skip
    assert [placed(one) for one in applications[1:]] == [
        ("war", "/shop", f"{HOME}/standalone/deployments/shop.war", ("/shop",)),
        ("ear", "big.ear", f"{HOME}/standalone/data/content/ab/cdef/content", ()),
    ]
    assert applications[1].ports == (8180,)
    assert "S3cr3t" not in repr(applications)


def test_settings_that_were_not_captured_are_a_gap() -> None:
    parsed = found(find, host(running(*ARGV), {}))
    assert [gap.what for gap in parsed.gaps] == [f"the settings of wildfly in {HOME}/standalone"]


DOMAIN = """<domain><profiles><profile name="full"><subsystem><datasource jndi-name="java:/A">
<connection-url>jdbc:x:a</connection-url></datasource></subsystem></profile>
<profile name="other"><subsystem>
<datasource jndi-name="java:/B"><connection-url>jdbc:x:b</connection-url></datasource></subsystem></profile></profiles>
<socket-binding-groups><socket-binding-group name="s1"><socket-binding name="http" port="8080"/></socket-binding-group>
<socket-binding-group name="s2"><socket-binding name="http" port="1"/></socket-binding-group></socket-binding-groups>
<deployments><deployment name="a.war"><content sha1="aabb"/></deployment><deployment name="b.war"/></deployments>
<server-groups><server-group name="g" profile="full"><socket-binding-group ref="s1"/><deployments>
<deployment name="a.war"/></deployments></server-group></server-groups></domain>"""
HOST = """<host><servers><server name="server-one" group="g"/>
<server name="server-two" group="g"><socket-bindings port-offset="150"/></server></servers></host>"""


@pytest.mark.parametrize(("name", "port"), [("server-one", 8080), ("server-two", 8230)])
def test_a_server_of_a_domain_has_what_its_group_has(name: str, port: int) -> None:
    place = f"{HOME}/domain/servers/{name}"
    argv = (f"-D[Server:{name}]", f"-Djboss.home.dir={HOME}", f"-Djboss.server.data.dir={place}/data", "-jar",
            f"{HOME}/jboss-modules.jar", "-mp", f"{HOME}/modules", "org.jboss.as.server")  # fmt: skip
    texts = {f"{HOME}/domain/configuration/domain.xml": DOMAIN, f"{HOME}/domain/configuration/host.xml": HOST}
    server, *applications = found(find, host(running(*argv), texts)).applications
    assert (server.name, server.base, server.ports) == (name, place, (port,))
    assert [one.name for one in server.resources] == ["java:/A"]
    assert [placed(one) for one in applications] == [("war", "/a", f"{place}/data/content/aa/bb/content", ("/a",))]


def test_the_processes_that_keep_a_domain_have_nothing_deployed() -> None:
    argv = ("-D[Host Controller]", "-jar", f"{HOME}/jboss-modules.jar", "org.jboss.as.host-controller")
    texts = {f"{HOME}/domain/configuration/domain.xml": DOMAIN, f"{HOME}/domain/configuration/host.xml": HOST}
    (one,) = found(find, host(running(*argv), texts, (), (9990,))).applications
    assert (one.name, one.ports, one.resources) == ("host-controller", (9990,), ())


def test_jboss_of_old() -> None:
    argv = ("-classpath", "/opt/jboss-4.2.3.GA/bin/run.jar", "org.jboss.Main", "-c", "web", "-b", "0.0.0.0")
    deploy = "/opt/jboss-4.2.3.GA/server/web/deploy"
    text = (
        "<datasources><local-tx-datasource><jndi-name>ShopDS</jndi-name><connection-url>jdbc:mysql://db/s</connection-url>"
        "<user-name>s</user-name></local-tx-datasource></datasources>"
    )
    archives = (war(f"{deploy}/shop.ear", modules=(("web.war", "/s"),)), war(f"{deploy}/shop.ear!/web.war"))
    applications = found(find, host(running(*argv), {f"{deploy}/shop-ds.xml": text}, archives)).applications
    assert [placed(one) for one in applications] == [
        ("jboss", "web", "/opt/jboss-4.2.3.GA", ()), ("ear", "shop", f"{deploy}/shop.ear", ()),
        ("war", "/s", f"{deploy}/shop.ear!/web.war", ("/s",)),
    ]  # fmt: skip
    assert applications[0].version == "4.2.3.GA"
    assert applications[2].within == "shop"
    assert [(one.name, one.url, one.user) for one in applications[0].resources] == [
        ("ShopDS", "jdbc:mysql://db/s", "s")
    ]


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    found(find, host(running(*ARGV), dict.fromkeys(TEXTS, text)))
    path = f"{HOME}/standalone/configuration/standalone-full.xml"
    found(find, host(running(*ARGV), {path: CONFIGURATION.replace("8080", text)}))
