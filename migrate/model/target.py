"""How a host is named and reached, as the user said it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """One host to reach.

    :ivar kind: ssh, vagrant, docker, local, replay.
    :ivar name: what stands after the kind: a host name, an alias, a container, a file.
    """

    text: str  # as given, for messages; never holds a password
    kind: str
    name: str
    user: str | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """The options for reaching hosts."""

    identity: tuple[str, ...] = ()
    port: int | None = None
    jump: str | None = None
    accept_new: bool = False
    legacy_crypto: bool = False
    sudo: bool = True
    connect_timeout: float = 15.0
    verbose: bool = False
