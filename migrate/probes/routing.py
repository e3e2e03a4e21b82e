"""Interfaces, routes, packet filters, hosts.allow, proxies, name sources and directories; nothing is loaded for it.

Rules that are in force come from iptables-save and nft; those of files are told as well where they are not in force.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from migrate.model.inventory import Gap
from migrate.model.routing import Firewall, Interface, Membership, Policy, Proxy, Route, Routing, Rule, Wrapper
from migrate.probes import Parsed, Probe
from migrate.probes.masks import hidden
from migrate.probes.sections import Parts, number, settings, shell_of, split
from migrate.syntax import netfilter

Lines = list[tuple[int, str]]
Files = Mapping[str, Lines]

_TYPES = {
    "1": "ethernet",
    "32": "infiniband",
    "512": "ppp",
    "768": "ipip",
    "772": "loopback",
    "776": "sit",
    "778": "gre",
}
_TUN, _TAP = 1, 2
# By the chains or tables that they make, who keeps rules in the filter.
_KEEPERS = (
    ("ufw", re.compile(r"ufw6?-")),
    ("firewalld", re.compile(r"firewalld$|IN_\w+|INPUT_ZONES$|IN_ZONES$")),
    ("SuSEfirewall2", re.compile(r"(?:input|forward|reject)_(?:ext|int|dmz|func)$")),
    ("shorewall", re.compile(r"(?:net|loc|dmz)[2-](?:fw|loc|dmz|net)$")),
    ("csf", re.compile(r"LOCALINPUT$|DENYIN$|ALLOWIN$")),
    ("docker", re.compile(r"DOCKER")),
    ("kubernetes", re.compile(r"KUBE-")),
    ("fail2ban", re.compile(r"f2b-|fail2ban-")),
    ("libvirt", re.compile(r"LIBVIRT_")),
)  # fmt: skip
_FILES = (
    ("iptables", re.compile(r"/etc/(?:sysconfig/ip6?tables|iptables)|/var/lib/iptables/")),
    ("nftables", re.compile(r"/etc/(?:sysconfig/)?nftables")),
    ("ufw", re.compile(r"/etc/ufw/")),
    ("firewalld", re.compile(r"/etc/firewalld/")),
    ("SuSEfirewall2", re.compile(r"/etc/sysconfig/SuSEfirewall2")),
    ("shorewall", re.compile(r"/etc/shorewall/")),
)


def parse(data: bytes) -> Parsed:
    parts = split(data)
    files, net = parts.numbered("files"), parts.numbered("net")
    table = [line.split("\t") for line in parts.lines("net") if "\t" in line[:2]]
    rules, policies = _in_force(parts)
    rules += _written(files, rules)
    facts = Routing(
        interfaces=tuple(_interfaces(table, parts.lines("members"))),
        routes=tuple(_routes(table)),
        policies_of_routing=tuple(_policy_rules(parts.lines("policies"))),
        rules=tuple(dict.fromkeys(rules)),
        policies=tuple(dict.fromkeys(policies)),
        firewalls=tuple(_firewalls(files, rules, parts.lines("keepers"))),
        wrappers=tuple(_wrappers(files)),
        proxies=tuple(_proxies(net)),
        name_sources=tuple(_name_sources(files.get("/etc/nsswitch.conf", []))),
        memberships=tuple(_memberships(net)),
    )
    return Parsed(facts, (*parts.gaps, *_cut(parts)))


def _cut(parts: Parts) -> Iterator[Gap]:
    for name in ("iptables", "ip6tables", "nft"):
        if any(line == "..." for _, line in _all(parts, name)):
            yield Gap(f"rules of the packet filter ({name})", "only the first 4,000 lines were read")


# --- interfaces and routes --------------------------------------------------------------------------------------------


def _interfaces(table: list[list[str]], members: list[str]) -> Iterator[Interface]:
    vlans = dict(_vlans(table))
    below: dict[str, dict[str, None]] = {}
    for line in members:
        name, _, rest = line.partition("/")
        below.setdefault(name, {}).setdefault(rest.removeprefix("brif/").removeprefix("lower_"))
    for row in table:
        if row[0] != "I" or len(row) < 11:
            continue
        _, name, kind, mtu, state, mac, devtype, mode, slaves, bridge, tun = row[:11]
        parts = tuple(dict.fromkeys((*slaves.split(), *below.get(name, {}), *vlans.get(name, (0, ()))[1])))
        yield Interface(
            name,
            _kind(kind, devtype, bond=bool(mode), bridge=bool(bridge), vlan=name in vlans, tun=tun),
            number(mtu),
            state or None,
            mac if re.fullmatch(r"[0-9a-f:]{17,59}", mac) and set(mac) - set("0:") else None,
            parts,
            vlans[name][0] if name in vlans else None,
            mode.split()[0] if mode else None,
        )


def _kind(kind: str, devtype: str, *, bond: bool, bridge: bool, vlan: bool, tun: str) -> str | None:
    if devtype:
        return devtype
    for there, name in ((bond, "bond"), (bridge, "bridge"), (vlan, "vlan")):
        if there:
            return name
    if re.fullmatch(r"0x[0-9a-f]{1,8}", tun):
        return "tap" if int(tun, 16) & _TAP else "tun"
    return _TYPES.get(kind)


def _vlans(table: list[list[str]]) -> Iterator[tuple[str, tuple[int, tuple[str, ...]]]]:
    for row in table:
        words = [word.strip() for word in "\t".join(row[1:]).split("|")]
        if row[0] == "V" and len(words) == 3 and (tag := number(words[1])) is not None:
            yield words[0], (tag, (words[2],))


def _routes(table: list[list[str]]) -> Iterator[Route]:
    rows = [row for row in table if row[0] == "4" and len(row) >= 7 and re.fullmatch(r"[0-9A-F]{8}", row[6])]
    big = any(_is_mask(int(row[6], 16)) for row in rows)
    for row in rows:
        destination, gateway, mask = (_ipv4(word, big=big) for word in (row[2], row[3], row[6]))
        if destination and mask and gateway:
            network = ipaddress.ip_network(f"{destination}/{mask}", strict=False) if _contiguous(mask) else None
            if network is not None:
                yield Route(str(network), row[1], None if gateway == "0.0.0.0" else gateway, number(row[5]))
    for row in table:
        if row[0] == "6" and len(row) >= 6:
            yield from _route6(row)


def _route6(row: list[str]) -> Iterator[Route]:
    try:
        address, gateway = (ipaddress.IPv6Address(bytes.fromhex(word)) for word in (row[2], row[4]))
        prefix, metric = int(row[3], 16), int(row[5], 16)
    except ValueError:
        return
    if prefix <= 128:
        network = ipaddress.ip_network((address, prefix), strict=False)
        yield Route(str(network), row[1], None if gateway == ipaddress.IPv6Address(0) else str(gateway), metric)


def _is_mask(value: int) -> bool:
    """Whether it is one as it stands, as on big-endian machines; ones that read the same either way say nothing."""
    inverse = value ^ 0xFFFFFFFF
    return value not in (0, 0xFFFFFFFF) and inverse & (inverse + 1) == 0


def _contiguous(mask: str) -> bool:
    value = int(ipaddress.IPv4Address(mask)) ^ 0xFFFFFFFF
    return value & (value + 1) == 0


def _ipv4(word: str, *, big: bool) -> str | None:
    if not re.fullmatch(r"[0-9A-F]{8}", word):
        return None
    data = bytes.fromhex(word)
    return str(ipaddress.IPv4Address(data if big else data[::-1]))


def _policy_rules(lines: list[str]) -> Iterator[str]:
    for line in lines:
        text = " ".join(line.split())
        if text and not re.fullmatch(r"(?:0|32766|32767): from all lookup (?:local|main|default|255|254|253)", text):
            yield text


# --- the packet filter ------------------------------------------------------------------------------------------------


def _in_force(parts: Parts) -> tuple[list[Rule], list[Policy]]:
    rules: list[Rule] = []
    policies: list[Policy] = []
    for name, family, seen in (("iptables", "ip", "iptables-save"), ("ip6tables", "ip6", "ip6tables-save")):
        made = netfilter.iptables(_all(parts, name), family, seen, active=True)
        rules, policies = [*rules, *made[0]], [*policies, *made[1]]
    made = netfilter.nft(_all(parts, "nft"), "nft list ruleset", active=True)
    return [*rules, *made[0]], [*policies, *made[1]]


def _all(parts: Parts, name: str) -> Lines:
    return parts.numbered(name).get("", [])


def _written(files: Files, active: list[Rule]) -> list[Rule]:
    """The rules of files, without those that are in force already."""
    known = {(one.family, one.table, one.chain, one.text) for one in active}
    found: list[Rule] = []
    for path, lines in files.items():
        found += _rules_of(path, lines)
    return [one for one in found if (one.family, one.table, one.chain, one.text) not in known]


def _rules_of(path: str, lines: Lines) -> list[Rule]:
    if path.startswith("/etc/firewalld/zones/"):
        return list(netfilter.firewalld(path, lines))
    if path.endswith("SuSEfirewall2"):
        return list(netfilter.susefirewall(path, lines))
    if path.startswith("/etc/shorewall/"):
        return list(netfilter.shorewall(path, lines)) if path.endswith("/rules") else []
    if "nft" in path:
        return netfilter.nft(lines, path, active=False)[0]
    if "iptables" in path or "ip6tables" in path or path.endswith(".rules"):
        family = "ip6" if re.search(r"ip6|6\.rules|rules6|\.v6", path) else "ip"
        return [one for one in netfilter.iptables(lines, family, path, active=False)[0] if not _ufw_s_own(path, one)]
    return []


def _ufw_s_own(path: str, rule: Rule) -> bool:
    """What stands in ufw's files wherever it is installed."""
    if not path.startswith("/etc/ufw/"):
        return False
    return rule.chain.startswith(("ufw-user-limit", "ufw6-user-limit")) or (
        path.endswith("before.rules") and rule.table != "nat"
    )


