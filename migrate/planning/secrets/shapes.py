"""Secrets that are known by their shape, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from migrate.planning.secrets import values

_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret at an offset of a text."""

    kind: str
    key: str | None
    start: int
    value: str


# Go's form of an address of a database: user:password@tcp(host:3306)/name.
_GO = re.compile(r"\b[\w.-]{1,60}:([^\s/@:\"'`<>]{1,200})@(?:tcp6?|unix)\(")
# In two parts: an expression that begins with plain characters is found fast.
_USERINFO = re.compile(r"//([^\s/:@\"'<>|]{0,100}):([^\s/@\"'<>|]{1,200})@")
# An address with a key in the place of a name: where errors are reported to.
_KEY_ALONE = re.compile(r"\bhttps?\\?://([0-9a-f]{32})@[A-Za-z0-9]")
_SCHEME = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]{1,30})\\?:(?:[a-z0-9]{1,12}:)?\Z")
_ORACLE = re.compile(r"\bjdbc:oracle:\w{2,6}:([^\s/@:\"']{1,60})/([^\s/@\"']{1,100})@")
# Up to the next five dashes: a second beginning before the end makes it no key, and the search stays linear.
_PEM = re.compile(
    r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----[^-]{40,}(?:-(?!----)[^-]*)*"
    r"-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
)
_HASH = re.compile(
    r"(?<![\w$])(?:\$(?:2[abxy]?|apr1|1|5|6|7|y|gy|argon2(?:id?|d)|pbkdf2[\w-]*|S|P|H|8|9)\$[A-Za-z0-9./+$=,_-]{20,256}"
    r"|SCRAM-SHA-\d+\$\d+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=:]+|\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT|BLF-CRYPT"
    r"|SHA512-CRYPT"
    r"|PBKDF2(?:-SHA\d+)?|ARGON2)\}[A-Za-z0-9./+$=,{}-]{12,256}|pbkdf2_sha\d+\$\d+\$[^\s$\"']+\$[A-Za-z0-9+/=]{20,}"
    r"|pbkdf2:sha\d+:\d+\$\w+\$[0-9a-f]{40,})"
)
_BEARER = re.compile(
    r"(?i)\bauthorization\b[\"']?[\s:=,]{0,6}[\"']?[\s:=,]{0,3}(?:basic|bearer|token"
    r"|apikey)\s+([A-Za-z0-9+/=._~-]{6,4000})"
)
_TOKENS = re.compile(
    r"(?<![\w/+-])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,}|glpat-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}"
    r"|[sr]k_(?:live|test)_\w{16,}"
    r"|AIza[\w-]{35}|SG\.[\w-]{16,}\.[\w-]{16,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{10,}|hv[sb]\.[\w-]{20,}"
    r"|npm_[A-Za-z0-9]{30,}"
    r"|dop_v1_[0-9a-f]{40,}|(?:AKIA|ASIA)[A-Z0-9]{16}|ya29\.[\w-]{20,}|pypi-[\w-]{50,}|AGE-SECRET-KEY-1[0-9A-Z]{50,}"
    r"|https://hooks\.slack\.com/services/\w+/\w+/\w+|key-[0-9a-f]{32}|sq0csp-[\w-]{40,}|EAAC\w{60,}"
    r"|dckr_pat_[\w-]{20,})"
)
_QUOTE = r"(?P<{0}q>[\"'])(?P<{0}>(?:\\.|(?!(?P={0}q))[^\n\\]){{0,200}})(?P={0}q)"
_ANY = r"\s*(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|[^\s,()'\"]{1,100})\s*,"
_CONNECT = re.compile(
    r"(?:(?:mysqli?|maxdb|sqlsrv|mssql|sybase|ifx|ibase|odbc|oci|ingres)_p?connect|mysqli_real_connect"
    r"|new\s+mysqli|new\s+PDO"
    r"|DBI\s*->\s*connect|DriverManager\s*\.\s*getConnection|MySQLdb\s*\.\s*connect|->\s*real_connect|ftp_login"
    r"|ldap_bind"
    r"|->\s*login|Sequel\s*\.\s*connect|\)?\.\s*connect)\s*\(" + _ANY + _ANY + r"\s*" + _QUOTE.format("v")
)
# Two arguments, name and password.
_LOGIN = re.compile(
    r"(?:(?:\.|->)\s*(?:login|authenticate|set_?(?:basic_?)?auth|basic_auth)|(?:Password|Network|Basic)\w*Credentials?"
    r"|PasswordAuthentication|HTTPBasicAuth|HTTPDigestAuth|\bauth\s*=)\s*\(" + _ANY + r"\s*" + _QUOTE.format("v")
)
_CALLS = ("onnect", "mysqli", "PDO", "login", "ldap_bind", "auth", "Auth", "uthentica", "Credential")
_SQL = re.compile(
    r"(?i)\b(IDENTIFIED\s+(?:WITH\s+\w+\s+)?(?:BY|AS)(?:\s+PASSWORD)?|(?:ENCRYPTED\s+|LOGIN\s+|WITH\s+"
    r"|ROLE\s+\S+\s+)PASSWORD|PASSWORD\s*\()"
    r"\s*" + _QUOTE.format("v")
)
_POSTGRES_MD5 = re.compile(r"(?<!\w)md5[0-9a-f]{32}(?!\w)")
# What is sent where a program was asked for a password (expect), and to an FTP server by a script.
_SENT = re.compile(
    r"(?i)expect[^\n]*(?:assw|asswort|ennwort|passphrase|passcode|pin:)[^\n]{0,80}?[\n;{][^\n]{0,40}?\bsend\b(?:\s+--)?\s+"
    r"[\"'](?P<v>[^\"'$\\\n]{2,100})\\[rn]"
)
_SECURE_STRING = re.compile(r"(?i)ConvertTo-SecureString\s+(?:-String\s+)?" + _QUOTE.format("v"))
# Users of a server that are options of its login module: user_anna="…".
_JAAS_USER = re.compile(r"\buser_\w+\s*=\s*" + _QUOTE.format("v"))
_SQLPLUS = re.compile(
    r"(?im)^[ \t]*conn(?:ect)?[ \t]+[\w$]+/(?P<v>[^\s@\"'/;]+)(?:@\S+)?(?:[ \t]+as[ \t]+sys\w+)?[ \t;]*$"
)
_FTP_USER = re.compile(r"(?m)^[ \t]*user[ \t]+\S+[ \t]+(?P<v>[^\s$]+)[ \t]*$")
_VAULT = re.compile(r"\$ANSIBLE_VAULT;[\w.;-]+\n(?:[ \t]*[0-9a-f]+\r?(?:\n|\Z))+")
_XML_KEY = re.compile(r"<(?:D|P|Q|DP|DQ|InverseQ)>\s*([A-Za-z0-9+/=\s]{16,}?)\s*</")
_JWK = re.compile(r"\"(?:k|d|p|q|dp|dq|qi)\"\s*:\s*\"([\w-]{16,})\"")
_DOCKER_AUTH = re.compile(r"\"auth\"\s*:\s*\"([A-Za-z0-9+/=]{8,})\"")

