"""Supervised process trees: what may become a workload, and what is set aside with a reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from migrate.detectors import Candidate
from migrate.model.facts import Process, Secrets, Service, Socket
from migrate.model.plan import SetAside
from migrate.model.units import Units
from migrate.planning import aside, unseen
from migrate.planning.index import SHARED_DIRECTORIES, Index, normal, parent
from migrate.syntax import environment_file, java_command

_LOOPBACK = re.compile(r"^(127\.|::1$|::ffff:127\.)")
# Programs that keep others running, and do nothing else: what they keep is what counts.
_KEEPERS = frozenset(
    "supervisord supervisor.supervisord runsvdir runsv svscan svscanboot readproctitle supervise supervise-daemon"
    " supervise-daemo s6-svscan s6-supervise svlogd multilog s6-log tinylog circusd circus.circusd god monit"
    " daemontools monitor".split()
)
# What starts a program for each connection: the program's file of settings goes where that one goes.
_SUPERSERVERS = frozenset(("inetd", "xinetd"))
_INITS = frozenset("init systemd upstart openrc-init runit runit-init s6-svscan tini docker-init dumb-init".split())
_SHELLS = frozenset(
    "sh bash dash ksh zsh csh tcsh fish ash busybox su sudo login screen tmux sshd ssh sftp-server".split()
)


_BOOT_SCRIPTS = frozenset(("rc-local", "rc.local"))  # they end, and what they started goes on
_OWN_MAIL = "delivers this machine's own mail only, and nothing that is migrated sends any"


@dataclass(frozen=True, slots=True)
class Found:
    candidates: tuple[Candidate, ...]
    set_aside: tuple[SetAside, ...]
    relays: tuple[tuple[Candidate, SetAside], ...] = ()  # mail servers for this machine alone


def loopback(address: str | None) -> bool:
    """Whether only the machine itself reaches ``address``."""
    return bool(address and _LOOPBACK.match(address))


def find(host: Index) -> Found:
    """Sort every service and process tree of ``host`` into workloads-to-be and the rest."""
    kept: list[Candidate] = []
    rest: list[SetAside] = []
    relays: list[tuple[Candidate, SetAside]] = []
    sorted_out = tuple(_by_service(host))
    for service, processes in sorted_out:
        if service.manager in _SUPERSERVERS and service.active:
            continue
        why = _why_aside(host, service, processes)
        if why:
            rest.append(SetAside(f"services:{service.name}", why))
            if why == _OWN_MAIL:
                relays.append((_candidate(host, _short(service.name), service, processes), rest[-1]))
        else:
            kept.append(_candidate(host, _short(service.name), service, processes))
    for tree in _unsupervised(_left(host, sorted_out)):
        name = _process_name(tree[0])
        why = _why_tree_aside(host, tree)
        if why:
            rest.append(SetAside(f"processes:{tree[0].pid}/{name}", why))
            if why == _OWN_MAIL:
                relays.append((_candidate(host, name, None, tree), rest[-1]))
        else:
            kept.append(_candidate(host, name, None, tree))
    return Found(
        unseen.with_sockets(host.snapshot, _sockets_of_their_own(host), _merged(kept)), tuple(rest), tuple(relays)
    )


def _sockets_of_their_own(host: Index) -> Iterator[Socket]:
    """All sockets; those that pm2 holds for the programs of a cluster are as good as nobody's."""
    daemons = {process.pid for process in host.processes if process.name.startswith("PM2 v")}
    for socket in host.sockets:
        yield replace(socket, pids=()) if socket.pids and set(socket.pids) <= daemons else socket


def answered(host: Index, candidate: Candidate) -> tuple[str, ...]:
    """Services that a superserver starts for each connection: they are carried with it."""
    main = candidate.main
    kind = next((name for name in ("xinetd", "inetd") if main is not None and main.name.endswith(name)), None)
    return tuple(one.name for one in host.services if one.manager == kind and one.active)


def _by_service(host: Index) -> Iterator[tuple[Service, tuple[Process, ...]]]:
    """Each service with its processes, less those that a service further in keeps: a program of supervisord."""
    units: dict[str, list[Process]] = defaultdict(list)
    for process in host.processes:
        if process.unit:
            units[process.unit].append(process)
    services = [
        service
        for service in sorted(host.services, key=lambda one: one.name)
        if service.kind != "timer" and not service.name.endswith((".timer", ".socket", ".slice", ".scope", ".target"))
    ]
    inner = {service: _kept_program(host, service) for service in services if _inner(host, service)}
    taken = {process.pid for found in inner.values() for process in found}
    for service in services:
        if service in inner or service.manager == "monit":
            yield service, inner.get(service, ())
            continue
        found = [process for process in units.get(service.name, []) if process.pid not in taken]
        if not found and service.main_pid and service.main_pid in host.by_pid and service.main_pid not in taken:
            found = [
                process
                for process in (host.by_pid[service.main_pid], *_descendants(host.processes, service.main_pid))
                if process.pid not in taken
            ]
        yield service, _ordered(_own(host, service, found), service.main_pid)


