"""The other hosts that are planned together with one: what of it leads to a workload of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from migrate.planning.couplings.machine import Listeners, Machine, Party, loopback


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another host.

    :ivar known_as: names beside its own: of its virtual hosts and certificates.
    """

    machine: Machine
    listening: Listeners
    known_as: frozenset[str] = frozenset()

    def reached(self, address: str) -> bool:
        return address in self.machine.addresses and not loopback(address)

    def called(self, host: str) -> bool:
        return host in self.machine.names or host in self.known_as


@dataclass(frozen=True, slots=True)
class Neighbours:
    others: tuple[Neighbour, ...] = ()

    def target(self, here: Machine, party: Party, host: str, port: int) -> str | None:
        """The workload of another host that ``host:port`` leads to; None where it is none, or not certain which.

        By address; by a name of the hosts file here, of the other host itself, of its virtual hosts and certificates;
        or by where a connection of the workload to that port was seen to lead.
        """
        if not self.others:
            return None
        addresses = here.lookup(host)
        if addresses:
            return self.at(addresses, port)
        named = {self._anywhere(one, port) for one in self.others if one.called(host)} - {None}
        if len(named) == 1:
            return named.pop()
        return self.at(_peers(party, port), port) if not named and len(_peers(party, port)) == 1 else None

    def at(self, addresses: Iterable[str], port: int) -> str | None:
        """The workload that listens there."""
        found = {
            one.listening.at((address,), port) for one in self.others for address in addresses if one.reached(address)
        } - {None}
        return found.pop() if len(found) == 1 else None

    def _anywhere(self, one: Neighbour, port: int) -> str | None:
        return one.listening.at(tuple(address for address in one.machine.addresses if not loopback(address)), port)


def _peers(party: Party, port: int) -> frozenset[str]:
    """Where the connections of a workload to a port of other machines led."""
    return frozenset(
        (one.peer_address or "").removeprefix("::ffff:")
        for one in party.sockets
        if one.protocol == "tcp" and one.state == "established" and one.peer_port == port and one.peer_address
    )
