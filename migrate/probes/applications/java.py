"""Every other Java program: executable archives, daemons with names of their own, and those that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import basename, dirname

from migrate.model.applications import Application, Component, Resource
from migrate.model.facts import Archive, Archives, Content
from migrate.model.inventory import Gap
from migrate.probes.applications import Found
from migrate.probes.java import Machine, machines, told, versions
from migrate.probes.java.deployed import captured
from migrate.probes.servers import Seen
from migrate.syntax import java_libraries, java_logging, java_resources, settings
from migrate.syntax.settings import Setting

# Those that have a finder of their own.
_OTHERS = frozenset("tomcat tomee jetty wildfly jboss glassfish payara weblogic liberty websphere resin".split())
_JARS = {
    "kafka": ("kafka_2.10", "kafka_2.11", "kafka_2.12", "kafka_2.13", "kafka-clients"),
    "activemq": ("activemq-broker", "activemq-core", "activemq-client"),
    "artemis": ("artemis-server",),
    "solr": ("solr-core", "apache-solr-core"),
    "cassandra": ("apache-cassandra",),
    "karaf": ("org.apache.karaf.main", "karaf"),
    "nexus": ("nexus-main", "org.sonatype.nexus.main"),
    "sonarqube": ("sonar-application",),
    "logstash": ("logstash-core",),
    "openfire": ("openfire", "xmppserver"),
    "hadoop": ("hadoop-common",),
    "hbase": ("hbase-server",),
    "quarkus": ("io.quarkus.quarkus-core", "quarkus-core"),
    "spark": ("spark-core_2.11", "spark-core_2.12", "spark-core_2.13"),
}
_CONFIGURATION = r"/(conf|config|etc|configuration)/[^/]+\.(properties|ya?ml|xml|conf|cfg|ini|json|options)"
_SETTINGS_FILE = r"/(config/)?(application|bootstrap)[\w-]*\.(properties|ya?ml)"
_FILE = re.compile(r"(?:file:)?(/?[^\s:=]+\.(?:properties|ya?ml|xml|conf|cfg|ini|json|toml))")
_MARKS = (("Spring Boot", "spring-boot"), ("Quarkus", "quarkus"), ("Micronaut", "micronaut"), ("Play", "play"),
          ("Dropwizard", "dropwizard"), ("Vert.x", "vertx"))  # fmt: skip
_MOST_PARTS = 400


def find(seen: Seen) -> Found:
    archives = {one.path: one for one in seen.snapshot.inventory.get(Archives).archives}
    ours = [one for one in machines(seen) if one.kind.name not in _OTHERS]
    omitted = dict(seen.snapshot.inventory.get(Content).omitted)
    gaps = tuple(
        Gap(f"what is inside {one.jar}", f"it was not captured: {omitted[seen.real(one.jar)]}")
        for one in ours
        if one.jar and seen.real(one.jar) in omitted
    )
    return Found(tuple(_application(one, archives, seen) for one in ours), gaps)


def _application(machine: Machine, archives: dict[str, Archive], seen: Seen) -> Application:
    archive = archives.get(seen.real(machine.jar)) if machine.jar else None
    parts = tuple(_parts(machine, archive, seen))[:_MOST_PARTS]
    files = _configuration(machine, seen)
    given = _given(machine)
    resources = tuple(_resources(machine, archive, files, given, seen))
    context = next((one.value for one in given if one.key.endswith("context-path")), None)
    context = context or (archive.context_path if archive else None)
    made = told.application(
        machine, seen,
        told.More(
            kind=_kind(machine, parts), version=_version(machine, archive, seen), configuration=files, components=parts,
            home=_home(machine), resources=resources,
            data=(*java_resources.files_of(resources), *(archive.data if archive else ())),
            logs=tuple(_logs(machine, archive, files, given, seen)), settings=tuple(_settings(machine, archive, given)),
        ),
    )  # fmt: skip
    return replace(made, paths=(context,) if context else ())


def _home(machine: Machine) -> str | None:
    """Where the archive is that runs, where nothing else says it."""
    if machine.place(*machine.kind.home) or not machine.jar:
        return None
    return dirname(machine.jar)


def _kind(machine: Machine, parts: tuple[Component, ...]) -> str:
    if machine.kind.name != "java":
        return machine.kind.name
    names = {one.name for one in parts}
    if machine.command.arguments[:1] == ("server",) and "Dropwizard" in names:
        return "dropwizard"
    return next((kind for name, kind in _MARKS if name in names), "java")


def _version(machine: Machine, archive: Archive | None, seen: Seen) -> str | None:
    """Its own version: of the archive that runs, or of the archive that has the program's name."""
    if archive:
        return archive.version or java_libraries.split(basename(archive.path))[1]
    if machine.jar:
        return java_libraries.split(basename(machine.jar))[1]
    kind = machine.kind.name
    usual = (f"{kind}-server", f"{kind}-core", kind, f"{kind}-broker", f"{kind}.jar")
    return versions.named((*_JARS.get(kind, ()), *usual), machine, seen)


