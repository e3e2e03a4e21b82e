"""How the kernel under a host was set up, and what it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

_KIBIBYTES = frozenset("core data fsize memlock stack rss as".split())


@dataclass(frozen=True, slots=True)
class Tunable:
    """A value of sysctl that a file sets, or that is none of the usual ones."""

    key: str
    value: str | None = None  # in force
    written: str | None = None  # what the last file that sets it says
    usual: tuple[str, ...] = ()  # the kernel's defaults, as its versions and the distributions have them
    seen: str = ""  # file:line, or the file in /proc


@dataclass(frozen=True, slots=True)
class Module:
    """A loaded kernel module."""

    name: str
    users: int | None = None  # references: other modules, open devices
    taints: str | None = None  # O: built outside the kernel's tree, P: proprietary, E: unsigned, F: forced


@dataclass(frozen=True, slots=True)
class ModuleSetting:
    """What a file says of a module."""

    kind: str  # load, options, blacklist, alias, install, remove, softdep
    module: str
    value: str | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """One line of limits.conf."""

    domain: str  # ann, @group, *, 1000:2000
    kind: str  # soft, hard, - (both)
    item: str  # nofile, nproc, memlock, rtprio, …
    value: str
    seen: str = ""

    @property
    def plain(self) -> str:
        """The value in the units that the kernel counts in."""
        return in_kernel_units(self.item, self.value)


def in_kernel_units(item: str, value: str) -> str:
    """What limits.conf and ``ulimit`` count in KiB, in bytes."""
    if value in ("unlimited", "infinity", "-1"):
        return "unlimited"
    return str(int(value) * 1024) if item in _KIBIBYTES and value.isdecimal() else value


@dataclass(frozen=True, slots=True)
class Written:
    """A setting of a file."""

    key: str
    value: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class HugePages:
    """A pool of huge pages of one size."""

    size: int
    total: int
    free: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """What keeps the time right."""

    daemons: tuple[str, ...] = ()  # running ones: chronyd, ntpd, systemd-timesyncd, …
    servers: tuple[str, ...] = ()  # that they were told to ask
    synchronised: bool | None = None
    source: str | None = None  # tsc, kvm-clock, …
    sources: tuple[str, ...] = ()  # that the kernel has
    hardware_utc: bool | None = None  # whether the hardware clock keeps UTC


@dataclass(frozen=True, slots=True)
class Processor:
    model: str | None = None
    vendor: str | None = None
    features: tuple[str, ...] = ()  # those that programs are built for: avx2, aes, sse4_2, …


@dataclass(frozen=True, slots=True)
class Kernel:
    scope: ClassVar[str] = "kernel"

    tunables: tuple[Tunable, ...] = ()
    command_line: tuple[str, ...] = ()  # secrets are masked
    modules: tuple[Module, ...] = ()
    module_settings: tuple[ModuleSetting, ...] = ()
    dkms: tuple[str, ...] = ()  # name/version
    tainted: int | None = None
    limits: tuple[Limit, ...] = ()
    manager: tuple[Written, ...] = ()  # systemd's own: DefaultLimitNOFILE, CPUAffinity, …
    selinux: str | None = None  # enforcing, permissive, disabled: what the kernel does
    selinux_written: str | None = None  # what its configuration says
    apparmor: bool | None = None
    profiles: tuple[tuple[str, int], ...] = ()  # of AppArmor: how many enforce, complain
    transparent_huge_pages: str | None = None  # always, madvise, never
    huge_pages: tuple[HugePages, ...] = ()  # pools that hold any
    entropy: int | None = None
    clock: Clock = Clock()
    processor: Processor = Processor()
