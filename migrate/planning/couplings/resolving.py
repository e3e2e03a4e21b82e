"""From uses and observed connections to couplings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from migrate.model.facts import Socket
from migrate.model.plan import Coupling, Rewrite
from migrate.planning.couplings.machine import Listeners, Machine, Party, listeners, loopback
from migrate.planning.couplings.rewriting import Change, rewrites
from migrate.planning.couplings.scanning import scan
from migrate.planning.couplings.uses import Use, uses

_Group = tuple[str, str, int]  # target, address, port
_K = TypeVar("_K")
_SHOWN = 3


def resolve(
    parties: Sequence[Party],
    machine: Machine,
    texts: Mapping[str, str],
    secret_lines: Mapping[str, frozenset[int]] | None = None,
) -> dict[str, tuple[Coupling, ...]]:
    """The couplings of each workload of one host, by its name.

    The name of a party is the name under which others will reach it.

    :param texts: captured files by path, as text (surrogateescape); those that no party names are not read.
    :param secret_lines: lines that hold a secret, by path (``environment:NAME`` for a variable): rewrites never
        take over what stands beside a reference there.

    Rewrites are for captured files (``path``), variables (``environment:NAME``; their text is ``NAME=value``) and
    commands (``command:LABEL``). Couplings are in a fixed order, and each says what it was seen in.
    """
    host = _Host(machine, listeners(parties), texts, secret_lines or {})
    read = cache(lambda path: scan(texts[path], path))  # several workloads may read one file
    host.uses = {party.name: uses(party, machine, host.listening, texts, read) for party in parties}
    found = {party.name: list(_Client(party, host).couplings()) for party in parties}
    for name, brought in _brought_in(host, found):
        found[name].append(brought)
    return {name: tuple(sorted(set(couplings), key=_order)) for name, couplings in found.items()}


def _order(one: Coupling) -> tuple[str, str, str, int, str]:
    return one.how, one.to or "", one.address or "", one.port or 0, one.path or ""


@dataclass(slots=True)
class _Host:
    machine: Machine
    listening: Listeners
    texts: Mapping[str, str]
    secret_lines: Mapping[str, frozenset[int]]
    uses: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)

    def takes_name(self, alias: str) -> bool:
        """Whether one workload alone is meant by ``alias``, wherever it is used."""
        every = (use for of_one in self.uses.values() for use in of_one if use.alias and use.address == alias)
        return len({use.target for use in every}) == 1


@dataclass(slots=True)
class _Client:
    party: Party
    host: _Host

    def couplings(self) -> Iterator[Coupling]:
        mine = self.host.uses[self.party.name]
        yield from self._own([use for use in mine if use.kind == "self"])
        yield from self._sockets([use for use in mine if use.kind == "socket"])
        ports = [use for use in mine if use.kind == "port"]
        named = [use for use in ports if use.alias and self.host.takes_name(use.address or "")]
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
            because = (
                f"{_places(same)} names {name}:{port}, which the hosts file gave this machine; {target} takes the name"
            )
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
            secret = number in self.host.secret_lines.get(path, frozenset())
            made = rewrites(path, same[0].source.line(number), changes, secret)
            if made is None:
                failed |= {_group(use) for use in same}
                continue
            for rewrite in made:
                owner = next((use for use in same if _why(use) == rewrite.because), same[0])
                done[_group(owner)].append(rewrite)
        return done, failed

    def _observed(self, mine: Iterable[Use]) -> Iterator[Coupling]:
        met = {(use.target, use.port) for use in mine if use.port} | {(use.target, None) for use in mine if use.path}
        for socket in _outgoing(self.party):
            if socket.protocol == "unix":
                found = self.host.listening.socket(socket.path or "")
                if found and found[0] != self.party.name and (found[0], None) not in met:
                    yield Coupling(found[0], "volume", f"was seen connected to the socket of {found[0]}", path=found[1])
                continue
            address, port = (socket.peer_address or "").removeprefix("::ffff:"), socket.peer_port or 0
            if not self.host.machine.own(address):
                yield from self._seen_outside(address, port, mine)
                continue
            target = self.host.listening.at((address,), port)
            if target and target != self.party.name and (target, port) not in met:
                because = (
                    f"was seen connected to {address}:{port}, where {target} listens; nothing says where it is set"
                )
                yield Coupling(target, "forward", because, "127.0.0.1" if loopback(address) else address, port)

    def _seen_outside(self, address: str, port: int, mine: Iterable[Use]) -> Iterator[Coupling]:
        named = [use for use in mine if use.kind == "external" and use.port == port]
        if any(
            not self.host.machine.lookup(use.address or "") or address in self.host.machine.lookup(use.address or "")
            for use in named
        ):
            return
        names = [name for one in self.host.machine.hosts if one.address == address for name in one.names]
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
    """Whether every place is of a known syntax, and one of them is more than a list of passwords."""
    return all(use.reference.sure for use in same) and not all(use.credentials for use in same)


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
