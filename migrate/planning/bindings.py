"""Servers that listen on an address of the old host: no container has it, so they listen on every one of theirs.

Only where the syntax is known to say where to listen: the same address elsewhere may be somewhere to connect to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from migrate.model.facts import Socket
from migrate.model.plan import Coupling, Rewrite
from migrate.planning.couplings.machine import loopback, wildcard

ANY = "0.0.0.0"
# What stands before the address on its line, for the servers that people run.
_DIRECTIVES = re.compile(
    r"^\s*(?:<\s*VirtualHost\b|NameVirtualHost\b|Listen\b|listen\b|bind\b|bind[-_]address\b|bind_ip\b|bindIp\b|-l\b"
    r"|listen[-_]addresses\b|listen[-_]address\b|listen_on\b|(?:server\.)?bind\b|interface\b|interfaces\b"
    r"|inet_interfaces\b|network\.(?:bind_)?host\b|rpc_address\b|http-listen-address\b|address\b|server\.address\b)"
    r"|<(?:Connector|http-listener|Server)\b[^>]*\baddress=|^\s+address=",
)
_NAMES = re.compile(r"^\s*(?:<\s*VirtualHost\b|NameVirtualHost\b)")
_ADDRESS = r"-?(?:(?:\d{1,3}\.){3}\d{1,3}|::1|localhost)"
_LIST = re.compile(rf"{_ADDRESS}(?:[\s,]+{_ADDRESS})+")
# In a command line: an option that says where to listen.
_OPTION = re.compile(
    r"^(?:-l|-b|-H|--?(?:bind|listen|host|address|bind[-_]address|listen[-_]address|bind[-_]ip)(?:=|$))"
)


def listening_on(sockets: Iterable[Socket], own: Iterable[str]) -> dict[str, int]:
    """The host's own addresses, loopback left out, that a workload's sockets are bound to, each with a port."""
    theirs = {one for one in own if not loopback(one)}
    return {
        one.address: one.port
        for one in sockets
        if one.port
        and one.address in theirs
        and one.address
        and not wildcard(one.address)
        and one.state != "established"
    }


def resolve(
    name: str, bound: Mapping[str, int], texts: Mapping[str, str], command: tuple[str, ...]
) -> tuple[Coupling, ...]:
    """Couplings of a workload with itself whose rewrites make it listen on every address."""
    found = []
    for address, port in sorted(bound.items()):
        rewrites = (*_in_texts(address, texts), *_in_command(address, command))
        because = f"it listened on {address}, an address of the old host that its container does not have"
        if not rewrites:
            because += "; nothing says where that is set: see to it that it listens on every address"
        found.append(Coupling(name, "rewrite" if rewrites else "none", because, address, port, rewrites=rewrites))
    return tuple(found)


def _in_texts(address: str, texts: Mapping[str, str]) -> Iterator[Rewrite]:
    for path, text in sorted(texts.items()):
        if address not in text:
            continue
        lines = text.split("\n")
        taken: set[str] = set()
        for number, line in enumerate(lines, 1):
            if listen := _listen(line, address):
                yield from _apache(path, number, listen, taken)
            elif _DIRECTIVES.search(line) and (match := _token(address).search(line)):
                yield Rewrite(path, number, *_whole(line, match), "its container has other addresses")
        yield from _beside(path, lines, taken)


def _listen(line: str, address: str = r"127.0.0.1") -> tuple[str, str] | None:
    """(address, port) of Apache's Listen with this address."""
    match = re.match(rf"\s*Listen\s+(\[?{re.escape(address)}\]?):(\d+)", line)
    return (match.group(1), match.group(2)) if match else None


def _apache(path: str, number: int, listen: tuple[str, str], taken: set[str]) -> Iterator[Rewrite]:
    address, port = listen
    if port in taken:
        yield _silenced(path, number)
    else:
        taken.add(port)
        yield Rewrite(path, number, address, ANY, "its container has other addresses")


def _beside(path: str, lines: list[str], taken: set[str]) -> Iterator[Rewrite]:
    """Apache refuses to listen on a port of loopback as well where it listens everywhere."""
    for number, line in enumerate(lines, 1):
        if (local := _listen(line)) and local[1] in taken:
            yield _silenced(path, number)


def _silenced(path: str, number: int) -> Rewrite:
    return Rewrite(path, number, "Listen", "#Listen", "said already, now that it listens on every address")


def _whole(line: str, match: re.Match[str]) -> tuple[str, str]:
    """(old, new): the address, or the whole list of addresses that it stands in."""
    if _NAMES.search(line):
        return match.group(), "*"
    for several in _LIST.finditer(line):
        if several.start() <= match.start() and match.end() <= several.end():
            return several.group(), ANY
    return match.group(), ANY


def _in_command(address: str, command: tuple[str, ...]) -> Iterator[Rewrite]:
    for before, word in zip(("", *command), command, strict=False):
        if (match := _token(address).search(word)) and (_OPTION.match(before) or _OPTION.match(word)):
            yield Rewrite("command:command", 1, *_whole(word, match), "its container has other addresses")


def _token(address: str) -> re.Pattern[str]:
    plain = re.escape(address)
    return re.compile(rf"(?<![\w.:-])\[?{plain}\]?(?![\w.]|:[0-9A-Fa-f:]*:)")
