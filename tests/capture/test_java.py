from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.capture.java import describe, is_archive, settings
from migrate.errors import InputError
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
    assert list(settings(packed)) == [("WEB-INF/classes/db.properties", b"password=x")]
