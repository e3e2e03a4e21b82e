"""Apache httpd: each instance with its modules, what it passes requests to, its logs, and its CGI programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from migrate.model.applications import Application, Component, Resource
from migrate.probes.applications import Found
from migrate.probes.applications.making import application, called, paths, processes, resource, settings, unique
from migrate.probes.servers import Seen, apache
from migrate.probes.servers.apache import Configuration, walk
from migrate.syntax.apache import Directive

_SETTINGS = {
    name.lower(): name
    for name in (
        "User Group ServerName TimeOut KeepAlive MaxClients MaxRequestWorkers StartServers ServerLimit "
        "ThreadsPerChild MaxRequestsPerChild MaxConnectionsPerChild SSLProtocol SSLCertificateFile "
        "SSLCertificateKeyFile SSLCertificateChainFile SSLCACertificateFile AuthUserFile LimitRequestBody"
    ).split()
}
_LOGS = frozenset("errorlog customlog transferlog jklogfile rewritelog modsecauditlog scriptlog".split())
_DATA = frozenset(("cacheroot", "davlockdb", "sslsessioncache"))
_SCHEMES = {
    "https": "http", "ws": "http", "wss": "http", "h2": "http", "h2c": "http", "fcgi": "fastcgi", "unix": "fastcgi",
}  # fmt: skip
_URL = re.compile(r"(?:([a-z0-9]+)://|unix:)\S+")
_PASSING = frozenset(("proxypass", "proxypassmatch", "balancermember"))
_MODULE = re.compile(r"/(?:mod_[\w-]+|libphp[\w.]*)\.so$")
_SHEBANG = re.compile(r"#!\s*(?:/\S*/)?(?:env\s+(?:-\S+\s+)*)?(?:/\S*/)?([A-Za-z]+)")


def find(seen: Seen) -> Found:
    given, gaps = apache.configurations(seen)
    bare = [one for one in seen.instances(*apache.NAMES) if not any(one == each.instance for each in given)]
    return Found(
        (
            *(one for each in given for one in (_server(seen, each), *_cgi(seen, each))),
            *(application(seen, one, "apache", "web-server") for one in bare),
        ),
        gaps,
    )


def _server(seen: Seen, given: Configuration) -> Application:
    every = tuple(walk(given.directives, hosts=True))
    return application(
        seen, given.instance, "apache", "web-server",
        base=given.root, configuration=_files(seen, given, every), components=_modules(seen, given, every),
        resources=unique(one for each in every for one in _resources(seen, each)),
        logs=_files_of(given, every, _LOGS), data=_files_of(given, every, _DATA), settings=_told(every),
        ports=seen.ports(given.instance.pids) or tuple(
            dict.fromkeys(port for site in apache.sites_of(given, seen) for port in site.ports)
        ),
    )  # fmt: skip


def _files(seen: Seen, given: Configuration, every: tuple[Directive, ...]) -> tuple[str, ...]:
    """Files that settings were read from, the main one first; .htaccess of the document roots at the end."""
    read = unique((given.path, *(one.path for one in every)))
    roots = paths(one.words[0] for one in every if one.name == "documentroot" and one.words)
    own = (path for root in roots for path in seen.below(seen.real(root)))
    return unique(seen.real(path) for path in (*read, *(path for path in own if basename(path) == ".htaccess")))


def _modules(seen: Seen, given: Configuration, every: tuple[Directive, ...]) -> tuple[Component, ...]:
    """Those that the configuration loads, and those that its processes have mapped."""
    loads = [one.words for one in every if one.name == "loadmodule" and len(one.words) > 1]
    mapped = sorted({path for one in processes(seen, given.instance.pids) for path in one.mapped})
    found = [given.absolute(words[1]) for words in loads] + [path for path in mapped if _MODULE.search(path)]
    named = {basename(path): path for path in reversed(found)}
    return tuple(Component(name.removesuffix(".so"), None, path, "module") for name, path in reversed(named.items()))


def _resources(seen: Seen, one: Directive) -> Iterator[Resource]:
    place = f"{seen.real(one.path)}:{one.line}"
    if one.name in _PASSING:
        yield from (made for word in one.words if (made := _passed(word, one, place)))
    elif one.name == "rewriterule" and any("P" in re.split(r"[\[\],]", word) for word in one.words[2:]):
        yield from (made for word in one.words[1:2] if (made := _passed(word, one, place)))
    elif one.name == "sethandler":
        yield from (made for word in one.words if word.startswith("proxy:") and (made := _passed(word[6:], one, place)))
    elif one.name == "authldapurl" and one.words:
        yield resource("ldap", None, one.words[0], seen=place)
    elif one.name == "dbdparams" and one.words:
        user = re.search(r"\buser(?:name)?=(\S+)", one.words[0])
        yield resource("database", None, one.words[0], user[1] if user else None, place)


def _passed(word: str, one: Directive, place: str) -> Resource | None:
    match = _URL.fullmatch(word)
    if match is None or word.startswith("balancer:"):
        return None
    scheme = match[1] or (word.rpartition("|")[2].partition(":")[0] if "|" in word else "unix")
    path = one.words[0] if one.words[0].startswith("/") else None
    return resource(_SCHEMES.get(scheme, scheme), path, word, seen=place)


def _files_of(given: Configuration, every: tuple[Directive, ...], names: frozenset[str]) -> tuple[str, ...]:
    found = (one.words[0] for one in every if one.name in names and one.words)
    plain = (re.sub(r"^(?:shmcb|dbm|shmht|shm|dc):|\(\d+\)$", "", word) for word in found)
    return unique(given.absolute(word) for word in plain if not word.startswith(("|", "syslog", "none")))


def _told(every: tuple[Directive, ...]) -> tuple[tuple[str, str], ...]:
    return settings((_SETTINGS[one.name], " ".join(one.words)) for one in every if one.name in _SETTINGS and one.words)


def _cgi(seen: Seen, given: Configuration) -> Iterator[Application]:
    """Directories of programs that were captured, so somebody's own."""
    every = tuple(walk(given.directives, hosts=True))
    places: dict[str, tuple[str | None, str]] = {}
    for folder, path, place in _script_places(given, every, seen):
        if places.get(folder.rstrip("/"), (None, ""))[0] is None:
            places[folder.rstrip("/")] = path, place
    for folder, (path, place) in places.items():
        below = [one for one in seen.below(seen.real(folder)) if _language(seen, one)]
        if below:
            languages = unique(_language(seen, one) for one in below)
            yield Application(
                "cgi", "application", path or folder, home=folder, runtime=", ".join(languages),
                within=called(given.instance, "apache"), paths=(path,) if path else (),
                components=tuple(Component(basename(one), None, one, "script") for one in below), seen=place,
            )  # fmt: skip


def _script_places(
    given: Configuration, every: tuple[Directive, ...], seen: Seen
) -> Iterator[tuple[str, str | None, str]]:
    for one in every:
        place = f"{seen.real(one.path)}:{one.line}"
        if one.name == "scriptalias" and len(one.words) > 1:
            yield given.absolute(one.words[1]), one.words[0], place
        elif one.name == "directory" and one.words and one.words[0].startswith("/"):
            options = [word.lower().lstrip("+") for each in one.all("options") for word in each.words]
            if "execcgi" in options:
                yield one.words[0], None, place


def _language(seen: Seen, path: str) -> str | None:
    """perl of a script that begins with ``#!/usr/bin/perl -w``."""
    match = _SHEBANG.match(seen.texts.get(path, "")[:200])
    return match[1] if match else None


FIND = find
