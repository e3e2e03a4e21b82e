"""How OpenSSH would reach a host: the flat answer of ``ssh -G``, or its defaults where there is no ssh."""

from __future__ import annotations

import getpass
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from migrate import process
from migrate.errors import EngineError, InputError
from migrate.model.target import Access, Target

_DEFAULT_KEYS = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")
_BEYOND = {"pkcs11provider": "PKCS11Provider", "knownhostscommand": "KnownHostsCommand"}
_USER_KNOWN = "~/.ssh/known_hosts"
_GLOBAL_KNOWN = "/etc/ssh/ssh_known_hosts"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is needed to reach and to trust one host.

    :ivar alias: as the user said it; ``host`` is where to connect; ``known_as`` what known_hosts calls it, if else.
    :ivar beyond: what ssh_config asks for and only the system's ssh can do.
    :ivar trusted: the host key is not verified (a vagrant box on this machine).
    """

    alias: str
    host: str
    port: int
    user: str
    identities: tuple[str, ...] = ()
    only_identities: bool = False
    agent: str | None = None  # the socket; "none" for no agent; None for the environment's
    user_known: tuple[str, ...] = ()
    global_known: tuple[str, ...] = ()
    known_as: str | None = None
    jump: str | None = None
    proxy_command: str | None = None
    passwords: bool = True
    trusted: bool = False
    certificates: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        place = f"[{self.alias}]" if ":" in self.alias and self.port != 22 else self.alias
        return f"{self.user}@{place}" + ("" if self.port == 22 else f":{self.port}")


def resolve(target: Target, access: Access, *, direct: bool = False) -> Settings:
    """The settings for a target, with the user's ssh_config where the system's ssh is there to read it.

    ``MIGRATE_SSH_CONFIG`` names another file in its place, as ``ssh -F`` does.

    :param direct: a hop that is reached through the one before it: its own jump hosts don't count.
    :raises InputError: ssh_config can't be read, or says what we can't follow.
    """
    words = ["ssh", "-G"]
    own = os.environ.get("MIGRATE_SSH_CONFIG") or None
    for option, value in (("-F", own), ("-l", target.user), ("-p", target.port or access.port)):
        words += [option, str(value)] if value is not None else []
    try:
        answer = process.run((*words, "--", target.name), timeout=20) if process.available("ssh") else None
    except EngineError as error:
        raise InputError(f"{target.text}: {error.message}", "does your ssh_config run a slow command?") from error
    if answer is not None and not answer.ok:
        raise InputError(
            f"{target.text}: ssh can't make sense of its configuration for it: {answer.complaint}",
            f"try: ssh {target.name}",
        )
    text = answer.out.decode("utf-8", "surrogateescape") if answer is not None else _plain(target, access)
    settings = parse_settings(text, target.name)
    return _with_options(settings, access, direct=direct)


def parse_settings(text: str, alias: str) -> Settings:
    """The answer of ``ssh -G``. Unknown lines are left out.

    :raises InputError: what it says can't be followed.
    """
    first, identities, certificates = _lines(text)
    host = first.get("hostname", alias)
    user = first.get("user") or getpass.getuser()
    port = first.get("port", "22")
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise InputError(f"{alias}: ssh_config gives the port {port!r}")
    tokens = _tokens(alias, host, port, user)
    host = _expand(host, {"h": alias, "%": "%"})
    return Settings(
        alias=alias,
        host=host,
        port=int(port),
        user=user,
        identities=_paths(identities, tokens),
        only_identities=first.get("identitiesonly") == "yes",
        agent=_agent(first.get("identityagent")),
        user_known=_paths(first.get("userknownhostsfile", _USER_KNOWN).split(), tokens),
        global_known=_paths(first.get("globalknownhostsfile", _GLOBAL_KNOWN).split(), tokens),
        known_as=_said(first.get("hostkeyalias")),
        jump=_said(first.get("proxyjump")),
        proxy_command=_command(first.get("proxycommand"), tokens),
        passwords=first.get("passwordauthentication", "yes") != "no"
        or first.get("kbdinteractiveauthentication") == "yes",
        certificates=_paths(certificates, tokens),
        beyond=_beyond(first),
    )


def _beyond(first: Mapping[str, str]) -> tuple[str, ...]:
    """GSSAPIAuthentication is not among them: distributions set it for everybody."""
    found = [name for key, name in _BEYOND.items() if _said(first.get(key)) not in (None, "no")]
    if first.get("proxyusefdpass") == "yes":
        found.append("ProxyUseFdpass")
    return tuple(found)


def _lines(text: str) -> tuple[Mapping[str, str], list[str], list[str]]:
    """The first value of each keyword, as OpenSSH counts, and all identity and certificate files."""
    first: dict[str, str] = {}
    identities: list[str] = []
    certificates: list[str] = []
    for line in text.splitlines():
        key, _, value = line.strip().partition(" ")
        key, value = key.lower(), value.strip().strip('"')
        if key == "identityfile":
            identities.append(value)
        elif key == "certificatefile":
            certificates.append(value)
        elif value:
            first.setdefault(key, value)
    return first, identities, certificates


def _with_options(settings: Settings, access: Access, *, direct: bool) -> Settings:
    if direct:
        return replace(settings, jump=None, proxy_command=None)
    if access.jump:
        settings = replace(settings, jump=access.jump, proxy_command=None)
    return settings


def _plain(target: Target, access: Access) -> str:
    """What ssh would say without any configuration."""
    lines = [f"hostname {target.name}", f"port {target.port or access.port or 22}"]
    lines += [f"user {target.user}"] if target.user else []
    return "\n".join(lines + [f"identityfile {path}" for path in _DEFAULT_KEYS])


def _tokens(alias: str, host: str, port: str, user: str) -> dict[str, str]:
    name = socket.gethostname()
    return {
        "%": "%",
        "d": str(Path.home()),
        "h": host,
        "L": name.partition(".")[0],
        "l": name,
        "n": alias,
        "p": port,
        "r": user,
        "u": getpass.getuser(),
    }


def _expand(text: str, tokens: Mapping[str, str]) -> str:
    return re.sub(r"%(.)", lambda match: tokens.get(match[1], match[0]), text)


def _paths(texts: list[str], tokens: Mapping[str, str]) -> tuple[str, ...]:
    paths = []
    for text in texts:
        path = _expand(text, tokens)
        if path in ("none", "/dev/null", "") or "\0" in path:
            continue
        if path == "~" or path.startswith("~/"):  # ~user is rare, and an unknown user is no reason to fail
            path = str(Path.home()) + path[1:]
        paths.append(path)
    return tuple(dict.fromkeys(paths))


def _agent(value: str | None) -> str | None:
    if value is None or value == "SSH_AUTH_SOCK":
        return None
    return str(Path.home()) + value[1:] if value.startswith("~/") else value


def _said(value: str | None) -> str | None:
    return None if value in (None, "none", "") else value


def _command(value: str | None, tokens: Mapping[str, str]) -> str | None:
    said = _said(value)
    return None if said is None else _expand(said, tokens)
