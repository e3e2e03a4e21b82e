from __future__ import annotations

from pathlib import Path
from typing import Any

import crossplane
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax import nginx

SHOP = """
user www-data;
http {
    log_format x '$remote_addr "$request" '
                 '"$http_user_agent"';  # a comment; with { marks }
    include conf.d/*.conf;
    map $http_upgrade $connection { default upgrade; '' close; }
    server {
        listen 80 default_server;
        server_name a.example.org "b.example.org" ~^www\\d+\\.example\\.org$;
        location ~ \\.php$ { fastcgi_pass unix:/run/php/fpm.sock; }
        location /x { return 200 "a;b{c}"; add_header X-${host}y '';}
        if ($host = 'x') { rewrite ^/(.*)$ /y/$1 break; }
    }
}
"""
TEXTS = {
    "/etc/nginx/nginx.conf": SHOP,
    "/etc/nginx/conf.d/up.conf": "upstream tomcat {\n  server 127.0.0.1:8081 weight=2;\n}\n",
    "/etc/nginx/conf.d/.hidden.conf": "bad;",
}


def test_included_files_stand_where_they_are_included_with_their_own_lines() -> None:
    found = {(one.name, one.path, one.line) for one in nginx.walk(nginx.read(TEXTS, "/etc/nginx/nginx.conf"))}
    assert ("server", "/etc/nginx/conf.d/up.conf", 2) in found
    assert ("listen", "/etc/nginx/nginx.conf", 9) in found
    assert not [one for one in found if one[0] == "bad"]


def test_quotes_are_taken_off_and_marks_inside_them_are_kept() -> None:
    by_name = {one.name: one for one in nginx.walk(nginx.read(TEXTS, "/etc/nginx/nginx.conf"))}
    assert by_name["server_name"].words == ("a.example.org", "b.example.org", "~^www\\d+\\.example\\.org$")
    assert by_name["return"].words == ("200", "a;b{c}")
    assert by_name["fastcgi_pass"].words == ("unix:/run/php/fpm.sock",)


def test_a_file_that_includes_itself_ends() -> None:
    assert len(list(nginx.walk(nginx.read({"/n.conf": "a;\ninclude /n.conf;"}, "/n.conf")))) < 100


def test_lua_blocks_are_passed_over() -> None:
    text = "http { content_by_lua_block { local t = { a = 1 } ngx.say('x;') } server { listen 1; } }"
    assert [one.name for one in nginx.walk(nginx.read({"/n": text}, "/n")) if one.name == "listen"] == ["listen"]


def test_names_of_included_files_may_be_quoted_or_absolute() -> None:
    texts = {"/a/n.conf": 'include "/b/x.conf";', "/b/x.conf": "y z;"}
    assert [one.name for one in nginx.read(texts, "/a/n.conf")] == ["include", "y"]


def _theirs(block: list[dict[str, Any]]) -> list[Any]:
    return [(one["directive"], tuple(one["args"]), one["line"], _theirs(one.get("block", []))) for one in block]


def _ours(block: tuple[nginx.Directive, ...]) -> list[Any]:
    return [(one.name, one.words, one.line, _ours(one.block)) for one in block]


@pytest.mark.parametrize(
    "text", [SHOP.replace("if (", "location /q ").replace(" = 'x')", ""), TEXTS["/etc/nginx/conf.d/up.conf"]]
)
def test_crossplane_reads_the_same(text: str, tmp_path: Path) -> None:
    text = text.replace("include conf.d/*.conf;", "")
    file = tmp_path / "nginx.conf"
    file.write_text(text)
    parsed = crossplane.parse(str(file), single=True, check_ctx=False, check_args=False)
    assert _ours(nginx.read({"/n": text}, "/n")) == _theirs(parsed["config"][0]["parsed"])


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    nginx.read({"/n": text}, "/n")


@given(st.text(alphabet="{};a '\"\\$\n#"))
def test_reading_never_fails_on_marks(text: str) -> None:
    nginx.read({"/n": text * 20}, "/n")
