"""A Vagrant machine over SSH, as ``vagrant ssh-config`` says in the current directory."""

from __future__ import annotations

import ipaddress
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from migrate import process
from migrate.errors import HostUnreachable, InputError
from migrate.model.target import Access, Target
from migrate.reach import Connection, Transport

if TYPE_CHECKING:
    from migrate.reach.wire.config import Settings


def settings_of(text: str, machine: str) -> Settings:
    """The settings for one machine in the output of ``vagrant ssh-config``.

    :param machine: its name; empty where there is only one.
    :raises InputError: there is no such machine, or several to choose from.
    """
    from migrate.reach.wire.config import parse_settings

    blocks = _blocks(text)
    if not machine and len(blocks) != 1:
        names = ", ".join(sorted(blocks)) or "none"
        raise InputError(f"vagrant: which machine? There are: {names}", "vagrant:NAME names one")
    name = machine or next(iter(blocks))
    if name not in blocks:
        raise InputError(f"vagrant:{name}: vagrant ssh-config does not speak of it")
    lines = blocks[name]
    settings = parse_settings("\n".join(lines), name)
    words = {line.partition(" ")[0]: line.partition(" ")[2] for line in lines}
    return replace(
        settings,
        passwords=words.get("passwordauthentication") != "no",
        # Boxes make their keys at each start and all have Vagrant's own: it does not look at them, and says so here.
        # On a network that others share we do.
        trusted=words.get("stricthostkeychecking") == "no" and _near(settings.host),
    )


def _blocks(text: str) -> dict[str, list[str]]:
    """The lines of each ``Host``, in the form of ``ssh -G``: keyword in lower case, value without quotes."""
    blocks: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        found = re.fullmatch(r"\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*", line)
        if found is None:
            continue
        key, value = found[1].lower(), found[2]
        if key == "host":
            lines = blocks.setdefault(value.strip('"'), [])
        else:
            lines.append(f"{key} {_unquoted(value) if key != 'proxycommand' else value}")
    return blocks


def _unquoted(value: str) -> str:
    try:
        return " ".join(shlex.split(value))
    except ValueError:
        return value


def _near(host: str) -> bool:
    """Whether an address is this machine or one of the private networks that providers make on it."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_private


def _open(target: Target, access: Access) -> Connection:
    from migrate.reach.wire.connection import SshConnection

    words = ("vagrant", "ssh-config", *((target.name,) if target.name else ()))
    said = process.run(words, timeout=120, env={"VAGRANT_CHECKPOINT_DISABLE": "1"})
    if not said.ok:
        raise HostUnreachable(
            f"{target.text}: vagrant ssh-config failed: {said.complaint}",
            "is this the folder of the Vagrantfile, and is the machine up? vagrant up",
        )
    return SshConnection(settings_of(said.text, target.name), access)


TRANSPORT = Transport("vagrant", _open)
