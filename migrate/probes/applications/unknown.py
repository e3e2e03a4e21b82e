"""What runs and no finder knows: every service of somebody's own, and whatever listens, by its unit or its program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from posixpath import basename

from migrate.model.applications import Application
from migrate.model.facts import Process, Processes, Service, Services, Socket, Sockets
from migrate.probes.applications import Found, projects
from migrate.probes.applications.making import application, paths, script, unique, written
from migrate.probes.servers import Instance, Seen

# What every machine has, whatever it is for.
_MACHINE = (
    "systemd", "init", "upstart", "openrc", "runit", "dhclient", "dhcpcd", "udhcpc", "NetworkManager", "wpa_supplicant",
    "sshd", "dropbear", "rpcbind", "portmap", "dbus-daemon", "dbus-broker", "cron", "crond", "atd", "anacron", "agetty",
    "getty", "mingetty", "login", "udevd", "acpid", "irqbalance", "polkitd", "rngd", "haveged", "lvmetad", "dmeventd",
    "multipathd", "mdadm", "ModemManager", "accounts-daemon", "packagekitd", "unattended-upgr", "networkd-dispat",
    "gpm", "mcelog", "kdump", "iscsid", "qemu-ga", "vmtoolsd", "VGAuthService", "hv_kvp_daemon", "walinuxagent",
    "cloud-init", "amazon-ssm-agen", "google_guest_ag", "snapd", "rpc.statd", "rpc.idmapd", "rpc.gssd", "gssproxy",
    "tuned", "udisksd", "upowerd", "rtkit-daemon", "thermald", "bash", "sh", "dash", "sudo", "su", "sftp-server",
    "screen", "tmux", "ssh-agent", "gpg-agent", "dirmngr", "sleep", "tail", "fwupd",
)  # fmt: skip
# They start what others have written: a process below one of them is no part of it.
_STARTERS = frozenset(("supervisor", "inetd", "xinetd", "monit", "docker", "puppet", "salt", "chef-client"))


def rest(seen: Seen, found: tuple[Application, ...]) -> Found:
    """Applications of the processes that nobody claimed."""
    by_pid = {one.pid: one for one in seen.snapshot.inventory.get(Processes).processes}
    claimed = {pid for one in found for pid in one.pids}
    starters = {pid for one in found if one.kind in _STARTERS for pid in one.pids}
    sockets = seen.snapshot.inventory.get(Sockets).sockets
    listening = {pid for one in sockets if _listens(one) for pid in one.pids}
    services = {one.main_pid: one for one in seen.snapshot.inventory.get(Services).services if one.main_pid}

    def ours(one: Process) -> bool:
        return not _machine(one) and not _claimed(one, by_pid, claimed, starters)

    wanted = [one for one in by_pid.values() if ours(one) and (one.pid in listening or _own(seen, one, services))]
    tops = {_top(one, by_pid, ours) for one in wanted}
    return Found(tuple(_service(seen, by_pid[pid], by_pid, services.get(pid)) for pid in sorted(tops)))


def _listens(one: Socket) -> bool:
    return bool(one.port) and (one.state == "listen" or (one.protocol == "udp" and one.state == "unconnected"))


def _machine(one: Process) -> bool:
    names = (basename(one.exe or ""), one.name)
    return one.pid <= 2 or any(name in _MACHINE or name.startswith(("systemd-", "(sd-")) for name in names)


def _claimed(one: Process, by_pid: Mapping[int, Process], claimed: Iterable[int], starters: Iterable[int]) -> bool:
    """Whether it is, or was started by, what a finder knows."""
    current: Process | None = one
    for _ in range(64):
        if current is None or (current.pid in starters and current.pid != one.pid):
            return False
        if current.pid in claimed:
            return True
        current = by_pid.get(current.ppid)
    return False


def _own(seen: Seen, one: Process, services: Mapping[int, Service]) -> bool:
    """Whether a service runs a program that no package owns."""
    if one.pid not in services and not (one.unit or "").endswith(".service"):
        return False
    program = script(one.argv) or one.exe
    return bool(program and program.startswith("/")) and program not in seen.owners


def _top(one: Process, by_pid: Mapping[int, Process], ours: Callable[[Process], bool]) -> int:
    """The first process of the tree that it is in, as far as nobody else has it."""
    for _ in range(64):
        above = by_pid.get(one.ppid)
        if above is None or not ours(above) or above.unit != one.unit:
            return one.pid
        one = above
    return one.pid


def _service(seen: Seen, one: Process, by_pid: Mapping[int, Process], service: Service | None) -> Application:
    pids = tuple(sorted(_below(one.pid, by_pid)))
    uids = unique((one.uid, *(by_pid[pid].uid for pid in pids)))
    unit = one.unit if (one.unit or "").endswith(".service") else service.name if service else None
    instance = Instance(one.argv, dict(one.environment), one.cwd, one.exe, pids, uids, unit)
    program = script(one.argv) or one.exe
    data, logs = written(seen, pids)
    name = (unit or "").removesuffix(".service") or basename(
        program if program and not program.endswith("box") else one.name
    )
    base = one.cwd if one.cwd != "/" else None
    configuration = _configuration(seen, one, program)
    return application(
        seen,
        instance,
        "service",
        "other",
        name=name,
        base=base,
        configuration=configuration,
        data=data,
        logs=logs,
        resources=projects.told_by_environment(instance),
    )


def _below(pid: int, by_pid: Mapping[int, Process]) -> Iterator[int]:
    found = {pid}
    for _ in range(64):
        more = {one.pid for one in by_pid.values() if one.ppid in found and one.pid not in found}
        if not more:
            break
        found |= more
    return iter(found)


def _configuration(seen: Seen, one: Process, program: str | None) -> tuple[str, ...]:
    """Captured files that its command line names."""
    words = [word.rpartition("=")[2] for word in one.argv[1:]]
    return tuple(seen.real(path) for path in paths(words) if path in seen.texts and path != program)


REST = rest
