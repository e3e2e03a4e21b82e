"""The directories that web servers serve files of: document roots, aliases, and what they are asked for as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import normpath

from migrate.model.facts import Site
from migrate.parts import parts
from migrate.probes.applications.making import called
from migrate.probes.servers import Seen, apache, lighttpd, nginx
from migrate.syntax.nginx import Directive
from migrate.syntax.nginx import walk as everything

_COMMON = frozenset(("/usr/share/apache2/icons", "/usr/share/httpd/icons", "/usr/share/apache2/error", "/usr/share/doc",
                     "/usr/share/javascript", "/usr/share/httpd/error", "/usr/share/httpd/noindex"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Root:
    """A directory that is served.

    :ivar path: the directory, links in it followed.
    :ivar url: the path that it is asked for as.
    :ivar site: host names, where the site has one; ``within`` is the name of the server.
    """

    path: str
    url: str
    names: tuple[str, ...]
    upstreams: tuple[str, ...]
    within: str
    seen: str

    def url_of(self, path: str) -> str | None:
        """What a directory in it is asked for as."""
        if path == self.path:
            return self.url or "/"
        if path.startswith(self.path.rstrip("/") + "/"):
            return self.url.rstrip("/") + path[len(self.path.rstrip("/")) :]
        return None


def roots(seen: Seen) -> tuple[Root, ...]:
    """Every directory that is served, document roots first."""
    names = _servers(seen)
    read = [reader(seen) for reader in parts("migrate.probes.servers", "SITES")]
    sites = [site for one in read for site in one.sites if site.server in _READ]
    found = [_of_site(seen, site, names) for site in sites if site.root and site.root.startswith("/")]
    found += [one for one in _aliases(seen, sites, names) if one.path not in _COMMON]
    return tuple(dict.fromkeys(found))


_READ = frozenset(("apache", "nginx", "lighttpd", "caddy"))


def _servers(seen: Seen) -> dict[str, str]:
    """Names of the servers: by each file that they read, and by kind for what is left."""
    found: dict[str, str] = {}
    for kind, programs in (("apache", apache.NAMES), ("nginx", nginx.NAMES), ("lighttpd", ("lighttpd",)),
                           ("caddy", ("caddy",))):  # fmt: skip
        instance = next(iter(seen.instances(*programs)), None)
        if instance is not None:
            found[kind] = called(instance, kind)
    for given in apache.configurations(seen)[0]:
        for one in apache.walk(given.directives, hosts=True):
            found.setdefault(seen.real(one.path), called(given.instance, "apache"))
    for each in nginx.configurations(seen)[0]:
        for line in everything(each.directives):
            found.setdefault(seen.real(line.path), called(each.instance, "nginx"))
    return found


def _server(names: dict[str, str], kind: str, place: str) -> str:
    return names.get(_place(place)[0]) or names.get(kind, kind)


def _of_site(seen: Seen, site: Site, names: dict[str, str]) -> Root:
    path = seen.real(normpath(site.root or "/"))
    return Root(path, "/", site.names, site.upstreams, _server(names, site.server, site.seen), site.seen)


def _aliases(seen: Seen, sites: list[Site], names: dict[str, str]) -> Iterator[Root]:
    for path, url, server, place in (*_of_apache(seen), *_of_nginx(seen), *_of_lighttpd(seen)):
        if path.startswith("/") and "$" not in path:
            around = _around(sites, server, place)
            yield Root(
                seen.real(normpath(path)), url.rstrip("/") or "/", around.names if around else (),
                around.upstreams if around else (), _server(names, server, place), place,
            )  # fmt: skip


def _around(sites: list[Site], server: str, place: str) -> Site | None:
    """The site that a line stands in: the last that begins before it in the same file."""
    path, line = _place(place)
    before = [one for one in sites if one.server == server and _place(one.seen)[0] == path]
    before = [one for one in before if _place(one.seen)[1] <= line]
    return max(before, key=lambda one: _place(one.seen)[1], default=None)


def _place(seen: str) -> tuple[str, int]:
    path, _, line = seen.rpartition(":")
    return path, int(line) if line.isdigit() else 0


def _of_apache(seen: Seen) -> Iterator[tuple[str, str, str, str]]:
    for given in apache.configurations(seen)[0]:
        for one in given.all("alias"):
            if len(one.words) > 1 and one.words[0].startswith("/"):
                yield one.words[1], one.words[0], "apache", f"{seen.real(one.path)}:{one.line}"


def _of_nginx(seen: Seen) -> Iterator[tuple[str, str, str, str]]:
    for given in nginx.configurations(seen)[0]:
        for location in (one for one in everything(given.directives) if one.name == "location" and one.words):
            yield from _of_location(seen, location)


def _of_location(seen: Seen, location: Directive) -> Iterator[tuple[str, str, str, str]]:
    url = location.words[-1] if not location.words[0].startswith("~") else "/"
    for one in location.block:
        place = f"{seen.real(one.path)}:{one.line}"
        if one.name == "alias" and one.words:
            yield one.words[0], url, "nginx", place
        elif one.name == "root" and one.words:
            yield one.words[0].rstrip("/") + url.rstrip("/"), url, "nginx", place


def _of_lighttpd(seen: Seen) -> Iterator[tuple[str, str, str, str]]:
    for given in lighttpd.configurations(seen)[0]:
        for one in given.settings:
            for url, path in one.pairs if one.name == "alias.url" else ():
                yield path, url, "lighttpd", f"{seen.real(one.path)}:{one.line}"
