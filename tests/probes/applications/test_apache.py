from __future__ import annotations

from migrate.model.applications import Component, Resource
from tests.probes.applications import brief, found, host, listen, process

MAIN = (
    "Define LOGS /srv/logs\nServerRoot /etc/apache2\nInclude mods-enabled/*.load\nInclude ports.conf\n"
    "User www-data\nErrorLog ${LOGS}/error.log\n<IfModule mpm_prefork_module>\nMaxRequestWorkers 20\n</IfModule>\n"
    "<IfModule mpm_event_module>\nMaxRequestWorkers 99\n</IfModule>\nIncludeOptional sites-enabled/*.conf\n"
)
LOADS = "".join(
    f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
    for name in ("mpm_prefork", "alias", "cgi", "dir", "proxy", "proxy_balancer")
)
SITE = (
    "<Macro Shop $name $port>\n<VirtualHost *:$port>\n ServerName $name\n DocumentRoot /srv/$name\n"
    " ScriptAlias /bin/ /srv/cgi/\n ProxyPass /app balancer://shop/\n CustomLog logs/shop.log combined\n"
    ' CustomLog "|/usr/bin/rotatelogs x" combined\n</VirtualHost>\n</Macro>\n'
    "<Proxy balancer://shop>\n BalancerMember ajp://10.0.0.7:8009 route=a\n BalancerMember http://u:secret@10.0.0.8:80\n"
    "</Proxy>\nUse Shop shop.example.org 80\n"
)
TEXTS = {
    "/etc/apache2/apache2.conf": MAIN,
    "/etc/apache2/ports.conf": "Listen 80\n<IfModule ssl_module>\nListen 443\n</IfModule>\n",
    "/etc/apache2/mods-enabled/all.load": LOADS,
    "/etc/apache2/sites-enabled/a.conf": SITE,
    "/srv/cgi/order.cgi": "#!/usr/bin/perl -w\nprint 1;\n",
    "/srv/cgi/README": "none\n",
    "/srv/shop.example.org/.htaccess": "Deny from all\n",
}
RUNNING = (
    process(10, "/usr/sbin/apache2", "-k", "start", unit="apache2.service"),
    process(11, "/usr/sbin/apache2", "-k", "start", ppid=10, uid=33),
)
PACKAGES = {"/usr/sbin/apache2": ("apache2-bin", "2.4.57-2~deb12u1")}


def test_an_instance_with_its_modules_logs_and_what_it_passes_requests_to() -> None:
    (one,) = found(host(*RUNNING, texts=TEXTS, packages=PACKAGES, sockets=(listen(80, 10, 11),)), "apache")
    assert brief(one) == ("apache", "web-server", "apache2", "2.4.57")
    assert (one.user, one.pids, one.ports, one.unit, one.base) == (
        "www-data", (10, 11), (80,), "apache2.service", "/etc/apache2",
    )  # fmt: skip
    assert one.configuration[0] == "/etc/apache2/apache2.conf"
    assert one.configuration[-1] == "/srv/shop.example.org/.htaccess"
    assert Component("mod_cgi", None, "/usr/lib/apache2/modules/mod_cgi.so", "module") in one.components
    assert one.logs == ("/srv/logs/error.log", "/etc/apache2/logs/shop.log")
    assert one.resources == (
        Resource("ajp", None, "ajp://10.0.0.7:8009", None, "/etc/apache2/sites-enabled/a.conf:12"),
        Resource("http", None, "http://u:***@10.0.0.8:80", None, "/etc/apache2/sites-enabled/a.conf:13"),
    )
    assert one.settings == (("User", "www-data"), ("MaxRequestWorkers", "20"), ("ServerName", "shop.example.org"))


def test_programs_that_somebody_put_below_a_script_alias() -> None:
    (one,) = found(host(*RUNNING, texts=TEXTS), "cgi")
    assert (one.home, one.runtime, one.within, one.paths) == ("/srv/cgi", "perl", "apache2", ("/bin/",))
    assert one.components == (Component("order.cgi", None, "/srv/cgi/order.cgi", "script"),)


def test_one_that_was_built_from_source_says_its_version_by_its_place() -> None:
    texts = {"/opt/httpd-2.2.34/conf/httpd.conf": "Listen 8080\nServerName x\n"}
    (one,) = found(host(process(10, "/opt/httpd-2.2.34/bin/httpd", "-k", "start"), texts=texts), "apache")
    assert (one.version, one.home, one.ports) == ("2.2.34", "/opt/httpd-2.2.34", (8080,))


def test_one_whose_configuration_is_not_there_is_still_an_application() -> None:
    (one,) = found(host(*RUNNING, packages=PACKAGES), "apache")
    assert (one.version, one.configuration) == ("2.4.57", ())


def test_modules_that_are_mapped_count_where_no_line_loads_them() -> None:
    server = process(10, "/usr/sbin/apache2", mapped=("/m/mod_dav.so", "/m/mod_cgi.so", "/lib/libc.so.6"))
    texts = {"/etc/apache2/apache2.conf": "LoadModule cgi_module /m/mod_cgi.so\nListen 80\n"}
    (one,) = found(host(server, texts=texts), "apache")
    assert [(each.name, each.path) for each in one.components] == [
        ("mod_cgi", "/m/mod_cgi.so"),
        ("mod_dav", "/m/mod_dav.so"),
    ]
