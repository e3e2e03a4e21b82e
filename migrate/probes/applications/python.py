"""Python: what serves (gunicorn, uWSGI, mod_wsgi, …) and the applications that it runs (Django, Flask, …)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrate.model.applications import Application
from migrate.probes.applications import Found
from migrate.probes.python.mod_wsgi import of_mod_wsgi
from migrate.probes.python.program import Program
from migrate.probes.python.programs import application_of, own_application
from migrate.probes.python.servers import is_own, kind_of, server_of
from migrate.probes.python.uwsgi import of_uwsgi, uwsgi_servers
from migrate.probes.servers import Seen


def find(seen: Seen) -> Found:
    servers: list[Application] = []
    programs: list[Program] = []
    for instance in seen.running(lambda one: kind_of(one.argv, one.name, one.exe) is not None):
        server, program = server_of(seen, instance)
        servers.append(server)
        programs += program
    for instance in uwsgi_servers(seen):
        server, program = of_uwsgi(seen, instance)
        servers.append(server)
        programs += program
    programs += of_mod_wsgi(seen)
    servers += [one for each in seen.running(is_own) if (one := own_application(seen, each)) is not None]
    return Found((*servers, *_once(application_of(seen, one) for one in programs)))


def _once(found: Iterable[Application | None]) -> Iterator[Application]:
    kept: dict[tuple[str, str | None, str | None], Application] = {}
    for one in found:
        if one is not None:
            kept.setdefault((one.kind, one.home, one.within), one)
    return iter(kept.values())


FIND = find
