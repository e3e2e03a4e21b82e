"""What inetd and xinetd start for each connection. What they answer themselves (echo, daytime) is no service."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from migrate.model.facts import Service
from migrate.syntax.supervisors import Files

Ports = Mapping[str, Iterable[str]]
"""Of /etc/services: ``70/tcp`` by name."""


def inetd(files: Files, ports: Ports, running: bool) -> list[Service]:
    """``NAME stream tcp nowait[.MAX] USER[.GROUP] SERVER ARGUMENTS…``, as BSD, GNU and busybox write it."""
    return [one for path, lines in files for line in lines for one in _line(line, path, ports, running)]


def _line(line: str, path: str, ports: Ports, running: bool) -> Iterator[Service]:
    words = line.split()
    if len(words) < 6 or words[0].startswith("#") or words[1] not in ("stream", "dgram", "raw", "seqpacket", "rdm"):
        return
    if words[5] == "internal":
        return
    address, _, name = words[0].rpartition(":")
    protocol = re.sub(r"^rpc/|,.*$", "", words[2])
    user, _, group = re.sub(r"/.*", "", words[4]).replace(":", ".").partition(".")
    yield Service(
        name,
        "inetd",
        active=running,
        enabled=True,
        state="waiting" if running else None,
        kind=words[3].partition(".")[0],
        unit_file=path,
        exec_start=(_command(words[5:]),),
        user=user,
        group=group or None,
        listens=_listens(name, protocol, ports, address),
        seen=path,
    )


def _command(words: list[str]) -> tuple[str, ...]:
    """The first argument is what the program calls itself; behind tcpd, which looks who asks, it is the program."""
    program, *arguments = words
    if program.endswith("/tcpd") and arguments:
        program = arguments[0] if arguments[0].startswith("/") else f"{program.removesuffix('tcpd')}{arguments[0]}"
    return (program, *arguments[1:])


def _listens(name: str, protocol: str, ports: Ports, address: str = "") -> tuple[str, ...]:
    """``tcp 70`` or ``tcp 127.0.0.1:70``; a path for a Unix socket; () for what has no known port."""
    if protocol == "unix" or name.startswith("/"):
        return (f"unix {name}",)
    plain = re.sub(r"(?:46|[46])$", "", protocol)
    before = f"{plain} {address}:" if address and address != "*" else f"{plain} "
    if name.isdecimal():
        return (before + name,)
    known = (one.partition("/") for one in ports.get(name, ()))
    return tuple(before + port for port, _, of in known if of == plain)[:1]


def xinetd(files: Files, ports: Ports, running: bool) -> list[Service]:
    """The ``service`` blocks, with what ``defaults`` sets for all of them."""
    blocks = [(path, name, values) for path, lines in files for name, values in _blocks(lines)]
    defaults: dict[str, list[str]] = next((values for _, name, values in blocks if name == "defaults"), {})
    return [
        one
        for path, name, values in blocks
        if name != "defaults"
        for one in _block(name, values, defaults, path, ports, running)
    ]


def _blocks(lines: list[str]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    name, values = "", {}  # type: str, dict[str, list[str]]
    for line in lines:
        text = line.strip()
        if match := re.match(r"service\s+(\S+)|(defaults)\b", text):
            name, values = match[1] or match[2], {}
        elif text.startswith("}") and name:
            yield name, values
            name = ""
        elif match := re.match(r"(\w+)\s*(\+=|-=|=)\s*(.*)", text):
            words = match[3].split()
            values[match[1]] = [*values.get(match[1], []), *words] if match[2] == "+=" else words


def _block(
    name: str, values: dict[str, list[str]], defaults: dict[str, list[str]], path: str, ports: Ports, running: bool
) -> Iterator[Service]:
    def one(key: str) -> str | None:
        return next(iter(values.get(key) or defaults.get(key) or ()), None)

    if "INTERNAL" in values.get("type", []) or (not values.get("server") and not values.get("redirect")):
        return
    ident = one("id") or name
    off = one("disable") == "yes" or ident in defaults.get("disabled", [])
    off = off or ("enabled" in defaults and ident not in defaults["enabled"])
    protocol = one("protocol") or ("udp" if one("socket_type") == "dgram" else "tcp")
    address = one("bind") or one("interface") or ""
    pairs = (word.partition("=") for word in values.get("env", []))
    yield Service(
        ident,
        "xinetd",
        active=running and not off,
        enabled=not off,
        state="waiting" if running and not off else None,
        kind="wait" if one("wait") == "yes" else "nowait",
        unit_file=path,
        exec_start=((*values["server"], *values.get("server_args", [])),) if values.get("server") else (),
        environment=tuple((key, value) for key, equals, value in pairs if equals),
        user=one("user"),
        group=one("group"),
        umask=one("umask"),
        listens=_listens(one("port") or name, protocol, ports, address),
        seen=path,
    )
