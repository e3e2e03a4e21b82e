from __future__ import annotations

import pytest

from migrate.model.facts import Socket
from migrate.planning.bindings import listening_on, resolve
from migrate.planning.couplings import apply

OWN = "10.1.2.3"


def rewritten(path: str, text: str) -> str:
    (coupling,) = resolve("web", {OWN: 80}, {path: text}, ())
    return apply(text, coupling.rewrites)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("ports.conf", "Listen 10.1.2.3:80\n", "Listen 0.0.0.0:80\n"),
        ("a.conf", "<VirtualHost 10.1.2.3:80>\nServerName x\n", "<VirtualHost *:80>\nServerName x\n"),
        ("n.conf", "  listen 10.1.2.3:80 default_server;\n", "  listen 0.0.0.0:80 default_server;\n"),
        ("redis.conf", "bind 127.0.0.1 -::1 10.1.2.3\n", "bind 0.0.0.0\n"),
        ("my.cnf", "bind-address = 10.1.2.3\n", "bind-address = 0.0.0.0\n"),
        ("p.conf", "listen_addresses = 'localhost, 10.1.2.3'\n", "listen_addresses = '0.0.0.0'\n"),
        ("server.xml", '<Connector port="80" address="10.1.2.3"/>\n', '<Connector port="80" address="0.0.0.0"/>\n'),
        ("ports.conf", "Listen 127.0.0.1:80\nListen 10.1.2.3:80\n", "#Listen 127.0.0.1:80\nListen 0.0.0.0:80\n"),
    ],
)
def test_a_server_bound_to_an_address_of_the_host_listens_on_every_address(path: str, before: str, after: str) -> None:
    assert rewritten(path, before) == after


def test_somewhere_to_connect_to_stays_as_it_is() -> None:
    text = "Listen 10.1.2.3:80\nProxyPass / http://10.1.2.3:9000/\n# Listen 10.1.2.3:80\n"
    assert rewritten("x.conf", text) == text.replace("Listen 10.1.2.3", "Listen 0.0.0.0", 1)


def test_a_longer_address_is_another_one() -> None:
    (coupling,) = resolve("web", {OWN: 80}, {"x": "Listen 10.1.2.34:80\nListen 110.1.2.3:80\n"}, ())
    assert coupling.how == "none"
    assert not coupling.rewrites


def test_an_option_of_the_command_line_is_rewritten() -> None:
    (coupling,) = resolve("cache", {OWN: 11211}, {}, ("memcached", "-l", "127.0.0.1,10.1.2.3", "-s", "10.1.2.3"))
    assert [(one.path, one.old, one.new) for one in coupling.rewrites] == [
        ("command:command", "127.0.0.1,10.1.2.3", "0.0.0.0")
    ]


def test_loopback_and_every_address_are_no_address_of_the_host() -> None:
    sockets = [Socket("tcp", "listen", one, 80) for one in ("127.0.0.1", "0.0.0.0", "::", OWN)]
    assert listening_on(sockets, [OWN, "127.0.0.1"]) == {OWN: 80}
