"""How packets come to a host and leave it: interfaces, routes, packet filters, proxies, and who tells it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface; its addresses are in the scope ``network``."""

    name: str
    kind: str | None = None  # ethernet, loopback, bond, bridge, vlan, tun, tap, vxlan, wireguard, infiniband, …
    mtu: int | None = None
    state: str | None = None  # up, down, unknown
    mac: str | None = None
    members: tuple[str, ...] = ()  # of a bond, a bridge, or what a VLAN lies on
    vlan: int | None = None
    mode: str | None = None  # of a bond: active-backup, 802.3ad


@dataclass(frozen=True, slots=True)
class Route:
    destination: str  # with prefix length; the default is 0.0.0.0/0 or ::/0
    interface: str
    gateway: str | None = None
    metric: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a packet filter. What is not told by a field stands in ``text``."""

    family: str  # ip, ip6, inet, arp, bridge
    table: str  # filter, nat, …
    chain: str
    action: str | None = None  # accept, drop, reject, redirect, dnat, snat, masquerade, log, jump
    protocol: str | None = None
    ports: tuple[str, ...] = ()  # of the destination: 80, 8000:8010
    to: str | None = None  # where it is redirected: :8080, 10.0.0.5:80; the chain of a jump
    source: str | None = None
    destination: str | None = None
    interface: str | None = None  # where it came in
    text: str = ""
    active: bool = True  # in force; False for a rule that stands in a file alone
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What becomes of packets that no rule of a chain takes."""

    family: str
    table: str
    chain: str
    policy: str


@dataclass(frozen=True, slots=True)
class Firewall:
    """A program that keeps the packet filter, by its configuration."""

    name: str  # ufw, firewalld, SuSEfirewall2, shorewall, csf
    enabled: bool | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Wrapper:
    """One line of hosts.allow or hosts.deny."""

    action: str  # allow, deny
    daemons: tuple[str, ...]
    clients: tuple[str, ...]
    options: tuple[str, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that the machine's programs are told to use. Credentials are masked."""

    name: str  # http_proxy, Acquire::http::Proxy, proxy, no_proxy
    value: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """A directory that the machine takes accounts or tickets from."""

    kind: str  # sssd, ldap, kerberos, winbind, nis
    domain: str | None = None  # domain, realm or workgroup
    servers: tuple[str, ...] = ()
    base: str | None = None
    provider: str | None = None  # of SSSD: ad, ldap, ipa
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Routing:
    scope: ClassVar[str] = "routing"

    interfaces: tuple[Interface, ...] = ()
    routes: tuple[Route, ...] = ()
    policies_of_routing: tuple[str, ...] = ()  # lines of `ip rule` that are not the kernel's three
    rules: tuple[Rule, ...] = ()
    policies: tuple[Policy, ...] = ()
    firewalls: tuple[Firewall, ...] = ()
    wrappers: tuple[Wrapper, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    name_sources: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of nsswitch.conf: (passwd, (files, sss))
    memberships: tuple[Membership, ...] = ()
