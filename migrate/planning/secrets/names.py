"""Which settings hold secrets, by their name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_PASSWORD = frozenset(
    "password passwd passphrase pass pwd passwort kennwort psk requirepass masterauth bindpw rootbindpw rootpw authtok "
    "authpass pw passcode motdepasse contrasena wachtwoord haslo parola senha clave lozinka heslo losenord salasana "
    "adgangskode".split()
)
_SECRET = frozenset("secret credential credentials geheimnis segreto secreto".split())
_TOKEN = frozenset("token apikey authkey accesskey secretkey bearer jwt jeton".split())
# "key" in the languages that administrators write.
_KEY = frozenset("key schluessel schlussel cle chiave sleutel chave".split())
# "key", "auth", "salt" and "hash" say nothing alone: only behind one of these.
_BEFORE_KEY = frozenset(
    "api access secret private encryption encrypt encrypted crypt crypto cipher signing sign auth account shared "
    "master "
    "hmac aes session app application storage security client consumer service nonce logged webhook cookie preshared "
    "validation decryption decrypt upgrade geheim privat jwt token".split()
)
# In these languages the word stands behind: "cle_api", "chiave_segreta".
_BEHIND_KEY = frozenset("api secrete segreta secreta privee privata privada acces".split())
_PAIRS = frozenset(
    [("hash", "salt"), ("auth", "salt"), ("nonce", "salt"), ("in", "salt"), ("in", "key"), ("secure", "salt"),
     ("key", "base"), ("password", "hash"), ("passwd", "hash"), ("client", "key", "data"), ("erlang", "cookie"),
     ("de", "passe"), ("parola", "chiave"), ("palabra", "clave")]
)  # fmt: skip
# Squashed names: DBPASS, ROOTPW, mysqlpassword.
_ENDINGS = ("password", "passwd", "passphrase", "passwort", "kennwort", "secretkey", "apikey", "authtoken",
            "accesstoken", "apitoken", "clientsecret", "sharedsecret", "apisecret", "accesskey")  # fmt: skip
_SQUASHED_PASS = re.compile(
    r"(?:db|my|pg|sql|user|usr|admin|root|ftp|mail|smtp|imap|pop|ldap|key|store|trust|auth|bind|login|site|repl|dn|mysql|"
    r"postgres|oracle|redis|mongo|sftp|ssh|http|proxy|server|client|master|slave|app|web|svn|default)(?:pass|pwd|pw)$"
)
_NOT = frozenset(
    "proxy_pass fastcgi_pass uwsgi_pass scgi_pass grpc_pass memcached_pass redis_pass redis2_pass drizzle_pass "
    "pwd oldpwd first_pass try_first_pass use_first_pass by_pass all_pass low_pass high_pass one_pass two_pass "
    "max_pass passno dump_pass tls_pass ssl_pass tnt_pass postgres_pass ajp_pass js_pass zone_pass error_pass "
    "load_credential loadcredential loadcredentialencrypted importcredential "
    "conditioncredential assertcredential"
    .split()
)  # fmt: skip
_LOGGING = frozenset("logger logging".split())  # log4j.logger.org.example.password=DEBUG
# What may follow without changing what the setting is.
_TAIL = frozenset(
    "prod production test testing dev devel live stage staging old new default value plain plaintext text "
    "cleartext clear "
    "main slave replica master primary secondary ro rw base64 b64 enc string str local remote raw intern extern "
    "db".split()
)


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """``spring.datasource.dbPassword`` as (spring, datasource, db, password); without accents."""
    if not name.isascii():
        name = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return tuple(match.lower() for match in _WORD.findall(name[:160]))


@lru_cache(maxsize=4096)
def kind(name: str) -> str | None:
    """What a setting of this name holds, or None where it is no secret.

    password, token, key; material where it is one only if the value can be nothing else.
    """
    parts = words(name)
    if not parts or "_".join(parts) in _NOT or name.lower() in _NOT or not _LOGGING.isdisjoint(parts):
        return None
    if parts[0] == "with" or parts[-2:-1] == ("with",):
        return None  # withCredentials
    while len(parts) > 1 and (parts[-1] in _TAIL or parts[-1].isdigit()):
        parts = parts[:-1]
    if parts == ("encrypt",):
        return "material"
    return _of_last(parts)


def _of_last(parts: tuple[str, ...]) -> str | None:
    last = parts[-1]
    if last in _PASSWORD or last in _SECRET:
        return "password"
    if last in _TOKEN or parts[-2:] == ("auth", "key"):
        return "token"
    if last in _KEY and len(parts) > 1 and parts[-2] in _BEFORE_KEY and "public" not in parts:
        return "key"
    if last in _BEHIND_KEY and len(parts) > 1 and parts[-2] in _KEY:
        return "key"
    if parts[-2:] in _PAIRS or parts[-3:] in _PAIRS:
        return "password" if last in {"passe", "chiave", "clave"} else "key"
    if last.endswith(_ENDINGS) and not last.startswith(("bypass", "compass")):
        return "token" if last.endswith(("key", "token")) else "password"
    return "password" if _SQUASHED_PASS.match(last) else None
