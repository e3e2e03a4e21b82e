"""The directories of accounts that a machine belongs to: SSSD, Kerberos, LDAP, winbind, NIS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from migrate.model.routing import Membership
from migrate.probes.sections import Files, Lines


@dataclass
class _Told:
    """Settings of a file by section, in lower case, each with its values."""

    line: int = 1
    values: dict[str, list[str]] = field(default_factory=dict)

    def all(self, *names: str) -> tuple[str, ...]:
        words = [word for name in names for value in self.values.get(name, []) for word in re.split(r"[\s,]+", value)]
        return tuple(dict.fromkeys(word for word in words if word))

    def one(self, *names: str) -> str | None:
        return next((value for name in names for value in self.values.get(name, [])), None)


DIRECTORIES = frozenset(
    "/etc/ldap.conf /etc/ldap/ldap.conf /etc/openldap/ldap.conf /etc/nslcd.conf /etc/libnss-ldap.conf /etc/krb5.conf "
    "/etc/pam_ldap.conf /etc/samba/smb.conf /etc/yp.conf /etc/sssd/sssd.conf".split()
)


def memberships(files: Files) -> Iterator[Membership]:
    for path, lines in files.items():
        if path.startswith("/etc/sssd/"):
            yield from _sssd(path, lines)
        elif path.startswith("/etc/krb5"):
            yield from _kerberos(path, lines)
        elif path == "/etc/samba/smb.conf":
            yield from _samba(path, lines)
        elif path == "/etc/yp.conf":
            yield from _nis(path, lines)
        elif path in DIRECTORIES:
            yield from _ldap(path, lines)


def _sections(lines: Lines) -> dict[str, _Told]:
    found: dict[str, _Told] = {}
    section = ""
    for at, line in lines:
        if head := re.match(r"\s*\[([^]]*)\]", line):
            section = head[1].strip().lower()
            found.setdefault(section, _Told(at))
        else:
            key, _, value = line.partition("=")
            told = found.setdefault(section, _Told(at))
            told.values.setdefault(key.strip().lower(), []).append(value.strip())
    return found


def _sssd(path: str, lines: Lines) -> Iterator[Membership]:
    for section, told in _sections(lines).items():
        if section.startswith("domain/"):
            servers = told.all("ad_server", "ipa_server", "ldap_uri", "krb5_server")
            base = told.one("ldap_search_base")
            domain = told.one("ad_domain", "ipa_domain", "krb5_realm") or section[7:]
            yield Membership("sssd", domain, servers, base, told.one("id_provider"), f"{path}:{told.line}")


def _kerberos(path: str, lines: Lines) -> Iterator[Membership]:
    """The default realm with its own servers; files bring many realms of others."""
    default, start, realm = "", 1, ""
    servers: dict[str, list[str]] = {}
    for at, line in lines:
        key, equals, value = (word.strip() for word in line.partition("="))
        if key == "default_realm":
            default, start = value, at
        elif equals and value.startswith("{"):
            realm = key
        elif key == "kdc":
            servers.setdefault(realm, []).append(value)
    if default:
        yield Membership("kerberos", default, tuple(servers.get(default, [])), seen=f"{path}:{start}")


def _samba(path: str, lines: Lines) -> Iterator[Membership]:
    told = _sections(lines).get("global")
    if told and (told.one("security") or "").lower() in ("ads", "domain"):
        yield Membership("winbind", told.one("realm", "workgroup"), seen=f"{path}:{told.line}")


def _nis(path: str, lines: Lines) -> Iterator[Membership]:
    for at, line in lines:
        if found := re.match(r"\s*(?:domain\s+(\S+)\s+)?(?:server|ypserver)\s+(\S+)", line):
            yield Membership("nis", found[1], (found[2],), seen=f"{path}:{at}")


def _ldap(path: str, lines: Lines) -> Iterator[Membership]:
    """``uri ldap://a ldap://b`` and ``base dc=…``, key and value with a blank between."""
    told = _Told(lines[0][0] if lines else 1)
    for _, line in lines:
        key, _, value = " ".join(line.split()).partition(" ")
        told.values.setdefault(key.lower(), []).append(value)
    if servers := told.all("uri", "host"):
        yield Membership("ldap", None, servers, told.one("base"), seen=f"{path}:{told.line}")