# What a text must hold for an expression to match anywhere in it: looking for that first spares nearly all of the work.
_HASH_SIGNS = (
    "$1$ $2$ $2a$ $2b$ $2x$ $2y$ $5$ $6$ $7$ $8$ $9$ $y$ $gy$ $S$ $P$ $H$ $apr1$ $argon2 $pbkdf2 SCRAM-SHA- {SHA {SSHA "
    "{MD5} {SMD5} {CRYPT} {BLF-CRYPT} {PBKDF2 {ARGON2} pbkdf2_sha pbkdf2:sha"
).split()
_TOKEN_SIGNS = (
    "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- xox sk_live_ rk_live_ sk_test_ rk_test_ AIza SG. eyJ hvs. hvb. npm_ "
    "dop_v1_ AKIA ASIA ya29. pypi- AGE-SECRET-KEY-1 https://hooks.slack.com key- sq0csp- EAAC dckr_pat_"
).split()
_BY_SIGN = (
    (_HASH, "password-hash", _HASH_SIGNS),
    (_POSTGRES_MD5, "password-hash", ["md5"]),
    (_TOKENS, "token", _TOKEN_SIGNS),
)


def find(text: str) -> Iterator[Hit]:
    """Every secret in ``text`` that its shape gives away."""
    yield from _in_urls(text)
    if "PRIVATE KEY" in text:
        yield from (Hit("private-key", None, match.start(), match.group()) for match in _PEM.finditer(text))
    for pattern, kind, signs in _BY_SIGN:
        yield from (Hit(kind, None, match.start(), match.group()) for match in _beginning(pattern, text, signs))
    yield from _in_calls(text)
    yield from _in_forms(text)


