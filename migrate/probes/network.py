"""The host's own addresses and names, its resolver, and the kernel settings that a person made."""

from __future__ import annotations

import ipaddress
import re

from migrate.model.facts import Assigned, HostName, Network
from migrate.probes import Parsed, Probe
from migrate.probes.sections import Parts, split

SHELL = r"""
part addresses
if have ip; then ip -o addr show
elif have ifconfig; then ifconfig -a
else
    awk '/\|--/ { address = $2 } /\/32 host LOCAL/ { print "inet " address }' /proc/net/fib_trie
fi
part inet6
awk '{ print $1 }' /proc/net/if_inet6
part files
show /etc/hosts /etc/resolv.conf /run/systemd/resolve/resolv.conf
part sysctl
set +f
show /etc/sysctl.d/*.conf /etc/sysctl.conf
part pristine
pristine /etc/sysctl.d/*.conf /etc/sysctl.conf
part end
"""


def parse(data: bytes) -> Parsed:
    parts = split(data)
    files = parts.files("files")
    nameservers, search = _resolver(files)
    facts = Network(
        addresses=_addresses(parts),
        assigned=_assigned(parts.lines("addresses")),
        hosts=_hosts(files.get("/etc/hosts", [])),
        nameservers=nameservers,
        search=search,
        sysctl=_sysctl(parts),
    )
    return Parsed(facts, parts.gaps)


def _addresses(parts: Parts) -> tuple[str, ...]:
    words = re.findall(r"\binet6? (?:addr: ?)?([0-9a-fA-F:.]+)", "\n".join(parts.lines("addresses")))
    words += [":".join(re.findall("....", line)) for line in parts.lines("inet6") if len(line) == 32]
    found: dict[str, None] = {}
    for word in words:
        try:
            address = ipaddress.ip_address(word)
        except ValueError:
            continue
        if not address.is_loopback and not address.is_unspecified:
            found.setdefault(str(address))
    return tuple(found)


_IP = re.compile(
    r"\d+:\s+(\S+)\s+inet6?\s+([0-9a-fA-F.:]+)(?:\s+peer\s+[0-9a-fA-F.:]+)?(?:/(\d{1,3}))?\s?(?:.*\bscope (\w+))?"
)
_IFCONFIG = re.compile(
    r"\s+inet6? (?:addr: ?)?([0-9a-fA-F.:]+)(?:/(\d{1,3}))?"
    r"(?:.*?(?:[Mm]ask:?\s*([\d.]+|0x[0-9a-f]{8})|prefixlen (\d{1,3})))?"
    r"(?:.*?(?:Scope:|scopeid 0x[0-9a-f]+<)(\w+))?"
)


def _assigned(lines: list[str]) -> tuple[Assigned, ...]:
    """Of ``ip -o``, and of ifconfig of net-tools 1 and 2."""
    found: dict[Assigned, None] = {}
    name = ""
    for line in lines:
        if match := _IP.match(line):
            found.setdefault(Assigned(match[1].partition("@")[0], match[2], _prefix(match[3]), match[4]))
        elif (match := _IFCONFIG.match(line)) and name:
            prefix = _prefix(match[2] or match[4]) if match[2] or match[4] else _of_mask(match[3])
            found.setdefault(Assigned(name, match[1], prefix, (match[5] or "").lower() or None))
        elif match := re.match(r"([A-Za-z0-9_.:-]+?):?\s+(?:Link encap|flags=)", line):
            name = match[1]
    return tuple(one for one in found if _is_address(one.address))


def _prefix(word: str | None) -> int | None:
    return int(word) if word and int(word) <= 128 else None


def _of_mask(mask: str | None) -> int | None:
    try:
        return ipaddress.ip_network(f"0.0.0.0/{mask}").prefixlen if mask else None
    except ValueError:
        return None


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True


def _hosts(lines: list[str]) -> tuple[HostName, ...]:
    found = []
    for line in lines:
        words = line.split("#")[0].split()
        if len(words) > 1:
            found.append(HostName(words[0], tuple(words[1:])))
    return tuple(found)


def _resolver(files: dict[str, list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of resolv.conf; of what systemd-resolved was told where resolv.conf only names its stub."""
    nameservers, search = _resolv_conf(files.get("/etc/resolv.conf", []))
    real = files.get("/run/systemd/resolve/resolv.conf")
    if real and nameservers == ("127.0.0.53",):
        return _resolv_conf(real)
    return nameservers, search


def _resolv_conf(lines: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    nameservers: list[str] = []
    search: tuple[str, ...] = ()
    for line in lines:
        words = re.split(r"[#;]", line)[0].split()
        if len(words) > 1 and words[0] == "nameserver":
            nameservers.append(words[1])
        elif len(words) > 1 and words[0] in ("search", "domain"):
            search = tuple(words[1:])
    return tuple(nameservers), search


def _sysctl(parts: Parts) -> tuple[tuple[str, str], ...]:
    """In the order in which they are applied: sysctl.d by file name, sysctl.conf last; a later one wins."""
    files, pristine = parts.files("sysctl"), {row[0] for row in parts.table("pristine")}
    found: dict[str, str] = {}
    for path in sorted(files, key=lambda path: (path == "/etc/sysctl.conf", path)):
        if path in pristine:
            continue
        for line in files[path]:
            match = re.fullmatch(r"\s*-?([A-Za-z0-9_][^=\s#;]*)\s*=\s*(.*?)\s*", line)
            if match:
                found[match[1].replace("/", ".")] = match[2]
    return tuple(sorted(found.items()))


PROBE = Probe(Network, SHELL, parse, budget=20)
