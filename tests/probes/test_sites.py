from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.model.facts import (
    Archive,
    Archives,
    CapturedFile,
    Content,
    Process,
    Processes,
    Service,
    Services,
    Site,
    Sites,
    Socket,
    Sockets,
)  # fmt: skip
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.probes import Parsed
from migrate.probes.sites import READING, read


def snapshot(texts: dict[str, str], *facts: Any, links: dict[str, str] | None = None) -> Snapshot:
    entries = tuple(CapturedFile(path, "link", 0o777, 0, 0, target=target) for path, target in (links or {}).items())
    given_content = next((one for one in facts if isinstance(one, Content)), Content())
    content = replace(given_content, entries=(*given_content.entries, *entries))
    scopes = [
        Scope(one.scope, "complete", facts=one) for one in (*(f for f in facts if not isinstance(f, Content)), content)
    ]
    encoded = {path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()}
    return Snapshot(Inventory("h", "h", "", tuple(scopes)), encoded)


def runs(name: str, *argv: str, exe: str | None = None, environment: dict[str, str] | None = None) -> Processes:
    main = Process(10, 1, name, argv, 0, 0, exe=exe or argv[0], cwd="/", environment=tuple((environment or {}).items()))
    return Processes(
        (main, Process(11, 10, name, argv, 33, 33, exe=exe or argv[0]), Process(12, 1, "cron", ("cron",), 0, 0))
    )


def brief(
    parsed: Parsed,
) -> list[tuple[tuple[int, ...], tuple[str, ...], str | None, tuple[str, ...], tuple[str, ...]]]:
    return [(one.ports, one.names, one.root, one.paths, one.upstreams) for one in parsed.facts.sites]


NGINX = {
    "/etc/nginx/nginx.conf": "http {\n include conf.d/*.conf;\n include /etc/nginx/sites-enabled/*;\n}\n",
    "/etc/nginx/conf.d/up.conf": "upstream tomcat { server 127.0.0.1:8081; keepalive 8; }\n",
    "/etc/nginx/sites-available/shop": (
        "server {\n listen 80 default_server;\n listen [::]:80;\n listen 443 ssl;\n server_name shop.example.org _;\n"
        " root /srv/www;\n location = / { return 302 /shop/; }\n location /shop/ { proxy_pass http://tomcat; }\n"
        " location ~ \\.php$ { fastcgi_pass unix:/run/php/fpm.sock; }\n"
        " location ~ ^/laden/(.*)$ { proxy_pass http://127.0.0.1:9/; }\n}\n"
    ),
}


def test_nginx_s_server_blocks_with_what_their_upstreams_stand_for() -> None:
    links = {"/etc/nginx/sites-enabled/shop": "../sites-available/shop"}
    here = snapshot(
        NGINX, runs("nginx", "nginx: master process /usr/sbin/nginx -g daemon on;", exe="/usr/sbin/nginx"), links=links
    )
    (site,) = read(here).facts.sites
    assert site == Site(
        "nginx", (80, 443), ("shop.example.org",), True, "/srv/www", ("/", "/shop/", "/laden/"),
        ("127.0.0.1:8081", "unix:/run/php/fpm.sock", "127.0.0.1:9"), "/etc/nginx/sites-available/shop:1",
    )  # fmt: skip


def test_the_command_line_says_where_nginx_begins() -> None:
    texts = {
        "/etc/nginx/nginx.conf": "http { server { listen 1; } }",
        "/opt/n/conf/x.conf": "http { include sites/*; }",
        "/opt/n/conf/sites/a": "server { listen 8000; }",
    }
    here = snapshot(
        texts,
        runs("nginx", "nginx: master process /opt/n/sbin/nginx -p /opt/n -c conf/x.conf", exe="/opt/n/sbin/nginx"),
    )
    assert [one.ports for one in read(here).facts.sites] == [(8000,)]


