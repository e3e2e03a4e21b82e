"""Tomcat: one site for each web application of each host."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import basename, dirname, normpath

from migrate.model.facts import Archive, Archives, Content, Site
from migrate.model.inventory import Gap
from migrate.probes.servers import Instance, Read, Seen
from migrate.syntax import properties, tomcat, xml
from migrate.syntax.tomcat import Context, Engine, Host


@dataclass(frozen=True, slots=True)
class Place:
    """Where one Tomcat has its things."""

    base: str
    configuration: str  # directory of server.xml
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deployed:
    path: str
    base: str
    seen: str


def sites(seen: Seen) -> Read:
    found: list[Site] = []
    gaps: list[Gap] = []
    for instance in seen.instances("java", "jsvc", "tomcat", "catalina.sh"):
        base = _base(instance)
        if base is None:
            continue
        place = place_of(base, instance, seen)
        if place is None:
            gaps.append(Gap(f"the web applications of Tomcat in {base}", "its server.xml was not captured"))
            found += _without_server(base, instance, seen)
            continue
        server = tomcat.read_server(server_text(place, seen), place.variables)
        gaps += (
            Gap(f"the entity {name} of {place.configuration}/server.xml", f"{file} was not captured")
            for name, file in server.included
            if included(file, place, seen) is None
        )
        for engine in server.engines:
            found += _of(engine, place, instance, seen)
    return Read(tuple(found), tuple(gaps))


def server_text(place: Place, seen: Seen) -> str:
    """server.xml with the files that it takes in by entities."""
    return xml.whole(seen.texts[f"{place.configuration}/server.xml"], lambda file: included(file, place, seen))


def included(file: str, place: Place, seen: Seen) -> str | None:
    """The text of a file that an entity names."""
    path = re.sub(r"^file:(//(?=/))?", "", file)
    return seen.texts.get(normpath(path if path.startswith("/") else f"{place.configuration}/{path}"))


def _property(instance: Instance, name: str) -> str | None:
    """The last -Dname=value of the command line."""
    values = [word.partition("=")[2] for word in instance.argv if word.startswith(f"-D{name}=")]
    return values[-1] if values else None


def _base(instance: Instance) -> str | None:
    if not any("org.apache.catalina" in word or "-Dcatalina." in word for word in instance.argv):
        return instance.environment.get("CATALINA_BASE") if instance.argv and "catalina" in instance.argv[0] else None
    given = _property(instance, "catalina.base") or instance.environment.get("CATALINA_BASE")
    given = given or _property(instance, "catalina.home") or instance.environment.get("CATALINA_HOME")
    return instance.path(given, instance.cwd or "/").rstrip("/") if given else None


def place_of(base: str, instance: Instance, seen: Seen) -> Place | None:
    """The base's conf folder, or, where it is a link that was not captured, the folder in /etc of the same name."""
    named = _property(instance, "catalina.config")
    candidates = [f"{base}/conf", f"/etc/{basename(base)}", "/etc/tomcat"]
    if named and not re.match(r"[a-z]+://", named):
        candidates.insert(0, dirname(named))
    found = next((one for one in candidates if f"{one}/server.xml" in seen.texts), None)
    if found is None:
        return None
    variables = properties.values(seen.texts.get(f"{found}/catalina.properties", ""))
    given = dict(word[2:].split("=", 1) for word in instance.argv if word.startswith("-D") and "=" in word)
    return Place(base, found, {**variables, **given, "catalina.base": base})


def _without_server(base: str, instance: Instance, seen: Seen) -> Iterator[Site]:
    """What the usual webapps folder holds, at the ports that are listened on."""
    ports = seen.ports(instance.pids)
    for one in deployed(f"{base}/webapps", seen):
        yield Site("tomcat", ports, (), False, one.base, (one.path or "/",), (), one.seen)


def _of(engine: Engine, place: Place, instance: Instance, seen: Seen) -> Iterator[Site]:
    listening = seen.ports(instance.pids)
    http = [one for one in engine.connectors if not one.ajp]
    # A connector for AJP alone serves no browser, but its applications are there all the same.
    connectors = [one for one in http if not listening or one.port in listening] or http or list(engine.connectors)
    ports = tuple(dict.fromkeys(one.port for one in connectors))
    tls = bool(connectors) and all(one.tls for one in connectors)
    for host in engine.hosts:
        names = () if host.default else (host.name, *host.aliases)
        for one in applications(engine, host, place, seen):
            yield Site("tomcat", ports, tuple(filter(None, names)), tls, one.base, (one.path or "/",), (), one.seen)


def applications(engine: Engine, host: Host, place: Place, seen: Seen) -> Iterator[Deployed]:
    """By path: descriptors and server.xml first, then what lies in the host's appBase."""
    base = host.base if host.base.startswith("/") else f"{place.base}/{host.base}"
    found: dict[str, Deployed] = {}
    for path, context, where in _contexts(engine, host, place, seen):
        where = f"{seen.real(where.rpartition(':')[0])}:{where.rpartition(':')[2]}"
        found.setdefault(path, Deployed(path, _document_base(context, base), where))
    for one in deployed(base, seen):
        known = found.get(one.path)
        found[one.path] = replace(known, base=known.base or one.base) if known else one
    for path in sorted(found):
        one = found[path]
        yield replace(one, base=one.base or f"{base}/{path.strip('/').replace('/', '#') or 'ROOT'}")


def _contexts(engine: Engine, host: Host, place: Place, seen: Seen) -> Iterator[tuple[str, Context, str]]:
    for context in host.contexts:
        yield (context.path or "").rstrip("/"), context, f"{place.configuration}/server.xml:{context.line}"
    folder = f"{place.configuration}/{engine.name}/{host.name}/"
    for path in sorted(one for one in seen.texts if one.startswith(folder) and one.endswith(".xml")):
        name = path[len(folder) : -len(".xml")]
        if "/" in name or name.endswith(".default"):
            continue
        if described := tomcat.read_context(seen.texts[path], place.variables):
            yield tomcat.context_path(name), described, f"{path}:1"


def _document_base(context: Context, base: str) -> str:
    """Where the descriptor says that the application lies; "" where its name alone tells."""
    if context.base is None:
        return ""
    return context.base if context.base.startswith("/") else f"{base}/{context.base}"


def deployed(base: str, seen: Seen) -> Iterator[Deployed]:
    """Archives and exploded applications directly below ``base``; an archive wins over its own unpacked copy."""
    folder = seen.real(base)
    archives: dict[str, Archive] = {}
    for archive in seen.snapshot.inventory.get(Archives).archives:
        if archive.kind == "war" and seen.real(dirname(archive.path)) == folder:
            archives[archive.path] = archive
    names = {path.removesuffix(".war") for path in archives if path.endswith(".war")}
    for path in sorted({*archives, *_exploded(folder, seen)}):
        if path.endswith(".war") or path not in names:
            stem = basename(path).removesuffix(".war")
            yield Deployed(tomcat.context_path(stem), path, path)


def _exploded(folder: str, seen: Seen) -> Iterator[str]:
    entries = seen.snapshot.inventory.get(Content).entries
    return (entry.path for entry in entries if entry.kind == "directory" and dirname(entry.path) == folder)


SITES = sites
