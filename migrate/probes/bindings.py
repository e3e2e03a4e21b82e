"""What ties programs to the machine, as the kernel shows it: open devices, multicast groups, raw sockets, real-time
scheduling, locked memory, processors, System V objects, dongles, and containers that run there already.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from posixpath import basename

from migrate.model.bindings import (
    Bindings,
    Confined,
    Device,
    Hardware,
    Multicast,
    RawSocket,
    Scheduling,
    SharedMemory,
    User,
)
from migrate.probes import Parsed, Probe
from migrate.probes.dongles import dongle
from migrate.probes.sections import Parts, number, shell_of, split

Rows = list[list[str]]
Users = dict[int, User]

_POLICIES = {1: "fifo", 2: "round-robin", 3: "batch", 5: "idle", 6: "deadline"}
_OBJECTS = {"shm": "shared-memory", "sem": "semaphores", "msg": "messages"}
_DEVICES = (
    ("serial", r"tty(?:S|USB|ACM|AMA|O|MXUSB|R|D)\d"),
    ("gpu", r"nvidia|dri/|kfd"),
    ("kvm", r"kvm|vhost|vfio"),
    ("tun", r"net/tun"),
    ("fuse", r"fuse"),
    ("sound", r"snd/|dsp|mixer|audio"),
    ("printer", r"lp\d|usb/lp|parport"),
    ("scsi", r"sg\d|bsg/|ch\d|changer"),
    ("tape", r"n?st\d|nosst|tape"),
    ("disk", r"sd[a-z]|hd[a-z]|vd[a-z]|xvd|nvme|dm-|mapper/|md\d|sr\d|cdrom|loop|disk/"),
    ("usb", r"bus/usb/|hidraw|usb/"),
    ("watchdog", r"watchdog"),
    ("clock", r"rtc|hpet|ptp\d|pps\d"),
    ("input", r"input/"),
    ("infiniband", r"infiniband/"),
    ("telephony", r"dahdi/|zap/|capi"),
    ("i2c", r"i2c|spidev|gpio"),
    ("video", r"video\d|fb\d"),
    ("ipmi", r"ipmi"),
)
_DEVICE = [(kind, re.compile(pattern)) for kind, pattern in _DEVICES]
_CONTAINERS = (
    ("kubernetes", re.compile(r"/kubepods.*?([0-9a-f]{32,64})(?:\.scope)?$")),
    ("docker", re.compile(r"/docker[/-]([0-9a-f]{12,64})")),
    ("podman", re.compile(r"libpod-(?:conmon-)?([0-9a-f]{12,64})")),
    ("lxc", re.compile(r"/lxc(?:\.payload)?[./]([^/]+)")),
    ("nspawn", re.compile(r"/systemd-nspawn@([^/]+)\.service|/machine-([^/]+)\.scope")),
)
_PCI = {"0302": "gpu", "0b40": "co-processor", "0c04": "storage-network", "0c06": "infiniband", "0207": "infiniband"}
# DHCP, NTP, SNMP, syslog, rpcbind: daemons of machines, which join no group of an application's.
_INFRASTRUCTURE = frozenset((67, 68, 111, 123, 161, 323, 514, 546, 547))
_SERIAL = frozenset(("0403", "067b", "10c4", "1a86", "110a"))


def parse(data: bytes) -> Parsed:
    parts = split(data)
    kernel, links = list(parts.table("kernel")), list(parts.table("links"))
    users = dict(_users([*kernel, *links]))
    holders = _holders(links, users)
    facts = Bindings(
        devices=tuple(dict.fromkeys(_devices(links, users))),
        hardware=tuple(_hardware(kernel)),
        multicast=tuple(_multicast(kernel, holders)),
        raw_sockets=tuple(dict.fromkeys(_raw_sockets(kernel, holders))),
        scheduling=tuple(_scheduling(kernel, users)),
        ipc=tuple(_ipc(kernel, users)),
        confined=(*_chroots(links, users), *_containers(parts, links, users)),
    )
    return Parsed(facts, parts.gaps)


def _rows(rows: Rows, tag: str, size: int) -> Iterator[list[str]]:
    """Those of one kind with their first ``size`` fields, the tag left out."""
    return (row[1 : size + 1] for row in rows if row[0] == tag and len(row) > size)


def _users(rows: Rows) -> Iterator[tuple[int, User]]:
    for pid, name, cgroup in _rows(rows, "B", 3):
        if (known := number(pid)) is not None:
            yield known, User(known, name, _unit(cgroup))


def _unit(cgroup: str) -> str | None:
    path = cgroup.rpartition(":")[2]
    return next((one for one in path.split("/") if re.search(r"\.(service|scope|socket|mount|swap)$", one)), None)


def _holders(links: Rows, users: Users) -> dict[str, tuple[User, ...]]:
    found: dict[str, dict[User, None]] = {}
    for pid, target in _rows(links, "F", 2):
        match = re.fullmatch(r"socket:\[(\d{1,19})\]", target)
        user = users.get(number(pid) or 0)
        if match and user:
            found.setdefault(match[1], {}).setdefault(user)
    return {inode: tuple(those) for inode, those in found.items()}


def _devices(links: Rows, users: Users) -> Iterator[Device]:
    for pid, target in _rows(links, "F", 2):
        user = users.get(number(pid) or 0)
        path = target.removesuffix(" (deleted)")
        if user and path.startswith("/dev/"):
            kind = next((kind for kind, pattern in _DEVICE if pattern.match(path[5:])), "other")
            yield Device(path, kind, user)


def _hardware(rows: Rows) -> Iterator[Hardware]:
    for place, vendor, product, maker, name, serial in _rows(rows, "X", 6):
        known = dongle(vendor, product)
        kind = "licence-dongle" if known else "serial" if vendor in _SERIAL else None
        said = " ".join(word for word in (maker.strip(), name.strip()) if word)
        yield Hardware("usb", vendor, product, kind, known or said or None, serial.strip() or None, basename(place))
    for place, vendor, device, kind in _rows(rows, "Y", 4):
        vendor, device, code = (word.removeprefix("0x") for word in (vendor, device, kind))
        if vendor != "1af4":  # virtio's own
            yield Hardware("pci", vendor, device, _pci(vendor, code), place=basename(place))


def _pci(vendor: str, code: str) -> str | None:
    if code.startswith("03"):
        return "gpu" if vendor == "10de" or code.startswith("0302") else "display"
    if code.startswith("10"):
        return "crypto"
    return "accelerator" if code.startswith("12") else _PCI.get(code[:4])


# --- sockets ----------------------------------------------------------------------------------------------------------


def _multicast(rows: Rows, holders: dict[str, tuple[User, ...]]) -> Iterator[Multicast]:
    big = any(group == "E0000001" for _, group in _rows(rows, "G", 2))
    bound: dict[str, dict[User, None]] = {}
    for local, inode in _rows(rows, "U", 2):
        if (address := _address(local.partition(":")[0], big=big)) and address.is_multicast:
            bound.setdefault(str(address), {}).update(dict.fromkeys(holders.get(inode, ())))
    anywhere: dict[User, None] = {}
    for port, inode in _rows(rows, "W", 2):
        if not re.fullmatch(r"[0-9A-F]{4}", port) or int(port, 16) not in _INFRASTRUCTURE:
            anywhere.update(dict.fromkeys(holders.get(inode, ())))
    joined = [(interface, _address(group, big=big)) for interface, group in _rows(rows, "G", 2)]
    joined += [(interface, _plain6(group)) for interface, group in _rows(rows, "H", 2)]
    for interface, address in dict.fromkeys(joined):
        if address is not None and address.is_multicast and str(address) != "224.0.0.1":
            users = tuple(bound.get(str(address), {}))
            yield Multicast(str(address), interface, users, () if users or _neighbours(address) else tuple(anywhere))


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _address(word: str, *, big: bool) -> Address | None:
    """Hexadecimal words of 32 bits in the machine's byte order."""
    if not re.fullmatch(r"(?:[0-9A-F]{8}){1,4}", word) or len(word) not in (8, 32):
        return None
    data = bytes.fromhex(word)
    return ipaddress.ip_address(data if big else b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4)))


