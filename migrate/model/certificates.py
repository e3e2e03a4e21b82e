"""Certificates and keys: what they say, where they lie, and what uses them. Never the keys themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Use:
    """A setting or a command line that names a certificate, a key or a store."""

    setting: str | None = None  # ssl_certificate, SSLCertificateFile, keystoreFile, …
    service: str | None = None  # the unit or the program, where that can be told
    seen: str = ""  # file:line, or process PID/NAME


@dataclass(frozen=True, slots=True)
class Certificate:
    """An X.509 certificate. Times are seconds since the epoch; whether it has expired is for the reader to say.

    :ivar path: the file that holds it; ``position`` from 0 where that holds several, ``alias`` in a keystore.
    :ivar names: of hosts, addresses and people, as subjectAltName has them.
    :ivar authority: it may sign others.
    :ivar key: the path of its private key, where one was seen.
    :ivar trusted: somebody added it to the system's trusted authorities.
    :ivar renewed_by: certbot, acme.sh, dehydrated, …
    """

    path: str
    subject: str = ""
    names: tuple[str, ...] = ()
    issuer: str = ""
    serial: str = ""  # hexadecimal
    not_before: int | None = None
    not_after: int | None = None
    self_signed: bool = False
    authority: bool = False
    kind: str | None = None  # of its key: rsa, ec, ed25519, dsa
    bits: int | None = None
    fingerprint: str = ""  # SHA-256
    position: int = 0
    alias: str | None = None
    key: str | None = None
    trusted: bool = False
    renewed_by: str | None = None
    uses: tuple[Use, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    path: str
    kind: str | None = None  # rsa, ec, ed25519, dsa, openssh; None where it is encrypted or in a store
    bits: int | None = None
    encrypted: bool | None = None
    certificates: tuple[str, ...] = ()  # paths of those that belong to it
    uses: tuple[Use, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Keystore:
    """A store that a password protects; it was not opened. The entries of a JKS can be read without it."""

    path: str
    kind: str  # jks, jceks, pkcs12, bks
    keys: tuple[str, ...] = ()  # aliases of entries with a private key
    trusted: tuple[str, ...] = ()  # aliases of entries with a certificate alone
    uses: tuple[Use, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class SigningRequest:
    path: str
    subject: str = ""
    names: tuple[str, ...] = ()
    key: str | None = None  # the path of its private key, where one was seen


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file of many certificates that others trust: the authorities of a distribution or of a client."""

    path: str
    count: int = 0
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Renewal:
    """Something that renews certificates.

    :ivar tool: certbot, acme.sh, dehydrated, lego, mod_md, …
    :ivar challenge: webroot, nginx, dns-…, standalone: how the names are proven.
    """

    tool: str
    names: tuple[str, ...] = ()
    challenge: str | None = None
    server: str | None = None  # of the certificate authority
    hooks: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()  # the timers and cron jobs that start it
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Certificates:
    scope: ClassVar[str] = "certificates"

    certificates: tuple[Certificate, ...] = ()
    keys: tuple[PrivateKey, ...] = ()
    keystores: tuple[Keystore, ...] = ()
    requests: tuple[SigningRequest, ...] = ()
    bundles: tuple[Bundle, ...] = ()
    renewals: tuple[Renewal, ...] = ()
