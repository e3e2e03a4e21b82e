"""From uses and observed connections to couplings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from migrate.model.facts import Socket
from migrate.model.plan import Coupling, Rewrite
from migrate.planning.couplings.machine import Listeners, Machine, Party, is_address, listeners, loopback
from migrate.planning.couplings.neighbours import Neighbour, Neighbours
from migrate.planning.couplings.reference import Reference
from migrate.planning.couplings.rewriting import Change, rewrites
from migrate.planning.couplings.scanning import scan
from migrate.planning.couplings.uses import Use, uses

_Group = tuple[str, str, int]  # target, address, port
_K = TypeVar("_K")
Scans = dict[tuple[str, str], tuple[Reference, ...]]
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Site:
    """One host with its workloads.

    The name of a party is the name under which others will reach it.

    :ivar texts: captured files by path, as text (surrogateescape); those that no party names are not read.
    :ivar secret_lines: lines that hold a secret, by path (``environment:NAME`` for a variable): rewrites never
        take over what stands beside a reference there.
    :ivar known_as: further names of the host: of its virtual hosts and certificates.
    """

    parties: Sequence[Party]
    machine: Machine
    texts: Mapping[str, str]
    secret_lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    known_as: frozenset[str] = frozenset()


def resolve(
    parties: Sequence[Party],
    machine: Machine,
    texts: Mapping[str, str],
    secret_lines: Mapping[str, frozenset[int]] | None = None,
) -> dict[str, tuple[Coupling, ...]]:
    """The couplings of each workload of one host, by its name: see :func:`resolve_all`."""
    return resolve_all((Site(parties, machine, texts, secret_lines or {}),))


def resolve_all(sites: Sequence[Site]) -> dict[str, tuple[Coupling, ...]]:
    """The couplings of each workload of hosts that are planned together, by its name.

    Rewrites are for captured files (``path``), variables (``environment:NAME``; their text is ``NAME=value``) and
    commands (``command:LABEL``). Couplings are in a fixed order, and each says what it was seen in.
    """
    scans: Scans = {}
    around = [Neighbour(one.machine, listeners(one.parties), one.known_as) for one in sites]
    hosts = [_Host(one, around[at].listening, _others(around, at), scans) for at, one in enumerate(sites)]
    aliases = _aliases(hosts)
    found: dict[str, list[Coupling]] = {}
    for host in hosts:
        host.aliases = aliases
        found |= {party.name: list(_Client(party, host).couplings()) for party in host.site.parties}
    for host in hosts:
        for name, brought in _brought_in(host, found):
            found[name].append(brought)
    return {name: tuple(sorted(set(couplings), key=_order)) for name, couplings in found.items()}


def _others(around: Sequence[Neighbour], at: int) -> Neighbours:
    """The hosts beside one, without the names that it serves itself."""
    own = around[at].known_as
    others = (*around[:at], *around[at + 1 :])
    return Neighbours(tuple(replace(one, known_as=one.known_as - own) for one in others))


def _order(one: Coupling) -> tuple[str, str, str, int, str]:
    return one.how, one.to or "", one.address or "", one.port or 0, one.path or ""


@dataclass(slots=True)
class _Host:
    site: Site
    listening: Listeners
    neighbours: Neighbours
    uses: Mapping[str, tuple[Use, ...]] = field(init=False)
    scans: Scans
    aliases: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        self.uses = {
            party.name: uses(party, self.site.machine, self.listening, self.site.texts, self._read, self.neighbours)
            for party in self.site.parties
        }

    def _read(self, path: str) -> tuple[Reference, ...]:
        """The references in a file; several workloads, and several hosts, may have the same one."""
        key = (path, self.site.texts[path])
        if key not in self.scans:
            self.scans[key] = scan(key[1], path)
        return self.scans[key]


def _aliases(hosts: Sequence[_Host]) -> frozenset[tuple[str, str]]:
    """(name, workload) where one workload alone is meant by a name, wherever it is used on any host."""
    meant: dict[str, set[str]] = defaultdict(set)
    for use in (use for host in hosts for of_one in host.uses.values() for use in of_one if use.alias):
        meant[use.address or ""].add(use.target or "")
    workloads = {party.name for host in hosts for party in host.site.parties}
    return frozenset(
        (name, target)
        for name, targets in meant.items()
        for target in targets
        if len(targets) == 1 and (name not in workloads or name == target)
    )


@dataclass(slots=True)
class _Client:
    party: Party
    host: _Host

    def couplings(self) -> Iterator[Coupling]:
        mine = self.host.uses[self.party.name]
        yield from self._own([use for use in mine if use.kind == "self"])
        yield from self._sockets([use for use in mine if use.kind == "socket"])
        ports = [use for use in mine if use.kind == "port"]
        named = [use for use in ports if use.alias and (use.address, use.target) in self.host.aliases]
        yield from self._aliases(named)
        yield from self._ports([use for use in ports if use not in named])
        yield from self._observed(mine)
        yield from self._outside([use for use in mine if use.kind == "external"])

    def _own(self, mine: list[Use]) -> Iterator[Coupling]:
        for (port, path), same in _grouped(mine, lambda use: (use.port or 0, use.path or "")).items():
            because = f"its own, named in {_places(same)}"
            yield Coupling(self.party.name, "none", because, same[0].address, port or None, path or None)

    def _sockets(self, mine: list[Use]) -> Iterator[Coupling]:
        for (target, path), same in _grouped(mine, lambda use: (use.target or "", use.path or "")).items():
            yield Coupling(target, "volume", f"{_places(same)} names the socket of {target}", path=path)

    def _aliases(self, mine: list[Use]) -> Iterator[Coupling]:
        for (target, name, port), same in _grouped(mine, _group).items():
            whose = "another host of this plan" if same[0].distant else "which the hosts file gave this machine"
            because = f"{_places(same)} names {name}:{port}, {whose}; {target} takes the name"
            yield Coupling(target, "alias", because, name, port)

    def _ports(self, mine: list[Use]) -> Iterator[Coupling]:
        groups = _grouped(mine, _group)
        forwarded = {key for key, same in groups.items() if not _can_rewrite(same)}
        while True:
            done, failed = self._rewritten([use for use in mine if _group(use) not in forwarded])
            if not failed:
                break
            forwarded |= failed
        for key, same in groups.items():
            target, address, port = key
            if key in forwarded:
                because = f"{_places(same)} leads to {address}:{port}, where {target} listens"
                yield Coupling(target, "forward", because, address, port)
            else:
                because = f"{_places(same)} names {address}:{port}, where {target} listens"
                yield Coupling(target, "rewrite", because, address, port, rewrites=tuple(done[key]))

    def _rewritten(self, mine: list[Use]) -> tuple[dict[_Group, list[Rewrite]], set[_Group]]:
        """The rewrites of these uses, line by line, and what of them can't be done."""
        done: dict[_Group, list[Rewrite]] = defaultdict(list)
        failed: set[_Group] = set()
        for (path, number), same in _grouped(mine, lambda use: (use.source.path, use.reference.line)).items():
            changes = [Change(use.reference, use.target or "", _why(use)) for use in same]
            secret = number in self.host.site.secret_lines.get(path, frozenset())
            made = rewrites(path, same[0].source.line(number), changes, secret)
            if made is None:
                failed |= {_group(use) for use in same}
                continue
            for rewrite in made:
                owner = next((use for use in same if _why(use) == rewrite.because), same[0])
                done[_group(owner)].append(rewrite)
        return done, failed

    def _observed(self, mine: Sequence[Use]) -> Iterator[Coupling]:
        met = {(use.target, use.port) for use in mine if use.port} | {(use.target, None) for use in mine if use.path}
        for socket in _outgoing(self.party):
            if socket.protocol == "unix":
                found = self.host.listening.socket(socket.path or "")
                if found and found[0] != self.party.name and (found[0], None) not in met:
                    yield Coupling(found[0], "volume", f"was seen connected to the socket of {found[0]}", path=found[1])
                continue
            address, port = (socket.peer_address or "").removeprefix("::ffff:"), socket.peer_port or 0
            if not self.host.site.machine.own(address):
                yield from self._seen_away(address, port, mine)
                continue
            target = self.host.listening.at((address,), port)
            if target and target != self.party.name and not self._met(target, port, met):
                because = (
                    f"was seen connected to {address}:{port}, where {target} listens; nothing says where it is set"
                )
                yield Coupling(target, "forward", because, "127.0.0.1" if loopback(address) else address, port)

    def _met(self, target: str, port: int, met: Collection[tuple[str | None, int | None]]) -> bool:
        """Whether a connection is one of those that are met; to which of several behind one port, nobody saw."""
        behind = {name for name, _, number in self.host.listening.ports if number == port}
        several = behind & {name for name, _ in self.host.listening.serves}
        return (target, port) in met or any((name, port) in met for name in several)

    def _seen_away(self, address: str, port: int, mine: Sequence[Use]) -> Iterator[Coupling]:
        target = self.host.neighbours.at((address,), port)
        if target is None:
            yield from self._seen_outside(address, port, mine)
        elif (target, port) not in {(use.target, use.port) for use in mine}:
            because = f"was seen connected to {address}:{port}, where {target} listened; nothing says where it is set"
            yield Coupling(target, "forward", because, address, port)

    def _seen_outside(self, address: str, port: int, mine: Iterable[Use]) -> Iterator[Coupling]:
        named = [use for use in mine if use.kind == "external" and use.port == port]
        if any(
            not self.host.site.machine.lookup(use.address or "")
            or address in self.host.site.machine.lookup(use.address or "")
            for use in named
        ):
            return
        names = [name for one in self.host.site.machine.hosts if one.address == address for name in one.names]
        where = names[0] if names else address
        yield Coupling(None, "external", f"was seen connected to {address}:{port}", where, port)

    def _outside(self, mine: list[Use]) -> Iterator[Coupling]:
        for (address, port), same in _grouped(mine, lambda use: (use.address or "", use.port or 0)).items():
            yield Coupling(
                None, "external", f"{_places(same)} names {address}:{port}, outside of this machine", address, port
            )