def _neighbours(address: Address) -> bool:
    """A group for this network alone: names, routers, bridges."""
    first, second = address.packed[:2]
    return address.packed[:3] == b"\xe0\0\0" if address.version == 4 else first == 0xFF and second in (1, 2)


def _plain6(word: str) -> Address | None:
    return ipaddress.IPv6Address(bytes.fromhex(word)) if re.fullmatch(r"[0-9a-f]{32}", word) else None


def _raw_sockets(rows: Rows, holders: dict[str, tuple[User, ...]]) -> Iterator[RawSocket]:
    for kind, protocol, inode in _rows(rows, "R", 3):
        known = int(protocol, 16) if re.fullmatch(r"[0-9a-fA-F]{1,4}", protocol) else None
        yield RawSocket(kind, known, holders.get(inode, ()))


# --- processes --------------------------------------------------------------------------------------------------------


def _scheduling(rows: Rows, users: Users) -> Iterator[Scheduling]:
    for pid, policy, priority, nice, processors, locked, huge in _rows(rows, "S", 7):
        if user := users.get(number(pid) or 0):
            real = number(priority) or None
            yield Scheduling(
                user,
                _POLICIES.get(number(policy) or 0),
                real,
                int(nice) if re.fullmatch(r"-?\d{1,2}", nice) and nice != "0" else None,
                processors or None,
                _kilobytes(locked),
                _kilobytes(huge),
            )


