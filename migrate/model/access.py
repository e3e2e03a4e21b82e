"""Who may do what on a host: sudo's rules, the keys that open accounts, and what sshd was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SudoRule:
    """What some accounts may run as others. Aliases are resolved."""

    users: tuple[str, ...]  # alice, %group, #1000, +netgroup, ALL; "!" before who is left out
    commands: tuple[str, ...]
    hosts: tuple[str, ...] = ("ALL",)
    run_as: tuple[str, ...] = ("root",)
    run_as_groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # NOPASSWD, SETENV, NOEXEC, …
    program: str = "sudo"  # or doas
    seen: str = ""  # file:line


@dataclass(frozen=True, slots=True)
class SudoDefault:
    """One Defaults line; ``scope`` as sudo writes it: ":alice", "@host", ">root", "!command"."""

    value: str
    scope: str | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class AuthorizedKey:
    """A public key that opens an account."""

    user: str
    kind: str  # ssh-ed25519, ssh-rsa, rsa1, …; cert-authority stands in the options
    fingerprint: str | None = None  # SHA256:…, as ssh-keygen -l shows it
    bits: int | None = None  # of RSA keys
    comment: str | None = None
    options: tuple[str, ...] = ()  # from="10.0.0.*", command="…", no-pty
    seen: str = ""


@dataclass(frozen=True, slots=True)
class SshSetting:
    """One line of sshd's configuration; of a keyword that stands twice the first one holds."""

    key: str
    value: str
    match: str | None = None  # the condition of the Match block it stands in
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    scope: ClassVar[str] = "access"

    sudo: tuple[SudoRule, ...] = ()
    sudo_defaults: tuple[SudoDefault, ...] = ()
    keys: tuple[AuthorizedKey, ...] = ()
    sshd: tuple[SshSetting, ...] = ()
