"""Services that init opens the sockets for: in a container their own entrypoint does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.detectors import Candidate
from migrate.model.units import Unit, Units
from migrate.planning.index import Index
from migrate.quoting import shell

# The protocol of sd_listen_fds(3): sockets from descriptor 3 on, and who they are meant for.
_OPEN = """#!/bin/sh
# systemd opened the sockets of {name} and handed them over: here this does, as sd_listen_fds(3) has it.
set -eu
exec {perl} -MSocket=:all -MPOSIX=dup2 -e '
$^F = 1000;
my $next = 3;
while (@ARGV and (my $one = shift) ne "--") {{
    my ($type, $host, $port) = split " ", $one;
    my $kind = $type eq "datagram" ? SOCK_DGRAM : SOCK_STREAM;
    my $family = !defined $port ? AF_UNIX : $host =~ /:/ ? AF_INET6 : AF_INET;
    socket(my $made, $family, $kind, 0) or die "$one: $!\\n";
    if ($family == AF_UNIX) {{ unlink $host }} else {{ setsockopt($made, SOL_SOCKET, SO_REUSEADDR, 1) }}
    my $at = $family == AF_UNIX ? pack_sockaddr_un($host)
        : $family == AF_INET ? pack_sockaddr_in($port, inet_aton($host))
        : pack_sockaddr_in6($port, inet_pton(AF_INET6, $host));
    bind($made, $at) or die "$one: $!\\n";
    chmod 0666, $host if $family == AF_UNIX;
    if ($kind == SOCK_STREAM) {{ listen($made, 4096) or die "$one: $!\\n" }}
    if (fileno($made) != $next) {{ dup2(fileno($made), $next) or die "$one: $!\\n" }}
    push @kept, $made;
    $next++;
}}
$ENV{{LISTEN_FDS}} = $next - 3;
$ENV{{LISTEN_PID}} = $$;
exec {{ $ARGV[0] }} @ARGV or die "$ARGV[0]: $!\\n";
' {sockets} -- "$@"
"""


def entrypoint(host: Index, candidate: Candidate) -> str | None:
    """A script that opens the sockets of the units that start the service; None where nothing was handed to it."""
    service = candidate.service
    if service is None or not (perl := _perl(host)):
        return None
    found = [one for unit in _units(host, service.name) for one in _sockets(unit)]
    if not found or not _handed_over(candidate):
        return None
    name = re.sub(r"[^\w.@+-]", "?", service.name)
    return _OPEN.format(name=name, perl=shell(perl), sockets=" ".join(shell(one) for one in found))


def packages(host: Index, candidate: Candidate) -> tuple[tuple[str, str], ...]:
    """What the entrypoint needs."""
    perl = _perl(host) if entrypoint(host, candidate) else None
    package = host.owner(perl) if perl else None
    return ((package, "opens the sockets that systemd opened on the host"),) if package else ()


def _perl(host: Index) -> str | None:
    return host.command_paths.get("perl") or ("/usr/bin/perl" if "perl-base" in host.essential else None)


def _units(host: Index, service: str) -> Iterator[Unit]:
    for unit in host.snapshot.inventory.get(Units).units:
        if unit.kind == "socket" and unit.activates == service and unit.active and not unit.accept:
            yield unit


def _sockets(unit: Unit) -> Iterator[str]:
    """``stream /run/x.sock``, ``datagram 127.0.0.1 514``; a port alone is one of every address."""
    for kind, where in unit.listens:
        if kind not in ("stream", "datagram"):
            continue
        if where.startswith("/"):
            yield f"{kind} {where}"
        elif match := re.fullmatch(r"(?:\[?(?P<host>[^\]]+)\]?:)?(?P<port>\d{1,5})", where):
            yield f"{kind} {match['host'] or '0.0.0.0'} {match['port']}"


def _handed_over(candidate: Candidate) -> bool:
    """Whether init holds one of its sockets as well; where nobody's processes could be seen, the unit alone counts."""
    listening = [one for one in candidate.sockets if one.state in ("listen", "unconnected")]
    return any(1 in one.pids for one in listening) or not listening
