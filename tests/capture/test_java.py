from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.capture.java import Folder, describe, examine, is_archive, of_tree
from migrate.errors import InputError
from migrate.model.applications import Component, Resource
from migrate.model.facts import Archive

WEB = """<?xml version="1.0"?>
<web-app xmlns="http://xmlns.jcp.org/xml/ns/javaee" version="3.1"><display-name>Shop</display-name>
  <servlet-mapping><servlet-name>p</servlet-name><url-pattern>/products</url-pattern></servlet-mapping>
  <resource-ref><res-ref-name>jdbc/shop</res-ref-name></resource-ref></web-app>"""


def war(**files: str | bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return out


def archive(web: str = WEB) -> Archive:
    classfile = b"\xca\xfe\xba\xbe\0\0\0\x37" + b"x" * 50
    manifest = "Implementation-Title: A very\r\n  long title\r\nImplementation-Version: 2.4\r\n\r\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("META-INF/MANIFEST.MF", f"{manifest}Name: x\r\nImplementation-Title: other\r\n")
        made.writestr("WEB-INF/web.xml", web)
        made.writestr("WEB-INF/lib/b.jar", b"")
        made.writestr("WEB-INF/lib/a.jar", b"")
        made.writestr("WEB-INF/classes/A.class", classfile)
    return describe("/opt/shop.war", out, 1234, "0" * 64)


def test_a_war_is_described() -> None:
    assert archive() == Archive(
        "/opt/shop.war", "war", 1234, "0" * 64, title="A very long title", version="2.4", servlet_version="3.1",
        java_level=11, resources=("jdbc/shop",), libraries=("a.jar", "b.jar"), url_patterns=("/products",),
        components=(Component("a", path="WEB-INF/lib/a.jar"), Component("b", path="WEB-INF/lib/b.jar")),
        uses=(Resource("other", "jdbc/shop", seen="WEB-INF/web.xml:4"),),
    )  # fmt: skip


def test_an_old_descriptor_names_its_version_in_the_doctype() -> None:
    old = (
        '<!DOCTYPE web-app PUBLIC "-//Sun Microsystems, Inc.//DTD Web Application 2.3//EN" "http://x/a.dtd"><web-app/>'
    )
    assert archive(old).servlet_version == "2.3"


def test_entities_are_neither_fetched_nor_grown() -> None:
    entities = '<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">'
    hostile = f"<!DOCTYPE w [{entities}]><w><display-name>&b;</display-name></w>"
    assert archive(hostile).title == "A very long title"
    assert "root" not in repr(archive(hostile))


@pytest.mark.parametrize("web", ["", "<", "\0", "<web-app><display-name/></web-app>", "nothing"])
def test_a_broken_descriptor_says_nothing(web: str) -> None:
    assert archive(web).resources == ()


@given(st.binary(max_size=300))
def test_what_is_no_archive_is_an_input_error(data: bytes) -> None:
    with pytest.raises(InputError):
        describe("/a.war", io.BytesIO(data), len(data), "")


def test_libraries_inside_an_application_are_not_archives_of_their_own() -> None:
    assert is_archive("/opt/app/app.JAR")
    assert is_archive("/srv/x.ear")
    assert not is_archive("/srv/app/WEB-INF/lib/x.jar")
    assert not is_archive("/srv/app/x.zip")


def test_settings_inside_an_archive_are_found() -> None:
    files: dict[str, str | bytes] = {"WEB-INF__classes__db_properties": "password=x", "index_html": "x", "a_jar": b""}
    packed = war(**files)
    found = examine("/a.war", packed, 1, "", lambda name, data: data == b"password=x")
    assert found.telling == ("WEB-INF/classes/db.properties",)


def made(files: dict[str, str | bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out


def jar(version: str) -> bytes:
    return made({"META-INF/maven/g/a/pom.properties": f"version={version}\n"}).getvalue()


def test_a_library_says_its_group_and_licence() -> None:
    pom = "<project><licenses><license><name>Apache 2</name></license></licenses></project>"
    told = {
        "META-INF/maven/g/a/pom.properties": "version=1\ngroupId=org.example\nartifactId=a\n",
        "META-INF/maven/g/a/pom.xml": pom,
    }
    bundle = {"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\nBundle-License: MIT\n"}
    both = {"WEB-INF/lib/a-1.jar": made({**told}).getvalue(), "WEB-INF/lib/b-2.jar": made({**bundle}).getvalue()}
    found = describe("/x.war", made({**both}), 1, "")
    assert [(one.coordinates, one.licence) for one in found.components] == [
        ("org.example:a", "Apache 2"),
        (None, "MIT"),
    ]
    assert describe("/a.jar", made({**told}), 1, "").coordinates == "org.example:a"


SHOP: dict[str, str | bytes] = {
    "WEB-INF/web.xml": (
        '<web-app xmlns="http://xmlns.jcp.org/xml/ns/javaee" version="4.0"><distributable/>\n'
        "<session-config><session-timeout>45</session-timeout></session-config>\n"
        "<env-entry><env-entry-name>limit</env-entry-name><env-entry-value>7</env-entry-value></env-entry>\n"
        "<context-param><param-name>dbPassword</param-name><param-value>S3cr3t-99x</param-value></context-param>\n"
        "<resource-ref><res-ref-name>jdbc/shop</res-ref-name><res-type>javax.sql.DataSource</res-type></resource-ref>"
        "</web-app>"
    ),
    "WEB-INF/jboss-web.xml": "<jboss-web><context-root>laden</context-root></jboss-web>",
    "WEB-INF/lib/spring-core-5.3.20.jar": b"",
    "WEB-INF/lib/helper.jar": jar("1.2"),
    "WEB-INF/lib/libnative.so": b"",
    "WEB-INF/classes/log4j.properties": "log4j.appender.F.File=${catalina.base}/logs/shop.log\n",
    "WEB-INF/classes/application.properties": (
        "spring.datasource.url=jdbc:h2:/srv/shop/db\nspring.datasource.password=S3cr3t-99x\nserver.port=8081\n"
    ),
}


def check_shop(found: Archive) -> None:
    assert found.context_path == "/laden"
    assert found.components == (
        Component("Spring", "5.3.20", "WEB-INF/lib/spring-core-5.3.20.jar", "framework"),
        Component("helper", "1.2", "WEB-INF/lib/helper.jar"),
    )
    assert found.settings == (
        ("session-timeout", "45"), ("distributable", "yes"), ("env-entry limit", "7"),
        ("context-param dbPassword", "***"), ("server.port", "8081"),
    )  # fmt: skip
    assert found.uses == (
        Resource("database", "spring.datasource.url", "jdbc:h2:/srv/shop/db", None,
                 "WEB-INF/classes/application.properties:1"),
        Resource("database", "jdbc/shop", seen="WEB-INF/web.xml:5"),
    )  # fmt: skip
    assert (found.data, found.logs, found.natives) == (
        ("/srv/shop/db",), ("${catalina.base}/logs/shop.log",), ("WEB-INF/lib/libnative.so",),
    )  # fmt: skip
    assert "S3cr3t" not in repr(found)


def test_what_a_web_application_is_told_and_made_of() -> None:
    check_shop(describe("/srv/shop.war", made(SHOP), 1, ""))


def test_an_unpacked_application_is_read_as_an_archive_is() -> None:
    files = {name: data.encode() if isinstance(data, str) else data for name, data in SHOP.items()}
    sizes = {name: len(data) for name, data in files.items()}
    check_shop(of_tree(Archive("/srv/shop", "war"), Folder(sizes, lambda name, most: files[name][:most])))


def test_an_ear_has_modules_with_facts_of_their_own() -> None:
    xml = (
        '<application version="6"><display-name>Big</display-name><module><web><web-uri>web.war</web-uri>'
        "<context-root>big</context-root></web></module><module><ejb>beans.jar</ejb></module></application>"
    )
    ear = made({"META-INF/application.xml": xml, "web.war": made(SHOP).getvalue(), "lib/log4j-1.2.17.jar": b""})
    outer = describe("/srv/big.ear", ear, 1, "")
    assert (outer.title, outer.modules) == ("Big", (("web.war", "/big"), ("beans.jar", "ejb")))
    assert outer.components == (Component("Log4j", "1.2.17", "lib/log4j-1.2.17.jar", "framework"),)
    _, module = examine("/srv/big.ear", ear, 1, "", lambda name, data: False).archives
    assert module.path == "/srv/big.ear!/web.war"
    check_shop(module)


def test_an_executable_archive_says_what_it_starts() -> None:
    manifest = (
        "Main-Class: org.springframework.boot.loader.JarLauncher\nStart-Class: org.x.Shop\nSpring-Boot-Version: 2.7.1\n"
    )
    files: dict[str, str | bytes] = {"META-INF/MANIFEST.MF": manifest, "BOOT-INF/lib/spring-boot-2.7.1.jar": b"",
             "BOOT-INF/classes/application.yml": "server:\n  servlet:\n    context-path: /shop\n"}  # fmt: skip
    found = describe("/srv/shop.jar", made(files), 1, "")
    assert (found.main_class, found.context_path) == ("org.x.Shop", "/shop")
    assert found.settings == (("spring-boot-version", "2.7.1"),)
    assert [(one.name, one.version) for one in found.components] == [("Spring Boot", "2.7.1")]


def test_how_it_was_built_holds_no_secret() -> None:
    pom = "<p><password>S3cr3t-99x</password></p>"
    found = examine("/a.war", made({"META-INF/maven/g/a/pom.xml": pom, "META-INF/a.xml": pom}), 1, "", lambda *_: True)
    assert found.telling == ("META-INF/a.xml",)


def test_a_library_that_is_a_bomb_costs_its_version_only() -> None:
    found = describe("/srv/a.war", made({"WEB-INF/lib/x.jar": b"\0" * (12 << 20), "WEB-INF/web.xml": WEB}), 1, "")
    assert found.components == (Component("x", path="WEB-INF/lib/x.jar"),)
    assert found.title == "Shop"