def test_a_server_that_does_not_run_is_read_from_what_its_unit_starts() -> None:
    unit = Service("web.service", "systemd", enabled=True, exec_start=(("/usr/sbin/nginx", "-c", "/srv/n.conf"),))
    here = snapshot({"/srv/n.conf": "http { server { listen 81; } }"}, Services((unit,)))
    assert [one.ports for one in read(here).facts.sites] == [(81,)]


def test_a_configuration_that_was_not_captured_is_a_gap() -> None:
    parsed = read(snapshot({}, runs("nginx", "/usr/sbin/nginx")))
    assert parsed.facts == Sites()
    assert [gap.why for gap in parsed.gaps] == ["its configuration was not captured"]


def test_without_a_web_server_there_are_no_sites_and_no_gaps() -> None:
    assert read(snapshot(NGINX)) == Parsed(Sites())


HOST = (
    "<VirtualHost *:{port}>\n ServerName shop.example.org:80\n ServerAlias www.example.org\n DocumentRoot /srv/www\n"
    " ProxyPass /app http://127.0.0.1:8080/app\n Alias /img /srv/img\n <Location /status>\n SetHandler server-status\n"
    " </Location>\n</VirtualHost>\n"
)
SHOP = (("shop.example.org", "www.example.org"), "/srv/www", ("/app", "/img", "/status"), ("127.0.0.1:8080",))


@pytest.mark.parametrize(
    ("texts", "program"),
    [
        (
            {
                "/etc/apache2/apache2.conf": "Include ports.conf\nIncludeOptional sites-enabled/*.conf\n",
                "/etc/apache2/ports.conf": "Listen 80\n",
                "/etc/apache2/sites-enabled/a.conf": HOST.format(port="80"),
            },
            ("apache2", "/usr/sbin/apache2", "-k", "start"),
        ),
        (
            {
                "/etc/httpd/conf/httpd.conf": "ServerRoot /etc/httpd\nListen 80\nIncludeOptional conf.d/*.conf\n",
                "/etc/httpd/conf.d/a.conf": HOST.format(port="80"),
            },
            ("httpd", "/usr/sbin/httpd", "-DFOREGROUND"),
        ),
        (
            {
                "/etc/apache2/httpd.conf": "Include /etc/apache2/listen.conf\nInclude /etc/apache2/vhosts.d/*.conf\n",
                "/etc/apache2/listen.conf": "Listen 80\n<IfDefine SSL>\nListen 443\n</IfDefine>\n",
                "/etc/apache2/vhosts.d/a.conf": HOST.format(port="80"),
            },
            ("httpd2-prefork", "/usr/sbin/httpd2-prefork", "-f", "/etc/apache2/httpd.conf"),
        ),
        (
            {
                "/opt/web/conf/my.conf": "Listen 80\nInclude conf/extra/*.conf\n",
                "/opt/web/conf/extra/a.conf": HOST.format(port="*"),
            },
            ("httpd", "/opt/web/bin/httpd", "-d", "/opt/web", "-f", "conf/my.conf"),
        ),
    ],
    ids=["debian", "redhat", "suse", "own"],
)
def test_apache_s_virtual_hosts_in_every_layout(texts: dict[str, str], program: tuple[str, ...]) -> None:
    parsed = read(snapshot(texts, runs(program[0], *program[1:])))
    assert brief(parsed) == [((80,), *SHOP)]


def test_apache_without_virtual_hosts_is_one_site() -> None:
    texts = {"/etc/httpd/conf/httpd.conf": 'Listen 8080\nDocumentRoot "/var/www/html"\nServerName x.example.org\n'}
    parsed = read(snapshot(texts, runs("httpd", "/usr/sbin/httpd")))
    assert brief(parsed) == [((8080,), ("x.example.org",), "/var/www/html", (), ())]


