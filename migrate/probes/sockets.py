"""Listening and connected sockets with their processes, from /proc alone: no ss, no netstat."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from migrate.model.facts import Socket, Sockets
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import SUDOERS, Parts, number, split

# Closing connections are left out where they are, there may be many thousands: 01 is established, 0A listening,
# 07 an unconnected UDP socket; 01 of Unix ones is unconnected, which listening ones are, too.
SHELL = r"""
set +f
part machine
uname -m
part inet
awk 'BEGIN {
    split("tcp tcp6 udp udp6", names, " ")
    for (i = 1; i <= 4; i++) {
        file = "/proc/net/" names[i]
        while ((getline line < file) > 0) {
            split(line, f, " ")
            if (f[4] == "01" || f[4] == "0A" || f[4] == "07") print names[i] " " f[2] " " f[3] " " f[4] " " f[10]
        }
    }
}'
part unix
awk 'NR > 1 && NF > 7' /proc/net/unix
part holders
if find /proc/self/stat -maxdepth 0 -printf ''; then
    find /proc/[0-9]*/fd -maxdepth 1 -lname 'socket:*' -printf '%p %l\n'
else
    ls -l /proc/[0-9]*/fd | awk '
        /^\/proc\/[0-9]+\/fd:$/ { sub(/:$/, ""); dir = $0 }
        / -> socket:\[[0-9]+\]$/ { print dir "/0 " $NF }'
fi
part who
printf '%s\n' "$EFFECTIVE"
part end
"""

_BIG_ENDIAN = re.compile(r"(s390x?|ppc(64)?|mips(64)?|sparc(64)?|parisc(64)?|m68k|armv\d+b|aarch64_be)\Z")
_STATES = {"01": "established", "0A": "listen", "07": "unconnected"}


def parse(data: bytes) -> Parsed:
    parts = split(data)
    big_endian = bool(_BIG_ENDIAN.match(parts.line("machine")))
    holders = _holders(parts)
    found = [*_inet(parts, holders, big_endian), *_unix(parts, holders)]
    return Parsed(Sockets(tuple(dict.fromkeys(found))), (*parts.gaps, *_gaps(found, parts.line("who"))))


def _holders(parts: Parts) -> dict[int, tuple[int, ...]]:
    """Process ids by the inode of the socket."""
    found: dict[int, dict[int, None]] = {}
    for line in parts.lines("holders"):
        match = re.fullmatch(r"/proc/([0-9]{1,9})/fd/[0-9]+ socket:\[([0-9]{1,19})\]", line)
        if match:
            found.setdefault(int(match[2]), {}).setdefault(int(match[1]))
    return {inode: tuple(sorted(pids)) for inode, pids in found.items()}


def _inet(parts: Parts, holders: dict[int, tuple[int, ...]], big_endian: bool) -> Iterator[Socket]:
    for line in parts.lines("inet"):
        fields = line.split(" ")
        if len(fields) != 5 or fields[3] not in _STATES:
            continue
        local, peer = _endpoint(fields[1], big_endian), _endpoint(fields[2], big_endian)
        if local is None or peer is None:
            continue
        state = _STATES[fields[3]]
        known = state == "established"
        yield Socket(
            fields[0][:3],
            state,
            local[0],
            local[1],
            peer[0] if known else None,
            peer[1] if known else None,
            pids=holders.get(number(fields[4]) or 0, ()),
        )


def _endpoint(word: str, big_endian: bool) -> tuple[str, int] | None:
    """``0100007F:1F90`` is 127.0.0.1:8080: 32-bit words in the machine's byte order, then the port."""
    match = re.fullmatch(r"((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})", word)
    if not match or len(match[1]) not in (8, 32):
        return None
    data = bytes.fromhex(match[1])
    if not big_endian:
        data = b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    address = ipaddress.ip_address(data)
    plain = getattr(address, "ipv4_mapped", None) or address
    return str(plain), int(match[2], 16)


_UNIX = re.compile(r"[0-9a-fA-F]+: [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{4}) ([0-9]{2}) +([0-9]{1,19}) (.+)")


def _unix(parts: Parts, holders: dict[int, tuple[int, ...]]) -> Iterator[Socket]:
    """Only those with a name. A datagram socket (type 2) has no listening state; its name is where it receives."""
    for line in parts.lines("unix"):
        if match := _UNIX.fullmatch(line):
            flags, kind, state, inode, path = match.groups()
            said = "listen" if int(flags, 16) & 0x10000 else "established" if state == "03" else "unconnected"
            said = "unconnected" if kind == "0002" else said
            yield Socket("unix", said, path=path, pids=holders.get(int(inode), ()))


def _gaps(found: list[Socket], effective: str) -> list[Gap]:
    blind = [socket for socket in found if socket.state == "listen" and not socket.pids]
    if not blind:
        return []
    what = f"processes of {len(blind)} listening sockets"
    if effective == "0":
        return [
            Gap(what, "no process that we may look into holds them: the kernel's own, or CAP_SYS_PTRACE is missing")
        ]
    return [Gap(what, "only root may read them", SUDOERS)]


PROBE = Probe(Sockets, SHELL, parse, budget=30)
