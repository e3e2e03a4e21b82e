"""What a host keeps its data on: disks, volumes, arrays, swap, and the file systems it mounts and exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One line of fstab."""

    device: str  # as written: UUID=…, /dev/sdb1, server:/export
    path: str  # "none" of swap
    filesystem: str
    options: tuple[str, ...] = ()  # a password among them is masked
    network: bool = False
    mounted: bool | None = None  # something is mounted there, or the swap is in use, now
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Swap:
    device: str
    kind: str  # partition, file
    size: int | None = None
    used: int | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Disk:
    """A block device that is a whole: a disk, an array, a volume. RAM disks and loop devices are left out."""

    name: str  # sda, nvme0n1, md0, dm-0
    kind: str = "disk"  # disk, optical, array, lvm, crypt, multipath, mapped, replicated (DRBD), network (Ceph)
    size: int | None = None
    model: str | None = None
    vendor: str | None = None
    rotational: bool | None = None
    removable: bool | None = None
    read_only: bool | None = None
    mapped: str | None = None  # the mapper's name: vg0-root
    group: str | None = None  # of LVM
    volume: str | None = None
    members: tuple[str, ...] = ()  # what it is made of: sda2, sdb2
    partitions: tuple[tuple[str, int], ...] = ()  # name and size


@dataclass(frozen=True, slots=True)
class Array:
    """A software RAID."""

    name: str
    level: str | None = None
    state: str | None = None  # active, inactive, …
    members: tuple[str, ...] = ()
    missing: int | None = None  # members that should be there and are not
    blocks: int | None = None  # bytes


@dataclass(frozen=True, slots=True)
class Export:
    """A directory that NFS gives to one kind of client."""

    path: str
    client: str
    options: tuple[str, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Automount:
    """What autofs mounts when it is asked for."""

    path: str
    map: str | None = None  # of a line of the master map
    source: str | None = None  # of an entry of a map
    options: tuple[str, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class RuntimeDirectory:
    """A directory below /run that is made anew at each start, for sockets, pid files and the like."""

    path: str
    uid: int
    gid: int
    mode: int


@dataclass(frozen=True, slots=True)
class Storage:
    scope: ClassVar[str] = "storage"

    table: tuple[TableEntry, ...] = ()
    swaps: tuple[Swap, ...] = ()
    disks: tuple[Disk, ...] = ()
    arrays: tuple[Array, ...] = ()
    exports: tuple[Export, ...] = ()
    automounts: tuple[Automount, ...] = ()
    encrypted: tuple[tuple[str, str], ...] = ()  # name and device of crypttab
    targets: tuple[str, ...] = ()  # iSCSI targets whose disks are attached
    quotas: tuple[str, ...] = ()  # mount points with quotas turned on in fstab
    runtime: tuple[RuntimeDirectory, ...] = ()  # without those of sessions and of the init system