def test_apache_s_balancers_and_sockets() -> None:
    text = (
        "Listen 443\n<VirtualHost *:443>\nSSLEngine on\n<Proxy balancer://c>\nBalancerMember ajp://127.0.0.1:8009\n</Proxy>\n"
        'ProxyPass / balancer://c/\n<FilesMatch "\\.php$">\nSetHandler "proxy:unix:/run/php.sock|fcgi://localhost"\n</FilesMatch>\n</VirtualHost>\n'
    )
    (site,) = read(snapshot({"/etc/httpd/conf/httpd.conf": text}, runs("httpd", "/usr/sbin/httpd"))).facts.sites
    assert (site.ports, site.tls, site.upstreams) == ((443,), True, ("127.0.0.1:8009", "unix:/run/php.sock"))


SERVER = (
    '<Server port="8005"><Service name="Catalina"><Connector port="8081" address="127.0.0.1"/>'
    '<Connector port="8009" protocol="AJP/1.3"/>'
    '<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/>'
    '<Host name="b.example.org" appBase="/srv/b"><Context path="/x" docBase="/opt/x.war"/></Host>'
    "</Engine></Service></Server>"
)
JAVA = (
    "/usr/bin/java",
    "-Dcatalina.home=/usr/share/tomcat9",
    "-Dcatalina.base=/var/lib/tomcat9",
    "org.apache.catalina.startup.Bootstrap",
)


def test_tomcat_s_applications_from_descriptors_archives_and_folders() -> None:
    texts = {
        "/etc/tomcat9/server.xml": SERVER,
        "/etc/tomcat9/Catalina/localhost/shop.xml": "<Context/>",
        "/etc/tomcat9/Catalina/localhost/a#b.xml": '<Context docBase="/opt/ab.war"/>',
    }
    archives = Archives(
        (Archive("/var/lib/tomcat9/webapps/shop.war", "war"), Archive("/var/lib/tomcat9/webapps/old##2.war", "war"),
         Archive("/var/lib/tomcat9/webapps/shop", "war"), Archive("/opt/other.war", "war"))
    )  # fmt: skip
    content = Content((CapturedFile("/var/lib/tomcat9/webapps/ROOT", "directory", 0o755, 0, 0),))
    sockets = Sockets((Socket("tcp", "listen", "127.0.0.1", 8081, pids=(10,)),))
    here = snapshot(texts, runs("java", *JAVA), archives, content, sockets)
    assert [(one.ports, one.names, one.root, one.paths, one.seen) for one in read(here).facts.sites] == [
        ((8081,), (), "/var/lib/tomcat9/webapps/ROOT", ("/",), "/var/lib/tomcat9/webapps/ROOT"),
        ((8081,), (), "/opt/ab.war", ("/a/b",), "/etc/tomcat9/Catalina/localhost/a#b.xml:1"),
        ((8081,), (), "/var/lib/tomcat9/webapps/old##2.war", ("/old",), "/var/lib/tomcat9/webapps/old##2.war"),
        ((8081,), (), "/var/lib/tomcat9/webapps/shop.war", ("/shop",), "/etc/tomcat9/Catalina/localhost/shop.xml:1"),
        ((8081,), ("b.example.org",), "/opt/x.war", ("/x",), "/etc/tomcat9/server.xml:1"),
    ]


def test_tomcat_without_its_server_xml_still_has_its_archives() -> None:
    here = snapshot({}, runs("java", *JAVA), Archives((Archive("/var/lib/tomcat9/webapps/shop.war", "war"),)))
    parsed = read(here)
    assert [one.paths for one in parsed.facts.sites] == [("/shop",)]
    assert len(parsed.gaps) == 1


def test_other_java_programs_are_no_tomcat() -> None:
    assert read(snapshot({}, runs("java", "/usr/bin/java", "-jar", "/opt/x.jar"))) == Parsed(Sites())


