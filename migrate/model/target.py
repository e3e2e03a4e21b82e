"""How a host is named and reached, as the user said it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Target:
    """One host to reach.

    :ivar kind: ssh, vagrant, docker, local, replay; fleet for the hosts of an Ansible inventory.
    :ivar name: what stands after the kind: a host name, an alias, a container, a file.
    """

    text: str  # as given, for messages; never holds a password
    kind: str
    name: str
    user: str | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """The options for reaching hosts.

    :ivar openssh: through the system's ssh rather than our own.
    """

    identity: tuple[str, ...] = ()
    port: int | None = None
    jump: str | None = None
    accept_new: bool = False
    legacy_crypto: bool = False
    sudo: bool = True
    connect_timeout: float = 15.0
    verbose: bool = False
    openssh: bool = False

    def over(self, before: Access) -> Access:
        """``before`` with what was asked for now: every option that is not at its default."""
        usual = Access()
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(before, **{name: value for name, value in said.items() if value != getattr(usual, name)})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a discovery is to bring, and what it may take.

    :ivar record: the answers of HTTP listeners.
    :ivar forks: hosts at the same time.
    :ivar timeout: seconds for one host; what it said until then is kept.
    :ivar limit: which hosts of an Ansible inventory, as Ansible's ``--limit``.
    :ivar vault: the file with the vault's password.
    :ivar raw: the file to write the conversation to; ``raw_content``: with the captured files.
    """

    record: bool = True
    forks: int = 8
    timeout: float | None = None
    limit: str | None = None
    vault: str | None = None
    raw: str | None = None
    raw_content: bool = True
