"""Heaps of Java virtual machines: kept as they were told, or bound to the container's limit where nobody told them.

A virtual machine that was told nothing takes a quarter of the memory that it sees. On the host that was the machine's,
in a container it would be the limit's, or, before Java 10, still the machine's: so something has to be said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.detectors import Candidate
from migrate.model.applications import Applications
from migrate.model.facts import Process
from migrate.model.plan import Variable
from migrate.planning.buffers import Ceiling, size_of
from migrate.planning.index import Index
from migrate.syntax import java_command
from migrate.syntax.java_command import Command

_MIB = 1024 * 1024
_SHARE = 70  # per cent of the limit that are heap; the rest is for metaspace, code and threads
_STACK = _MIB  # of a thread, where -Xss does not say: the default on 64-bit Linux
_METASPACE = 128 * _MIB
_CODE = 240 * _MIB  # ReservedCodeCacheSize's default with tiered compilation
_PARTS = 10 * _MIB  # direct memory of a program that does not ask for more: Paketo's memory calculator
_LEAST = 256 * _MIB
_NAMES = re.compile(r"^(java|jsvc|jsvc\.exec)$")


def ceilings(host: Index, candidate: Candidate, peak: int) -> tuple[Ceiling, ...]:
    """For each virtual machine of the candidate.

    :param peak: bytes that all of the candidate had at its peak.
    """
    machines = [one for one in candidate.processes if _NAMES.match((one.exe or "").rpartition("/")[2])]
    return tuple(one for process in machines for one in _of(host, process, peak))


def _of(host: Index, process: Process, peak: int) -> Iterator[Ceiling]:
    command = java_command.read(process.argv, dict(process.environment), host.snapshot.text)
    heap = _told(command)
    beside = _beside(command, process)
    if heap:
        yield Ceiling(heap + beside, f"a Java heap of {heap // _MIB} MiB, kept, and {beside // _MIB} MiB beside it")
    elif not command.starting("-XX:MaxRAMPercentage", "-XX:MaxRAMFraction", "-XX:MaxRAM="):
        yield _untold(host, process, peak, beside)


def _told(command: Command) -> int | None:
    """The largest heap that was asked for; the last word counts."""
    found = [size_of(word[4:]) for word in command.starting("-Xmx")]
    found += [size_of(word.partition("=")[2]) for word in command.starting("-XX:MaxHeapSize=")]
    return found[-1] if found else None


def _beside(command: Command, process: Process) -> int:
    stack = next((size_of(word[4:]) for word in command.starting("-Xss")), None) or _STACK
    classes = _limit(command, "MaxMetaspaceSize") or _limit(command, "MaxPermSize") or _METASPACE
    code = _limit(command, "ReservedCodeCacheSize") or _CODE
    direct = _limit(command, "MaxDirectMemorySize") or _PARTS
    return classes + code + direct + (process.threads or 0) * stack


def _limit(command: Command, name: str) -> int | None:
    return next((size_of(word.partition("=")[2]) for word in command.starting(f"-XX:{name}=")), None)


def _untold(host: Index, process: Process, peak: int, beside: int) -> Ceiling:
    quarter = (host.system.memory or 0) // 4
    if _sees_containers(_version(host, process)):
        size = max(int(peak * 1.5), _LEAST + beside)
        why = f"nobody limited the heap: {_SHARE} % of the container's limit, instead of a quarter of the machine"
        return Ceiling(size, why, (_options(f"-XX:MaxRAMPercentage={_SHARE}.0", why),))
    heap = max(quarter, _LEAST)
    why = f"nobody limited the heap: a quarter of the machine's memory, {heap // _MIB} MiB, as it was"
    return Ceiling(heap + beside, why, (_options(f"-Xmx{heap // _MIB}m", why),))


def _options(option: str, because: str) -> Variable:
    return Variable("JAVA_TOOL_OPTIONS", option, because)


def _version(host: Index, process: Process) -> str | None:
    for one in host.snapshot.inventory.get(Applications).applications:
        if process.pid in one.pids and (one.runtime or "").startswith("java "):
            return (one.runtime or "").removeprefix("java ")
    return None


def _sees_containers(version: str | None) -> bool:
    """Java 10 and later, and 8 from update 191, know the limit of their container (JDK-8146115)."""
    found = re.match(r"(?:1\.)?(\d+)(?:\.0)?(?:[_u.](\d+))?", version or "")
    if found is None:
        return False
    major = int(found[1])
    return major >= 10 or (major == 8 and int(found[2] or 0) >= 191)
