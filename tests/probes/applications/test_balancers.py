from __future__ import annotations

from tests.probes.applications import found, host, process


def test_haproxy_with_its_frontends_and_servers() -> None:
    text = (
        "global\n maxconn 2000\n user haproxy\ndefaults\n mode http\nfrontend web\n bind *:80\n use_backend b\n"
        "backend b\n balance roundrobin\n server s1 10.0.0.7:8080 check\nlisten db\n bind :3306\n mode tcp\n"
        " server d 10.0.0.8:3306\n"
    )
    haproxy = process(10, "/usr/sbin/haproxy", "-Ws", "-f", "/etc/haproxy/haproxy.cfg")
    (one,) = found(host(haproxy, texts={"/etc/haproxy/haproxy.cfg": text}))
    assert (one.kind, one.role, one.configuration) == ("haproxy", "proxy", ("/etc/haproxy/haproxy.cfg",))
    assert [(each.kind, each.name, each.url) for each in one.resources] == [
        ("http", "b", "10.0.0.7:8080"),
        ("tcp", "db", "10.0.0.8:3306"),
    ]
    assert one.settings == (
        ("maxconn", "2000"),
        ("user", "haproxy"),
        ("web.bind", "*:80"),
        ("b.balance", "roundrobin"),
        ("db.bind", ":3306"),
        ("db.mode", "tcp"),
    )


def test_varnish_by_its_command_line_and_its_vcl() -> None:
    texts = {
        "/srv/v/main.vcl": 'vcl 4.0;\ninclude "back.vcl";\n# backend no { .host = "x"; }\n',
        "/srv/v/back.vcl": 'backend shop {\n  .host = "10.0.0.7";\n  .port = "8080";\n}\n',
    }
    argv = ("/usr/sbin/varnishd", "-a", ":6081", "-f", "/srv/v/main.vcl", "-s", "file,/srv/v/cache.bin,1G")
    (one,) = found(host(process(10, *argv), texts=texts))
    assert (one.kind, one.configuration, one.data) == ("varnish", tuple(texts), ("/srv/v/cache.bin",))
    assert [(each.name, each.url, each.seen) for each in one.resources] == [
        ("shop", "10.0.0.7:8080", "/srv/v/back.vcl:1")
    ]


def test_caddy_s_sites() -> None:
    text = (
        "{\n admin off\n}\nshop.example.org {\n reverse_proxy /api/* 127.0.0.1:9000\n"
        " php_fastcgi unix//run/php.sock\n}\n"
    )
    caddy = process(10, "/usr/bin/caddy", "run", "--config", "/etc/caddy/Caddyfile")
    (one,) = found(host(caddy, texts={"/etc/caddy/Caddyfile": text}))
    assert one.settings == (("site", "shop.example.org"),)
    assert [(each.kind, each.url) for each in one.resources] == [
        ("http", "127.0.0.1:9000"),
        ("fastcgi", "unix//run/php.sock"),
    ]
