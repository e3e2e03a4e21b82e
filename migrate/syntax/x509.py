"""Certificates, requests, private keys in PEM and DER; keystores of Java. Nothing is decrypted; no key is returned."""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from cryptography import x509

T = TypeVar("T")
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
_MOST = 2000  # blocks of one file


@dataclass(frozen=True, slots=True)
class Seen:
    """What a certificate or request says.

    :ivar public: SHA-256 of its public key: the same as that of the private key that belongs to it.
    """

    subject: str = ""
    names: tuple[str, ...] = ()
    issuer: str = ""
    serial: str = ""
    not_before: int | None = None
    not_after: int | None = None
    self_signed: bool = False
    authority: bool = False
    kind: str | None = None
    bits: int | None = None
    fingerprint: str = ""
    public: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    kind: str | None = None
    bits: int | None = None
    encrypted: bool | None = None
    public: str | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What one file holds.

    :ivar store: jks, jceks or pkcs12 where it is a keystore; ``entries`` its aliases with whether each has a key and
        how many certificates of ``certificates`` are its.
    :ivar unread: blocks that could not be understood.
    """

    certificates: tuple[Seen, ...] = ()
    keys: tuple[Key, ...] = ()
    requests: tuple[Seen, ...] = ()
    store: str | None = None
    entries: tuple[tuple[str, bool, int], ...] = field(default=())
    unread: int = 0


def material(data: bytes) -> Material:
    """What is in a file; nothing where it is neither PEM, nor DER, nor a keystore."""
    if data[:4] in {b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"}:
        return _keystore(data)
    if b"-----BEGIN " in data:
        return _pem(data)
    if data[:1] == b"\x30" and _whole(data):
        return _der(data)
    return Material()


def _pem(data: bytes) -> Material:
    certificates: list[Seen] = []
    keys: list[Key] = []
    requests: list[Seen] = []
    unread = 0
    for number, match in enumerate(_PEM.finditer(data)):
        if number >= _MOST:
            break
        label = match[1]
        if label in {b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"}:
            seen = _certificate(_decoded(match[2]))
            certificates += [seen] if seen else []
            unread += seen is None
        elif label.endswith(b"PRIVATE KEY"):
            keys.append(_key(match[0], label, match[2]))
        elif label.endswith(b"CERTIFICATE REQUEST"):
            asked = _request(_decoded(match[2]))
            requests += [asked] if asked else []
            unread += asked is None
    return Material(tuple(certificates), tuple(keys), tuple(requests), unread=unread)


def _decoded(body: bytes) -> bytes:
    try:
        return base64.b64decode(re.sub(rb"[^A-Za-z0-9+/=]", b"", body))
    except (binascii.Error, ValueError):
        return b""


def _whole(data: bytes) -> bool:
    """Whether a DER sequence is as long as it says."""
    if len(data) < 2:
        return False
    size, more = data[1], data[1] & 0x7F
    if size < 0x80:
        return len(data) == size + 2
    return 0 < more <= 4 and len(data) == 2 + more + int.from_bytes(data[2 : 2 + more], "big")


def _der(data: bytes) -> Material:
    start = 2 + (data[1] & 0x7F if data[1] >= 0x80 else 0)
    if data[start : start + 3] == b"\x02\x01\x03":
        return Material(store="pkcs12")
    if seen := _certificate(data):
        return Material((seen,))
    if asked := _request(data):
        return Material(requests=(asked,))
    key = _loaded(data, pem=False)
    return Material(keys=(key,)) if key else Material()


def _tried(make: Callable[[], T]) -> T | None:
    """What a library makes of a file of a host, which may be anything."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return make()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - it raises a dozen kinds, and panics that are no Exception
        return None


def _certificate(data: bytes) -> Seen | None:
    from cryptography import x509

    return _tried(lambda: _read_certificate(x509.load_der_x509_certificate(data)))


def _read_certificate(one: x509.Certificate) -> Seen:
    from cryptography.hazmat.primitives.hashes import SHA256

    subject, issuer = one.subject.rfc4514_string(), one.issuer.rfc4514_string()
    kind, bits, public = _tried(lambda: _public(one.public_key())) or (None, None, None)
    return Seen(
        subject,
        _tried(lambda: _names(one)) or (),
        issuer,
        f"{one.serial_number:x}",
        _tried(lambda: int(one.not_valid_before_utc.astimezone(UTC).timestamp())),
        _tried(lambda: int(one.not_valid_after_utc.astimezone(UTC).timestamp())),
        subject == issuer,
        _tried(lambda: _authority(one)) or False,
        kind,
        bits,
        one.fingerprint(SHA256()).hex(),
        public,
    )


