"""HAProxy, Varnish and Caddy: what they listen on and whom they pass requests to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from posixpath import dirname, isabs, join, normpath

from migrate.model.applications import Application, Resource
from migrate.probes.applications import Found
from migrate.probes.applications.making import application, resource, settings, unique, written
from migrate.probes.servers import Instance, Seen, haproxy
from migrate.probes.servers.haproxy import Section
from migrate.syntax.globs import matching

_INCLUDE = re.compile(r"(?m)^\s*include\s+\"([^\"]+)\"")


def find(seen: Seen) -> Found:
    return Found((
        *(_haproxy(seen, one) for one in seen.instances("haproxy")),
        *(_varnish(seen, one) for one in seen.instances("varnishd")),
        *(_caddy(seen, one) for one in seen.instances("caddy")),
    ))  # fmt: skip


# --- HAProxy ----------------------------------------------------------------------------------------------------------


def _haproxy(seen: Seen, instance: Instance) -> Application:
    files = [path for path in haproxy.files(instance, seen) if path in seen.texts]
    sections = [(path, one) for path in files for one in haproxy.sections(seen.texts[path])]
    return application(
        seen, instance, "haproxy", "proxy", configuration=tuple(seen.real(path) for path in files),
        resources=unique(each for path, one in sections for each in _servers(one, seen.real(path), sections)),
        settings=settings(pair for _, one in sections for pair in _of_section(one)),
        logs=written(seen, instance.pids)[1],
    )  # fmt: skip


def _servers(one: Section, path: str, sections: list[tuple[str, Section]]) -> Iterator[Resource]:
    if one.kind not in ("backend", "listen"):
        return
    modes = [words[0] for words in one.all("mode") if words]
    modes += [words[0] for _, each in sections if each.kind == "defaults" for words in each.all("mode") if words]
    for words in one.all("server"):
        if len(words) > 1:
            yield resource("http" if modes[:1] == ["http"] else "tcp", one.name, words[1], seen=f"{path}:{one.line}")


def _of_section(one: Section) -> Iterator[tuple[str, str | None]]:
    for name in ("maxconn", "user", "group", "chroot", "nbproc", "nbthread") if one.kind == "global" else ():
        yield from ((name, words[0]) for words in one.all(name) if words)
    if one.kind in ("frontend", "listen"):
        yield from ((f"{one.name}.bind", " ".join(words)) for words in one.all("bind"))
        yield from ((f"{one.name}.mode", words[0]) for words in one.all("mode") if words)
    if one.kind in ("backend", "listen"):
        yield from ((f"{one.name}.balance", " ".join(words)) for words in one.all("balance"))


# --- Varnish ----------------------------------------------------------------------------------------------------------


def _varnish(seen: Seen, instance: Instance) -> Application:
    words = instance.argv
    named = [value for option, value in pairwise(words) if option == "-f"]
    named += [word[2:] for word in words if word.startswith("-f/")]
    main = seen.first(named or ["/etc/varnish/default.vcl"])
    files = tuple(_with_included(seen, main, 5)) if main else ()
    told = [(option.lstrip("-"), value) for option, value in pairwise(words)
            if option in ("-a", "-T", "-s", "-p", "-b", "-i", "-n", "-j")]  # fmt: skip
    storage = [part for key, value in told if key == "s" for part in value.split(",") if part.startswith("/")]
    direct = [resource("http", "-b", value) for key, value in told if key == "b"]
    return application(
        seen,
        instance,
        "varnish",
        "proxy",
        configuration=tuple(seen.real(path) for path in files),
        settings=settings(told),
        resources=unique((*direct, *(one for path in files for one in _backends(seen, path)))),
        data=unique((*storage, *written(seen, instance.pids)[0])),
    )


def _with_included(seen: Seen, path: str, depth: int) -> Iterator[str]:
    yield path
    for match in _INCLUDE.finditer(seen.texts.get(path, "")) if depth else ():
        inner = normpath(match[1] if isabs(match[1]) else join(dirname(path), match[1]))
        if inner in seen.texts and inner != path:
            yield from _with_included(seen, inner, depth - 1)


def _backends(seen: Seen, path: str) -> Iterator[Resource]:
    """``backend shop { .host = "10.0.0.7"; .port = "8080"; }``."""
    text = re.sub(r"(?m)(?:#|//).*$", "", seen.texts[path])
    for match in re.finditer(r"(?m)^[ \t]*backend\s+([\w-]+)\s*\{", text):
        body = text[match.end() : match.end() + 2000].split("}")[0]
        host = re.search(r"\.host\s*=\s*\"([^\"]+)\"", body)
        port = re.search(r"\.port\s*=\s*\"?(\w+)\"?", body)
        place = f"{seen.real(path)}:{text.count(chr(10), 0, match.start()) + 1}"
        if host:
            yield resource("http", match[1], f"{host[1]}:{port[1]}" if port else host[1], seen=place)


# --- Caddy ------------------------------------------------------------------------------------------------------------


def _caddy(seen: Seen, instance: Instance) -> Application:
    told = instance.option("--config", "-config", "-conf")
    main = seen.first([*([instance.path(told, instance.cwd or "/")] if told else []), "/etc/caddy/Caddyfile"])
    files = tuple(_with_imported(seen, main, 5)) if main else ()
    return application(
        seen, instance, "caddy", "web-server", configuration=tuple(seen.real(path) for path in files),
        resources=unique(one for path in files for one in _passed(seen, path)),
        data=unique(written(seen, instance.pids)[0]), logs=written(seen, instance.pids)[1],
        settings=settings(("site", site) for path in files for site in _sites(seen.texts[path])),
    )  # fmt: skip


def _with_imported(seen: Seen, path: str, depth: int) -> Iterator[str]:
    yield path
    for match in re.finditer(r"(?m)^\s*import\s+(\S+)", seen.texts.get(path, "")) if depth else ():
        pattern = normpath(match[1] if isabs(match[1]) else join(dirname(path), match[1]))
        for one in matching(seen.texts, pattern):
            if one != path:
                yield from _with_imported(seen, one, depth - 1)


def _passed(seen: Seen, path: str) -> Iterator[Resource]:
    for number, line in enumerate(seen.texts[path].split("\n"), 1):
        match = re.match(r"\s*(reverse_proxy|php_fastcgi|proxy|fastcgi)\s+(.*)", line)
        for word in (match[2].split() if match else ())[:20]:
            if match and re.search(r":\d+|^unix/", word):
                kind = "fastcgi" if "fastcgi" in match[1] else "http"
                yield resource(kind, None, word, seen=f"{seen.real(path)}:{number}")


def _sites(text: str) -> Iterator[str]:
    """Addresses of the outer blocks."""
    depth = 0
    for raw in text.split("\n"):
        line = raw.strip()
        if depth == 0 and line.endswith("{") and line != "{" and not line.startswith(("#", "(")):
            yield line[:-1].strip()
        depth += 0 if line.startswith("#") else line.count("{") - line.count("}")


FIND = find
