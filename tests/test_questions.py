from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.model.facts import Process, Processes, Site, Sites, Socket, Sockets
from migrate.model.inventory import Inventory, Scope
from migrate.questions import (
    Listener,
    host_headers,
    links,
    listeners,
    plain_path,
    same_host,
    sample_name,
    sounds_like_action,
)


def inventory(
    sockets: tuple[Socket, ...], processes: tuple[Process, ...] = (), sites: tuple[Site, ...] = ()
) -> Inventory:
    facts = (Sockets(sockets), Processes(processes), Sites(sites))
    return Inventory("h", "h", "", tuple(Scope(one.scope, "complete", facts=one) for one in facts))


def test_daemons_that_speak_something_else_are_left_alone() -> None:
    found, skipped = listeners(
        inventory(
            (Socket("tcp", "listen", "127.0.0.1", 6390, pids=(1,)), Socket("tcp", "listen", "0.0.0.0", 22)),
            (Process(1, 0, "redis-server", (), 100, 100),),
        )
    )
    assert found == ()
    assert [(one.port, one.why) for one in skipped] == [
        (22, "a port that is used for something else than HTTP"),
        (6390, "redis-server does not speak HTTP"),
    ]


def test_a_port_that_the_configuration_names_is_asked_whatever_its_number() -> None:
    found, _ = listeners(inventory((Socket("tcp", "listen", "::", 3306),), sites=(Site("nginx", (3306,)),)))
    assert found == (Listener("::1", 3306, False),)


def test_ports_of_tomcat_that_are_not_http_are_left_alone() -> None:
    java = Process(1, 0, "java", ("java", "org.apache.catalina.startup.Bootstrap", "start"), 100, 100)
    sockets = tuple(Socket("tcp", "listen", "127.0.0.1", port, pids=(1,)) for port in (8081, 18005))
    found, skipped = listeners(inventory(sockets, (java,), (Site("tomcat", (8081,)),)))
    assert [one.port for one in found] == [8081]
    assert [one.port for one in skipped] == [18005]


def test_one_port_on_two_families_is_asked_once() -> None:
    found, _ = listeners(inventory((Socket("tcp", "listen", "::", 80), Socket("tcp", "listen", "0.0.0.0", 80))))
    assert found == (Listener("127.0.0.1", 80),)


def test_addresses_are_reached_from_the_host_itself() -> None:
    for bound, reached in (
        ("::ffff:7f00:1", "127.0.0.1"),
        ("::", "::1"),
        ("0.0.0.0", "127.0.0.1"),
        ("10.0.0.1", "10.0.0.1"),
    ):
        assert listeners(inventory((Socket("tcp", "listen", bound, 80),)))[0][0].address == reached


def test_every_name_is_asked_for_its_root_and_the_first_for_its_paths() -> None:
    sites = (Site("nginx", (80,), ("shop.example.com", "*.example.com"), paths=("/shop/", "~ \\.php$", "= /exact")),)
    assert host_headers(sites, Listener("127.0.0.1", 80)) == (
        ("localhost", ("/",)),
        ("shop.example.com", ("/", "/shop/", "/exact")),
        ("www.example.com", ("/",)),
    )


def test_the_port_is_part_of_the_host_header_where_it_is_not_the_usual_one() -> None:
    site = Site("tomcat", (8081,), paths=("/shop",))
    assert host_headers((site,), Listener("127.0.0.1", 8081)) == (("localhost:8081", ("/", "/shop")),)
    assert host_headers((), Listener("127.0.0.1", 443, True)) == (("localhost", ("/",)),)


@pytest.mark.parametrize("name", ["_", "", "~^www\\d+", "*", "exa mple", "a..b", "x\r\nHost: y", "-a"])
def test_names_that_no_client_sends_are_left_out(name: str) -> None:
    assert sample_name(name) is None


@pytest.mark.parametrize("path", ["~ ^/x", "@named", "relative", "/a b", "/x(.*)", "/a/logout", "/\x00"])
def test_locations_that_are_no_path_are_left_out(path: str) -> None:
    assert plain_path(path) is None


@pytest.mark.parametrize(
    "target",
    ["/logout", "/admin/deleteUser", "/x?action=remove", "/manager/html/stop?path=/", "/cart/add/5", "/doLogout.do"],
)
def test_what_sounds_like_an_action_is_not_asked(target: str) -> None:
    assert sounds_like_action(target)


@pytest.mark.parametrize("target", ["/news", "/index.html", "/products?page=2", "/addresses", "/style.css?v=3"])
def test_what_only_shows_something_is_asked(target: str) -> None:
    assert not sounds_like_action(target)


def test_links_stay_on_the_host_and_pages_come_first() -> None:
    page = b"""<link href=/a.css><a href="b.html#x">b</a><a href="http://other.example/c">c</a>
    <a href="/logout">bye</a><a href="?a=1&b=2&c=3">many</a><a href="mailto:x@y">m</a><a href="javascript:x()">j</a>"""
    assert links(page, "shop.example.com", "/shop/", False) == ("/shop/b.html", "/a.css")


@given(st.text(), st.sampled_from(["http://h/", "https://h:8443/a/b?c"]))
def test_no_link_leads_elsewhere_or_breaks_a_request(link: str, here: str) -> None:
    found = same_host(link, here)
    assert found is None or (found.startswith("/") and not set(found) & set("\r\n \t\0"))


@given(st.binary(max_size=400))
def test_no_page_breaks_the_reading_of_links(page: bytes) -> None:
    links(page, "h", "/", False)