def _kilobytes(word: str) -> int | None:
    size = number(word)
    return size * 1024 if size else None


def _ipc(rows: Rows, users: Users) -> Iterator[SharedMemory]:
    for kind, key, mode, uid, size, attached, creator in _rows(rows, "C", 7):
        owner, known = number(uid), re.fullmatch(r"-?\d{1,11}", key)
        if kind not in _OBJECTS or owner is None or not known:
            continue
        yield SharedMemory(
            _OBJECTS[kind],
            f"{int(key) & 0xFFFFFFFF:08x}",
            owner,
            int(mode, 8) & 0o777 if re.fullmatch(r"[0-7]{1,5}", mode) else 0,
            number(size) if kind != "msg" else None,
            number(attached),
            users.get(number(creator) or 0),
        )


def _chroots(links: Rows, users: Users) -> Iterator[Confined]:
    found: dict[str, list[User]] = {}
    for pid, root in _rows(links, "O", 2):
        if user := users.get(number(pid) or 0):
            found.setdefault(root.removesuffix(" (deleted)"), []).append(user)
    for root, those in found.items():
        yield Confined("chroot", root=root, users=tuple(those))


def _containers(parts: Parts, links: Rows, users: Users) -> Iterator[Confined]:
    cgroups = {number(pid) or 0: cgroup for pid, _, cgroup in _rows(links, "B", 3)}
    machine = _container(cgroups.get(1, ""))
    known = {row[1]: row for row in parts.table("containers") if len(row) >= 5}
    seen: set[tuple[str, str | None]] = set()
    for pid, spaces in _rows(links, "M", 2):
        user = users.get(number(pid) or 0)
        kind, ident = _container(cgroups.get(number(pid) or 0, ""))
        kind, ident = ("namespaces", None) if (kind, ident) == machine else (kind, ident)
        if user is None or (ident and (kind, ident) in seen):
            continue
        seen.add((kind, ident))
        row = next((row for full, row in known.items() if ident and full.startswith(ident)), ["", "", "", "", ""])
        yield Confined(kind, row[2] or ident, row[3] or None, None, tuple(spaces.split()), (user,))
    for row in known.values():
        if row[0] == "docker" and row[4] == "false" and not any(row[1].startswith(one or "-") for _, one in seen):
            yield Confined("docker", row[2] or row[1], row[3] or None)


def _container(cgroup: str) -> tuple[str, str | None]:
    """What runs a process by its control group, with the container's id or name."""
    path = cgroup.rpartition(":")[2]
    for kind, pattern in _CONTAINERS:
        # The last one: the machine may be a container itself.
        if found := list(pattern.finditer(path)):
            return kind, next(group for group in found[-1].groups() if group)
    return "namespaces", None


PROBE = Probe(Bindings, shell_of(__file__), parse, budget=30)
