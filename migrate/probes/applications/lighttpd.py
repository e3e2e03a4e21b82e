"""lighttpd: each instance with its modules, what it passes requests to, and its logs."""

from __future__ import annotations

from migrate.model.applications import Application, Component
from migrate.probes.applications import Found
from migrate.probes.applications.making import application, paths, resource, settings, unique
from migrate.probes.servers import Seen, lighttpd
from migrate.probes.servers.lighttpd import Configuration

_SETTINGS = frozenset(
    "server.username server.groupname server.max-connections server.max-worker server.upload-dirs ssl.pemfile "
    "ssl.privkey ssl.ca-file auth.backend.htpasswd.userfile auth.backend.htdigest.userfile".split()
)

_DATA = frozenset(("server.upload-dirs", "compress.cache-dir", "deflate.cache-dir"))


def find(seen: Seen) -> Found:
    given, gaps = lighttpd.configurations(seen)
    bare = [one for one in seen.instances("lighttpd") if not any(one == each.instance for each in given)]
    found = [_server(seen, one) for one in given]
    return Found((*found, *(application(seen, one, "lighttpd", "web-server") for one in bare)), gaps)


def _server(seen: Seen, given: Configuration) -> Application:
    every = given.settings
    modules = [word for one in every if one.name == "server.modules" for word in one.words]
    passed = [(one, url) for one in every for url in lighttpd.upstreams((one,))]
    return application(
        seen, given.instance, "lighttpd", "web-server",
        configuration=unique((seen.real(given.path), *(seen.real(one.path) for one in every))),
        components=unique(Component(word, None, None, "module") for word in modules),
        resources=unique(
            resource(one.name.partition(".")[0].replace("proxy", "http"), None, url, seen=f"{one.path}:{one.line}")
            for one, url in passed
        ),
        logs=paths(
            one.words[0] for one in every if one.name in ("server.errorlog", "accesslog.filename") and one.words
        ),
        data=paths(word for one in every if one.name in _DATA for word in one.words),
        settings=settings((one.name, " ".join(one.words)) for one in every if one.name in _SETTINGS),
    )  # fmt: skip


FIND = find
