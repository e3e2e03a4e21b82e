"""Interfaces and routes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from migrate.model.routing import Interface, Route
from migrate.probes.sections import number

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


def interfaces(table: list[list[str]], members: list[str]) -> Iterator[Interface]:
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


def routes(table: list[list[str]]) -> Iterator[Route]:
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


def policy_rules(lines: list[str]) -> Iterator[str]:
    for line in lines:
        text = " ".join(line.split())
        if text and not re.fullmatch(r"(?:0|32766|32767): from all lookup (?:local|main|default|255|254|253)", text):
            yield text
