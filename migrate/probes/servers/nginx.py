"""nginx: one site for each ``server`` block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname

from migrate.model.facts import Site
from migrate.model.inventory import Gap
from migrate.probes.servers import Instance, Read, Seen
from migrate.syntax import nginx
from migrate.syntax.nginx import Directive

_USUAL = (
    "/etc/nginx/nginx.conf", "/usr/local/nginx/conf/nginx.conf", "/usr/local/etc/nginx/nginx.conf",
    "/usr/local/openresty/nginx/conf/nginx.conf", "/opt/nginx/conf/nginx.conf",
)  # fmt: skip
_PASSES = ("proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass")


def sites(seen: Seen) -> Read:
    found: list[Site] = []
    gaps: list[Gap] = []
    for instance in seen.instances("nginx", "openresty", "angie", "tengine"):
        path = _configuration(instance, seen)
        if path is None:
            wanted = _named(instance) or _USUAL[0]
            gaps.append(Gap(f"the sites of nginx ({wanted})", "its configuration was not captured"))
            continue
        found += _of(nginx.read(seen.texts, path, dirname(path)), seen)
    return Read(tuple(found), tuple(gaps))


def _named(instance: Instance) -> str | None:
    """The file that the command line names; relative ones start from the prefix (-p)."""
    prefix = instance.option("-p") or _installed(instance)
    named = instance.option("-c")
    return instance.path(named, prefix or "/etc/nginx") if named else None


def _installed(instance: Instance) -> str | None:
    """/opt/nginx of /opt/nginx/sbin/nginx."""
    match = re.fullmatch(r"(/.+)/s?bin/[^/]+", instance.exe or "")
    return match[1] if match and match[1] not in {"/usr", "/usr/local"} else None


def _configuration(instance: Instance, seen: Seen) -> str | None:
    named = _named(instance)
    if named:
        return named if named in seen.texts else None
    prefix = instance.option("-p") or _installed(instance)
    own = [f"{prefix.rstrip('/')}/conf/nginx.conf", f"{prefix.rstrip('/')}/nginx.conf"] if prefix else []
    return seen.first((*own, *_USUAL))


def _of(directives: tuple[Directive, ...], seen: Seen) -> Iterator[Site]:
    for http in (one for one in directives if one.name == "http"):
        upstreams = {one.words[0]: _servers(one) for one in http.all("upstream") if one.words}
        root = next((one.words[0] for one in http.all("root") if one.words), None)
        for server in http.all("server"):
            yield _site(server, upstreams, root, seen)


def _servers(upstream: Directive) -> tuple[str, ...]:
    return tuple(one.words[0] for one in upstream.all("server") if one.words)


def _site(server: Directive, upstreams: Mapping[str, tuple[str, ...]], root: str | None, seen: Seen) -> Site:
    inside = tuple(nginx.walk(server.block))
    listens = [one.words for one in server.all("listen") if one.words] or [("80",)]
    ports = tuple(dict.fromkeys(port for words in listens if (port := _port(words[0]))))
    names = dict.fromkeys(
        name for one in server.all("server_name") for name in one.words if name not in {"_", '""', ""}
    )
    own_root = next((one.words[0] for one in server.all("root") if one.words), root)
    tls = any("ssl" in words[1:] for words in listens) or any(one.words == ("on",) for one in server.all("ssl"))
    targets = (one.words[0] for one in inside if one.name in _PASSES and one.words)
    to = dict.fromkeys(host for target in targets for host in _upstream(target, upstreams))
    return Site(
        "nginx", ports, tuple(names), tls, own_root, _paths(inside), tuple(to),
        f"{seen.real(server.path)}:{server.line}",
    )  # fmt: skip


def _port(listen: str) -> int | None:
    """80 of ``80``, ``*:80``, ``[::]:80``, ``127.0.0.1:80``; 80 of an address alone; None of a Unix socket."""
    if listen.startswith("unix:"):
        return None
    last = listen.rpartition("]")[2] if "]" in listen else listen
    text = last.rpartition(":")[2] if ":" in last else last
    if text.isascii() and text.isdigit():
        return int(text) if 0 < int(text[:6]) < 65536 else None
    return 80


def _paths(inside: tuple[Directive, ...]) -> tuple[str, ...]:
    """Paths that locations answer for; of expressions, what can be asked for as it is."""
    found = []
    for one in inside:
        if one.name != "location" or not one.words:
            continue
        mark, path = (one.words[0], one.words[-1]) if len(one.words) > 1 else ("", one.words[0])
        if mark.startswith("~"):
            path = _literal(path)
        if path.startswith("/"):
            found.append(path)
    return tuple(dict.fromkeys(found))


def _literal(expression: str) -> str:
    """/laden/ of ^/laden/(.*)$, "" where an expression begins otherwise."""
    match = re.match(r"\^((?:/[\w-]*)+)(?=[.(\[\\$]|\Z)", expression)
    return match[1] if match else ""


def _upstream(target: str, upstreams: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The hosts of a pass: those of the upstream that it names, or its own."""
    rest = re.sub(r"^[a-z]+://", "", target)
    if "unix:" in rest:
        return ("unix:" + re.split(r":(?=/[^/]*$)|[|]", rest.partition("unix:")[2].removeprefix("//"))[0],)
    name = rest.split("/")[0]
    if name in upstreams:
        return upstreams[name]
    return () if "$" in name or not name else (name,)


SITES = sites
