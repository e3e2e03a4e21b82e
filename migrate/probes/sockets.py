"""Listening and connected sockets with their processes, from /proc alone: no ss, no netstat."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from migrate.model.facts import Socket, Sockets
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import SUDOERS, Parts, number, shell_of, split, text

_BIG_ENDIAN = re.compile(r"(s390x?|ppc(64)?|mips(64)?|sparc(64)?|parisc(64)?|m68k|armv\d+b|aarch64_be)\Z")
_STATES = {"01": "established", "0A": "listen", "07": "unconnected"}
_Holders = dict[int, tuple[int, ...]]
"""Process ids by the inode of the socket."""


def parse(data: bytes) -> Parsed:
    parts = split(data)
    lines = _tagged(parts)
    big_endian = bool(_BIG_ENDIAN.match(parts.line("machine")))
    holders = _holders(lines.get("H", []))
    found = [
        *_inet(lines.get("I", []), holders, big_endian),
        *_sctp(lines.get("S", []), holders),
        *_packet(lines.get("P", []), holders),
        *_unix(lines.get("U", []), holders),
    ]
    gaps = [*parts.gaps, *_uncounted(lines.get("X", [])), *_gaps(found, parts.line("who"))]
    return Parsed(Sockets(tuple(dict.fromkeys(found))), tuple(gaps))


def _tagged(parts: Parts) -> dict[str, list[str]]:
    """Lines by the letter before them. Only a line feed ends a line: a socket's name may hold anything else."""
    found: dict[str, list[str]] = {}
    for line in parts.block("sockets").split(b"\n")[:-1]:
        tag, _, rest = text(line).partition(" ")
        found.setdefault(tag, []).append(rest)
    return found


def _holders(lines: list[str]) -> _Holders:
    found: dict[int, set[int]] = {}
    for line in lines:
        pid, _, inode = line.partition(" ")
        if (one := number(pid)) is not None and (of := number(inode)) is not None:
            found.setdefault(of, set()).add(one)
    return {inode: tuple(sorted(pids)) for inode, pids in found.items()}


def _inet(lines: list[str], holders: _Holders, big_endian: bool) -> Iterator[Socket]:
    """``tcp6 LOCAL PEER STATE INODE UID COUNT``; a port of ``*`` stands for several."""
    for line in lines:
        fields = line.split(" ")
        if len(fields) != 7 or fields[3] not in _STATES:
            continue
        local, peer = _endpoint(fields[1], big_endian), _endpoint(fields[2], big_endian)
        if local is None or peer is None:
            continue
        state = _STATES[fields[3]]
        known = state == "established"
        raw = fields[0].startswith("raw")
        yield Socket(
            fields[0].removesuffix("6"),
            state,
            local[0],
            None if raw else local[1],
            peer[0] if known else None,
            peer[1] if known and not raw else None,
            pids=holders.get(number(fields[4]) or 0, ()),
            uid=number(fields[5]),
            loopback=_loopback(local[0]),
            ip_protocol=local[1] if raw else None,
            count=max(1, number(fields[6]) or 1),
        )


def _endpoint(word: str, big_endian: bool) -> tuple[str, int | None] | None:
    """``0100007F:1F90`` is 127.0.0.1:8080: 32-bit words in the machine's byte order, then the port."""
    match = re.fullmatch(r"((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4}|\*)", word)
    if not match or len(match[1]) not in (8, 32):
        return None
    data = bytes.fromhex(match[1])
    if not big_endian:
        data = b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    address = ipaddress.ip_address(data)
    plain = getattr(address, "ipv4_mapped", None) or address
    return str(plain), None if match[2] == "*" else int(match[2], 16)


def _loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def _sctp(lines: list[str], holders: _Holders) -> Iterator[Socket]:
    """``PORT UID INODE ADDRESS…``: endpoints that listen; the first of its addresses is marked with ``*``."""
    for line in lines:
        fields = line.split()
        for word in fields[3:]:
            try:
                address = str(ipaddress.ip_address(word.lstrip("*")))
            except ValueError:
                continue
            pids = holders.get(number(fields[2]) or 0, ())
            yield Socket(
                "sctp", "listen", address, number(fields[0]), None, None, pids=pids, uid=number(fields[1]),
                loopback=_loopback(address),
            )  # fmt: skip


def _packet(lines: list[str], holders: _Holders) -> Iterator[Socket]:
    """``UID INODE``: what sees whole frames, as a DHCP client or a sniffer does."""
    for line in lines:
        uid, _, inode = line.partition(" ")
        yield Socket("packet", "unconnected", pids=holders.get(number(inode) or 0, ()), uid=number(uid))


_UNIX = re.compile(r"([0-9A-F]{8}) ([0-9A-F]{4}) ([0-9]{2}) ([0-9]{1,19}) ([0-9]{1,9}) (.+)", re.DOTALL)


def _unix(lines: list[str], holders: _Holders) -> Iterator[Socket]:
    """Only those with a name. A datagram socket (type 2) has no listening state; its name is where it receives."""
    for line in sorted(lines, key=lambda line: (line.split(" ", 5)[-1], line)):
        if match := _UNIX.fullmatch(line):
            flags, kind, state, inode, count, path = match.groups()
            said = "listen" if int(flags, 16) & 0x10000 else "established" if state == "03" else "unconnected"
            said = "unconnected" if kind == "0002" else said
            yield Socket("unix", said, path=path, pids=holders.get(int(inode), ()), count=max(1, int(count)))


def _uncounted(lines: list[str]) -> Iterator[Gap]:
    for line in lines:
        count, _, what = line.partition(" ")
        if number(count):
            yield Gap(f"{count} {what}", "too many to list one by one; those of the first peers and names are there")


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


PROBE = Probe(Sockets, shell_of(__file__), parse, budget=30)
