from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax import apache

DEBIAN = {
    "/etc/apache2/apache2.conf": (
        "ErrorLog ${APACHE_LOG_DIR}/error.log\nInclude ports.conf\nIncludeOptional sites-enabled/*.conf\n"
    ),
    "/etc/apache2/ports.conf": "Listen 80\n<IfModule ssl_module>\n\tListen 443\n</IfModule>\n",
    "/etc/apache2/sites-enabled/000-shop.conf": (
        "# the shop\n<VirtualHost *:80>\n  ServerName shop.example.org\n  ServerAlias \\\n    www.example.org\n"
        '  DocumentRoot "/srv/www/my shop"\n  ProxyPass /app http://127.0.0.1:8080/app\n</VirtualHost>\n'
    ),
}


def read(texts: dict[str, str], path: str, **options: object) -> tuple[apache.Directive, ...]:
    return apache.read(
        texts, path, root=str(options.get("root", "/etc/apache2")), variables={"APACHE_LOG_DIR": "/var/log/apache2"}
    )


def test_includes_sections_and_continued_lines_are_read() -> None:
    found = read(DEBIAN, "/etc/apache2/apache2.conf")
    host = next(one for one in found if one.name == "virtualhost")
    assert host.words == ("*:80",)
    assert (host.path, host.line) == ("/etc/apache2/sites-enabled/000-shop.conf", 2)
    assert [(one.words, one.line) for one in host.all("serveralias")] == [(("www.example.org",), 4)]
    assert [one.words for one in host.all("documentroot")] == [("/srv/www/my shop",)]


def test_variables_come_from_the_environment_and_define() -> None:
    assert read(DEBIAN, "/etc/apache2/apache2.conf")[0].words == ("/var/log/apache2/error.log",)
    found = read({"/h": "Define base /srv\nDocumentRoot ${base}/x\nAlias /a ${unknown}"}, "/h")
    assert [one.words for one in found[1:]] == [("/srv/x",), ("/a", "${unknown}")]


def test_transparent_sections_give_what_is_inside() -> None:
    found = apache.transparent(read(DEBIAN, "/etc/apache2/apache2.conf"))
    assert [one.words[0] for one in found if one.name == "listen"] == ["80", "443"]


def test_server_root_counts_for_what_follows() -> None:
    texts = {
        "/opt/h/conf/httpd.conf": 'ServerRoot "/opt/h"\nInclude conf/x.conf\n',
        "/opt/h/conf/x.conf": "Listen 8000",
    }
    assert [one.name for one in read(texts, "/opt/h/conf/httpd.conf", root="/usr")] == [
        "serverroot",
        "include",
        "listen",
    ]


def test_a_section_for_a_name_that_is_not_defined_is_empty() -> None:
    text = (
        "<IfDefine SSL>\nListen 443\n</IfDefine>\nDefine SSL\n<IfDefine SSL>\nListen 444\n</IfDefine>\n"
        "<IfDefine !SSL>\nListen 445\n</IfDefine>"
    )
    found = apache.transparent(read({"/h": text}, "/h"))
    assert [one.words[0] for one in found if one.name == "listen"] == ["444"]


def test_a_directory_may_be_included() -> None:
    texts = {"/h": "Include /d", "/d/b": "Listen 2", "/d/a": "Listen 1"}
    assert [one.words for one in read(texts, "/h")] == [("/d",), ("1",), ("2",)]


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    read({"/h": text}, "/h")


@given(st.text(alphabet='<>/a \n\\"${}Include'))
def test_reading_never_fails_on_marks(text: str) -> None:
    read({"/h": text * 10}, "/h")