_INNER = frozenset("supervisor circus god forever runit daemontools s6 pm2 systemd-user".split())


def _inner(host: Index, service: Service) -> bool:
    """Whether another supervisor than init keeps ``service``. Monit also watches what init keeps."""
    if service.manager != "monit":
        return service.manager in _INNER
    main = host.by_pid.get(service.main_pid or 0)
    others = {one.main_pid for one in host.services if one.manager != "monit"}
    return main is not None and main.pid not in others and (main.unit or "monit.service").startswith("monit")


def _kept_program(host: Index, service: Service) -> tuple[Process, ...]:
    """What another supervisor than init runs for ``service``: by the name it gives its children, else by their id."""
    named = [process for process in host.processes if _called(process) & {service.name}]
    above = {process.pid for process in named}
    tops = [process for process in named if process.ppid not in above]
    if not tops:
        names = {one.name for one in host.services if one.manager == "supervisor"}
        known = (host.by_pid.get(pid) for pid in (service.main_pid or 0, *service.pids))
        tops = [process for process in known if process is not None and not _called(process) & names]
    found = {one.pid: one for top in tops for one in (top, *_descendants(host.processes, top.pid))}
    return _ordered(found.values(), tops[0].pid if tops else None)


def _called(process: Process) -> frozenset[str]:
    """Names under which supervisord started it."""
    keys = ("SUPERVISOR_PROCESS_NAME", "SUPERVISOR_GROUP_NAME")
    return frozenset(value for name, value in process.environment if name in keys)


def _own(host: Index, service: Service, found: list[Process]) -> list[Process]:
    """Without what was only started from a login or a job of that service, and then left behind by its parents."""
    if not aside.starts_others(service.name):
        return found
    if not service.main_pid:
        return [] if service.name.removesuffix(".service") in _BOOT_SCRIPTS else found
    tree = {service.main_pid, *(one.pid for one in _descendants(host.processes, service.main_pid))}
    return [process for process in found if process.pid in tree]


def _init(process: Process) -> bool:
    """Whether it is what starts everything else; in a container the first process may be the service itself."""
    return process.pid == 1 and process.name in _INITS


def _left(host: Index, services: Iterable[tuple[Service, tuple[Process, ...]]]) -> tuple[Process, ...]:
    """Processes of no service."""
    names = {service.name for service, _ in services}
    covered = {process.pid for _, processes in services for process in processes}
    starting = {service.name for service, _ in services if aside.starts_others(service.name)}
    return tuple(
        process
        for process in host.processes
        if process.pid not in covered and not _init(process) and (process.unit not in names or process.unit in starting)
    )


def _ordered(processes: Iterable[Process], main_pid: int | None) -> tuple[Process, ...]:
    """The main process first: the one that is named, else the one without a parent among them, else the oldest."""
    pids = {process.pid for process in processes}
    return tuple(sorted(processes, key=lambda one: (one.pid != main_pid, one.ppid in pids, one.started or 0, one.pid)))


def _descendants(processes: tuple[Process, ...], pid: int) -> list[Process]:
    """Children, theirs, and so on; each once, whatever the host says of who is whose parent."""
    found: dict[int, Process] = {}
    waiting = [pid]
    while waiting:
        parents = set(waiting)
        children = [one for one in processes if one.ppid in parents and one.pid != pid and one.pid not in found]
        found |= {child.pid: child for child in children}
        waiting = [child.pid for child in children]
    return list(found.values())


def _why_aside(host: Index, service: Service, processes: tuple[Process, ...]) -> str | None:
    name = service.name.removesuffix(".service")
    if known := aside.reason(name):
        return known
    if not processes:
        return _waiting(host, service) or _why_without_process(service)
    if all(_keeps(process) for process in processes):
        return "keeps other programs running; each of them is a workload of its own"
    if name in aside.LOCAL_MAIL and _only_local(host, processes):
        return _OWN_MAIL
    return _port_mapper(host, processes)


def _port_mapper(host: Index, processes: tuple[Process, ...]) -> str | None:
    """Why Erlang's port mapper is no workload: each Erlang system starts one where it finds none."""
    programs = {(process.exe or "").rpartition("/")[2] for process in processes}
    systems = [process for process in host.processes if (process.exe or "").rpartition("/")[2].startswith("beam")]
    if programs == {"epmd"} and systems:
        return "finds the Erlang systems of this machine; each container starts its own beside its system"
    return None


def _keeps(process: Process) -> bool:
    """Whether it does nothing but keep others running; an interpreter that runs such a program, too."""
    words = {process.name, *(word.rpartition("/")[2] for word in process.argv[1:3])}
    return bool(words & _KEEPERS) or process.name.startswith("PM2 v")


def _waiting(host: Index, service: Service) -> str | None:
    """That a socket waits for somebody to connect, where nobody had: it is hardly used, if at all."""
    for unit in host.snapshot.inventory.get(Units).units:
        if unit.kind == "socket" and unit.active and unit.activates == service.name and not service.active:
            where = ", ".join(place for _, place in unit.listens) or unit.name
            return f"nobody had connected to {where} since the machine was started; connect once and discover again"
    return None