def _parts(machine: Machine, archive: Archive | None, seen: Seen) -> Iterator[Component]:
    if archive:
        yield from archive.components
    jars = (one for one in versions.used(machine, seen) if one != machine.jar)
    runtime = tuple(f"/{name}/" for name in ("jre/lib", "jmods", "jdk/lib"))
    found = [
        java_libraries.component(one, versions.of_archives((one,), seen))
        for one in jars
        if not _is_runtime(one, runtime)
    ]
    yield from java_libraries.ordered(found)


def _is_runtime(path: str, places: tuple[str, ...]) -> bool:
    return any(place in path for place in places) or path.startswith("/usr/lib/jvm/")


def _configuration(machine: Machine, seen: Seen) -> tuple[str, ...]:
    """Files that the command line names, then those of the usual names where it lives."""
    words = (*machine.command.arguments, *machine.command.options, *_located(machine))
    named = [machine.path(match[1]) for word in words for match in _FILE.finditer(word.partition("=")[2] or word)]
    places = [machine.cwd, *((dirname(machine.jar),) if machine.jar else ())]
    places += [one for one in (machine.place(*machine.kind.home), machine.place(*machine.kind.base)) if one]
    usual = "|".join(re.escape(one.rstrip("/")) for one in dict.fromkeys(places) if one.rstrip("/"))
    below = captured(seen, f"({usual}){_SETTINGS_FILE}", f"({usual}){_CONFIGURATION}") if usual else ()
    return tuple(dict.fromkeys((*(one for one in named if one in seen.texts), *below)))


def _located(machine: Machine) -> Iterator[str]:
    """Directories that Spring looks into, as files in them."""
    places = machine.command.property("spring.config.location", "spring.config.additional-location") or ""
    places = places or machine.environment.get("SPRING_CONFIG_LOCATION", "")
    for place in places.split(","):
        for name in ("application.properties", "application.yml") if place.endswith("/") else ():
            yield f"{place.removeprefix('optional:').removeprefix('file:')}{name}"


def _given(machine: Machine) -> tuple[Setting, ...]:
    """What the command line and the environment set, by the names that Spring and its like use."""
    found = [Setting(key, value, 0) for key, value in (machine.command.properties or {}).items()]
    found += [
        Setting(name[2:], value, 0)
        for name, is_set, value in (word.partition("=") for word in machine.command.arguments)
        if is_set and name.startswith("--")
    ]
    found += [
        Setting(name.lower().replace("_", "."), value, 0)
        for name, value in machine.environment.items()
        if re.fullmatch(r"[A-Z][A-Z\d_]+", name) and not name.startswith(("JAVA_", "SSH_", "XDG_"))
    ]
    return tuple(found)


def _resources(
    machine: Machine, archive: Archive | None, files: tuple[str, ...], given: tuple[Setting, ...], seen: Seen
) -> Iterator[Resource]:
    for one in java_resources.of_settings(given, machine.seen):
        yield replace(one, seen=machine.seen)
    for path in files:
        text = seen.texts[path]
        yield from (
            java_resources.in_xml(path, text) if path.endswith(".xml") else java_resources.in_settings(path, text)
        )
    if archive:
        yield from java_resources.under(archive.uses, f"{archive.path}!/")


def _settings(machine: Machine, archive: Archive | None, given: tuple[Setting, ...]) -> Iterator[tuple[str, str]]:
    if machine.command.main:
        yield "main class", machine.command.main
    if machine.jar:
        yield "archive", machine.jar
    for one in given:
        if one.key in ("spring.profiles.active", "server.port", "micronaut.environments", "quarkus.profile"):
            yield one.key, one.value
    if archive:
        yield from ((("main class", archive.main_class),) if archive.main_class else ())
        yield from ((("java level", str(archive.java_level)),) if archive.java_level else ())
        yield from archive.settings
        yield from (("native library", one) for one in archive.natives)


_LOG_KEYS = ("logging.file.name", "logging.file", "logging.file.path", "quarkus.log.file.path")


def _logs(
    machine: Machine, archive: Archive | None, files: tuple[str, ...], given: tuple[Setting, ...], seen: Seen
) -> Iterator[str]:
    yield from (machine.path(one.value) for one in given if one.key in _LOG_KEYS)
    if archive:
        yield from archive.logs
    for path in files:
        if java_logging.is_configuration(path):
            yield from java_logging.targets(path, seen.texts[path])
        elif re.search(r"(application|bootstrap)[\w-]*\.(properties|ya?ml)$", path):
            found = {one.key: one.value for one in settings.read(path, seen.texts[path])}
            yield from (found[key] for key in _LOG_KEYS if key in found)


FIND = find
