"""Open an SSH transport to a host whose key is verified; nobody is logged in yet."""

from __future__ import annotations

import contextlib
import logging
import shlex
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import paramiko
from paramiko.ssh_exception import ChannelException, IncompatiblePeer, ProxyCommandFailure, SSHException

from migrate.errors import HostUnreachable
from migrate.model.target import Access
from migrate.quoting import terminal
from migrate.reach.wire.config import Settings
from migrate.reach.wire.known_hosts import Known, Shown, known_keys, verify

# SHA-1, MD5 and CBC: what servers of 2012 and before have, and what nobody should use unasked.
_LEGACY: Mapping[str, Sequence[str]] = {
    "kex": ("diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"),
    "ciphers": ("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
    "macs": ("hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"),
    "keys": ("ssh-rsa",),
    "pubkeys": ("ssh-rsa",),
}
_KEEPALIVE = 15
_DEAD = 60_000  # milliseconds after which data that nobody acknowledges means that the connection is gone

# paramiko reports through logging what it raises as well, with tracebacks.
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


@dataclass(slots=True)
class Dialled:
    """A transport, and whether it needed algorithms that are no longer safe."""

    transport: paramiko.Transport
    profile: str  # modern, legacy


def dial(settings: Settings, access: Access, through: paramiko.Transport | None) -> Dialled:
    """Connect, agree on algorithms, verify the host's key.

    :raises HostUnreachable: there is no SSH server to talk with.
    :raises HostKeyUnknown: or HostKeyChanged.
    """
    try:
        return Dialled(_dial(settings, access, through, _LEGACY), "modern")
    except IncompatiblePeer as error:
        if not access.legacy_crypto:
            raise HostUnreachable(
                f"{settings.label} only offers algorithms that are no longer safe ({terminal(str(error))})",
                "if that is what the server is, say so: --legacy-crypto",
            ) from error
    try:
        return Dialled(_dial(settings, access, through, {}), "legacy")
    except IncompatiblePeer as error:
        raise HostUnreachable(
            f"{settings.label}: no algorithm in common, not even a legacy one ({terminal(str(error))})"
        ) from error


def _dial(
    settings: Settings, access: Access, through: paramiko.Transport | None, disabled: Mapping[str, Sequence[str]]
) -> paramiko.Transport:
    sock = _socket(settings, access.connect_timeout, through)
    known = known_keys(settings)
    transport = paramiko.Transport(sock, disabled_algorithms={kind: list(names) for kind, names in disabled.items()})
    try:
        transport.banner_timeout = transport.auth_timeout = max(30.0, access.connect_timeout)
        _prefer_known(transport, known)
        key = _start(transport, settings, access.connect_timeout)
        verify(Shown(key.get_name(), key.asbytes()), known, settings, accept_new=access.accept_new)
        transport.set_keepalive(_KEEPALIVE)
    except BaseException:
        transport.close()
        raise
    return transport


def _start(transport: paramiko.Transport, settings: Settings, timeout: float) -> paramiko.PKey:
    try:
        transport.start_client(timeout=timeout)
        # After a timeout it returns as if all were well, and only this complains.
        return transport.get_remote_server_key()
    except IncompatiblePeer:
        raise
    except (SSHException, EOFError, OSError, ProxyCommandFailure) as error:
        said = terminal(str(error)) or type(error).__name__
        hint = "is it an SSH server that listens there?"
        if "ProxyUseFdpass" in settings.beyond:
            hint = "its ProxyCommand passes a descriptor (ProxyUseFdpass), which the system's ssh can take: --openssh"
            raise HostUnreachable(f"{settings.label}: the SSH handshake failed: {said}", hint) from error
        if settings.proxy_command:
            hint = f"does the ProxyCommand of your ssh_config work? {settings.proxy_command}"
        raise HostUnreachable(f"{settings.label}: the SSH handshake failed: {said}", hint) from error


def _prefer_known(transport: paramiko.Transport, known: Sequence[Known]) -> None:
    """Ask for the types of key that the host is known by, as OpenSSH does: it may have several."""
    kinds = {entry.kind for entry in known if not entry.revoked}
    if "ssh-rsa" in kinds:
        kinds |= {"rsa-sha2-512", "rsa-sha2-256"}
    options = transport.get_security_options()
    usual = tuple(options.key_types)
    options.key_types = sorted(usual, key=lambda kind: kind not in kinds)
    # One pass over the data instead of two.
    fast = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
    options.ciphers = sorted(options.ciphers, key=lambda cipher: cipher not in fast)


def _socket(
    settings: Settings, timeout: float, through: paramiko.Transport | None
) -> socket.socket | paramiko.Channel | paramiko.ProxyCommand:
    if through is not None:
        return _forwarded(settings, timeout, through)
    if settings.proxy_command is not None:
        return paramiko.ProxyCommand(shlex.join(("sh", "-c", f"exec {settings.proxy_command}")))
    try:
        sock = socket.create_connection((settings.host, settings.port), timeout)
    except (OSError, UnicodeError) as error:
        raise _unreachable(settings, error, timeout) from error
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, "TCP_USER_TIMEOUT", 18), _DEAD)
    return sock


def _forwarded(settings: Settings, timeout: float, through: paramiko.Transport) -> paramiko.Channel:
    try:
        return through.open_channel("direct-tcpip", (settings.host, settings.port), ("127.0.0.1", 0), timeout=timeout)
    except (SSHException, EOFError, OSError) as error:
        why = error.text if isinstance(error, ChannelException) else str(error)
        raise HostUnreachable(
            f"{settings.label}: the jump host can't connect to {settings.host} port {settings.port}: {terminal(why)}",
            "does the jump host know that name, and does it allow forwarding?",
        ) from error


def _unreachable(settings: Settings, error: Exception, timeout: float) -> HostUnreachable:
    place = f"{settings.host} port {settings.port}"
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return HostUnreachable(
            f"{settings.label}: there is no host named {settings.host}",
            "check the spelling, or give it an entry in your ssh_config",
        )
    if isinstance(error, ConnectionRefusedError):
        return HostUnreachable(
            f"{settings.label}: {place} refused the connection", "does sshd listen on another port? -p"
        )
    if isinstance(error, TimeoutError):
        return HostUnreachable(
            f"{settings.label}: {place} did not answer within {timeout:.0f} s",
            "is there a firewall or a VPN in between, or a jump host to take? -J",
        )
    return HostUnreachable(f"{settings.label}: {place}: {error}", "can this machine reach that network?")