def test_web_applications_of_other_java_servers_and_programs_that_answer_alone() -> None:
    texts = {"/srv/jetty/start.ini": "jetty.http.port=8081\njetty.ssl.port=8443\n"}
    archives = Archives(
        (Archive("/srv/jetty/webapps/shop.war", "war"), Archive("/opt/x.jar", "jar", context_path="/x"))
    )
    sockets = Sockets(tuple(Socket("tcp", "listen", "::", port, pids=(10,)) for port in (8081, 8443)))
    process = runs("java", "/usr/bin/java", "-Djetty.base=/srv/jetty", "-jar", "/opt/jetty/start.jar")
    assert [(one.server, one.ports, one.tls, one.root, one.paths) for one in read(
        snapshot(texts, process, archives, sockets)
    ).facts.sites] == [
        ("jetty", (8081,), False, "/srv/jetty/webapps/shop.war", ("/shop",)),
        ("jetty", (8443,), True, "/srv/jetty/webapps/shop.war", ("/shop",)),
    ]  # fmt: skip
    alone = runs("java", "/usr/bin/java", "-jar", "/opt/x.jar")
    one_port = Sockets((Socket("tcp", "listen", "::", 9000, pids=(10,)),))
    (site,) = read(snapshot({}, alone, archives, one_port)).facts.sites
    assert (site.server, site.ports, site.paths) == ("java", (9000,), ("/x",))


def test_haproxy_s_frontends() -> None:
    text = (
        "defaults\n mode http\nfrontend web # main\n bind *:80\n"
        " bind :443 ssl crt /x.pem\n acl a hdr(host) -i shop.example.org\n"
        " acl p path_beg /api\n use_backend b if a\nbackend b\n server s1 10.0.0.7:8080 check\n"
        "listen db\n mode tcp\n bind :3306\n server d 10.0.0.8:3306\n"
    )
    parsed = read(
        snapshot(
            {"/etc/haproxy/haproxy.cfg": text},
            runs("haproxy", "/usr/sbin/haproxy", "-Ws", "-f", "/etc/haproxy/haproxy.cfg"),
        )
    )
    assert brief(parsed) == [((80, 443), ("shop.example.org",), None, ("/api",), ("10.0.0.7:8080",))]


def test_lighttpd_s_hosts() -> None:
    text = (
        'server.port = 8080\nserver.document-root = "/srv/www"\n# server.port = 1\n$HTTP["host"] == "a.example.org" {\n'
        ' proxy.server = ("/app" => (("host" => "127.0.0.1", "port" => 9000)))\n}\n'
    )
    parsed = read(
        snapshot(
            {"/etc/lighttpd/lighttpd.conf": text},
            runs("lighttpd", "/usr/sbin/lighttpd", "-D", "-f", "/etc/lighttpd/lighttpd.conf"),
        )
    )
    assert [(one.ports, one.names, one.upstreams) for one in parsed.facts.sites] == [
        ((8080,), (), ()),
        ((8080,), ("a.example.org",), ("127.0.0.1:9000",)),
    ]


FILES = (
    "/etc/nginx/nginx.conf",
    "/etc/httpd/conf/httpd.conf",
    "/etc/tomcat9/server.xml",
    "/etc/haproxy/haproxy.cfg",
    "/etc/lighttpd/lighttpd.conf",
)


@given(st.text(), st.sampled_from(["nginx", "httpd", "java", "haproxy", "lighttpd"]))
def test_reading_never_fails(text: str, name: str) -> None:
    argv = JAVA if name == "java" else (f"/usr/sbin/{name}",)
    for text_here in (
        text,
        f"http {{ server {{ {text} }} }}",
        f"<VirtualHost {text}>\n{text}",
        SERVER.replace("webapps", text),
    ):
        read(snapshot(dict.fromkeys(FILES, text_here), runs(name, *argv)))


def test_the_scope_is_named() -> None:
    assert READING.facts is Sites