def _firewalls(files: Files, rules: list[Rule], keepers: list[str]) -> Iterator[Firewall]:
    """Those that have rules in force are enabled; of others it is known where their configuration says so."""
    active = {name for one in rules if one.active for name in (one.chain, one.table)}
    working = {keeper for keeper, pattern in _KEEPERS if any(pattern.match(name) for name in active)}
    seen = {name: path for path in sorted(files, reverse=True) for name, pattern in _FILES if pattern.match(path)}
    seen |= {name: "/etc/csf/csf.conf" for name in keepers if name == "csf"}
    for name in sorted({*working, *seen}):
        enabled = True if name in working else None
        if enabled is None and name == "ufw":
            said = settings([line for _, line in files.get("/etc/ufw/ufw.conf", [])]).get("ENABLED", "")
            enabled = {"yes": True, "no": False}.get(said.lower())
        yield Firewall(name, enabled, seen.get(name, "rules in force"))


def _wrappers(files: Files) -> Iterator[Wrapper]:
    for action in ("allow", "deny"):
        path = f"/etc/hosts.{action}"
        for at, line in files.get(path, []):
            pieces = [piece.strip() for piece in re.split(r"(?<!\\):(?![^\[]*\])", line)]
            if len(pieces) >= 2 and pieces[0]:
                daemons, clients = (tuple(re.split(r"[\s,]+", piece)) for piece in pieces[:2])
                yield Wrapper(action, daemons, clients, tuple(map(hidden, pieces[2:])), f"{path}:{at}")


