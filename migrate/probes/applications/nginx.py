"""nginx, OpenResty and the like: each instance with its modules, upstreams, streams, caches and logs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename

from migrate.model.applications import Application, Component, Resource
from migrate.probes.applications import Found
from migrate.probes.applications.making import application, resource, settings, unique
from migrate.probes.servers import Instance, Seen, nginx
from migrate.probes.servers.nginx import PASSES, Configuration
from migrate.syntax.nginx import Directive, walk

_SETTINGS = frozenset(
    "user worker_processes worker_connections worker_rlimit_nofile keepalive_timeout client_max_body_size "
    "server_names_hash_bucket_size resolver ssl_certificate ssl_certificate_key ssl_protocols ssl_dhparam "
    "auth_basic_user_file".split()
)
_CACHES = ("proxy_cache_path", "fastcgi_cache_path", "uwsgi_cache_path", "scgi_cache_path")
_KINDS = {"proxy_pass": "http", "grpc_pass": "grpc", "memcached_pass": "cache", "fastcgi_pass": "fastcgi"}


def find(seen: Seen) -> Found:
    given, gaps = nginx.configurations(seen)
    bare = [one for one in seen.instances(*nginx.NAMES) if not any(one == each.instance for each in given)]
    found = [_server(seen, one) for one in given]
    return Found((*found, *(application(seen, one, _kind(one), "web-server") for one in bare)), gaps)


def _kind(instance: Instance) -> str:
    """nginx, or what was made of it where the path of the program says so."""
    path = (instance.exe or "").lower()
    return next((name for name in ("openresty", "tengine", "angie", "freenginx") if name in path), "nginx")


def _server(seen: Seen, given: Configuration) -> Application:
    every = tuple(walk(given.directives))
    return application(
        seen, given.instance, _kind(given.instance), "web-server",
        base=given.instance.option("-p"), configuration=unique(seen.real(one.path) for one in every),
        components=_modules(given, every), logs=_logs(given, every),
        resources=unique(one for block in given.directives for one in _resources(seen, block)),
        data=unique(given.absolute(one.words[0]) for one in every if one.name in _CACHES and one.words),
        settings=settings((one.name, " ".join(one.words)) for one in every if one.name in _SETTINGS and one.words),
    )  # fmt: skip


def _modules(given: Configuration, every: tuple[Directive, ...]) -> tuple[Component, ...]:
    loads = [one.words[0] for one in every if one.name == "load_module" and one.words]
    return unique(Component(basename(word).removesuffix(".so"), None, given.absolute(word), "module") for word in loads)


def _logs(given: Configuration, every: tuple[Directive, ...]) -> tuple[str, ...]:
    words = [one.words[0] for one in every if one.name in ("access_log", "error_log") and one.words]
    return unique(
        given.absolute(word) for word in words if word not in ("off", "stderr") and not word.startswith("syslog:")
    )


def _resources(seen: Seen, block: Directive) -> Iterator[Resource]:
    """Where requests (of ``stream`` connections) are passed on to."""
    if block.name not in ("http", "stream", "mail"):
        return
    targets = nginx.upstreams(block)
    yield from (one for each in block.all("upstream") for one in _members(seen, each, block.name))
    for one in walk(block.block):
        if one.name in PASSES and one.words:
            yield from _passed(seen, one, block.name, targets)
        elif one.name == "auth_http" and one.words:
            yield resource("http", one.name, one.words[0], seen=f"{seen.real(one.path)}:{one.line}")


def _members(seen: Seen, upstream: Directive, protocol: str) -> Iterator[Resource]:
    kind = "tcp" if protocol == "stream" else "upstream"
    for one in upstream.all("server"):
        if one.words and upstream.words:
            yield resource(kind, upstream.words[0], one.words[0], seen=f"{seen.real(one.path)}:{one.line}")


def _passed(seen: Seen, one: Directive, protocol: str, targets: Mapping[str, tuple[str, ...]]) -> Iterator[Resource]:
    kind = "tcp" if protocol == "stream" else _KINDS.get(one.name, one.name.removesuffix("_pass"))
    name = re.sub(r"^[a-z]+://", "", one.words[0]).split("/")[0]
    place = f"{seen.real(one.path)}:{one.line}"
    if "$" in one.words[0]:
        for host in nginx.upstream(one.words[0], targets):
            yield resource(kind, None, host, seen=place)
    elif name not in targets:
        yield resource(kind, None, one.words[0], seen=place)


FIND = find