def _brought_in(host: _Host, found: Mapping[str, Sequence[Coupling]]) -> list[tuple[str, Coupling]]:
    """What servers need that only their own machine reaches."""
    clients: dict[tuple[str, int], set[str]] = defaultdict(set)
    for name, couplings in found.items():
        for one in couplings:
            if one.to and one.port and one.how in {"rewrite", "forward", "alias"}:
                clients[one.to, one.port].add(name)
    brought = []
    for (server, port), names in sorted(clients.items()):
        if host.listening.only_locally(server, port):
            because = f"listens on loopback alone, and {', '.join(sorted(names))} reached it there"
            brought.append((server, Coupling(server, "forward-in", because, "127.0.0.1", port)))
    return brought


def _can_rewrite(same: Sequence[Use]) -> bool:
    """Whether every place is of a known syntax, and one of them is more than a list of passwords.

    Another host's address means nothing any more, in whatever syntax.
    """
    known = all(use.reference.sure or (use.distant and is_address(use.address or "")) for use in same)
    return known and not all(use.credentials for use in same)


def _group(use: Use) -> _Group:
    return use.target or "", use.address or "", use.port or 0


def _why(use: Use) -> str:
    return f"{use.address}:{use.port} is {use.target}, in a container of its own now"


def _grouped(items: Iterable[Use], key: Callable[[Use], _K]) -> dict[_K, list[Use]]:
    found: dict[_K, list[Use]] = {}
    for one in items:
        found.setdefault(key(one), []).append(one)
    return found


def _outgoing(party: Party) -> Iterator[Socket]:
    """Connections that the workload opened: not those that came in on a port it listens on."""
    own = {one.port for one in party.sockets if one.state == "listen" and one.port}
    paths = {one.path for one in party.sockets if one.protocol == "unix" and one.state == "listen"}
    for one in party.sockets:
        if (one.protocol == "unix" and one.state == "established" and one.path and one.path not in paths) or (
            one.protocol == "tcp"
            and one.state == "established"
            and one.port not in own
            and one.peer_address
            and one.peer_port
        ):
            yield one


def _places(same: Sequence[Use]) -> str:
    """Where uses stand, for a person; the first few."""
    where = sorted({use.where for use in same})
    more = len(where) - _SHOWN
    return ", ".join(where[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
