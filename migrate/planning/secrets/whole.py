"""Files that are secret as a whole."""

from __future__ import annotations

import re
from posixpath import basename, splitext

from migrate.planning.secrets.manners import sample

_PEM = re.compile(
    rb"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|ANY|SSH2 ENCRYPTED|PGP) )?PRIVATE KEY(?: BLOCK)?-----\s*"
    rb"[A-Za-z0-9+/=\s\\:,.()-]{40}"
)
_OPENVPN = re.compile(rb"-----BEGIN OpenVPN (?:Static key|tls-crypt)")
_HASH_LINE = re.compile(
    rb"[^:\s]{1,128}:(?:\d+:[0-9A-FX]{32}:[0-9A-FX]{32}:.*|\$[a-zA-Z0-9-]{1,10}\$[^:\s]{16,}|\{[A-Z0-9.-]{3,20}\}[^:\s]{3,}|[A-Za-z0-9./]{13}"
    rb"|[^:]{1,128}:[0-9a-f]{32})(?::[^\n]*)?\r?"
)
_MAGIC = (
    (b"\xfe\xed\xfe\xed", "a Java keystore"),
    (b"\xce\xce\xce\xce", "a Java keystore (JCEKS)"),
    (b"PuTTY-User-Key-File-", "a PuTTY private key"),
    (b"SSH PRIVATE KEY FILE FORMAT", "an SSH private key"),
    (b"\x05\x02\x00", "a Kerberos keytab"),
    (b"\x03\xd9\xa2\x9a", "a KeePass database"),
    (b"$ANSIBLE_VAULT;", "an Ansible vault"),
    (b"Private-key-format: v", "a private key of DNS (DNSSEC, TSIG)"),
)
_NAMES = (
    (r"\.pgpass|pgpass(?:\.conf)?", "PostgreSQL passwords"),
    (r"\.?_?netrc|\.authinfo", "passwords of network services (netrc)"),
    (r"\.git-credentials", "passwords of git servers"),
    (r"\.mylogin\.cnf", "MySQL passwords"),
    (r"g?shadow-?|opasswd|tcb", "password hashes of the system's users"),
    (r"\.erlang\.cookie", "the Erlang cookie of a cluster"),
    (r"\.?htpasswd[\w.-]*|[\w.-]*\.htpasswd", "password hashes (htpasswd)"),
    (r"\.?htdigest[\w.-]*", "password hashes (htdigest)"),
    (r"krb5\.keytab|[\w.-]+\.keytab", "a Kerberos keytab"),
    (r"secring\.gpg|[\w.-]*\.sec\.gpg", "a GnuPG secret keyring"),
    (r"(?:chap|pap|ipsec|l2tp)[-.]secrets", "passwords of network links"),
    (r"sasl_passwd(?:\.(?:db|lmdb))?|sasldb2", "passwords of mail relays (SASL)"),
    (r"rsyncd\.secrets", "passwords of rsync modules"),
    (r"passdb\.tdb|secrets\.tdb", "password hashes of Samba"),
    (r"\.smbcredentials|\.?cifs[-_]?cred\w*", "passwords of network shares"),
    (r"mongo\w*[-_.]?key(?:file)?", "the key file of a MongoDB cluster"),
    (r"\.vault[-_]pass(?:word)?(?:\.txt)?", "an Ansible vault's password"),
    (r"ssh_host_\w+_key|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?", "an SSH private key"),
)
_WHOLE_NAMES = tuple((re.compile(pattern), why) for pattern, why in _NAMES)
_PATHS = (
    (re.compile(r"/\.?davfs2/secrets$"), "passwords of WebDAV shares"),
    (re.compile(r"ftpd?/[^/]*users\.(?:txt|db)$"), "names and passwords of FTP's virtual users"),
)
# Two lines, name and password, as OpenVPN's auth-user-pass reads them.
_TWO_LINES = re.compile(rb"[^\s#]+\r?\n[^\s#]+\s*")
_ONE_WORD = re.compile(rb"[^\s#=:<>]{4,200}\s*")
_KEYSTORES = frozenset(".p12 .pfx .jks .jceks .bcfks .keystore .kdb .kdbx .ppk".split())


