"""lighttpd: its server, and one site for each condition on the host name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.model.facts import Site
from migrate.model.inventory import Gap
from migrate.probes.servers import Instance, Read, Seen
from migrate.syntax.globs import matching

_HOST = re.compile(r"\$HTTP\[\"host\"\]\s*(==|=~)\s*\"([^\"]*)\"\s*\{")
_SETTING = re.compile(r"(?m)^\s*([\w.-]+)\s*\+?=\s*(?:\"([^\"]*)\"|(\d+))")
_INCLUDE = re.compile(r"(?m)^\s*include\s+\"([^\"]+)\"")
_UPSTREAM = re.compile(r"\"host\"\s*=>\s*\"([^\"]+)\"(?:[^)]*?\"port\"\s*=>\s*\"?(\d+))?")
_PATH = re.compile(r"\"(/[^\"]*)\"\s*=>")
_DEPTH = 5


def sites(seen: Seen) -> Read:
    found: list[Site] = []
    gaps: list[Gap] = []
    for instance in seen.instances("lighttpd"):
        path = _configuration(instance)
        if path in seen.texts:
            found += _of(_whole(path, seen, _DEPTH), seen.real(path), seen.ports(instance.pids))
        else:
            gaps.append(Gap("the sites of lighttpd", f"{path} was not captured"))
    return Read(tuple(found), tuple(gaps))


def _configuration(instance: Instance) -> str:
    return instance.path(instance.option("-f") or "/etc/lighttpd/lighttpd.conf", instance.cwd or "/")


def _whole(path: str, seen: Seen, depth: int) -> str:
    """The file with what it includes, without comments."""
    text = re.sub(r"(?m)#.*$", "", seen.texts.get(path, ""))
    if depth == 0:
        return text
    folder = path.rpartition("/")[0]

    def included(match: re.Match[str]) -> str:
        pattern = match[1] if match[1].startswith("/") else f"{folder}/{match[1]}"
        return "\n".join(_whole(one, seen, depth - 1) for one in matching(seen.texts, pattern))

    return _INCLUDE.sub(included, text)


def _of(text: str, path: str, listening: tuple[int, ...]) -> Iterator[Site]:
    settings = {name: quoted or number for name, quoted, number in _SETTING.findall(text)}
    port = settings.get("server.port", "80")
    ports = tuple(dict.fromkeys([*([int(port)] if port.isdigit() else []), *listening]))
    tls = settings.get("ssl.engine") == "enable"
    names = tuple(match[2] for match in _HOST.finditer(text) if match[1] == "==")
    upstreams = tuple(dict.fromkeys(f"{host}:{number}" if number else host for host, number in _UPSTREAM.findall(text)))
    paths = tuple(dict.fromkeys(_PATH.findall(text)))
    yield Site("lighttpd", ports, (), tls, settings.get("server.document-root"), paths, upstreams, f"{path}:1")
    for name in names:
        yield Site("lighttpd", ports, (name,), tls, None, paths, upstreams, f"{path}:1")


SITES = sites
