"""A place in a text that names something on the network, or a Unix socket."""

from __future__ import annotations

import re
from dataclasses import dataclass

IPV4 = r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.-]*[A-Za-z])"
NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9_])?){0,8}"
IPV6 = r"\[[0-9A-Fa-f:.]{2,45}(?:%\w{1,15})?\]"
HOST = rf"(?:{IPV6}|{IPV4}|{NAME})"


@dataclass(frozen=True, slots=True)
class Reference:
    """One place.

    :ivar line: where ``text`` begins; with ``column`` counted from 1.
    :ivar text: exactly as it stands there: the host, with what makes it unmistakable (its port, ``//``, its key).
    :ivar host: in lower case, without brackets. None for a Unix socket.
    :ivar path: of a Unix socket, or the directory that holds it.
    :ivar scheme: as written (``jdbc:postgresql``), or the product that the setting is for; None where it is not said.
    :ivar at: where the host begins inside ``text``, and ``length`` how long it is there.
    :ivar port_line: the line of the port, where it stands apart from the host.
    :ivar implied: the port stands nowhere: it is what the scheme or the product takes.
    :ivar sure: the syntax is known, so that putting another host there does what is expected.
    """

    line: int
    column: int
    text: str
    host: str | None = None
    port: int | None = None
    path: str | None = None
    scheme: str | None = None
    at: int = 0
    length: int = 0
    port_line: int | None = None
    implied: bool = False
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A reference before its line is known: the same, by offsets into the whole text."""

    start: int
    end: int
    host: tuple[int, int] | None = None
    port: int | None = None
    path: str | None = None
    scheme: str | None = None
    port_at: int | None = None
    implied: bool = False
    sure: bool = True


def valid_port(text: str | None) -> int | None:
    """``text`` as a port, or None."""
    return int(text) if text and text.isdecimal() and text.isascii() and 0 < int(text[:6]) < 65536 else None


def address(host: str) -> bool:
    """Whether ``host`` is an IPv4 address."""
    return bool(re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", host)) and all(int(part) < 256 for part in host.split("."))