def _in_forms(text: str) -> Iterator[Hit]:
    """Keys in XML and JSON, what scripts send to programs that ask, encrypted values of Ansible."""
    if "<RSAKeyValue" in text:
        yield from (Hit("private-key", None, match.start(1), match[1]) for match in _XML_KEY.finditer(text))
    if '"kty"' in text:
        yield from (Hit("private-key", None, match.start(1), match[1]) for match in _JWK.finditer(text))
    if "$ANSIBLE_VAULT;" in text:
        yield from (Hit("token", None, match.start(), match.group().rstrip()) for match in _VAULT.finditer(text))
    if "expect" in text:
        yield from _quoted(_SENT, text)
    if "SecureString" in text:
        yield from _quoted(_SECURE_STRING, text)
    if "LoginModule" in text:
        yield from _quoted(_JAAS_USER, text)
    if "sqlplus" in text:
        yield from _quoted(_SQLPLUS, text)
    if "ftp " in text and re.search(r"\bftp\s[^\n]*-\w*n", text):
        yield from _quoted(_FTP_USER, text)


def _in_urls(text: str) -> Iterator[Hit]:
    yield from _userinfo(text)
    for match in _GO.finditer(text) if "@tcp" in text or "@unix(" in text else ():
        if not values.stands_for_nothing(match[1]):
            yield Hit("credentials-url", None, match.start(1), match[1])
    for match in _ORACLE.finditer(text) if "jdbc:oracle:" in text else ():
        if not values.stands_for_nothing(match[2]):
            yield Hit("credentials-url", match[1], match.start(2), match[2])
    for match in _KEY_ALONE.finditer(text) if "://" in text else ():
        yield Hit("token", None, match.start(1), match[1])


def _in_calls(text: str) -> Iterator[Hit]:
    """What a header, a call or a statement gives as a password."""
    lower = lowered(text)
    for match in _BEARER.finditer(text) if "authorization" in lower else ():
        if values.token(match[1]):
            yield Hit("token", "Authorization", match.start(1), match[1])
    for match in _DOCKER_AUTH.finditer(text) if '"auth"' in text else ():
        yield Hit("token", "auth", match.start(1), match[1])
    yield from _quoted(_CONNECT, text, _CALLS)
    yield from _quoted(_LOGIN, text, _CALLS)
    if "identified" in lower or "password" in lower:
        yield from _quoted(_SQL, text)


def _userinfo(text: str) -> Iterator[Hit]:
    if "@" not in text:
        return
    for match in _USERINFO.finditer(text):
        scheme = _SCHEME.search(text[max(0, match.start() - 60) : match.start()])
        if scheme is None or values.stands_for_nothing(match[2]) or match[1].endswith("["):
            continue
        if (match[1].lower(), match[2].lower()) not in _EXAMPLES:
            yield Hit("credentials-url", scheme[1], match.start(2), match[2])


_EXAMPLES = frozenset(
    {("user", "pass"), ("user", "password"), ("username", "password"), ("login", "password"), ("user", "passwd"),
     ("user", "pw"), ("login", "pass"), ("username", "pass"), ("foo", "bar"), ("name", "password"), ("user", "secret")}
)  # fmt: skip


def _beginning(pattern: re.Pattern[str], text: str, signs: Sequence[str]) -> Iterator[re.Match[str]]:
    """Matches that begin with one of ``signs``: to look at these places alone takes a tenth of the time."""
    end = 0
    for at in sorted(at for sign in signs for at in places_of(text, sign)):
        match = pattern.match(text, at) if at >= end else None
        if match:
            yield match
            end = match.end()


def _around(pattern: re.Pattern[str], text: str, signs: Sequence[str]) -> Iterator[re.Match[str]]:
    """Matches near one of ``signs``."""
    end = 0
    for at in sorted(at for sign in signs for at in places_of(text, sign)):
        match = pattern.search(text, max(end, at - 40), at + 800) if at >= end else None
        if match:
            yield match
            end = match.end()


@lru_cache(maxsize=1)
def lowered(text: str) -> str:
    """In lower case, every character at its place: str.lower() may change the length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.translate(_LOWER)


def places_of(text: str, sign: str) -> Iterator[int]:
    """Where ``sign`` stands."""
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def _quoted(pattern: re.Pattern[str], text: str, signs: Sequence[str] = ()) -> Iterator[Hit]:
    for match in _around(pattern, text, signs) if signs else pattern.finditer(text):
        value = match["v"]
        if value and not values.stands_for_nothing(value):
            yield Hit("password-hash" if value.startswith(("$", "*")) else "password", None, match.start("v"), value)
