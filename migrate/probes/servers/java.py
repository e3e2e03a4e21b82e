"""Java servers other than Tomcat: one site for each web application, and for each program that answers alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrate.model.applications import Application
from migrate.model.facts import Site
from migrate.probes.applications import glassfish, java, jboss, jetty, liberty, resin, weblogic
from migrate.probes.servers import Read, Seen

_FINDERS = (glassfish.find, jboss.find, jetty.find, liberty.find, resin.find, weblogic.find)


def sites(seen: Seen) -> Read:
    found: list[Site] = []
    for find in _FINDERS:
        found += _of(find(seen).applications)
    for one in java.find(seen).applications:
        # Which of several ports speaks HTTP nobody says.
        if one.paths and len(one.ports) == 1:
            found.append(Site(one.kind, one.ports, (), False, one.home, one.paths, (), one.seen))
    return Read(tuple(dict.fromkeys(found)))


def _of(applications: Iterable[Application]) -> Iterator[Site]:
    listed = tuple(applications)
    servers = {one.name: one for one in listed if one.role == "application-server"}
    modules = {one.name: one for one in listed if one.kind == "ear"}
    for one in listed:
        outer = modules.get(one.within or "", one)
        server = servers.get(outer.within or "")
        if not one.paths or server is None:
            continue
        secure = {value for name, value in server.settings if name == "https port"}
        for tls in (False, True):
            ports = tuple(port for port in one.ports if (str(port) in secure) == tls)
            if ports:
                yield Site(server.kind, ports, (), tls, one.home, one.paths, (), one.seen)


SITES = sites