def _why_without_process(service: Service) -> str:
    if service.manager == "monit" and service.active:
        return "monit watches it; what keeps it running is carried as it is"
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


def _unsupervised(free: tuple[Process, ...]) -> Iterator[tuple[Process, ...]]:
    """Process trees that no service covers, by their topmost process."""
    pids = {process.pid for process in free}
    for process in free:
        if process.ppid not in pids:
            yield from _below_keepers(process, free)


def _below_keepers(process: Process, free: tuple[Process, ...]) -> Iterator[tuple[Process, ...]]:
    """The tree of ``process``; of a terminal or a keeper, itself and then each tree that it started."""
    if not _keeps(process) and not _terminal(process):
        tree = (process, *_descendants(free, process.pid))
        children = [one for one in free if one.ppid == process.pid]
        if _hands_over(process) and len(children) == 1:
            yield from _below_keepers(children[0], free)
        else:
            yield tree
        return
    yield (process,)
    for child in free:
        if child.ppid == process.pid:
            yield from _below_keepers(child, free)


def _hands_over(process: Process) -> bool:
    """Whether it only waits for the program that it started as somebody else: ``su druck -c "exec ./druckd"``."""
    program = (process.exe or process.name).rpartition("/")[2]
    return program in ("su", "sudo", "runuser", "setpriv") and len(process.argv) > 1


_TERMINALS = frozenset(("tmux", "screen", "SCREEN", "dtach", "abduco"))


def _terminal(process: Process) -> bool:
    return process.name.partition(":")[0] in _TERMINALS


def _why_tree_aside(host: Index, tree: tuple[Process, ...]) -> str | None:
    main = tree[0]
    name = _process_name(main)
    if known := aside.reason(name) or aside.reason(main.name) or _port_mapper(host, tree):
        return known
    if name in aside.LOCAL_MAIL and _only_local(host, tree):
        return _OWN_MAIL
    if _terminal(main):
        return "a terminal that was left open; what runs in it is judged by itself"
    if _keeps(main):
        return "keeps other programs running; each of them is a workload of its own"
    if any(socket.state == "listen" for socket in _sockets(host, tree) if socket.port):
        return None
    if main.ppid in (0, 1) and _own_script(host, main):
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
    named = (word for word in process.argv[1:4] if not word.startswith("-") and not word.isdecimal())
    words = [normal(word if word.startswith("/") else f"{process.cwd or '/'}/{word}") for word in named]
    return any(host.tree_of(word) and parent(word) not in SHARED_DIRECTORIES - {"/usr/local/bin"} for word in words)


def _candidate(host: Index, name: str, service: Service | None, processes: tuple[Process, ...]) -> Candidate:
    while len(processes) > 1 and _hands_over(processes[0]) and _only_child(processes):
        processes = _ordered(processes[1:], _only_child(processes))
    if service and service.environment_files and processes and not processes[0].environment:
        service = replace(service, environment=(*service.environment, *_from_files(host, service)))
    return Candidate(name, service, processes, _sockets(host, processes))


def _only_child(processes: tuple[Process, ...]) -> int | None:
    children = [one.pid for one in processes if one.ppid == processes[0].pid]
    return children[0] if len(children) == 1 else None


def _from_files(host: Index, service: Service) -> Iterator[tuple[str, str]]:
    """Variables of the unit's files, where the process wrote its title over its environment; secrets by their mark."""
    known = {(one.path, one.line): one.id for one in host.snapshot.inventory.get(Secrets).secrets}
    for path in (name.removeprefix("-") for name in service.environment_files):
        for one in environment_file.read_systemd(host.snapshot.text(path) or ""):
            secret = known.get((path, one.line))
            if secret is None:
                yield one.name, one.value
            elif "://" not in one.value:
                yield one.name, f"${{secret:{secret}}}"


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


def _java_name(command: java_command.Command) -> str | None:
    """The archive that runs, the folder of a Tomcat's instance, or the class."""
    if command.jar:
        return command.jar.rpartition("/")[2].removesuffix(".jar") or None
    base = command.property("catalina.base", "catalina.home")
    return base.rstrip("/").rpartition("/")[2] if base else (command.main or "").rpartition(".")[2] or None


def _process_name(process: Process) -> str:
    """What a person would call the process: its script or archive where an interpreter runs one."""
    words = [word for word in process.argv[1:] if not word.startswith("-")]
    program = (process.exe or (process.argv[0] if process.argv else process.name)).rpartition("/")[2]
    if program == "java" and (called := _java_name(java_command.read(process.argv))):
        return called
    if re.match(r"^(python|perl|ruby|node|nodejs|java|php|bash|sh|dash|mono)[\d.]*$", program) and words:
        script = next((word for word in words if "/" in word or "." in word), words[0])
        return re.sub(r"\.(py|pl|rb|js|mjs|jar|war|sh|php)$", "", script.rpartition("/")[2]) or program
    return program.split(" ")[0].rstrip(":")