def _request(data: bytes) -> Seen | None:
    from cryptography import x509

    def read() -> Seen:
        one = x509.load_der_x509_csr(data)
        kind, bits, public = _tried(lambda: _public(one.public_key())) or (None, None, None)
        names = _tried(lambda: _names(one)) or ()
        return Seen(one.subject.rfc4514_string(), names, kind=kind, bits=bits, public=public)

    return _tried(read)


def _names(one: x509.Certificate | x509.CertificateSigningRequest) -> tuple[str, ...]:
    from cryptography import x509

    found = one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return tuple(str(getattr(name, "value", name)) for name in found)


def _authority(one: x509.Certificate) -> bool:
    from cryptography import x509

    return one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def _public(key: Any) -> tuple[str, int | None, str]:
    from cryptography.hazmat.primitives.hashes import SHA256, Hash
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    digest = Hash(SHA256())
    digest.update(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    name = type(key).__name__.lower()
    kind = next((kind for kind in ("rsa", "ed25519", "ed448", "dsa", "dh", "x25519") if kind in name), "ec")
    bits = getattr(key, "key_size", None)
    return kind, bits if isinstance(bits, int) else None, digest.finalize().hex()


def _key(block: bytes, label: bytes, body: bytes) -> Key:
    if label == b"ENCRYPTED PRIVATE KEY":
        return Key(encrypted=True)
    kind = {b"RSA": "rsa", b"EC": "ec", b"DSA": "dsa", b"OPENSSH": "openssh"}.get(label.split()[0])
    if b"ENCRYPTED" in body[:200]:
        return Key(kind, encrypted=True)
    return _loaded(block, pem=True) or Key(kind)


def _loaded(data: bytes, *, pem: bool) -> Key | None:
    """A key that no password protects; the OpenSSH form is told apart by its own header."""
    from cryptography.hazmat.primitives import serialization

    def read() -> Key:
        if b"OPENSSH PRIVATE KEY" in data[:60]:
            private: Any = serialization.load_ssh_private_key(data, None)
        elif pem:
            private = serialization.load_pem_private_key(data, None)
        else:
            private = serialization.load_der_private_key(data, None)
        kind, bits, public = _public(private.public_key())
        return Key(kind, bits, False, public)

    return _tried(read)


# --- keystores of Java ------------------------------------------------------------------------------------------------


def _keystore(data: bytes) -> Material:
    """A JKS: its entries stand in the clear, but for the private keys, which are skipped.

    https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/sun/security/provider/JavaKeyStore.java
    """
    store = "jks" if data[:1] == b"\xfe" else "jceks"
    certificates: list[Seen] = []
    entries: list[tuple[str, bool, int]] = []
    try:
        for alias, has_key, chain in _entries(data):
            seen = [one for one in map(_certificate, chain) if one]
            certificates += seen
            entries.append((alias, has_key, len(seen)))
    except (IndexError, ValueError):
        return Material(tuple(certificates), store=store, entries=tuple(entries), unread=1)
    return Material(tuple(certificates), store=store, entries=tuple(entries))


def _entries(data: bytes) -> Iterator[tuple[str, bool, list[bytes]]]:
    at = 4

    def take(size: int) -> bytes:
        nonlocal at
        at += size
        if size < 0 or at > len(data):
            raise ValueError
        return data[at - size : at]

    def number(size: int = 4) -> int:
        return int.from_bytes(take(size), "big")

    version = number()
    for _ in range(min(number(), _MOST)):
        tag = number()
        alias = take(number(2)).decode("utf-8", "replace")
        take(8)  # when it was made
        if tag == 1:
            take(number())
        elif tag != 2:  # a secret key of a JCEKS is an object of Java
            raise ValueError
        chain = []
        for _ in range(min(number(), 100) if tag == 1 else 1):
            if version == 2:
                take(number(2))
            chain.append(take(number()))
        yield alias, tag == 1, chain
