"""What ties programs to the machine: devices, groups, sockets, memory, processors that a container has to be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class User:
    """A process that a binding concerns."""

    pid: int
    name: str
    unit: str | None = None  # nginx.service


@dataclass(frozen=True, slots=True)
class Device:
    """A device that a process holds open. Terminals and the devices of every container are left out."""

    path: str
    kind: str  # serial, gpu, kvm, tun, fuse, sound, tape, disk, watchdog, …; other
    user: User


@dataclass(frozen=True, slots=True)
class Hardware:
    """Something plugged in that an application may need: of USB all, of PCI what only some programs use."""

    bus: str  # usb, pci
    vendor: str  # four hexadecimal digits
    product: str
    kind: str | None = None  # licence-dongle, smart-card, serial, gpu, storage-network, telephony, crypto
    name: str | None = None  # as the device or the table of dongles says
    serial: str | None = None
    place: str = ""  # 1-1.2, 0000:03:00.0


@dataclass(frozen=True, slots=True)
class Multicast:
    """A group that the machine has joined. The groups that every machine is in are left out."""

    group: str
    interface: str
    users: tuple[User, ...] = ()  # processes with a socket bound to the group; the kernel tells no more
    possible: tuple[User, ...] = ()  # where there is none: those that receive UDP on every address


@dataclass(frozen=True, slots=True)
class RawSocket:
    """A socket beside TCP and UDP."""

    kind: str  # raw, packet
    protocol: int | None = None
    users: tuple[User, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheduling:
    """A process that is not scheduled as others are."""

    user: User
    policy: str | None = None  # fifo, round-robin, batch, idle, deadline
    priority: int | None = None  # of real time
    nice: int | None = None
    processors: str | None = None  # where it may run, if not on all: 0-3,8
    locked: int | None = None  # bytes of memory that are locked
    huge: int | None = None  # bytes in huge pages


@dataclass(frozen=True, slots=True)
class SharedMemory:
    """An object of System V IPC."""

    kind: str  # shared-memory, semaphores, messages
    key: str  # hexadecimal
    uid: int
    mode: int
    size: int | None = None  # bytes; semaphores: how many
    attached: int | None = None
    creator: User | None = None


@dataclass(frozen=True, slots=True)
class Confined:
    """Processes that see another root or are in namespaces of their own: chroots, and containers that run already."""

    kind: str  # chroot, docker, podman, lxc, kubernetes, nspawn, namespaces
    name: str | None = None  # a container's name or id
    image: str | None = None
    root: str | None = None  # of a chroot
    namespaces: tuple[str, ...] = ()  # mnt, pid, net
    users: tuple[User, ...] = ()


@dataclass(frozen=True, slots=True)
class Bindings:
    scope: ClassVar[str] = "bindings"

    devices: tuple[Device, ...] = ()
    hardware: tuple[Hardware, ...] = ()
    multicast: tuple[Multicast, ...] = ()
    raw_sockets: tuple[RawSocket, ...] = ()
    scheduling: tuple[Scheduling, ...] = ()
    ipc: tuple[SharedMemory, ...] = ()
    confined: tuple[Confined, ...] = ()
