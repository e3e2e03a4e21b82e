"""Log in: one way after the other, to the host itself or over the hosts before it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import paramiko
from paramiko.ssh_exception import AuthenticationException, BadAuthenticationType, SSHException

from migrate.errors import AuthenticationRefused, InputError
from migrate.model.target import Access
from migrate.quoting import terminal
from migrate.reach import credentials
from migrate.reach.targets import parse_target
from migrate.reach.wire.config import Settings, resolve
from migrate.reach.wire.dial import Dialled, dial
from migrate.reach.wire.keys import Candidate, Tried, candidates

_HOPS = 8
_PROMPTS = 3
_OLD_RSA = ["rsa-sha2-512", "rsa-sha2-256"]


@dataclass(frozen=True, slots=True)
class Link:
    """A transport on which we are logged in.

    :ivar profile: modern or legacy, of the algorithms.
    :ivar password: the one that was given for this login, used or not; it may be sudo's, too.
    """

    settings: Settings
    transport: paramiko.Transport
    profile: str
    password: str | None = None
    through: Link | None = None

    def close(self) -> None:
        self.transport.close()
        if self.through is not None:
            self.through.close()


def reach(settings: Settings, access: Access, *, hops: int = 0) -> Link:
    """Log in to a host, over its jump hosts where it has some.

    :raises HostError: one of them could not be reached or refused us.
    """
    through = None
    try:
        through = _jump(settings, access, hops)
        return _log_in(settings, access, through, final=hops == 0)
    except BaseException:
        if through is not None:
            through.close()
        raise


def _jump(settings: Settings, access: Access, hops: int) -> Link | None:
    through: Link | None = None
    words = [word.strip() for word in settings.jump.split(",")] if settings.jump else []
    if hops + len(words) > _HOPS:
        raise InputError(f"{settings.label}: more than {_HOPS} jump hosts; does ssh_config make them go in a circle?")
    bare = replace(access, port=None, jump=None)
    for word in words:
        target = parse_target(word.removeprefix("ssh://"))
        if target.kind != "ssh":
            raise InputError(f"{settings.label}: {word!r} can't be a jump host", "-J takes [user@]host[:port],…")
        hop = resolve(target, bare, direct=through is not None)
        through = reach(hop, bare, hops=hops + 1) if through is None else _log_in(hop, bare, through, final=False)
    return through


def _log_in(settings: Settings, access: Access, through: Link | None, *, final: bool) -> Link:
    login = _Login(settings, access, through, final=final)
    try:
        return login.go()
    except BaseException:
        login.dialled.transport.close()
        raise


class _Login:
    """The attempts on one host."""

    def __init__(self, settings: Settings, access: Access, through: Link | None, *, final: bool) -> None:
        self._settings = settings
        self._access = access
        self._through = through
        # The password of the host is none of the jump hosts' business.
        self._password = credentials.given("MIGRATE_SSH_PASSWORD") if final else None
        self._tried = Tried()
        self._takes: tuple[str, ...] = ()
        self.dialled = self._dial()

    def go(self) -> Link:
        if self._by_key() or self._by_password() or self._by_nothing():
            dialled = self.dialled
            return Link(self._settings, dialled.transport, dialled.profile, self._password, self._through)
        raise self._refusal()

    def _dial(self) -> Dialled:
        return dial(self._settings, self._access, self._through.transport if self._through else None)

    def _transport(self) -> paramiko.Transport:
        """The transport, anew where the host has had enough of our attempts on the last one."""
        if not self.dialled.transport.is_active():
            self.dialled = self._dial()
        return self.dialled.transport

    def _by_key(self) -> bool:
        # The agent is let go of once a key is found.
        with contextlib.closing(candidates(self._settings, self._access.identity, self._tried)) as keys:
            for candidate in keys:
                if self._takes and "publickey" not in self._takes:
                    self._tried.note("keys: the host takes none")
                    return False
                if self._key(candidate):
                    return True
        return False

    def _key(self, candidate: Candidate) -> bool:
        transport = self._transport()
        if self._attempt(candidate.name, partial(transport.auth_publickey, self._settings.user, candidate.key)):
            return True
        if candidate.key.get_name() != "ssh-rsa":
            return False
        if not self._access.legacy_crypto:
            # A server before OpenSSH 7.2 does not say which signatures it takes, and takes SHA-1 only.
            if "server-sig-algs" not in _extensions(transport):
                self._tried.note(candidate.name, "the server may be too old for RSA with SHA-2: --legacy-crypto")
            return False
        transport = self._transport()
        transport.disabled_algorithms = {"pubkeys": _OLD_RSA}
        self.dialled.profile = "legacy"
        name = f"{candidate.name} with SHA-1"
        return self._attempt(name, partial(transport.auth_publickey, self._settings.user, candidate.key))

    def _by_password(self) -> bool:
        if not self._settings.passwords:
            return False
        for password in self._passwords():
            if self._takes and not {"password", "keyboard-interactive"} & set(self._takes):
                self._tried.note("password: the host takes none")
                return False
            transport = self._transport()
            if self._attempt("password", partial(transport.auth_password, self._settings.user, password)):
                self._password = password
                return True
        return False

    def _passwords(self) -> Iterator[str]:
        if self._password is not None:
            yield self._password
            return
        for _ in range(_PROMPTS):
            password = credentials.asked(f"{self._settings.label}'s password: ")
            if password is None:
                return
            yield password

    def _by_nothing(self) -> bool:
        """Only to hear what the host takes, for the message; a few devices do let one in so."""
        if self._takes:
            return False
        transport = self._transport()
        return self._attempt("", partial(transport.auth_none, self._settings.user))

    def _attempt(self, name: str, attempt: Callable[[], Sequence[str]]) -> bool:
        if name:
            self._tried.note(name)
        transport = self.dialled.transport
        try:
            more = attempt()
        except BadAuthenticationType as error:
            self._takes = tuple(error.allowed_types)
        except AuthenticationException:
            pass
        except (SSHException, EOFError, OSError) as error:
            self._tried.note(f"{name}: {terminal(str(error))}")
        else:
            self._takes = tuple(more)
        return transport.is_active() and transport.is_authenticated()

    def _refusal(self) -> AuthenticationRefused:
        tried = "; ".join(self._tried.words) or "nothing: there is no key and no password"
        takes = f"; it takes {', '.join(map(terminal, self._takes))}" if self._takes else ""
        usual = ("is the user right?", "-i FILE names another key", "MIGRATE_SSH_PASSWORD gives a password")
        beyond = self._settings.beyond
        wants = (f"ssh_config asks for {', '.join(beyond)}: the system's ssh can do that: --openssh",) if beyond else ()
        kerberos = ("for Kerberos: --openssh",) if any("gssapi" in word for word in self._takes) else ()
        hint = "; ".join((*self._tried.hints, *wants, *kerberos, *usual))
        return AuthenticationRefused(f"{self._settings.label} refused us. Tried: {tried}{takes}", hint)


def _extensions(transport: paramiko.Transport) -> dict[str, bytes]:
    return transport.server_extensions  # type: ignore[attr-defined,no-any-return]
