"""What tied programs to the machine. A container has to be given it, so what a workload uses needs a person."""

from __future__ import annotations

from migrate.emission.fates import ASK, CARRIED, DROPPED, Case, Entries, joined
from migrate.model.bindings import Bindings, Confined, Device, Hardware, Multicast, Scheduling, SharedMemory, User
from migrate.model.facts import Processes

# Names and services found on the local network: mDNS, LLMNR, SSDP, DHCP, routers, bridges.
_LOCAL = frozenset(
    "224.0.0.2 224.0.0.22 224.0.0.106 224.0.0.251 224.0.0.252 ff02::2 ff02::6a ff02::fb ff02::1:2 ff02::1:3 ff05::2 "
    "ff05::1:3 ff01::2".split()
)
_OURS = ("docker", "podman", "lxc", "kubernetes", "nspawn")


def bindings(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Bindings)
    owners = _owners(case)
    for device in facts.devices:
        yield case.entry(f"bindings:device/{device.path}/{device.user.pid}", *_device(device, owners))
    for one in facts.hardware:
        yield case.entry(f"bindings:{one.bus}/{one.place}", *_hardware(one))
    for group in facts.multicast:
        yield case.entry(f"bindings:multicast/{group.group}/{group.interface}", *_multicast(group, owners))
    for socket in facts.raw_sockets:
        users = _workloads(socket.users, owners)
        because = f"sends and receives {socket.kind} packets: it needs the capability NET_RAW"
        fate = (ASK, users, f"{users} {because}") if users else (DROPPED, "", "of no workload")
        yield case.entry(f"bindings:{socket.kind}-socket/{socket.protocol}", *fate)
    spread = _spread(facts, owners)
    for scheduled in facts.scheduling:
        user = scheduled.user
        yield case.entry(f"bindings:scheduling/{user.pid}/{user.name}", *_scheduling(scheduled, owners, spread))
    for shared in facts.ipc:
        yield case.entry(f"bindings:{shared.kind}/{shared.key}/{shared.uid}", *_ipc(shared, owners))
    for confined in facts.confined:
        name = confined.name or confined.root or joined([user.name for user in confined.users])
        yield case.entry(f"bindings:{confined.kind}/{name}", *_confined(confined, owners))


def _owners(case: Case) -> dict[int, str]:
    """The workload of each process: its own, or that of one above it."""
    found = {pid: one.name for one in case.workloads for pid in one.pids}
    units = {unit: one.name for one in case.workloads for unit in one.services}
    processes = case.snapshot.inventory.get(Processes).processes
    found |= {one.pid: units[one.unit] for one in processes if one.unit in units and one.pid not in found}
    parents = {one.pid: one.ppid for one in processes}
    for pid in parents:
        seen, up = {pid}, parents[pid]
        while up not in found and up in parents and up not in seen:
            seen.add(up)
            up = parents[up]
        if pid not in found and up in found:
            found[pid] = found[up]
    return found


def _workloads(users: tuple[User, ...], owners: dict[int, str]) -> str:
    return joined([owners[user.pid] for user in users if user.pid in owners])


def _device(device: Device, owners: dict[int, str]) -> tuple[str, str, str]:
    if workload := owners.get(device.user.pid):
        return ASK, workload, f"{workload} holds {device.path} open: its container has to be given it"
    return DROPPED, "", f"held by {device.user.name}, which is not carried"


def _hardware(one: Hardware) -> tuple[str, str, str]:
    if one.kind == "licence-dongle":
        text = (
            f"{one.name}: a program looks for it as its licence; plug it into the new host and give it to the container"
        )
        return ASK, "", text
    return DROPPED, "", "the new host has devices of its own; what a workload holds open is told for itself"


def _multicast(group: Multicast, owners: dict[int, str]) -> tuple[str, str, str]:
    if group.group in _LOCAL:
        return DROPPED, "", "the machine's own neighbourhood"
    users = _workloads(group.users, owners)
    perhaps = _workloads(group.possible, owners)
    who = users or joined([user.name for user in group.users]) or (f"perhaps {perhaps}" if perhaps else "a program")
    return (
        ASK,
        users or perhaps,
        f"{who} listens to {group.group} on {group.interface}: container networks carry no multicast",
    )


def _spread(facts: Bindings, owners: dict[int, str]) -> set[str]:
    """Workloads that put each of their processes on a processor of its own as they start."""
    sets: dict[str, set[str]] = {}
    for one in facts.scheduling:
        if one.processors and (name := owners.get(one.user.pid)):
            sets.setdefault(name, set()).add(one.processors)
    return {name for name, processors in sets.items() if len(processors) > 1}


def _scheduling(one: Scheduling, owners: dict[int, str], spread: set[str]) -> tuple[str, str, str]:
    workload = owners.get(one.user.pid)
    if workload is None:
        return DROPPED, "", f"{one.user.name} is not carried"
    what = {
        "real-time priority": one.priority,
        f"processors {one.processors}": one.processors if workload not in spread else None,
        "locked memory": one.locked,
        "huge pages": one.huge,
    }
    needs = [name for name, value in what.items() if value]
    if needs:
        return ASK, workload, f"{one.user.name} has {', '.join(needs)}: its container has to be allowed them"
    if one.processors:
        return DROPPED, "", f"{workload} spreads its processes over the processors by itself"
    return DROPPED, "", "it was only more or less urgent than others"


def _ipc(one: SharedMemory, owners: dict[int, str]) -> tuple[str, str, str]:
    if one.creator and (workload := owners.get(one.creator.pid)):
        return CARRIED, workload, "made by it as it runs, in its container's own memory"
    return DROPPED, "", "no workload that runs is known to have made it"


def _confined(one: Confined, owners: dict[int, str]) -> tuple[str, str, str]:
    if one.kind in _OURS:
        what = f" of {one.image}" if one.image else ""
        return ASK, "", f"a container{what} ({one.kind}) is on the host already: move it as it is"
    if one.kind == "chroot" and (users := _workloads(one.users, owners)):
        return CARRIED, users, f"it goes into {one.root} by itself when it starts"
    return DROPPED, "", "a view of the machine of its own; a container is one, too"


FATES = {"bindings": bindings}
