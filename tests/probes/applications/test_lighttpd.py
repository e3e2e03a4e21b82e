from __future__ import annotations

from migrate.model.facts import Site
from migrate.probes.sites import read
from tests.probes.applications import found, host, process

CONF = (
    'var.base = "/srv"\nserver.modules = ( "mod_access",\n "mod_fastcgi" ) # two\nserver.modules += ("mod_cgi")\n'
    'server.document-root = base + "/www"\nserver.port = 8080\nserver.errorlog = "/srv/log/error.log"\n'
    'include "conf-enabled/*.conf"\n$SERVER["socket"] == ":443" { ssl.engine = "enable" }\n'
    '$HTTP["host"] =~ "^(www\\.)?example\\.org$" {\n server.document-root = "/srv/example"\n'
    ' $HTTP["url"] =~ "^/cgi-bin/" { cgi.assign = ( ".pl" => "/usr/bin/perl" ) }\n}\n'
)
PHP = 'fastcgi.server += ( ".php" => (( "socket" => "/run/php.sock", "bin-path" => "/usr/bin/php-cgi" )))\n'
TEXTS = {"/etc/lighttpd/lighttpd.conf": CONF, "/etc/lighttpd/conf-enabled/15-php.conf": PHP}
RUNNING = process(10, "/usr/sbin/lighttpd", "-D", "-f", "/etc/lighttpd/lighttpd.conf")


def test_an_instance_with_modules_and_what_it_passes_on() -> None:
    (one,) = found(host(RUNNING, texts=TEXTS))
    assert [module.name for module in one.components] == ["mod_access", "mod_fastcgi", "mod_cgi"]
    assert one.configuration == ("/etc/lighttpd/lighttpd.conf", "/etc/lighttpd/conf-enabled/15-php.conf")
    assert one.logs == ("/srv/log/error.log",)
    assert [(each.kind, each.url, each.seen) for each in one.resources] == [
        ("fastcgi", "unix:/run/php.sock", "/etc/lighttpd/conf-enabled/15-php.conf:1")
    ]


def test_the_document_root_of_each_host() -> None:
    main, own = read(host(RUNNING, texts=TEXTS)).facts.sites
    assert (main.root, main.ports, main.tls) == ("/srv/www", (8080, 443), True)
    assert own == Site(
        "lighttpd", (8080, 443), ("example.org", "www.example.org"), True, "/srv/example", ("/cgi-bin/",),
        ("unix:/run/php.sock",), "/etc/lighttpd/lighttpd.conf:11",
    )  # fmt: skip
