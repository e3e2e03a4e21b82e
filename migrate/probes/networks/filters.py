"""The packet filter, in force and as files have it, and TCP wrappers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.model.inventory import Gap
from migrate.model.routing import Firewall, Policy, Rule, Wrapper
from migrate.probes.masks import hidden
from migrate.probes.sections import Files, Lines, Parts, settings
from migrate.syntax import netfilter

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


def cut(parts: Parts) -> Iterator[Gap]:
    for name in ("iptables", "ip6tables", "nft"):
        if any(line == "..." for _, line in _lines(parts, name)):
            yield Gap(f"rules of the packet filter ({name})", "only the first 4,000 lines were read")


def in_force(parts: Parts) -> tuple[list[Rule], list[Policy]]:
    rules: list[Rule] = []
    policies: list[Policy] = []
    for name, family, seen in (("iptables", "ip", "iptables-save"), ("ip6tables", "ip6", "ip6tables-save")):
        made = netfilter.iptables(_lines(parts, name), family, seen, active=True)
        rules, policies = [*rules, *made[0]], [*policies, *made[1]]
    made = netfilter.nft(_lines(parts, "nft"), "nft list ruleset", active=True)
    return [*rules, *made[0]], [*policies, *made[1]]


def _lines(parts: Parts, name: str) -> Lines:
    return parts.numbered(name).get("", [])


def written(files: Files, active: list[Rule]) -> list[Rule]:
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
        return [one for one in netfilter.iptables(lines, family, path, active=False)[0] if not _made_by_ufw(path, one)]
    return []


def _made_by_ufw(path: str, rule: Rule) -> bool:
    """What stands in ufw's files wherever it is installed."""
    if not path.startswith("/etc/ufw/"):
        return False
    return rule.chain.startswith(("ufw-user-limit", "ufw6-user-limit")) or (
        path.endswith("before.rules") and rule.table != "nat"
    )


def firewalls(files: Files, rules: list[Rule], keepers: list[str]) -> Iterator[Firewall]:
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


def wrappers(files: Files) -> Iterator[Wrapper]:
    for action in ("allow", "deny"):
        path = f"/etc/hosts.{action}"
        for at, line in files.get(path, []):
            pieces = [piece.strip() for piece in re.split(r"(?<!\\):(?![^\[]*\])", line)]
            if len(pieces) >= 2 and pieces[0]:
                daemons, clients = (tuple(re.split(r"[\s,]+", piece)) for piece in pieces[:2])
                yield Wrapper(action, daemons, clients, tuple(map(hidden, pieces[2:])), f"{path}:{at}")