def test_apache_s_upstreams_through_balancers_and_mod_jk() -> None:
    texts = {
        "/etc/httpd/conf/httpd.conf": (
            "Listen 80\nJkWorkersFile conf/workers.properties\n<Proxy balancer://app>\nBalancerMember http://10.0.0.1:8080\n"
            "BalancerMember ajp://10.0.0.2:8009\n</Proxy>\n<VirtualHost *:80>\nServerName a\nProxyPass / balancer://app/\n"
            "JkMount /jsp/* lb\n</VirtualHost>\n"
        ),
        "/etc/httpd/conf/workers.properties": (
            "worker.list=lb\nworker.lb.type=lb\nworker.lb.balance_workers=one,two\nworker.one.host=10.0.0.3\n"
            "worker.one.port=8009\nworker.two.reference=worker.one\nworker.two.host=10.0.0.4\n"
        ),
    }
    parsed = read(snapshot(texts, runs("httpd", "/usr/sbin/httpd")))
    assert [one.upstreams for one in parsed.facts.sites] == [
        ("10.0.0.1:8080", "10.0.0.2:8009", "10.0.0.3:8009", "10.0.0.4:8009")
    ]
    assert [one.paths for one in parsed.facts.sites] == [("/", "/jsp/")]


def test_apache_1_3_listens_on_its_port() -> None:
    texts = {"/usr/local/apache/conf/httpd.conf": "ServerRoot /usr/local/apache\nPort 8080\nDocumentRoot /srv/www\n"}
    parsed = read(snapshot(texts, runs("httpd", "/usr/local/apache/bin/httpd")))
    assert [(one.ports, one.root) for one in parsed.facts.sites] == [((8080,), "/srv/www")]


def test_debian_s_port_443_is_none_without_its_module() -> None:
    loads = "".join(f"LoadModule {name}_module /m/mod_{name}.so\n" for name in ("a", "b", "c", "d", "e"))
    texts = {
        "/etc/apache2/apache2.conf": loads
        + "Listen 80\n<IfModule ssl_module>\nListen 443\n</IfModule>\nDocumentRoot /srv\n"
    }
    parsed = read(snapshot(texts, runs("apache2", "/usr/sbin/apache2")))
    assert [one.ports for one in parsed.facts.sites] == [(80,)]


def test_nginx_s_upstreams_through_variables() -> None:
    texts = {
        "/etc/nginx/nginx.conf": (
            "http { map $host $pool { default 10.0.0.1:80; b 10.0.0.2:80; }\n"
            " server { listen 80; set $up http://10.0.0.3:81; location / { proxy_pass http://$pool; }"
            " location /x { proxy_pass $up; } location /y { proxy_pass http://$unknown; } } }"
        )
    }
    parsed = read(snapshot(texts, runs("nginx", "/usr/sbin/nginx")))
    assert [one.upstreams for one in parsed.facts.sites] == [("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:81")]


def test_aliases_and_roots_of_locations_are_folders_of_the_site() -> None:
    nginx = (
        "http { server { listen 80; root /srv/www;\n location /media/ { alias /srv/media/; }\n"
        " location ^~ /mail { root /usr/share; }\n location ~ ^/forum/(.+)$ { root /usr/share/; }\n"
        " location /x { root /srv/x; }\n location /v { alias /srv/$host; } } }"
    )
    facts = snapshot({"/etc/nginx/nginx.conf": nginx}, runs("nginx", "/usr/sbin/nginx"))
    [site] = read(facts).facts.sites
    assert site.folders == ("/srv/media", "/usr/share/mail", "/usr/share/forum", "/srv/x")
    apache = (
        "Listen 80\nAlias /pages /usr/share/pages\n<VirtualHost *:80>\nDocumentRoot /srv/a\n"
        "ScriptAlias /cgi /srv/cgi/\nWSGIScriptAlias / /srv/app/wsgi.py\n</VirtualHost>\n"
    )
    facts = snapshot({"/etc/apache2/apache2.conf": apache}, runs("apache2", "/usr/sbin/apache2"))
    [site] = read(facts).facts.sites
    assert site.folders == ("/srv/cgi", "/srv/app/wsgi.py", "/usr/share/pages")
