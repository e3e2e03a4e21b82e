"""What is deployed in a server: web and enterprise applications, with what their archives tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import basename, dirname

from migrate.model.applications import Application, Resource
from migrate.model.facts import Archive, Archives, Content
from migrate.model.inventory import Gap
from migrate.probes.applications import Found
from migrate.probes.servers import Seen
from migrate.syntax.java_resources import files_of, under

_KINDS = frozenset(("war", "ear", "rar", "sar", "jar"))


@dataclass(frozen=True, slots=True)
class Deployment:
    """An application as its server's configuration, or its place, tells.

    :ivar path: its context path; None where nothing but its archive may tell.
    :ivar base: the archive or directory.
    """

    path: str | None
    base: str
    seen: str
    name: str | None = None
    resources: tuple[Resource, ...] = ()
    configuration: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


def deployed(
    server: Application, deployments: Iterable[Deployment], seen: Seen, ports: tuple[int, ...] | None = None
) -> Found:
    """A server with its applications, and gaps for those whose archives were not looked into.

    :param ports: of the server's, those where the applications answer; all that it listens on where nobody knows.
    """
    web = server if ports is None else replace(server, ports=_listening(ports, server))
    archives = {one.path: one for one in seen.snapshot.inventory.get(Archives).archives}
    omitted = dict(seen.snapshot.inventory.get(Content).omitted)
    found: list[Application] = [server]
    gaps: list[Gap] = []
    for one in deployments:
        base = seen.real(one.base)
        archive = archives.get(base) or archives.get(one.base)
        found += _whole(one, archive, web, archives)
        if archive is None and (why := omitted.get(base) or omitted.get(dirname(base))):
            gaps.append(Gap(f"what is inside {one.base}", f"it was not captured: {why}"))
    return Found(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(gaps)))


def _listening(ports: tuple[int, ...], server: Application) -> tuple[int, ...]:
    found = tuple(sorted({port for port in ports if not server.pids or port in server.ports}))
    return found or tuple(sorted(set(ports)))


def below(folder: str, seen: Seen, paths: str = "") -> Iterator[Deployment]:
    """Archives and unpacked applications directly in a folder; an archive wins over its own unpacked copy.

    :param paths: how the server makes a context path of a name: "tomcat" (``a#b``, ``ROOT``), "jetty" (``root``), or
        as it is.
    """
    place = seen.real(folder)
    inventory = seen.snapshot.inventory
    names = {one.path for one in inventory.get(Archives).archives if _is_in(one.path, place) and one.kind in _KINDS}
    names |= {
        one.path
        for one in inventory.get(Content).entries
        if one.kind == "directory" and _is_in(one.path, place) and not basename(one.path).startswith(".")
    }
    stems = {name.rpartition(".")[0] for name in names if name.endswith((".war", ".ear"))}
    for name in sorted(names):
        if name.endswith((".war", ".ear", ".rar", ".sar", ".jar")) or name not in stems:
            yield Deployment(context_path(basename(name), paths), name, name)


def context_path(file: str, manner: str = "") -> str | None:
    """The context path that a file's or folder's name gives; None of what is no web application."""
    if file.endswith((".ear", ".jar", ".rar", ".sar")):
        return None
    stem = file.removesuffix(".war").split("##")[0]
    if stem == "ROOT" or (manner == "jetty" and stem.lower() == "root"):
        return "/"
    return "/" + (stem.replace("#", "/") if manner == "tomcat" else stem)


def _is_in(path: str, folder: str) -> bool:
    return dirname(path) == folder


def _whole(
    one: Deployment, archive: Archive | None, server: Application, archives: Mapping[str, Archive]
) -> Iterator[Application]:
    """The application, and behind an EAR its modules."""
    made = _application(one, archive, server)
    yield made
    modules = dict(archive.modules) if archive else {}
    prefixes = (f"{archive.path}!/", f"{archive.path}/") if archive and archive.kind == "ear" else ()
    for path, inside in sorted(archives.items()):
        prefix = next((one for one in prefixes if path.startswith(one)), None)
        if prefix is None or (inside.kind == "jar" and path[len(prefix) :] not in modules):
            continue
        name = path[len(prefix) :]
        context = inside.context_path or modules.get(name)
        context = context if context and context.startswith("/") else context_path(basename(name))
        yield replace(_application(Deployment(context, path, path), inside, server), within=made.name)


def _application(one: Deployment, archive: Archive | None, server: Application) -> Application:
    kind = archive.kind if archive and archive.kind in _KINDS else _kind(one.base, one.name or "")
    path = one.path if kind in ("war", "jar") else None
    base = one.base
    stem = re.sub(r"\.[a-z]ar$", "", basename(base))
    fallback = stem.partition("##")[2] or None
    found = Application(
        kind, "application", one.name or path or stem, fallback, base, runtime=server.runtime, within=server.name,
        paths=(path,) if path else (), ports=server.ports if path else (), configuration=one.configuration,
        resources=one.resources, settings=one.settings, seen=one.seen, data=files_of(one.resources),
    )  # fmt: skip
    return _with(found, archive) if archive else found


def _with(found: Application, archive: Archive) -> Application:
    inside = f"{archive.path}!/" if archive.size else f"{archive.path}/"
    level = (("java level", str(archive.java_level)),) if archive.java_level else ()
    servlet = (("servlet", archive.servlet_version),) if archive.servlet_version else ()
    title = (("title", archive.title),) if archive.title else ()
    natives = tuple(("native library", one) for one in archive.natives)
    modules = tuple(("module", f"{name} {what}") for name, what in archive.modules)
    return replace(
        found,
        version=archive.version or found.version,
        components=archive.components,
        resources=tuple(dict.fromkeys((*found.resources, *under(archive.uses, inside)))),
        data=tuple(dict.fromkeys((*found.data, *archive.data))),
        logs=tuple(dict.fromkeys((*found.logs, *archive.logs))),
        settings=(*found.settings, *title, *level, *servlet, *natives, *modules, *archive.settings),
    )


def _kind(*names: str) -> str:
    suffixes = (name.rpartition(".")[2] for name in names)
    return next((suffix for suffix in suffixes if suffix in _KINDS), "war")


def chosen(deployments: Iterable[Deployment], seen: Seen) -> tuple[Deployment, ...]:
    """Each with the context path that its own descriptor names, where the server heeds that."""
    archives = {one.path: one for one in seen.snapshot.inventory.get(Archives).archives}
    found = []
    for one in deployments:
        archive = archives.get(seen.real(one.base)) or archives.get(one.base)
        own = archive.context_path if archive else None
        found.append(replace(one, path=own) if own else one)
    return tuple(found)


def captured(seen: Seen, *patterns: str) -> tuple[str, ...]:
    """Captured texts whose paths match one of these expressions, by pattern, then by name."""
    either = re.compile("|".join(f"(?:{one})" for one in patterns))
    names = sorted(path for path in seen.texts if either.fullmatch(path))
    compiled = [re.compile(one) for one in patterns]
    return tuple(dict.fromkeys(path for pattern in compiled for path in names if pattern.fullmatch(path)))[:80]
