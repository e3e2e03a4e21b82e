"""What names and addresses mean on the host, and who listens there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from migrate.model.facts import HostName, Network, Socket, System

_STANDARD = re.compile(
    r"(?:ip6-)?(?:localhost|loopback)\d?(?:\.localdomain\d?)?|localhost\d?\.localdomain\d?|local|loghost"
)
_WILDCARDS = frozenset({"0.0.0.0", "::", "*", "0", ""})


@dataclass(frozen=True, slots=True)
class Machine:
    """The host's own names and addresses, and its hosts file.

    :ivar addresses: its own, loopback left out.
    """

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    hosts: tuple[HostName, ...] = ()

    def lookup(self, host: str) -> tuple[str, ...]:
        """The addresses that the hosts file gives ``host``; itself where it is an address."""
        if is_address(host):
            return (host,)
        if _STANDARD.fullmatch(host):
            return ("127.0.0.1", "::1")
        found = tuple(one.address for one in self.hosts if host in {name.lower() for name in one.names})
        return found or (("127.0.0.1", *self.addresses) if host in self.names else ())

    def own(self, host: str) -> bool:
        """Whether ``host`` leads to this machine."""
        return any(loopback(one) or one in self.addresses for one in self.lookup(host))

    def alias(self, host: str) -> bool:
        """Whether ``host`` is a name that only the hosts file makes this machine's: free to be another's tomorrow."""
        return not is_address(host) and not _STANDARD.fullmatch(host) and host not in self.names and self.own(host)


def machine(system: System, network: Network) -> Machine:
    """From an inventory's facts."""
    names = {name.lower() for name in (system.hostname, system.fqdn or "") if name}
    return Machine(tuple(sorted(names | {name.split(".")[0] for name in names})), network.addresses, network.hosts)


def is_address(host: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:.%]*:[0-9a-z:.%]*", host))


def loopback(address: str) -> bool:
    """Whether only the machine itself reaches ``address``."""
    return address.removeprefix("::ffff:").startswith("127.") or address == "::1"


def wildcard(address: str | None) -> bool:
    """Whether a socket with this address takes connections to any."""
    return address is None or address in _WILDCARDS


@dataclass(frozen=True, slots=True)
class Party:
    """A workload, as far as couplings go.

    :ivar sockets: of all its processes: listening ones, established ones, Unix ones.
    :ivar paths: the captured texts that it reads: configuration, scripts, credentials.
    :ivar variables: its environment, where it comes from no file that is named in ``paths``.
    :ivar commands: (label, text) of its command line, and of its jobs' commands.
    :ivar serves: the path of URLs that it answers alone, where others answer the rest on the same port.
    """

    name: str
    sockets: tuple[Socket, ...] = ()
    paths: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    commands: tuple[tuple[str, str], ...] = ()
    serves: str | None = None


def leads_to(path: str, application: str) -> bool:
    """Whether a request for ``path`` is answered by the application at a path of its own."""
    prefix = application.rstrip("/")
    return path == prefix or path.startswith((f"{prefix}/", f"{prefix}?", f"{prefix};"))


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who listens where."""

    ports: tuple[tuple[str, str | None, int], ...]  # (party, address, port)
    paths: tuple[tuple[str, str], ...]  # (party, path of a Unix socket)
    serves: tuple[tuple[str, str], ...] = ()  # (party, path of URLs that it answers alone)

    def at(self, addresses: Sequence[str], port: int, url: str | None = None, asker: str | None = None) -> str | None:
        """The party that answers a connection to one of ``addresses``.

        :param url: the path that is asked for there, where that is known.
        :param asker: who asks: one that itself has every path hands on what it asks for.
        """
        here = self._asked([one for one in self.ports if one[2] == port], url, asker)
        exact = [name for name, address, _ in here if address in addresses]
        if exact or not here:
            return exact[0] if exact else None
        local = any(loopback(one) for one in addresses)
        fits = (name for name, address, _ in here if wildcard(address) or (local and address and loopback(address)))
        return next(fits, None)

    def _asked(
        self, here: list[tuple[str, str | None, int]], url: str | None, asker: str | None
    ) -> list[tuple[str, str | None, int]]:
        """Of those on one port the one that has the path and all below it; else those that have every path."""
        if not self.serves:
            return here
        paths = {name: path for name, path in self.serves if any(name == one[0] for one in here)}
        having = [name for name, path in paths.items() if url and leads_to(url, path)]
        owner = max(having, key=lambda name: len(paths[name]), default=None)
        beneath = [name for name, path in paths.items() if url and name != owner and leads_to(path, url)]
        router = asker not in paths and any(one[0] == asker for one in here)
        exact = [one for one in here if one[0] == owner and (router or not beneath)]
        return exact or [one for one in here if one[0] not in paths] or here

    def only_locally(self, party: str, port: int) -> bool:
        """Whether ``party`` takes connections to ``port`` from its own machine alone."""
        own = [address for name, address, number in self.ports if name == party and number == port]
        return bool(own) and all(address is not None and loopback(address) for address in own)

    def socket(self, path: str, port: int | None = None) -> tuple[str, str] | None:
        """(party, path) of the socket at ``path``, or of PostgreSQL's in the directory ``path``."""
        wanted = run_path(path)
        for name, listening in self.paths:
            if run_path(listening) == wanted:
                return name, listening
            directory, _, base = run_path(listening).rpartition("/")
            if directory == wanted.rstrip("/") and base.startswith(".s.PGSQL.") and base.endswith(f".{port or 5432}"):
                return name, listening
        return None

    def mysql(self, port: int) -> tuple[str, str] | None:
        """The Unix socket of the party that listens on ``port``, as MySQL's clients use it for ``localhost``."""
        owners = {name for name, _, number in self.ports if number == port}
        owners = owners or {name for name, path in self.paths if "mysql" in path or "maria" in path}
        fits = ((name, path) for name, path in self.paths if name in owners and not path.endswith("x.sock"))
        return next(fits, None)


def listeners(parties: Sequence[Party]) -> Listeners:
    ports, paths = [], []
    for party in parties:
        for one in party.sockets:
            if one.port and (one.state == "listen" or (one.protocol == "udp" and one.state == "unconnected")):
                ports.append((party.name, one.address, one.port))
            elif one.protocol == "unix" and one.state in {"listen", "unconnected"} and one.path:
                paths.append((party.name, one.path))
    serves = tuple((party.name, party.serves) for party in parties if party.serves)
    return Listeners(tuple(dict.fromkeys(ports)), tuple(dict.fromkeys(paths)), serves)


def run_path(path: str) -> str:
    """One spelling for what stands below /var/run and /run."""
    return path.removeprefix("/var") if path.startswith("/var/run/") else path
