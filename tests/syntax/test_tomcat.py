from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax import tomcat

SERVER = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE Server [<!ENTITY more SYSTEM "file:///etc/passwd">]>
<Server port="8005" shutdown="SHUTDOWN">
  <GlobalNamingResources>
    <Resource name="UserDatabase" type="x" pathname="conf/tomcat-users.xml"/>
  </GlobalNamingResources>
  <Service name="Catalina">
    <Connector port="${http.port}" address="127.0.0.1" protocol="HTTP/1.1"
               redirectPort="8443"/>
    <Connector port="8443" SSLEnabled="true" keystorePass="x"/>
    <!-- <Connector port="9999"/> -->
    <Connector protocol="AJP/1.3" port="8009"/>
    <Connector port="${unknown}"/>
    <Engine name="Catalina" defaultHost="localhost">
      <Host name="localhost" appBase="webapps"><Alias>shop.example.org</Alias>
        <Context path="/old" docBase="/opt/old.war"/>&more;
      </Host>
      <Host name="b.example.org" appBase="/srv/b"/>
    </Engine>
  </Service>
</Server>"""


def test_connectors_hosts_and_contexts_are_read_with_their_lines() -> None:
    server = tomcat.read_server(SERVER, {"http.port": "8081"})
    engine = server.engines[0]
    assert [(one.port, one.line, one.address, one.tls, one.ajp) for one in engine.connectors] == [
        (8081, 9, "127.0.0.1", False, False),
        (8443, 10, None, True, False),
        (8009, 12, None, False, True),
    ]
    assert [(one.name, one.base, one.aliases, one.default) for one in engine.hosts] == [
        ("localhost", "webapps", ("shop.example.org",), True),
        ("b.example.org", "/srv/b", (), False),
    ]
    assert [(one.path, one.base) for one in engine.hosts[0].contexts] == [("/old", "/opt/old.war")]
    assert server.shutdown_port == 8005


def test_an_external_entity_is_reported_and_never_read() -> None:
    server = tomcat.read_server(SERVER)
    assert server.included == (("more", "file:///etc/passwd"),)
    assert "root:" not in repr(server)


def test_a_data_source_is_read_without_its_password() -> None:
    text = (
        '<Context docBase="/opt/shop.war">\n<Resource name="jdbc/shop" url="jdbc:postgresql://db:5432/shop" '
        'username="u" password="p-9"/></Context>'
    )
    context = tomcat.read_context(text)
    assert context is not None
    assert [(one.name, one.url, one.user, one.line) for one in context.resources] == [
        ("jdbc/shop", "jdbc:postgresql://db:5432/shop", "u", 2)
    ]
    assert "p-9" not in repr(context)


def test_paths_follow_the_names_of_descriptors() -> None:
    assert [tomcat.context_path(one) for one in ("ROOT", "shop", "a#b", "shop##2.1", "ROOT##3")] == [
        "",
        "/shop",
        "/a/b",
        "/shop",
        "",
    ]


def test_resource_references_of_a_web_application() -> None:
    text = "<web-app xmlns='urn:x'><resource-ref><res-ref-name> jdbc/shop </res-ref-name></resource-ref></web-app>"
    assert tomcat.resource_references(text) == ("jdbc/shop",)


def test_what_stands_in_latin_1_or_breaks_off_is_read_as_far_as_it_goes() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<Server port="1"><Service name="\udce4"><Connector port="80"/>'
    assert [one.port for one in tomcat.read_server(text).engines[0].connectors] == [80]


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    tomcat.read_server(text)
    tomcat.read_context(f"<Context>{text}")
    tomcat.resource_references(text)
