"""Whether a value is a secret, or a reference, a placeholder, a keyword or prose."""

from __future__ import annotations

import math
import re
from collections import Counter

_KEYWORDS = frozenset(
    "true false yes no on off none null nil undefined default optional required requisite sufficient include substack "
    "enabled disabled enable disable always never ask prompt interactive md5 scram-sha-256 scram-sha-1 sha1 "
    "sha256 sha512 "
    "sha-256 sha-512 crypt bcrypt plain plaintext login cram-md5 digest-md5 trust peer ident reject files compat "
    "pam ldap "
    "sss nis nisplus systemd winbind db inherit any all auto string str int integer text varchar char boolean "
    "bool object "
    "self this empty unset required_if_set hidden varchar2 password_hash bytes sessions cookie header body query basic "
    "bearer optional[str] str|none ram file env keyring gnome-keyring kwallet manual unknown pass:insta".split()
)
_REFERENCES = re.compile(
    r"""\$\{.*\}|\$\(.*|\$\w+(?:::\w+|\{\w+\}|(?:/[\w.-]+)+)|\$[A-Za-z_][\w.\[\]'">-]*;?|\$\d|`.*|%[({\[].*[)}\]][sd]?|%\w(?:&quot;?)?|%[A-Za-z_]+%|\{\{.*\}\}|\{%.*%\}|
    <[%?].*[%?]>|\#\{.*\}|@@?[\w.-]+@@?|!(?:vault|secret|env|ref|include|sub|getatt)\b.*|[&*][A-Za-z_]\w*|&\w+;|&[\w-]+:[\w:-]+|&[A-Z]\w+(?:-[A-Z]\w+)+|\{\w*\}|\{\d+:?.*\}|
    ENC\(.*\)|(?:vault|env|ref\+\w+|ssm|arn|file|keyring|classpath|pkcs11|hash|blob):.*|(?i:(?:var|n)*char2?\(.*)|os\.environ.*|getenv.*|process\.env.*|ENV\[.*|
    System\.get.*|\\\$.*|\[.*\]|\(.*\)|<.*>["']?|&lt;.*&gt;|[>|][+-]?\d?|[\[{(<]""",
    re.VERBOSE | re.DOTALL,
)
# Pieces of programs: markup, formats, namespaces of classes, escapes, expressions.
_CODE = re.compile(
    r"\s*</?[A-Za-z!].*|\{\$[\w>\[\]'-]+\}|%\d*\$?[sd]|(?:[A-Z]\w*\\{1,2})+[A-Z]\w*|(?:\\+u[0-9a-fA-F]{4})+|@[a-z]+(?:[_.][a-z]+)+",
    re.DOTALL,
)
_TOKEN = re.compile(r"[\w./+=:~@-]+")
_IDENTIFIER = re.compile(r"[A-Za-z_.:-]{1,23}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PATH = re.compile(r"(?:[A-Za-z]:\\|\.{0,2}/)[\w.@+%\\/ -]*|[\w.-]+(?:/[\w.@+-]+)+\.\w{2,5}")
_FILE = re.compile(
    r"[\w./@%+-]+\.(?:pem|key|crt|cer|jks|p12|pfx|txt|conf|cfg|ini|ya?ml|json|xml|properties|php|sh|so|db)"
)
_BLANKS = re.compile(
    r"(?i)x{3,}|x{3,}\w*x{3,}|\*{2,}|\.{2,}|-{2,}|\?+|#+|__\w+__|(?:your|enter|insert|put|choose|type)[-_ ]\w[\w -]*"
    r"|(?:your|enter|insert|choose)(?:own|new|db|api|my)?(?:secret|pass|token|key|pwd|string)\w*"
    r"|(?:pass(?:word|wd)?|secret|token|key)[-_ ]?(?:here|goes.*)|replace[-_ ]?(?:me|with|this).*|to[-_ ]?do|tbd"
    r"|fixme|n/?a"
)
_COMMON = re.compile(
    r"(?i)pass|pwd|secret|example|change|sample|test|foo|bar|dummy|demo|default|your|xxx|token|hunter|qwert|placeholder"
    r"|none|user|letmein|admin|1234|abcd|insert|replace|random|string|mypw|here|redacted"
)
# In a sentence: whole words, so that "barn door" is none about a bar.
_ABOUT = re.compile(
    r"(?i)\b(?:pass(?:word|wd|wort|phrase|e)?s?|secrets?|tokens?|kennwort|your|change|enter|example|sample|default|must|"
    r"please|insert|invalid|wrong|valid|expired|required|missing|keys?|username|login|yet)\b"
)
_SENTENCE = re.compile(r"[^\W\d_a-z][^\W\d_]*(?: [^\W\d_]+){2,}[.!?:…]?")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{22,}={0,2}")
_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z]+(?:[._-][a-z]+)*")
_CAMEL = re.compile(r"[a-z]+(?:[A-Z][a-z]+)+")
_EXPRESSION = re.compile(r"\\[sSdDwW][*+)]|\(\?[:=!P]|^# ")
_DN = re.compile(r"(?i)(?:ou|dc|cn|uid|o|c|l|st)=[^,=]+(?:,\s*\w+=[^,=]+)+")  # of a directory: cn=admin,dc=example
_ADDRESS = re.compile(r"https?://\S*|[\w.+-]+@[\w.-]+|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|[\d.,: -]+")
_PORT = re.compile(r"\d{1,5}/(?:tcp|udp|sctp|dccp)\b.*")  # kpasswd 464/tcp, in /etc/services