# --- proxies, names, directories --------------------------------------------------------------------------------------

_PROXY = re.compile(
    r"(?i)(?:^|[\s\"'])((?:https?|ftp|all|no|rsync|socks)_proxy|proxy(?:_enabled|_username)?)\s*=\s*[\"']?([^\s\"';]+)"
    r"|(Acquire::[\w:]*proxy[\w:-]*)\s+[\"']([^\"']*)[\"']"
)


def _proxies(files: Files) -> Iterator[Proxy]:
    for path, lines in files.items():
        for at, line in lines if path not in _DIRECTORIES else ():
            for found in _PROXY.finditer(line):
                name, value = found[1] or found[3], found[2] if found[1] else found[4]
                if value and value.lower() not in ("_none_", "none"):
                    yield Proxy(name, _without_login(hidden(value)), f"{path}:{at}")


def _without_login(url: str) -> str:
    return re.sub(r"^((?:\w+://)?)[^/\s@]*@", r"\1***@", url)


def _name_sources(lines: Lines) -> Iterator[tuple[str, tuple[str, ...]]]:
    for _, line in lines:
        database, colon, sources = line.partition(":")
        words = re.sub(r"\[[^]]*\]", "", sources.split("#")[0]).split()
        if colon and words:
            yield database.strip(), tuple(words)


