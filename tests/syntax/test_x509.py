from __future__ import annotations

import struct
from datetime import UTC, datetime
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.syntax.x509 import Key, Material, material

BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def certificate(name: str = "shop.example.org", *, authority: bool = False) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.DNSName("www." + name)])
    return (
        x509.CertificateBuilder(subject, subject, key().public_key(), 0x1234, BEGIN, END)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(key(), hashes.SHA256())
    )


def pem(one: x509.Certificate) -> bytes:
    return one.public_bytes(serialization.Encoding.PEM)


def private(kind: serialization.PrivateFormat, password: bytes | None = None) -> bytes:
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key().private_bytes(serialization.Encoding.PEM, kind, how)


def test_what_a_certificate_says() -> None:
    (found,) = material(b"some words before\n" + pem(certificate())).certificates
    assert (found.subject, found.issuer, found.self_signed) == ("CN=shop.example.org", "CN=shop.example.org", True)
    assert found.names == ("shop.example.org", "www.shop.example.org")
    assert (found.serial, found.not_before, found.not_after) == ("1234", 1577836800, 1609459200)
    assert (found.kind, found.bits, found.authority) == ("rsa", 2048, False)
    assert found.fingerprint == certificate().fingerprint(hashes.SHA256()).hex()


def test_a_key_belongs_to_the_certificate_with_the_same_public_key() -> None:
    for form in (serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8):
        found = material(pem(certificate()) + private(form))
        assert found.keys == (Key("rsa", 2048, False, found.certificates[0].public),)


@pytest.mark.parametrize(
    ("made", "kind", "bits"),
    [(ec.generate_private_key(ec.SECP256R1()), "ec", 256), (ed25519.Ed25519PrivateKey.generate(), "ed25519", None)],
)  # fmt: skip
def test_other_kinds_of_keys_in_the_forms_of_openssl_and_openssh(
    made: ec.EllipticCurvePrivateKey, kind: str, bits: int | None
) -> None:
    for form in (serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.OpenSSH):
        data = made.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        (found,) = material(data).keys
        assert (found.kind, found.bits, found.encrypted) == (kind, bits, False)


def test_an_encrypted_key_is_told_to_be_one() -> None:
    assert material(private(serialization.PrivateFormat.PKCS8, b"x")).keys == (Key(encrypted=True),)
    assert material(private(serialization.PrivateFormat.TraditionalOpenSSL, b"x")).keys == (Key("rsa", encrypted=True),)


def test_der_and_requests() -> None:
    data = certificate().public_bytes(serialization.Encoding.DER)
    assert material(data).certificates[0].serial == "1234"
    request = x509.CertificateSigningRequestBuilder(certificate().subject).sign(key(), hashes.SHA256())
    for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER):
        (found,) = material(request.public_bytes(encoding)).requests
        assert found.subject == "CN=shop.example.org"
        assert found.public == material(data).certificates[0].public


def test_a_pkcs12_store_is_known_and_not_opened() -> None:
    data = pkcs12.serialize_key_and_certificates(
        b"tomcat", key(), certificate(), None, serialization.BestAvailableEncryption(b"changeit")
    )
    assert material(data) == Material(store="pkcs12")


def jks(*entries: bytes, version: int = 2) -> bytes:
    return struct.pack(">III", 0xFEEDFEED, version, len(entries)) + b"".join(entries) + b"\0" * 20


def entry(alias: bytes, *, has_key: bool) -> bytes:
    der = certificate().public_bytes(serialization.Encoding.DER)
    stored = struct.pack(">H", 5) + b"X.509" + struct.pack(">I", len(der)) + der
    head = struct.pack(">IH", 1 if has_key else 2, len(alias)) + alias + b"\0" * 8
    return head + (struct.pack(">I", 3) + b"key" + struct.pack(">I", 1) if has_key else b"") + stored


def test_a_jks_tells_its_entries_without_its_password() -> None:
    found = material(jks(entry(b"tomcat", has_key=True), entry(b"ca", has_key=False)))
    assert (found.store, found.entries) == ("jks", (("tomcat", True, 1), ("ca", False, 1)))
    assert [one.subject for one in found.certificates] == ["CN=shop.example.org"] * 2


def test_a_jks_that_is_cut_off_gives_what_is_whole() -> None:
    whole = jks(entry(b"tomcat", has_key=True), entry(b"ca", has_key=False))
    found = material(whole[:-200])
    assert (found.entries, found.unread) == ((("tomcat", True, 1),), 1)


def test_what_is_broken_is_counted() -> None:
    assert material(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unread == 1
    assert material(b"no certificate") == Material()


@settings(deadline=None)
@given(st.binary())
def test_anything_may_come(data: bytes) -> None:
    whole = jks(entry(b"a", has_key=True))
    for given_ in (data, b"\xfe\xed\xfe\xed" + data, whole[: 20 + len(data)] + data, b"-----BEGIN X-----" + data):
        material(given_)
    material(b"-----BEGIN RSA PRIVATE KEY-----\n" + data + b"\n-----END RSA PRIVATE KEY-----")
