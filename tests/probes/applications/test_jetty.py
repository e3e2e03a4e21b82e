from __future__ import annotations

from migrate.model.applications import Resource
from migrate.probes.applications.jetty import find
from tests.probes.applications.machines import found, host, placed, running, war

CONTEXT = """<Configure class="org.eclipse.jetty.webapp.WebAppContext">
<Set name="contextPath">/reports</Set><Set name="war"><Property name="jetty.base"/>/apps/rep.war</Set>
<New id="ds" class="org.eclipse.jetty.plus.jndi.Resource"><Arg>jdbc/r</Arg><Arg><New class="D">
<Set name="URL">jdbc:x:r</Set></New></Arg></New></Configure>"""
TEXTS = {
    "/srv/jetty/start.d/http.ini": "--module=http,deploy\njetty.http.port=8380\n",
    "/srv/jetty/webapps/reports.xml": CONTEXT,
}


def test_a_base_apart_from_its_home_with_contexts_outside() -> None:
    process = running("-Xmx128m", "-jar", "/opt/jetty-home-10.0.18/start.jar", cwd="/srv/jetty")
    archives = (war("/srv/jetty/webapps/root.war"), war("/srv/jetty/webapps/shop.war", context_path="/laden"))
    applications = found(find, host(process, TEXTS, archives, (8380,))).applications
    server = applications[0]
    assert (server.kind, server.name, server.version) == ("jetty", "jetty", "10.0.18")
    assert (server.home, server.base, server.ports) == ("/opt/jetty-home-10.0.18", "/srv/jetty", (8380,))
    assert ("module", "deploy") in server.settings
    assert [placed(one) for one in applications[1:]] == [
        ("war", "/reports", "/srv/jetty/apps/rep.war", ("/reports",)),
        ("war", "/", "/srv/jetty/webapps/root.war", ("/",)),
        ("war", "/laden", "/srv/jetty/webapps/shop.war", ("/laden",)),
    ]
    assert applications[1].resources == (
        Resource("database", "ds", "jdbc:x:r", None, "/srv/jetty/webapps/reports.xml:4"),
    )


def test_a_start_jar_of_somebody_else_is_no_jetty() -> None:
    assert found(find, host(running("-jar", "/opt/acme/start.jar", cwd="/opt/acme"))).applications == ()


def test_marks_of_content_are_no_applications() -> None:
    # Debian's packages and old distributions put descriptors' folders (.d) beside their applications.
    process = running("-Djetty.home=/opt/jetty", "-jar", "/opt/jetty/start.jar")
    entries = ("/opt/jetty/webapps/x.d", "/opt/jetty/webapps/shop")
    applications = found(find, host(process, {}, (), (), entries)).applications
    assert [one.name for one in applications[1:]] == ["/shop"]
