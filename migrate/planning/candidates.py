"""Supervised process trees: what may become a workload, and what is set aside with a reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from migrate.detectors import Candidate
from migrate.model.facts import Process, Service, Socket
from migrate.model.plan import SetAside
from migrate.planning import aside
from migrate.planning.index import SHARED_DIRECTORIES, Index, parent

_LOOPBACK = re.compile(r"^(127\.|::1$|::ffff:127\.)")
_SHELLS = frozenset(
    "sh bash dash ksh zsh csh tcsh fish ash busybox su sudo login screen tmux sshd ssh sftp-server".split()
)


@dataclass(frozen=True, slots=True)
class Found:
    candidates: tuple[Candidate, ...]
    set_aside: tuple[SetAside, ...]


def loopback(address: str | None) -> bool:
    """Whether only the machine itself reaches ``address``."""
    return bool(address and _LOOPBACK.match(address))


def find(host: Index) -> Found:
    """Sort every service and process tree of ``host`` into workloads-to-be and the rest."""
    kept: list[Candidate] = []
    rest: list[SetAside] = []
    for service, processes in _by_service(host):
        why = _why_aside(host, service, processes)
        if why:
            rest.append(SetAside(f"services:{service.name}", why))
        else:
            kept.append(_candidate(host, _short(service.name), service, processes))
    for tree in _unsupervised(host, {process.pid for one in kept for process in one.processes}):
        name = _process_name(tree[0])
        why = _why_tree_aside(host, tree)
        if why:
            rest.append(SetAside(f"processes:{tree[0].pid}/{name}", why))
        else:
            kept.append(_candidate(host, name, None, tree))
    return Found(_merged(kept), tuple(rest))


def _by_service(host: Index) -> Iterator[tuple[Service, tuple[Process, ...]]]:
    units: dict[str, list[Process]] = defaultdict(list)
    for process in host.processes:
        if process.unit:
            units[process.unit].append(process)
    by_pid = {process.pid: process for process in host.processes}
    for service in sorted(host.services, key=lambda one: one.name):
        if service.kind == "timer" or service.name.endswith((".timer", ".socket", ".slice", ".scope", ".target")):
            continue
        found = units.get(service.name, [])
        if not found and service.main_pid and service.main_pid in by_pid:
            found = [by_pid[service.main_pid], *_descendants(host.processes, service.main_pid)]
        yield service, _ordered(found, service.main_pid)


def _ordered(processes: Iterable[Process], main_pid: int | None) -> tuple[Process, ...]:
    """The main process first: the one that is named, else the one without a parent among them, else the oldest."""
    pids = {process.pid for process in processes}
    return tuple(sorted(processes, key=lambda one: (one.pid != main_pid, one.ppid in pids, one.started or 0, one.pid)))


def _descendants(processes: tuple[Process, ...], pid: int) -> list[Process]:
    found = [process for process in processes if process.ppid == pid]
    return found + [below for child in found for below in _descendants(processes, child.pid)]


def _why_aside(host: Index, service: Service, processes: tuple[Process, ...]) -> str | None:
    name = service.name.removesuffix(".service")
    if known := aside.reason(name):
        return known
    if not processes:
        return _why_without_process(service)
    if name in aside.LOCAL_MAIL and _only_local(host, processes):
        return "delivers this machine's own mail only; applications are given a mail relay instead"
    return None


def _why_without_process(service: Service) -> str:
    if service.state == "failed":
        return "failed on the host: it did not run when it was inventoried"
    if service.active and service.kind == "oneshot":
        return "ran once at boot and left no process"
    if service.active:
        return "active without a process of its own"
    return "stopped on the host" + ("" if service.enabled else " and not enabled")


def _only_local(host: Index, processes: tuple[Process, ...]) -> bool:
    listening = _sockets(host, processes)
    return all(loopback(socket.address) for socket in listening if socket.state == "listen" and socket.port)


def _unsupervised(host: Index, taken: set[int]) -> Iterator[tuple[Process, ...]]:
    """Process trees that no migrated service covers, by their topmost process."""
    services = {service.name for service in host.services}
    free = [one for one in host.processes if one.pid not in taken and one.pid != 1 and one.unit not in services]
    pids = {process.pid for process in free}
    for process in free:
        if process.ppid not in pids:
            yield (process, *_descendants(tuple(free), process.pid))


def _why_tree_aside(host: Index, tree: tuple[Process, ...]) -> str | None:
    main = tree[0]
    name = _process_name(main)
    if known := aside.reason(name) or aside.reason(main.name):
        return known
    if name in aside.LOCAL_MAIL and _only_local(host, tree):
        return "delivers this machine's own mail only; applications are given a mail relay instead"
    if any(socket.state == "listen" for socket in _sockets(host, tree) if socket.port):
        return None
    if name in _SHELLS or main.name in _SHELLS or main.name.startswith(("(sd-pam", "systemd")):
        return "a login session, not a service"
    if main.ppid not in (0, 1) and not _lasting(host, main):
        return "a child of something that is set aside"
    if host.owner(main.exe or "") and not _own_script(host, main):
        return "a packaged program that serves no port and that no service starts"
    return None


def _lasting(host: Index, process: Process) -> bool:
    return bool(process.exe and host.tree_of(process.exe)) or _own_script(host, process)


def _own_script(host: Index, process: Process) -> bool:
    """Whether an interpreter runs a program that no package owns."""
    words = [word for word in process.argv[1:4] if word.startswith("/")]
    return any(host.tree_of(word) and parent(word) not in SHARED_DIRECTORIES - {"/usr/local/bin"} for word in words)


def _candidate(host: Index, name: str, service: Service | None, processes: tuple[Process, ...]) -> Candidate:
    return Candidate(name, service, processes, _sockets(host, processes))


def _sockets(host: Index, processes: tuple[Process, ...]) -> tuple[Socket, ...]:
    pids = {process.pid for process in processes}
    return tuple(socket for socket in host.sockets if pids.intersection(socket.pids))


def _merged(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    """Candidates with one main process are one: an init script and the unit made of it."""
    seen: dict[int, Candidate] = {}
    for one in candidates:
        key = one.processes[0].pid
        if key not in seen or (one.service and not seen[key].service):
            seen[key] = one
    return tuple(sorted(seen.values(), key=lambda one: one.name))


def _short(name: str) -> str:
    """``postgresql@13-main.service`` is called postgresql-13-main."""
    return name.removesuffix(".service").replace("@", "-").rstrip("-")


def _process_name(process: Process) -> str:
    """What a person would call the process: its script or archive where an interpreter runs one."""
    words = [word for word in process.argv[1:] if not word.startswith("-")]
    program = (process.exe or (process.argv[0] if process.argv else process.name)).rpartition("/")[2]
    if re.match(r"^(python|perl|ruby|node|nodejs|java|php|bash|sh|dash|mono)[\d.]*$", program) and words:
        script = next((word for word in words if "/" in word or "." in word), words[0])
        return re.sub(r"\.(py|pl|rb|js|mjs|jar|war|sh|php)$", "", script.rpartition("/")[2]) or program
    return program.split(" ")[0].rstrip(":")
