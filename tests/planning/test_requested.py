from __future__ import annotations

import pytest

from migrate.planning.couplings import scan
from migrate.planning.couplings.machine import Listeners
from migrate.planning.couplings.requested import path

LISTENERS = Listeners(
    (("front", "0.0.0.0", 80), ("shop", "0.0.0.0", 80), ("admin", "0.0.0.0", 80), ("root", "0.0.0.0", 80)),
    (),
    (("shop", "/shop"), ("admin", "/shop/admin"), ("root", "/")),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ProxyPass /a http://127.0.0.1:8080/shop retry=0", "/shop"),
        ("curl -s 'http://localhost:8080/shop/feed?x=1' | tee", "/shop/feed?x=1"),
        ("ProxyPass /a http://127.0.0.1:8080", None),
        ("upstream cat { server 127.0.0.1:8080; }", None),
        ("location /shop/ {\n  proxy_set_header A b;\n  proxy_pass http://127.0.0.1:8080;\n}", "/shop/"),
        ("location ~ ^/shop(/|$) { proxy_pass http://127.0.0.1:8080; }", "/shop"),
        (r"location ~ \.do$ { proxy_pass http://127.0.0.1:8080; }", "/"),
        ("location /a {\n}\nlocation = /b {\n  proxy_pass http://127.0.0.1:8080;\n}", "/b"),
        ("location /a {\n  if ($x) {\n    proxy_pass http://127.0.0.1:8080;\n  }\n}", None),
    ],
)
def test_the_path_stands_beside_the_address_or_in_the_location_around_it(text: str, expected: str | None) -> None:
    [reference] = scan(text, "site.conf")
    assert path(text, reference) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("/shop/admin/x", "admin"),
        ("/shop/a", "shop"),
        ("/shopping", "root"),
        ("/shop", "front"),
        ("/", "front"),
        (None, "front"),
    ],
)
def test_a_request_goes_to_the_application_of_all_that_may_be_asked_there(asked: str | None, expected: str) -> None:
    assert LISTENERS.at(("127.0.0.1",), 80, asked) == expected
