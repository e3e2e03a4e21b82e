"""From a virtual machine to the facts of the application that it runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import basename, dirname
from typing import TypeVar

from migrate.model.applications import Application, Component, Resource
from migrate.planning.secrets import find_in_variables
from migrate.probes.java import Machine, runtimes
from migrate.probes.servers import Seen

T = TypeVar("T")

# System properties that a container has to be told as well; what names a password is never among them.
_PROPERTIES = re.compile(
    r"user\.(timezone|language|country|region)|file\.encoding|sun\.jnu\.encoding|java\.net\.prefer\w+"
    r"|java\.awt\.headless|java\.library\.path|java\.security\.(egd|policy|auth\.login\.config|krb5\.\w+|manager)"
    r"|javax\.net\.ssl\.(trustStore|keyStore|trustStoreType|keyStoreType)|https?\.(proxyHost|proxyPort|nonProxyHosts)"
    r"|java\.io\.tmpdir|java\.rmi\.server\.hostname|jdk\.tls\.\w+|https\.protocols|spring\.(profiles\.active"
    r"|config\.(location|additional-location|import|name))|server\.port|log4j2?\.(configuration|configurationFile)"
    r"|log4j2\.formatMsgNoLookups|logback\.configurationFile|logging\.config(uration)?|config\.(file|resource)"
    r"|java\.util\.logging\.config\.file|org\.apache\.el\.parser\.\w+|quarkus\.\w[\w.]*|micronaut\.environments"
    r"|wlp\.\w[\w.]*|java\.endorsed\.dirs|oracle\.net\.tns_admin|hazelcast\.\w[\w.]*|jgroups\.\w[\w.]*"
)
_HEAP = re.compile(r"(-Xm[sxn]|-Xss)(\d+[kmgtKMGT]?)|-XX:(Max|Initial|Min)?(MetaspaceSize|PermSize|HeapSize)=(\S+)")
_OTHER = re.compile(
    r"-XX:(MaxRAMPercentage|InitialRAMPercentage|MaxDirectMemorySize|ReservedCodeCacheSize|ActiveProcessorCount"
    r"|ParallelGCThreads|HeapDumpPath|ErrorFile|OnOutOfMemoryError|MaxGCPauseMillis|ThreadStackSize)=(.*)", re.DOTALL
)  # fmt: skip
_SWITCH = re.compile(r"-XX:[+](Use(?:LargePages|TransparentHugePages|NUMA|ContainerSupport)|HeapDumpOnOutOfMemoryError"
                     r"|ExitOnOutOfMemoryError|UnlockCommercialFeatures)")  # fmt: skip
_ANYBODY_S = frozenset(("standalone", "domain", "base", "server", "default", "current", "instance", "data", "home"))
_COLLECTOR = re.compile(r"-XX:\+Use(\w+?)GC|-Xgcpolicy:(\w+)|-Xincgc")


@dataclass(frozen=True, slots=True)
class More:
    """What a finder knows besides what every virtual machine tells."""

    name: str | None = None
    kind: str | None = None
    version: str | None = None
    home: str | None = None
    base: str | None = None
    ports: tuple[int, ...] = ()  # those of its configuration, for one that does not run
    configuration: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    resources: tuple[Resource, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


def application(machine: Machine, seen: Seen, more: More) -> Application:
    """The server or program that a virtual machine runs."""
    runtime = runtimes.of(machine, seen)
    places = machine.kind
    home = more.home or machine.place(*places.home)
    base = more.base or machine.place(*places.base)
    java = (("java.home", runtime.home), ("java.vendor", runtime.vendor))
    settings = (*((name, value) for name, value in java if value), *options(machine), *more.settings)
    return Application(
        more.kind or places.name, places.role, more.name or named(machine, base), more.version,
        home, base if base != home else None, machine.unit, machine.user, tuple(sorted(machine.pids)),
        seen.ports(machine.pids) or more.ports, runtime.title, None, (), unique(more.configuration),
        outermost(map(seen.real, (*more.data, *machine.data))),
        outermost(map(seen.real, (*more.logs, *machine.logs))), unique(more.components),
        unique(more.resources), unique(settings), machine.seen,
    )  # fmt: skip


def named(machine: Machine, base: str | None) -> str:
    """What a person calls it: its unit, its directory, its archive, its class."""
    if machine.unit and not re.match(r"(user@|session|init|cron|crond|rc-local|ssh|sshd)", machine.unit):
        return machine.unit.removesuffix(".service")
    if base and basename(base):
        outer = basename(dirname(base))
        return outer if basename(base) in _ANYBODY_S and outer else basename(base)
    if machine.command.jar:
        return re.sub(r"\.[jw]ar$", "", basename(machine.command.jar))
    if machine.kind.name != "java":
        return machine.kind.name
    return (machine.command.main or machine.command.module or machine.kind.name).rpartition(".")[2] or "java"


def options(machine: Machine) -> Iterator[tuple[str, str]]:
    """Heap, collector, agents, ports for debugging and watching, and system properties that matter."""
    command = machine.command
    for word in command.options:
        if match := _HEAP.fullmatch(word):
            yield (match[1], match[2]) if match[1] else (word.partition("=")[0], match[5])
        elif match := _COLLECTOR.fullmatch(word):
            yield "gc", match[1] or match[2] or "incremental"
        elif match := _OTHER.fullmatch(word):
            yield f"-XX:{match[1]}", match[2]
        elif match := _SWITCH.fullmatch(word):
            yield f"-XX:+{match[1]}", "on"
        elif word.startswith(("-javaagent:", "-agentpath:", "-agentlib:", "-Xrunjdwp:")):
            yield from _agent(word)
    yield from properties(command.properties or {})


def properties(known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if port := known.get("com.sun.management.jmxremote.port"):
        yield "jmx port", port
    for name, value in known.items():
        if _PROPERTIES.fullmatch(name) and value:
            yield f"-D{name}", shown(name, value)


def shown(name: str, value: str) -> str:
    """A value of a setting, or what stands for it where it is a secret."""
    found = find_in_variables(((name, value),))
    for one in found:
        value = value.replace(one.value, "***")
    return value


def _agent(word: str) -> Iterator[tuple[str, str]]:
    kind, _, rest = word.partition(":")
    name, _, given = rest.partition("=")
    if "jdwp" in word:
        address = re.search(r"address=(?:[^,]*:)?(\d+)", word)
        yield "debug port", address[1] if address else "chosen when it starts"
    else:
        yield "agent", name if kind != "-agentlib" else f"lib{name}"
        if found := re.search(r"(?:^|:)(\d{4,5})(?::|$)", given):
            yield "agent port", found[1]


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Without what lies in another one of them."""
    found = tuple(dict.fromkeys(paths))
    return tuple(one for one in found if not any(one.startswith(f"{other.rstrip('/')}/") for other in found))


def unique(found: Iterable[T]) -> tuple[T, ...]:
    """Without what stands twice."""
    return tuple(dict.fromkeys(found))
