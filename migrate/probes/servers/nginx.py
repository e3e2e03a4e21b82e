"""nginx: one site for each ``server`` block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname

from migrate.model.facts import Site
from migrate.model.inventory import Gap
from migrate.probes.servers import Instance, Read, Seen
from migrate.syntax import nginx
from migrate.syntax.nginx import Directive

NAMES = ("nginx", "openresty", "angie", "tengine", "freenginx")
_MAP_WORDS = frozenset(("hostnames", "volatile", "include"))
_USUAL = (
    "/etc/nginx/nginx.conf", "/usr/local/nginx/conf/nginx.conf", "/usr/local/etc/nginx/nginx.conf",
    "/usr/local/openresty/nginx/conf/nginx.conf", "/opt/nginx/conf/nginx.conf",
)  # fmt: skip
PASSES = ("proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an instance runs with.

    :ivar prefix: what relative paths of files start from, where it is known.
    """

    instance: Instance
    path: str
    prefix: str | None
    directives: tuple[Directive, ...]

    def absolute(self, path: str) -> str:
        """``path`` from the prefix; as it stands where that is not known."""
        return self.instance.path(path, self.prefix) if self.prefix else path


def sites(seen: Seen) -> Read:
    found, gaps = configurations(seen)
    return Read(tuple(site for one in found for site in _of(one, seen)), gaps)


def configurations(seen: Seen) -> tuple[tuple[Configuration, ...], tuple[Gap, ...]]:
    """What each instance runs with, and those whose configuration is not there."""
    found: list[Configuration] = []
    gaps: list[Gap] = []
    for instance in seen.instances(*NAMES):
        path = _configuration(instance, seen)
        if path is None:
            wanted = _named(instance) or _USUAL[0]
            gaps.append(Gap(f"the sites of nginx ({wanted})", "its configuration was not captured"))
            continue
        prefix = instance.option("-p") or _installed(instance)
        found.append(Configuration(instance, path, prefix, nginx.read(seen.texts, path, dirname(path))))
    return tuple(found), tuple(gaps)


def _named(instance: Instance) -> str | None:
    """The file that the command line names; relative ones start from the prefix (-p)."""
    prefix = instance.option("-p") or _installed(instance)
    named = instance.option("-c")
    return instance.path(named, prefix or "/etc/nginx") if named else None


def _installed(instance: Instance) -> str | None:
    """/opt/nginx of /opt/nginx/sbin/nginx."""
    match = re.fullmatch(r"(/.+)/s?bin/[^/]+", instance.exe or "")
    return match[1] if match and match[1] not in {"/usr", "/usr/local"} else None


_HOLDING = frozenset(
    ("/usr/share", "/usr/lib", "/var/lib", "/var/www", "/srv", "/opt", "/usr/local", "/usr/local/share")
)


def _configuration(instance: Instance, seen: Seen) -> str | None:
    named = _named(instance)
    if named:
        return named if named in seen.texts else None
    prefix = instance.option("-p") or _installed(instance)
    own = [f"{prefix.rstrip('/')}/conf/nginx.conf", f"{prefix.rstrip('/')}/nginx.conf"] if prefix else []
    return seen.first((*own, *_USUAL))


def _of(given: Configuration, seen: Seen) -> Iterator[Site]:
    for http in (one for one in given.directives if one.name == "http"):
        targets = upstreams(http)
        root = next((one.words[0] for one in http.all("root") if one.words), None)
        for server in http.all("server"):
            yield _site(server, targets, root, given, seen)


def upstreams(block: Directive) -> dict[str, tuple[str, ...]]:
    """What names stand for in a pass: upstreams, and variables by every value that ``map`` and ``set`` give them."""
    found = {one.words[0]: _servers(one) for one in block.all("upstream") if one.words}
    for one in block.all("map"):
        if len(one.words) > 1:
            values = [line.words[0] for line in one.block if line.words and line.name not in _MAP_WORDS]
            found[one.words[1]] = tuple(dict.fromkeys(values))
    for one in nginx.walk(block.block):
        if one.name == "set" and len(one.words) > 1 and re.search(r"[:.]|unix", one.words[1]):
            found[one.words[0]] = (*found.get(one.words[0], ()), one.words[1])
    return found


def _servers(upstream: Directive) -> tuple[str, ...]:
    return tuple(one.words[0] for one in upstream.all("server") if one.words)


def _site(
    server: Directive, targets: Mapping[str, tuple[str, ...]], root: str | None, given: Configuration, seen: Seen
) -> Site:
    inside = tuple(nginx.walk(server.block))
    listens = [one.words for one in server.all("listen") if one.words] or [("80",)]
    ports = tuple(dict.fromkeys(port for words in listens if (port := _port(words[0]))))
    names = dict.fromkeys(
        name for one in server.all("server_name") for name in one.words if name not in {"_", '""', ""}
    )
    own_root = next((one.words[0] for one in server.all("root") if one.words), root)
    tls = any("ssl" in words[1:] for words in listens) or any(one.words == ("on",) for one in server.all("ssl"))
    passes = (one.words[0] for one in inside if one.name in PASSES and one.words)
    to = dict.fromkeys(host for target in passes for host in upstream(target, targets))
    return Site(
        "nginx", ports, tuple(names), tls, own_root and given.absolute(own_root), _paths(inside), tuple(to),
        f"{seen.real(server.path)}:{server.line}", tuple(dict.fromkeys(_folders(inside, given))),
    )  # fmt: skip


def _folders(inside: tuple[Directive, ...], given: Configuration) -> Iterator[str]:
    """What locations serve from elsewhere: their aliases and roots; of one that holds more, the location's part."""
    for one in inside:
        if one.name != "location" or not one.words:
            continue
        for said in (*one.all("alias"), *one.all("root")):
            folder = given.absolute(said.words[0]).rstrip("/") if said.words and "$" not in said.words[0] else ""
            if said.name == "root" and folder in _HOLDING:
                part = _literal(one.words[-1]) if one.words[0].startswith("~") else one.words[-1]
                first = part.strip("/").partition("/")[0]
                folder = f"{folder}/{first}" if first else ""
            if folder:
                yield folder


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


def upstream(target: str, targets: Mapping[str, tuple[str, ...]], depth: int = 3) -> tuple[str, ...]:
    """The hosts of a pass: those of the upstream or the variable that it names, or its own."""
    rest = re.sub(r"^[a-z]+://", "", target)
    if "unix:" in rest:
        return ("unix:" + re.split(r":(?=/[^/]*$)|[|]", rest.partition("unix:")[2].removeprefix("//"))[0],)
    name = rest.split("/")[0]
    if name in targets and depth:
        values = targets[name]
        return tuple(host for one in values for host in upstream(one, {} if one == name else targets, depth - 1))
    return () if "$" in name or not name else (name,)


SITES = sites