# Hashes that begin as a reference does: crypt's, and those of MySQL.
_MCF = re.compile(r"\$(?:2|1\$|5\$|6\$|y\$|apr1\$)|\*[0-9A-F]{40}$")


def entropy(text: str) -> float:
    """Bits per character."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts) if text else 0.0


def strong(value: str) -> bool:
    """Whether ``value`` is surely no word, placeholder or name: mixed and long enough."""
    if len(value) < 8 or any(char.isspace() for char in value) or _COMMON.search(value):
        return False
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return mixed and entropy(value) >= 2.7 and not _PATH.fullmatch(value) and not _ADDRESS.fullmatch(value)


def token(value: str) -> bool:
    """Whether ``value`` can be a token or key: one long word that is no name and no path."""
    if len(value) < 8 or any(char.isspace() for char in value) or (_NAME.fullmatch(value) and not _long(value)):
        return False
    return entropy(value) >= 2.5 and not _ADDRESS.fullmatch(value) and any(map(str.isalnum, value))


def _long(value: str) -> bool:
    """A sentence in one word, which is too long for a name."""
    return len(value) >= 24 and value.count("-") >= 4 and "." not in value and not _COMMON.search(value)


def stands_for_nothing(value: str) -> bool:
    """Whether ``value`` is a reference, a placeholder, a keyword, a path: never a secret itself."""
    if _PORT.fullmatch(value):
        return True
    if len(value) < 3 or value.lower() in _KEYWORDS or _BLANKS.fullmatch(value) or _prose(value):
        return True
    if _FILE.fullmatch(value) or _DN.fullmatch(value) or (_PATH.fullmatch(value) and not _encoded(value)):
        return True
    return bool(_REFERENCES.fullmatch(value)) and not _MCF.match(value)


def _prose(value: str) -> bool:
    """Words about a secret, the name of one, or an expression that matches some."""
    if " " in value and not any(map(str.isdigit, value)) and (_ABOUT.search(value) or _SENTENCE.fullmatch(value)):
        return True
    return bool(_EXPRESSION.search(value) or (_CAMEL.fullmatch(value) and _COMMON.search(value)))


def _same(value: str, name: str) -> bool:
    said, named = value.lower().strip(" .:!?"), name.lower()
    return named.endswith(said) and (len(said) == len(named) or not named[-len(said) - 1].isalnum())


def _words(value: str) -> bool:
    """What a program says to people: three words or more, or a capital and words."""
    parts = value.split()
    plain = all(part.strip(".,!?:").isalpha() for part in parts)
    return len(parts) > 1 and plain and (len(parts) > 2 or value[:1].isupper())


def _encoded(value: str) -> bool:
    """Base64 may begin with a slash."""
    if _BASE64.fullmatch(value) and value.endswith("=") and len(value) % 4 == 0 and entropy(value) > 3.8:
        return True
    return value.count("/") <= 2 and len(value) >= 20 and "." not in value and entropy(value) > 3.8


def plausible(value: str, kind: str, *, literal: bool = False, doubtful: bool = False, name: str = "") -> bool:
    """Whether ``value`` of a setting whose name says ``kind`` is a secret.

    :param literal: it stands in a program, where a plain word is more often a name than a password.
    :param doubtful: it stands in a comment, a translation or a document: only what is surely no example counts.
    :param name: of the setting, which is no value for it ("password": "Password").
    """
    if stands_for_nothing(value) or (name and _same(value, name)):
        return False
    if kind == "material":
        return bool(_BASE64.fullmatch(value)) and len(value) % 4 == 0 and entropy(value) > 3.5
    if kind == "strong":
        return strong(value) and bool(_TOKEN.fullmatch(value))
    if doubtful:
        return strong(value)
    if literal and (_CODE.fullmatch(value) or _EMAIL.fullmatch(value)):
        return False
    if kind in {"token", "key"}:
        return token(value) and not (literal and _IDENTIFIER.fullmatch(value))
    if literal:
        return not (_NAME.fullmatch(value) and _COMMON.search(value)) and not _words(value)
    return not value.isspace()