@dataclass
class _Told:
    """Settings of a file by section, in lower case, each with its values."""

    line: int = 1
    values: dict[str, list[str]] = field(default_factory=dict)

    def all(self, *names: str) -> tuple[str, ...]:
        words = [word for name in names for value in self.values.get(name, []) for word in re.split(r"[\s,]+", value)]
        return tuple(dict.fromkeys(word for word in words if word))

    def one(self, *names: str) -> str | None:
        return next((value for name in names for value in self.values.get(name, [])), None)


_DIRECTORIES = frozenset(
    "/etc/ldap.conf /etc/ldap/ldap.conf /etc/openldap/ldap.conf /etc/nslcd.conf /etc/libnss-ldap.conf /etc/krb5.conf "
    "/etc/pam_ldap.conf /etc/samba/smb.conf /etc/yp.conf /etc/sssd/sssd.conf".split()
)


def _memberships(files: Files) -> Iterator[Membership]:
    for path, lines in files.items():
        if path.startswith("/etc/sssd/"):
            yield from _sssd(path, lines)
        elif path.startswith("/etc/krb5"):
            yield from _kerberos(path, lines)
        elif path == "/etc/samba/smb.conf":
            yield from _samba(path, lines)
        elif path == "/etc/yp.conf":
            yield from _nis(path, lines)
        elif path in _DIRECTORIES:
            yield from _ldap(path, lines)


def _sections(lines: Lines) -> dict[str, _Told]:
    found: dict[str, _Told] = {}
    section = ""
    for at, line in lines:
        if head := re.match(r"\s*\[([^]]*)\]", line):
            section = head[1].strip().lower()
            found.setdefault(section, _Told(at))
        else:
            key, _, value = line.partition("=")
            told = found.setdefault(section, _Told(at))
            told.values.setdefault(key.strip().lower(), []).append(value.strip())
    return found


def _sssd(path: str, lines: Lines) -> Iterator[Membership]:
    for section, told in _sections(lines).items():
        if section.startswith("domain/"):
            servers = told.all("ad_server", "ipa_server", "ldap_uri", "krb5_server")
            base = told.one("ldap_search_base")
            domain = told.one("ad_domain", "ipa_domain", "krb5_realm") or section[7:]
            yield Membership("sssd", domain, servers, base, told.one("id_provider"), f"{path}:{told.line}")


def _kerberos(path: str, lines: Lines) -> Iterator[Membership]:
    """The default realm with its own servers; files bring many realms of others."""
    default, start, realm = "", 1, ""
    servers: dict[str, list[str]] = {}
    for at, line in lines:
        key, equals, value = (word.strip() for word in line.partition("="))
        if key == "default_realm":
            default, start = value, at
        elif equals and value.startswith("{"):
            realm = key
        elif key == "kdc":
            servers.setdefault(realm, []).append(value)
    if default:
        yield Membership("kerberos", default, tuple(servers.get(default, [])), seen=f"{path}:{start}")


def _samba(path: str, lines: Lines) -> Iterator[Membership]:
    told = _sections(lines).get("global")
    if told and (told.one("security") or "").lower() in ("ads", "domain"):
        yield Membership("winbind", told.one("realm", "workgroup"), seen=f"{path}:{told.line}")


def _nis(path: str, lines: Lines) -> Iterator[Membership]:
    for at, line in lines:
        if found := re.match(r"\s*(?:domain\s+(\S+)\s+)?(?:server|ypserver)\s+(\S+)", line):
            yield Membership("nis", found[1], (found[2],), seen=f"{path}:{at}")


def _ldap(path: str, lines: Lines) -> Iterator[Membership]:
    """``uri ldap://a ldap://b`` and ``base dc=…``, key and value with a blank between."""
    told = _Told(lines[0][0] if lines else 1)
    for _, line in lines:
        key, _, value = " ".join(line.split()).partition(" ")
        told.values.setdefault(key.lower(), []).append(value)
    if servers := told.all("uri", "host"):
        yield Membership("ldap", None, servers, told.one("base"), seen=f"{path}:{told.line}")


PROBE = Probe(Routing, shell_of(__file__), parse, budget=20)
