"""Settings that hold a secret without "=" or ":" between name and value, and files with a form of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.planning.secrets import values
from migrate.planning.secrets.shapes import Hit, lowered, places_of


@dataclass(frozen=True, slots=True)
class Directive:
    """A line of some files.

    :ivar pattern: of a line, without what makes a comment of it; the group ``value``, or ``bare`` where there are no
        quotes, is the secret, ``key`` its name.
    :ivar commented: whether a line that is a comment may hold one.
    :ivar files: of the path, where the form says too little by itself.
    """

    pattern: re.Pattern[str]
    files: re.Pattern[str] | None = None
    kind: str = "password"
    commented: bool = True


def _directive(pattern: str, files: str | None = None, kind: str = "password", commented: bool = True) -> Directive:
    return Directive(re.compile(pattern), re.compile(files) if files else None, kind, commented)


_V = r"(?:(?P<q>[\"'])(?P<value>(?:(?!(?P=q)).){1,400})(?P=q)|(?P<bare>[^\s\"';][^\s\"]{0,400}))"
_DIRECTIVES = (
    _directive(r"\s*(?P<key>requirepass|masterauth|sentinel auth-pass \S+)\s+" + _V),
    _directive(r"\s*user\s+\S+\s(?:.*\s)?>(?P<value>\S+)", r"redis|\.acl$|valkey", commented=False),
    _directive(r"(?i)\s*(?P<key>bindpw|rootbindpw|rootpw|ldap_default_authtok|tls_reqpw|sasl_secprops_pw)\s+" + _V),
    _directive(r"(?:.*\s)?(?P<key>password|passwd)\s+" + _V, r"netrc|authinfo|apt/auth\.conf|lftp"),
    _directive(r"\s*(?P<key>passwd|password|passphrase)\s+" + _V + r"\s*$", r"(?:msmtp|mpop|fetchmail|mbsync)rc"),
    _directive(r".*\s(?P<key>pass(?:word)?)\s+" + _V, r"fetchmailrc"),
    _directive(r"\s*(?P<key>stats\s+auth)\s+[^:\s]+:" + _V),
    _directive(r"\s*user\s+\S+\s+(?P<key>(?:insecure-)?password)\s+" + _V),
    _directive(r"(?i)\s*(?P<key>AuthLDAPBindPassword|SessionCryptoPassphrase|SSLPassPhrase|ProxyPassword)\s+" + _V),
    _directive(r"\s*(?P<key>SQLConnectInfo|AuthLDAPConnect)\s+\S+\s+\S+\s+" + _V),
    _directive(r"\s*(?P<key>LDAPBindDN)\s+(?:\"[^\"]*\"|\S+)\s+" + _V),
    _directive(r"\s*(?P<key>r[ow]community6?)\s+" + _V, r"snmp"),
    _directive(r"(?i)\s*(?P<key>createUser)\s+(?:-e\s+\S+\s+)?\S+\s+(?:MD5|SHA\S*)\s+" + _V, r"snmp"),
    _directive(r"(?i)\s*createUser\s.*\s(?P<key>AES\S*|DES)\s+" + _V, r"snmp"),
    _directive(r"\s*(?P<key>com2sec6?)\s+(?:-Cn\s+\S+\s+)?\S+\s+\S+\s+" + _V, r"snmp"),
    _directive(r".*:\s*(?P<key>PSK|EAP|XAUTH|NTLM)\s+" + _V, r"ipsec|strongswan|swanctl"),
    _directive(r"\s*(?:\"[^\"]*\"|\S+)\s+(?:\"[^\"]*\"|\S+)\s+" + _V, r"(?:chap|pap)-secrets"),
    _directive(r"\s*\S+\s+[^\s:]+:(?P<value>\S+)\s*$", r"sasl_passwd|sasl/passwd|smtp_auth|relay_passwd|smtp_sasl"),
    _directive(r"\s*[^\s:]+:[^\s:]+:(?P<value>\S+)\s*$", r"exim4?/passwd\.client|ssmtp/revaliases_pw"),
    _directive(r"\s*[^\s:#]+:(?P<value>[^\s:]+)\s*$", r"rsyncd?\.(?:secrets|passwd)"),
    _directive(r"(?:[^:\\]|\\.)*:(?:[^:\\]|\\.)*:(?:[^:\\]|\\.)*:(?:[^:\\]|\\.)*:(?P<value>\S.*?)\s*$", r"pgpass"),
    _directive(r"\s*\"[^\"]+\"\s+\"(?P<value>[^\"]+)\"", r"userlist\.txt|pgbouncer|pool_passwd"),
    _directive(r"\s*[^:\s]+:[^:]*:(?P<value>[0-9a-f]{32})\s*$", kind="password-hash"),
    _directive(r"[^:\s]+:(?P<value>[A-Za-z0-9./]{13})(?::.*|\s*)$", r"htpasswd|\.users$|passwd$|auth", "password-hash"),
    _directive(r"\s*(?P<key>auth_pass)\s+" + _V),
    _directive(r"[^=\s:]+=(?P<value>[0-9a-f]{32})\s*$", r"users\.properties$", "password-hash"),
    _directive(r"[^=\s:]+\s*[:=]\s*(?P<value>[^\s,$]+),", r"(?:realm|login|users)\.properties$"),
    _directive(r"\s*(?P<key>cache_peer)\s.*\slogin=[^\s:]+:" + _V, r"squid"),
    _directive(r"\s*(?P<key>client_send)\s*=\s*(?::\s*\S+\s*:\s*|\^?\S+\^\^?)" + _V, r"exim"),
    _directive(r"\s*(?:hide )?(?P<key>(?:mysql|pgsql)_servers)\s*=\s*[^/\s]+/[^/]*/[^/]*/(?P<value>[^\s:]+)", r"exim"),
    _directive(r"\s*(?P<key>user)=[^\s:]+:" + _V, r"turn"),
    _directive(r"\s*(?P<key>register)\s*=>?\s*[^\s:@/]+:(?P<value>[^\s:@]+)(?::[^\s@]+)?@"),
    _directive(r"AuthInfo:.*\"(?P<key>P)[:=](?P<value>[^\"]+)\"", r"auth"),
    _directive(r"\$USER\d+\$\s*=\s*(?P<value>(?=[^\s]*[^a-z\s])[^\s/]+)\s*$", r"resource[\w.-]*\.cfg$"),
    _directive(r"\s*secure_link_md5\s+\".*[ $}](?P<value>[\w!.:+-]{6,})\"\s*;", kind="key"),
    _directive(r"\s*(?P<key>secret)\s+\"?(?P<value>[^\s\";]+)\"?\s*;", kind="key"),
    _directive(r"\s*(?P<key>Password|Secret)\s+\"(?P<value>[^\"]+)\"", r"collectd|ppp|peers|options"),
    _directive(r"\s*(?P<key>password|secret)\s+" + _V + r"\s*$", r"ppp/|pptp|xl2tp|radius|tacacs|inspircd|ircd|monit"),
    _directive(r"\s*allow\s+[^\s:]+:(?P<value>[^\s\"']+)", r"monit"),
)  # fmt: skip
# A text without any of these matches none of the forms that are not tied to a file's name. Plain words, and expressions
# that begin with plain characters: one expression of all would take many times as long.
_SIGN_WORDS = (
    "requirepass masterauth auth-pass auth_pass bindpw rootpw ldap_default tls_reqpw sasl_secprops passphrase bindpass "
    "authldap sqlconnect ldapbinddn createuser register authinfo secure_link"
).split()
_SIGNS = tuple(map(re.compile, (r"password\s", r"secret\s", r"stats\s+auth", r":[0-9a-f]{32}\b")))
_MARK = re.compile(r"\s*(?:#|;|//)\s?")
_COMMON = frozenset("public private none yes no required optional sufficient include".split())


def find(path: str, text: str, *, doubtful: bool = False) -> Iterator[Hit]:
    """Secrets in lines of these forms; behind a comment mark only what is surely no example."""
    matching = tuple(one for one in _DIRECTIVES if one.files is None or one.files.search(path))
    everywhere = any(one.files for one in matching)
    for offset, line in _all_lines(text) if everywhere else _signed_lines(text):
        if len(line) < 2000:
            yield from _line(line, offset, matching, doubtful)


def _all_lines(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in text.splitlines(keepends=True):
        yield offset, line.rstrip("\r\n")
        offset += len(line)


def _signed_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with a word of these forms in them."""
    lower = lowered(text)
    places = [at for word in _SIGN_WORDS for at in places_of(lower, word)]
    places += [match.start() for sign in _SIGNS for match in sign.finditer(lower)]
    for start in sorted({text.rfind("\n", 0, at) + 1 for at in places}):
        yield start, _to_its_end(text, start)


def _to_its_end(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)].rstrip("\r")


def _line(line: str, offset: int, directives: tuple[Directive, ...], doubtful: bool) -> Iterator[Hit]:
    mark = _MARK.match(line)
    start = mark.end() if mark else 0
    for directive in directives:
        match = directive.pattern.match(line, start)
        if match is None or (mark and not directive.commented):
            continue
        group = "value" if match["value"] is not None else "bare"
        value = match[group]
        if value.lower() in _COMMON:
            continue
        if values.plausible(value, "password", doubtful=doubtful or mark is not None):
            named = "key" in directive.pattern.groupindex
            kind = "password-hash" if value.startswith("$") else directive.kind
            yield Hit(kind, match["key"] if named else None, offset + match.start(group), value)