def private_file(path: str, data: bytes) -> str | None:
    """Why the whole of the file counts as secret, or None.

    Such a file is not searched line by line for what may be shown: it is kept in secrets/ as it is.
    """
    if not data.strip():
        return None
    for magic, why in _MAGIC:
        if data.startswith(magic):
            return None if _only_certificates(data) else why
    return _by_name(path, data) or _by_content(path, data)


def _by_name(path: str, data: bytes) -> str | None:
    name = basename(path)
    for pattern, why in _WHOLE_NAMES:
        if pattern.fullmatch(name) and not name.endswith(".pub") and _has_content(data):
            return why
    for pattern, why in _PATHS:
        if pattern.search(path) and _has_content(data):
            return why
    if "openvpn" in path and _TWO_LINES.fullmatch(data):
        return "a name and a password of OpenVPN"
    if path.endswith("/private-keys-v1.d") or "/private-keys-v1.d/" in path:
        return "a GnuPG secret key"
    if name == ".my.cnf" and re.search(rb"(?mi)^\s*password\s*=\s*\S", data):
        return "MySQL passwords"
    if splitext(name)[1].lower() in {".secret", ".pass", ".passwd", ".password", ".pw"} and _ONE_WORD.fullmatch(data):
        return "a password in a file of its own"
    return "a keystore" if splitext(name)[1].lower() in _KEYSTORES and not _text(data) else None


def _by_content(path: str, data: bytes) -> str | None:
    if (match := _PEM.search(data)) and _only_pem(data, match.start()):
        return "a private key (PEM)"
    if _OPENVPN.search(data[:4096]):
        return "a shared key of OpenVPN"
    if data[:1] == b"\x30" and data[1:2] in {b"\x80", b"\x81", b"\x82", b"\x83"} and _pkcs12(data):
        return "a keystore (PKCS #12)"
    if data[:1] in {b"\x94", b"\x95", b"\x97", b"\xc5"} and splitext(path)[1] in {".gpg", ".pgp", ".key"}:
        return "a GnuPG secret key"
    return "password hashes" if _hashes(data) and not sample(path) else None


def _only_pem(data: bytes, start: int) -> bool:
    """Whether the key is the file, rather than a value inside a larger document."""
    return not data[:start].strip() or data[:start].count(b"-----BEGIN") > 0 or data[:1] not in b"{[<"


def _pkcs12(data: bytes) -> bool:
    """A PFX: a sequence that begins with version 3, and PKCS #7 data inside."""
    return b"\x02\x01\x03" in data[:16] and b"\x2a\x86\x48\x86\xf7\x0d\x01\x07" in data[:64]


def _hashes(data: bytes) -> bool:
    """Whether every line is ``name:hash``."""
    if len(data) > 1 << 20:
        return False
    lines = [line for line in data.split(b"\n") if line.strip() and not line.startswith(b"#")]
    return bool(lines) and all(_HASH_LINE.fullmatch(line) for line in lines)


def _only_certificates(data: bytes) -> bool:
    """Whether a Java keystore holds other people's certificates and no key: a trust store."""
    if data[:4] != b"\xfe\xed\xfe\xed" or len(data) < 12:
        return False
    at = 12
    for _ in range(int.from_bytes(data[8:12])):
        if data[at : at + 4] != b"\0\0\0\2":
            return False
        at += 4 + 2 + int.from_bytes(data[at + 4 : at + 6]) + 8
        at += 2 + int.from_bytes(data[at : at + 2])
        at += 4 + int.from_bytes(data[at : at + 4])
    return True


def _has_content(data: bytes) -> bool:
    return any(line.strip() and not line.lstrip().startswith(b"#") for line in data.split(b"\n"))


def _text(data: bytes) -> bool:
    return b"\0" not in data[:8192] and all(byte >= 9 for byte in data[:512])
