"""What ran: services, processes, sockets, jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migrate.emission.fates import CARRIED, CHANGED, DROPPED, Case, Entries
from migrate.model.facts import Job, Process, Processes, Schedule, Service, Services, Socket, Sockets
from migrate.model.ledger import Entry
from migrate.model.plan import Port, Workload
from migrate.quoting import slug

_PARTS = (".timer", ".socket", ".slice", ".scope", ".target", ".mount", ".automount", ".path", ".device", ".swap")


def services(case: Case) -> Entries:
    for service in case.snapshot.inventory.get(Services).services:
        yield _service(case, service)


def _service(case: Case, service: Service) -> Entry:
    fact = f"services:{service.name}"
    for workload in case.workloads:
        if service.name in workload.services:
            return case.entry(fact, CARRIED, workload.name, workload.because)
    left_out = next(
        (one for one in case.plan.workloads if service.name in one.services and one.host == case.host), None
    )
    if left_out is not None:
        return case.entry(fact, DROPPED, "plan.yaml", f"the plan leaves {left_out.name} out (migrate: false)")
    if service.name.endswith(_PARTS) and fact not in case.aside:
        return case.entry(
            fact, DROPPED, "", "a unit that starts or groups others; containers are started by their platform"
        )
    return case.undecided(fact)


def processes(case: Case) -> Entries:
    """A process goes where its service or its parent went."""
    found = case.snapshot.inventory.get(Processes).processes
    by_pid = {process.pid: process for process in found}
    for process in found:
        yield _process(case, process, by_pid)


def process_fact(process: Process) -> str:
    return f"processes:{process.pid}/{process.name}"


def _process(case: Case, process: Process, by_pid: Mapping[int, Process]) -> Entry:
    fact = process_fact(process)
    workload = _workload(case, process.pid, by_pid)
    if workload:
        return case.entry(fact, CARRIED, workload, f"a process of {workload}")
    trees = {
        one.partition(":")[2].partition("/")[0]: why for one, why in case.aside.items() if one.startswith("processes:")
    }
    for current in _line(process.pid, by_pid):
        why = case.aside.get(f"services:{current.unit}") or trees.get(str(current.pid))
        if why:
            return case.entry(fact, DROPPED, "", why)
    because = (
        "init itself" if process.pid == 1 else "no service stands behind it: a session, or a helper of the machine"
    )
    return case.entry(fact, DROPPED, "", because)


def sockets(case: Case) -> Entries:
    """Listening ones; established connections are evidence for couplings, not things to carry."""
    by_pid = {process.pid: process for process in case.snapshot.inventory.get(Processes).processes}
    for socket in case.snapshot.inventory.get(Sockets).sockets:
        if socket.state == "listen" or (
            socket.state == "unconnected" and socket.protocol == "udp" and not socket.peer_port
        ):
            yield _socket(case, socket, by_pid)


def socket_fact(socket: Socket) -> str:
    if socket.path is not None:
        return f"sockets:{socket.protocol}/{socket.path}"
    address = f"[{socket.address}]" if ":" in (socket.address or "") else socket.address or "?"
    return f"sockets:{socket.protocol}/{address}:{socket.port}"


def _socket(case: Case, socket: Socket, by_pid: Mapping[int, Process]) -> Entry:
    fact = socket_fact(socket)
    owners = {_workload(case, pid, by_pid) for pid in socket.pids}
    for workload in case.workloads:
        port = next((one for one in workload.ports if (one.port, one.protocol) == (socket.port, socket.protocol)), None)
        # What pm2 holds for a program is that program's.
        if port is not None and (workload.name in owners or owners <= {None}):
            return _served(case, fact, workload, port)
        if workload.name in owners:
            return case.entry(fact, CARRIED, workload.name, f"{workload.name} makes it in its container")
    for pid in socket.pids:
        if pid in by_pid:
            entry = _process(case, by_pid[pid], by_pid)
            return case.entry(fact, entry.fate, entry.where, entry.because)
    return case.undecided(fact) if fact in case.aside else case.entry(fact, DROPPED, "", _nobodys(socket))


def _workload(case: Case, pid: int, by_pid: Mapping[int, Process]) -> str | None:
    """The workload that a process or one of its parents belongs to."""
    for current in _line(pid, by_pid):
        for workload in case.workloads:
            if current.pid in workload.pids or (current.unit and current.unit in workload.services):
                return workload.name
    return None


def _line(pid: int, by_pid: Mapping[int, Process]) -> Iterator[Process]:
    """The process, its parent, and so on."""
    seen: set[int] = set()
    while pid in by_pid and pid not in seen:
        seen.add(pid)
        yield by_pid[pid]
        pid = by_pid[pid].ppid


def _served(case: Case, fact: str, workload: Workload, port: Port) -> Entry:
    if port.publish is not None:
        return case.entry(fact, CARRIED, "compose.yaml", f"{workload.name} listens there; published on {port.publish}")
    return case.entry(fact, CHANGED, "compose.yaml", f"{workload.name} listens there, for the other containers only")


def _nobodys(socket: Socket) -> str:
    if socket.path is not None:
        return "a local socket of a service that is not carried"
    return "no process is known that listens there"


def schedule(case: Case) -> Entries:
    for job in case.snapshot.inventory.get(Schedule).jobs:
        yield _job(case, job)


def job_fact(job: Job) -> str:
    return f"schedule:{job.source}" + (f":{job.line}" if job.line else f":{job.name}" if job.name else "")


def _job(case: Case, job: Job) -> Entry:
    fact = job_fact(job)
    because = job.source + (f", line {job.line}" if job.line else "")
    name = slug((job.name or "").removesuffix(".timer"))
    for workload in case.workloads:
        for one in workload.jobs:
            if one.because == because and (job.line or not job.name or one.name.startswith(name)):
                mailed = " Its output goes to standard output, not by mail." if _mails(job) else ""
                where = f"images/{workload.name}/rootfs/etc/cron.d/migrate"
                return case.entry(fact, CARRIED, where, f"job {one.name} of {workload.name}.{mailed}")
    return case.undecided(fact)


def _mails(job: Job) -> bool:
    return any(name == "MAILTO" and value for name, value in job.environment)


FATES = {
    "services": services,
    "processes": processes,
    "sockets": sockets,
    "schedule": schedule,
}
