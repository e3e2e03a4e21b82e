"""From references to uses: what of a workload leads to which other one, or out of the machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import basename

from migrate.planning.couplings import databases, requested
from migrate.planning.couplings.machine import Listeners, Machine, Party, is_address, loopback, wildcard
from migrate.planning.couplings.neighbours import Neighbours
from migrate.planning.couplings.reference import Reference
from migrate.planning.couplings.scanning import scan
from migrate.planning.couplings.services import mysql

# Files of passwords by host and port: they follow what the client says, and say nothing by themselves.
_CREDENTIALS = re.compile(r"\.?pgpass(?:\.conf)?|[._]?netrc|\.git-credentials|\.authinfo|known_hosts")
# What editors and package managers leave beside a file: nothing reads it.
_LEFTOVER = re.compile(
    r"(?:~|\.(?:bak|old|orig|save|swp|rej|dpkg-\w+|ucf-\w+|rpm(?:save|new|orig)|pacnew|pacsave)(?:[.\d-]*))\Z"
)
# Hosts that stand in documents as names of things rather than as places to go to.
_NAMESPACES = re.compile(
    r"(?:.*\.)?(?:w3\.org|apache\.org|sun\.com|jcp\.org|oracle\.com|springframework\.org|hibernate\.org"
    r"|jboss\.org|xmlsoap\.org|"
    r"eclipse\.org|gnu\.org|opensource\.org|creativecommons\.org|mozilla\.org|microsoft\.com|openoffice\.org|purl\.org|"
    r"xmlns\.com|jakarta\.ee|debian\.org|ubuntu\.com|php\.net|nginx\.(?:org|com)|github\.com|freedesktop\.org"
    r"|kernel\.org|"
    r"schemas\..*|schema\.org)"
)
_ASSIGNED = re.compile(
    r"(?:[=:>]\s*[\"']?(?:jdbc:)?|(?:_pass|pass|passmatch|passreverse|url|uri)\b.*)\Z", re.IGNORECASE
)


# Where package managers of languages put what others wrote: its examples are nobody's settings.
_LIBRARY = re.compile(r"/(?:site|dist)-packages/|/node_modules/|/vendor/|/gems/")


@dataclass(frozen=True, slots=True)
class Source:
    """A text of a workload.

    :ivar path: a captured file, ``environment:NAME`` (its text is ``NAME=value``) or ``command:LABEL``.
    """

    path: str
    text: str

    def line(self, number: int) -> str:
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""


@dataclass(frozen=True, slots=True)
class Use:
    """A reference that leads somewhere.

    :ivar kind: port, socket, external, self.
    :ivar target: the other workload.
    :ivar address: how the reference names the host: 127.0.0.1 for every way to say loopback.
    :ivar alias: it is a name that the target may take.
    :ivar distant: the target is another host's: no forwarder offers its address.
    """

    kind: str
    source: Source
    reference: Reference
    target: str | None = None
    address: str | None = None
    port: int | None = None
    path: str | None = None
    alias: bool = False
    distant: bool = False

    @property
    def where(self) -> str:
        return f"{self.source.path}:{self.reference.line}"

    @property
    def credentials(self) -> bool:
        return bool(_CREDENTIALS.fullmatch(basename(self.source.path)))


Read = Callable[[str], tuple[Reference, ...]]


def uses(
    party: Party,
    machine: Machine,
    listening: Listeners,
    texts: Mapping[str, str],
    read: Read,
    neighbours: Neighbours,
) -> tuple[Use, ...]:
    """Every reference of ``party`` that leads to a listening workload, or out of the machine.

    :param read: the references in the text of a path.
    """
    found = []
    own = [texts[path] for path in sorted(set(party.paths)) if path in texts]
    for source, named in _references(party, texts, read):
        reference = databases.completed(named, source.path, own, listening)
        use = _use(party, machine, listening, source, reference, neighbours, own)
        if use:
            found.append(use)
    return tuple(found)


def _references(party: Party, texts: Mapping[str, str], read: Read) -> Iterator[tuple[Source, Reference]]:
    for path in sorted(set(party.paths)):
        if path in texts and not _LEFTOVER.search(path):
            source = Source(path, texts[path])
            yield from ((source, one) for one in read(path))
    for label, text in party.commands:
        source = Source(f"command:{label}", text)
        yield from ((source, one) for one in scan(text, ""))
    yield from _of_variables(party)


def _of_variables(party: Party) -> Iterator[tuple[Source, Reference]]:
    lines = [f"{name}={value}".replace("\n", " ") for name, value in party.variables]
    for one in scan("\n".join(lines), "environment.properties"):
        name = party.variables[one.line - 1][0]
        yield Source(f"environment:{name}", lines[one.line - 1]), _on_first_line(one)


def _on_first_line(one: Reference) -> Reference:
    scheme = (one.scheme or "").removeprefix("jdbc:") or None
    said = scheme if one.implied or one.port_line else one.scheme
    return replace(one, line=1, scheme=said, port_line=None)


def _use(
    party: Party,
    machine: Machine,
    listening: Listeners,
    source: Source,
    one: Reference,
    neighbours: Neighbours,
    own: Sequence[str],
) -> Use | None:
    if one.host is None:
        found = listening.socket(one.path or "")
        return _socket_use(party, source, one, found) if found else None
    if wildcard(one.host) or one.port is None:
        return None
    if not machine.own(one.host):
        if target := neighbours.target(machine, party, one.host, one.port):
            named = not is_address(one.host)
            return Use("port", source, one, target, one.host, one.port, alias=named, distant=True)
        return Use("external", source, one, None, one.host, one.port) if _outside(party, machine, source, one) else None
    by_socket = one.host == "localhost" and mysql(one.scheme)
    if by_socket and (found := listening.mysql(one.port)) and not databases.over_tcp(own):
        return _socket_use(party, source, one, found)
    addresses = machine.lookup(one.host)
    url = requested.path(source.text, one) if listening.serves else None
    target = listening.at(addresses, one.port, url, party.name)
    if target is None:
        return None
    alias = machine.alias(one.host)
    address = one.host if alias or not any(map(loopback, addresses)) or one.host in machine.names else "127.0.0.1"
    return Use("self" if target == party.name else "port", source, one, target, address, one.port, alias=alias)


def _socket_use(party: Party, source: Source, one: Reference, found: tuple[str, str]) -> Use:
    kind = "self" if found[0] == party.name else "socket"
    return Use(kind, source, one, found[0], None, None, found[1])


def _outside(party: Party, machine: Machine, source: Source, one: Reference) -> bool:
    """Whether a host that is not this machine is one that the workload goes to, rather than a name in a text."""
    host = one.host or ""
    if _LIBRARY.search(source.path):
        return False
    if machine.lookup(host):  # an address, or a name that the hosts file knows
        return not re.match(r"(?:22[4-9]|23\d|255)\.", host)
    if "." not in host or is_address(host) or not re.fullmatch(r"[a-z]{2,24}", host.rpartition(".")[2]):
        return False
    web = (one.scheme or "") in {"http", "https", "ws", "wss"}
    if web and one.implied:
        before = source.line(one.line)[: one.column - 1]
        markup = source.text.lstrip("\ufeff \t\r\n").startswith("<")
        return (
            not _NAMESPACES.fullmatch(host)
            and not markup
            and bool(_ASSIGNED.search(before[: -len(one.scheme or "") - 1]))
        )
    own = {socket.port for socket in party.sockets if socket.state == "listen"}
    return one.scheme is not None or one.port not in own
