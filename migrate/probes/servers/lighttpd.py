"""lighttpd: its server, and one site for each condition on the host name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.model.facts import Site
from migrate.model.inventory import Gap
from migrate.probes.servers import Instance, Read, Seen
from migrate.syntax import lighttpd
from migrate.syntax.lighttpd import Setting

_PASSES = ("proxy.server", "fastcgi.server", "scgi.server", "uwsgi.server")


@dataclass(frozen=True, slots=True)
class Configuration:
    instance: Instance
    path: str
    settings: tuple[Setting, ...]


def sites(seen: Seen) -> Read:
    found, gaps = configurations(seen)
    return Read(tuple(site for one in found for site in _of(one, seen)), gaps)


def configurations(seen: Seen) -> tuple[tuple[Configuration, ...], tuple[Gap, ...]]:
    """What each instance runs with, and those whose configuration is not there."""
    found: list[Configuration] = []
    gaps: list[Gap] = []
    for instance in seen.instances("lighttpd"):
        path = _configuration(instance)
        if path in seen.texts:
            found.append(Configuration(instance, path, lighttpd.read(seen.texts, path)))
        else:
            gaps.append(Gap("the sites of lighttpd", f"{path} was not captured"))
    return tuple(found), tuple(gaps)


def _configuration(instance: Instance) -> str:
    return instance.path(instance.option("-f") or "/etc/lighttpd/lighttpd.conf", instance.cwd or "/")


def _of(given: Configuration, seen: Seen) -> Iterator[Site]:
    settings = given.settings
    hosts = dict.fromkeys(name for one in settings if (name := _host(one)) is not None)
    everywhere = tuple(one for one in settings if _host(one) is None)
    yield _site(None, everywhere, given, seen)
    for name in hosts:
        yield _site(name, tuple(one for one in settings if _host(one) == name), given, seen)


def _host(one: Setting) -> str | None:
    """The host name, or the expression for it, that a setting is for."""
    return next((each.value for each in one.where if each.field == "host" and each.sign in ("==", "=~")), None)


def _site(name: str | None, own: tuple[Setting, ...], given: Configuration, seen: Seen) -> Site:
    ports = _ports(given, seen)
    tls = any(one.name == "ssl.engine" and one.words == ("enable",) for one in given.settings)
    base = tuple(one for one in given.settings if not one.where)
    root = _last(own, "server.document-root") or (_last(base, "server.document-root") if name else None)
    first = own[0] if own else Setting("", (), (), (), given.path, 1)
    names = tuple(_literal(name)) if name else ()
    return Site(
        "lighttpd",
        ports,
        names,
        tls,
        root,
        _paths(own),
        upstreams((*own, *base) if name else own),
        f"{seen.real(first.path)}:{first.line}",
        tuple(folder.rstrip("/") for one in (*own, *base) if one.name.startswith("alias.") for _, folder in one.pairs),
    )


def _literal(name: str) -> Iterator[str]:
    """Host names in an expression: a.example.org of ``^a\\.example\\.org$``, both of ``(^|www\\.)example\\.org``."""
    plain = re.sub(r"\\(.)", r"\1", name)
    optional = re.fullmatch(r"\^?\((?:\^\||\|)?([\w.-]+)(?:\|\^?)?\)\??([\w.-]+)\$?", plain)
    if optional:
        yield from (optional[2], optional[1] + optional[2])
    elif re.fullmatch(r"\^?[\w.-]+\$?", plain):
        yield plain.strip("^$")


def _ports(given: Configuration, seen: Seen) -> tuple[int, ...]:
    main = _last(given.settings, "server.port") or "80"
    sockets = [each.value for one in given.settings for each in one.where if each.field in ("socket", "$server")]
    words = [main, *(word.rpartition(":")[2] for word in sockets)]
    found = [int(word) for word in words if word.isascii() and word.isdigit() and 0 < int(word[:6]) < 65536]
    return tuple(dict.fromkeys([*found, *seen.ports(given.instance.pids)]))


def _last(settings: tuple[Setting, ...], name: str) -> str | None:
    return next((one.words[0] for one in reversed(settings) if one.name == name and one.words), None)


def _paths(settings: tuple[Setting, ...]) -> tuple[str, ...]:
    pairs = (key for one in settings if one.name in _PASSES or one.name.startswith("alias.") for key, _ in one.pairs)
    urls = (each.value for one in settings for each in one.where if each.field == "url")
    prefixes = (match[1] for url in urls if (match := re.match(r"\^?(/[\w/.-]*)", url)))
    return tuple(dict.fromkeys([*(key for key in pairs if key.startswith("/")), *prefixes]))


def upstreams(settings: tuple[Setting, ...]) -> tuple[str, ...]:
    """host:port or unix:PATH of what is passed on."""
    found: list[str] = []
    for one in settings:
        if one.name not in _PASSES:
            continue
        for at, (key, value) in enumerate(one.pairs):
            if key == "host" and value:
                port = next((other for name, other in one.pairs[at : at + 3] if name == "port"), None)
                found.append(f"unix:{value}" if value.startswith("/") else f"{value}:{port}" if port else value)
            elif key == "socket" and value:
                found.append(f"unix:{value}")
    return tuple(dict.fromkeys(found))


SITES = sites
