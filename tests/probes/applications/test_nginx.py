from __future__ import annotations

from migrate.model.applications import Component, Resource
from tests.probes.applications import brief, found, host, listen, process

CONF = (
    "user www-data;\nload_module modules/ngx_stream_module.so;\nerror_log logs/error.log;\n"
    "http {\n upstream app { server 127.0.0.1:8081; server unix:/run/app.sock; }\n"
    " map $host $pool { default 10.0.0.1:80; b.example.org 10.0.0.2:80; }\n access_log off;\n"
    " proxy_cache_path /srv/cache levels=1:2 keys_zone=a:1m;\n"
    " server {\n  listen 80;\n  root html;\n"
    "  location /a { proxy_pass http://app; }\n  location /b { proxy_pass http://$pool; }\n"
    "  location ~ \\.php$ { fastcgi_pass unix:/run/php.sock; }\n"
    "  location /g { grpc_pass grpc://10.0.0.3:50051; }\n }\n}\n"
    "stream { server { listen 3306; proxy_pass 10.0.0.4:3306; } }\n"
)


def test_an_instance_with_its_upstreams_and_streams() -> None:
    texts = {"/opt/nginx-1.20.1/conf/nginx.conf": CONF}
    master = process(
        10, "nginx: master process /opt/nginx-1.20.1/sbin/nginx", exe="/opt/nginx-1.20.1/sbin/nginx", name="nginx"
    )
    (one,) = found(host(master, texts=texts, sockets=(listen(80, 10), listen(3306, 10))), "nginx")
    assert brief(one) == ("nginx", "web-server", "nginx", "1.20.1")
    assert (one.home, one.ports) == ("/opt/nginx-1.20.1", (80, 3306))
    assert one.components == (
        Component("ngx_stream_module", None, "/opt/nginx-1.20.1/modules/ngx_stream_module.so", "module"),
    )
    assert (one.logs, one.data) == (("/opt/nginx-1.20.1/logs/error.log",), ("/srv/cache",))
    assert [(one.kind, one.name, one.url) for one in one.resources] == [
        ("upstream", "app", "127.0.0.1:8081"),
        ("upstream", "app", "unix:/run/app.sock"),
        ("http", None, "10.0.0.1:80"),
        ("http", None, "10.0.0.2:80"),
        ("fastcgi", None, "unix:/run/php.sock"),
        ("grpc", None, "grpc://10.0.0.3:50051"),
        ("tcp", None, "10.0.0.4:3306"),
    ]
    assert one.resources[0] == Resource(
        "upstream", "app", "127.0.0.1:8081", None, "/opt/nginx-1.20.1/conf/nginx.conf:5"
    )


def test_openresty_is_told_by_its_program() -> None:
    path = "/usr/local/openresty/nginx/sbin/nginx"
    (one,) = found(host(process(10, path, name="nginx")))
    assert (one.kind, one.home, one.version) == ("openresty", "/usr/local/openresty/nginx", None)
