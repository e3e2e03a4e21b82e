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


def names(text: str, version: str | None = None) -> list[tuple[str, ...]]:
    read_here = apache.read({"/c": text}, "/c", root="/", version=version)
    return [(one.name, *one.words) for one in apache.transparent(read_here) if not one.is_block]


LOADS = "".join(f"LoadModule {name}_module modules/mod_{name}.so\n" for name in ("a", "b", "c", "mpm_event", "ssl"))


def test_a_module_that_is_not_loaded_leaves_out_its_section_where_modules_are_shared() -> None:
    text = (
        "<IfModule ssl_module>\nListen 443\n</IfModule>\n<IfModule !mod_ssl.c>\nListen 80\n</IfModule>\n"
        "<IfModule mod_jk.c>\nListen 1\n</IfModule>\n<IfModule mpm_prefork_module>\nListen 2\n</IfModule>\n"
        "<IfModule mod_so.c>\nListen 3\n</IfModule>\n"
    )
    assert [one for one in names(LOADS + text) if one[0] == "listen"] == [("listen", "443"), ("listen", "3")]
    # With modules built in, as Apache 1.3 and 2.2 from source have them, nobody can tell.
    assert names(text) == [("listen", number) for number in ("443", "80", "1", "2", "3")]


def test_a_macro_stands_for_its_lines() -> None:
    text = (
        "<Macro Host $n $no>\nServerName $n.example.org\nListen $no\n</Macro>\nUse Host a 80\nUse host b 81\n"
        "Use None x\n"
    )
    assert [one for one in names(text) if one[0] != "use"] == [
        ("servername", "a.example.org"),
        ("listen", "80"),
        ("servername", "b.example.org"),
        ("listen", "81"),
    ]


def test_versions_are_compared_where_they_are_known() -> None:
    text = "<IfVersion >= 2.4>\nRequire all granted\n</IfVersion>\n<IfVersion < 2.4>\nAllow from all\n</IfVersion>\n"
    assert names(text, "2.4.57") == [("require", "all", "granted")]
    assert names(text, "2.2.34") == [("allow", "from", "all")]
    assert len(names(text)) == 2


def test_a_macro_that_uses_itself_ends() -> None:
    assert names("<Macro A>\nUse A\nListen 1\n</Macro>\nUse A\n")


def test_modules_that_are_known_to_be_loaded_need_no_line() -> None:
    text = "<IfModule mod_dir.c>\nListen 1\n</IfModule>\n<IfModule ssl_module>\nListen 2\n</IfModule>\n"
    loaded = [f"/m/mod_{name}.so" for name in ("a", "b", "c", "d", "dir")]
    found = apache.read({"/c": text}, "/c", root="/", modules=loaded)
    assert [one.words for one in apache.transparent(found) if one.name == "listen"] == [("1",)]
