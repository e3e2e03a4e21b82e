"""Choose the way to a host and go it."""

from __future__ import annotations

from collections.abc import Callable

from migrate.errors import InputError
from migrate.model.target import Access, Target
from migrate.parts import parts
from migrate.reach import Connection, Transport


def connect(target: Target, access: Access, meanwhile: Callable[[], object] | None = None) -> Connection:
    """An open connection by the transport that serves the target's kind, or by the system's ssh where that was said.

    :param meanwhile: called right before the host is asked, which takes its time to answer; it must not wait itself.
    :raises HostError: the host could not be reached or refused us.
    """
    kind = "openssh" if target.kind == "ssh" and access.openssh else target.kind
    transports: tuple[Transport, ...] = parts("migrate.reach", "TRANSPORT")
    for transport in transports:
        if transport.kind == kind:
            if meanwhile:
                transport.load()
                meanwhile()
            return transport.open(target, access)
    known = ", ".join(sorted(transport.kind for transport in transports))
    raise InputError(f"{target.text}: no way to reach a target of kind {target.kind!r}", f"there are: {known}")
