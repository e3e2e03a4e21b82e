"""Read what a user calls a host."""

from __future__ import annotations

import hashlib
import re

from migrate.errors import InputError
from migrate.model.target import Target

_BRACKETS = re.compile(r"\[(?P<host>[^\[\]]*)\](?::(?P<port>.*))?")
# Characters that steer a terminal or a shell: names go into messages and into the user's ProxyCommand.
_UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff/'\"`$\\;&<>|(){}*?!#]")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NOT_YET = {"image": "reading disk images is not yet built in"}
_HINT = (
    "a target is [user@]host[:port], an ssh_config alias, vagrant[:machine], docker:CONTAINER, local, replay:FILE or "
    "@INVENTORY"
)


def parse_target(text: str) -> Target:
    """``[user@]host[:port]``, ``vagrant[:machine]``, ``docker:NAME``, ``local``, ``replay:FILE`` or ``@INVENTORY``.

    The name of ``vagrant`` without a machine is empty. An inventory is Ansible's, and stands for its hosts.

    :raises InputError: it is none of these, or one that is not supported yet.
    """
    if text == "local":
        return Target(text, "local", "local")
    if text.startswith("@"):
        return Target(text, "fleet", _file(text, text[1:]))
    kind, colon, name = text.partition(":")
    if kind == "image" and colon:
        raise InputError(f"{text}: {_NOT_YET['image']}", "start the machine and name it as a host")
    if kind == "vagrant":
        return Target(text, "vagrant", _word(text, name) if colon else "")
    if kind == "docker" and colon:
        return Target(text, "docker", _word(text, name))
    if kind == "replay" and colon:
        return Target(text, "replay", _file(text, name))
    return _ssh_target(text)


def host_folder(target: Target) -> str:
    """The name of the host's folder in the workspace: a safe file name, the same for the same target.

    User and port are left out of the name of an SSH host unless the port had to be said.
    """
    kind = target.kind if target.kind in ("vagrant", "docker") else ""
    port = str(target.port) if target.port not in (None, 22) else ""
    return folder_of("-".join(word for word in (kind, target.name, port) if word))


def folder_of(plain: str) -> str:
    """A safe file name for a name, the same for the same and another one for every other."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.")
    if name == plain and _SAFE.fullmatch(name):
        return name
    # Names that had to be changed must not fall together: fe80::1 and fe80--1.
    mark = hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name[:80] or 'host'}-{mark}"


def _ssh_target(text: str) -> Target:
    user, at, place = text.rpartition("@")
    host, port = _split_port(text, place)
    return Target(text, "ssh", _word(text, host), _word(text, user) if at else None, port)


def _split_port(text: str, place: str) -> tuple[str, int | None]:
    if place.startswith("["):
        match = _BRACKETS.fullmatch(place)
        if match is None:
            raise InputError(f"{text!r}: the bracket is not closed", "an IPv6 address is written [2001:db8::1]:22")
        port = match["port"]
        return match["host"], None if port is None else _port(text, port)
    if place.count(":") > 1:  # an IPv6 address without brackets has no room for a port
        return place, None
    host, colon, digits = place.partition(":")
    return host, _port(text, digits) if colon else None


def _port(text: str, digits: str) -> int:
    if re.fullmatch(r"[0-9]{1,5}", digits) and 0 < int(digits) < 65536:
        return int(digits)
    raise InputError(f"{text!r}: {digits!r} is not a port", _HINT)


def _file(text: str, name: str) -> str:
    """A file or folder of this machine: never an option."""
    if not name or name.startswith("-") or "\0" in name:
        raise InputError(f"{text!r} names no file", _HINT)
    return name


def _word(text: str, word: str) -> str:
    """A part of a target that is handed to other programs: never an option, never with spaces."""
    if not word:
        raise InputError(f"{text!r} names no host", _HINT)
    if word.startswith("-"):
        raise InputError(f"{text!r}: {word!r} looks like an option, not like a name", _HINT)
    if _UNFIT.search(word):
        raise InputError(f"{text!r}: {word!r} holds characters that a name can't have", _HINT)
    return word
