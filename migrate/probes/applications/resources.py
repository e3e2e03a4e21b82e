"""Databases, caches, queues and the like in the settings of applications, whatever their names are there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrate.model.applications import Resource
from migrate.probes.applications.making import resource, secret, unique

_HOST = (
    "db_host",
    "dbhost",
    "db_server",
    "_db_server_",
    "wgdbserver",
    "db_hostname",
    "dbserver",
    "database_host",
    "typo_db_host",
    "db_servername",
    "phpwg_db_host",
    "host",
    "hostname",
    "server",
    "servername",
    "dbms_host",
)
_NAME = (
    "db_name",
    "dbname",
    "_db_name_",
    "db_database",
    "wgdbname",
    "database_name",
    "typo_db",
    "db_dbname",
    "database",
    "dbms_name",
    "db",
    "schema",
    "name",
)
_USER = (
    "db_user",
    "dbuser",
    "_db_user_",
    "db_username",
    "wgdbuser",
    "database_user",
    "typo_db_username",
    "db_login",
    "username",
    "user",
    "login",
    "dbms_user",
)
_KIND = (
    "db_type",
    "dbtype",
    "wgdbtype",
    "db_connection",
    "db_driver",
    "database_driver",
    "dbdriver",
    "driver",
    "adapter",
    "engine",
    "dialect",
    "dbms",
    "db_engine",
    "type",
)
_PORT = ("db_port", "dbport", "wgdbport", "database_port", "port")
_PATH = ("wgsqlitedatadir", "basepath")
_ENGINES = {"mysqli": "mysql", "pdomysql": "mysql", "pdo_mysql": "mysql", "mysql2": "mysql", "mysqlimproved": "mysql",
            "pgsql": "postgresql", "pdo_pgsql": "postgresql", "postgres": "postgresql", "pg": "postgresql",
            "postgres7": "postgresql", "postgres8": "postgresql", "psycopg2": "postgresql",
            "postgresql_psycopg2": "postgresql", "sqlite3": "sqlite", "pdo_sqlite": "sqlite", "oci8": "oracle",
            "sqlsrv": "mssql", "mssqlnative": "mssql", "mariadb": "mariadb"}  # fmt: skip
_PLAIN = frozenset("mysql postgresql sqlite oracle mssql mariadb mongodb firebird db2".split())
_KINDS = (
    ("database", r"database|\bdb|sql|postgres|\bpg|mongo|oracle|jdbc|influx|sentry_dsn$^"),
    ("cache", r"redis|memcache|\bcache"),
    ("queue", r"amqp|rabbit|broker|queue|kafka|nats|mqtt|celery|messenger|activemq|stomp|beanstalk"),
    ("mail", r"mail|smtp|imap"),
    ("ldap", r"ldap"),
    ("search", r"elastic|solr|opensearch|sphinx|meili|typesense"),
    ("storage", r"\bs3|minio|bucket|swift"),
)  # fmt: skip
_SCHEMES = {
    "mysql": "database", "mysql2": "database", "mariadb": "database", "postgres": "database", "postgresql": "database",
    "pgsql": "database", "sqlite": "database", "sqlite3": "database", "mongodb": "database", "mongodb+srv": "database",
    "oracle": "database", "mssql": "database", "sqlserver": "database", "couchdb": "database", "cassandra": "database",
    "redis": "cache", "rediss": "cache", "memcached": "cache", "memcache": "cache", "amqp": "queue", "amqps": "queue",
    "kafka": "queue", "nats": "queue", "mqtt": "queue", "stomp": "queue", "smtp": "mail", "smtps": "mail",
    "ldap": "ldap", "ldaps": "ldap", "jdbc": "database", "ldapi": "ldap", "beanstalk": "queue", "pyamqp": "queue",
}  # fmt: skip
_ENDS = re.compile(r"(?i)(?:^|[_.-])(?:url|uri|dsn|host|hosts|server|servers|endpoint|address|addr|broker)s?$")
_URL = re.compile(r"([a-z][a-z0-9+]*):(?://|/)\S*")


@dataclass(frozen=True, slots=True)
class Told:
    """One setting of an application."""

    key: str
    value: str
    seen: str


def database(told: Iterable[Told], engine: str | None = None) -> Resource | None:
    """The database that settings of one file (or section) name together."""
    known: dict[str, Told] = {}
    for one in told:
        known.setdefault(re.split(r"[.>]", one.key)[-1].lower(), one)
    name, host = _first(known, _NAME), _first(known, _HOST)
    if name is None and (host is None or _first(known, _USER) is None):
        return None
    kind = _engine(_first(known, _KIND)) or engine
    if name and name.key.lower() == "name" and not (host or _engine(_first(known, _KIND))):
        return None
    port, user, path = _first(known, _PORT), _first(known, _USER), _first(known, _PATH)
    place = host.value if host else path.value if path and kind == "sqlite" else ""
    if port and host and port.value.isdigit() and port.value != "0" and ":" not in place:
        place += f":{port.value}"
    first = name or host or Told("", "", "")
    url = f"{kind}://{place}/{name.value if name else ''}" if kind else f"{place}/{name.value if name else ''}"
    return resource("database", first.key, url, user.value if user else None, first.seen)


def _first(known: Mapping[str, Told], names: tuple[str, ...]) -> Told | None:
    return next((known[name] for name in names if name in known and known[name].value), None)


def _engine(one: Told | None) -> str | None:
    """postgresql of ``django.db.backends.postgresql_psycopg2``, of ``Pdo_Pgsql``, of ``pgsql``."""
    if one is None:
        return None
    word = re.split(r"[.\\/]", one.value.lower())[-1]
    word = _ENGINES.get(word, word)
    return word if word in _PLAIN else None


def named(told: Iterable[Told]) -> tuple[Resource, ...]:
    """What single settings name: DATABASE_URL, REDIS_HOST, smtp.server, and whatever is a URL of a known scheme."""
    return unique(_named(one) for one in told)


def _named(one: Told) -> Resource | None:
    match = _URL.match(one.value)
    if match and (kind := _SCHEMES.get(match[1].split("+")[0])):
        return resource(kind, one.key, one.value.split()[0], _user(one.value), one.seen)
    if not one.value or secret(one.key) or not _ENDS.search(one.key) or len(one.value) > 300:
        return None
    kind = _kind(one.key)
    plain = re.fullmatch(r"[\w.*:/@?&=%+,-]+", one.value)
    return resource(kind, one.key, one.value, None, one.seen) if kind and plain else None


def _kind(key: str) -> str | None:
    name = re.sub(r"[_.-]+", " ", key.lower())
    return next((kind for kind, pattern in _KINDS if re.search(pattern, name)), None)


def _user(url: str) -> str | None:
    match = re.match(r"[\w+]+://([^:@/\s]+)(?::[^@/\s]*)?@", url)
    return match[1] if match else None


def environment(pairs: Iterable[tuple[str, str]], seen: str) -> Iterator[Told]:
    """Variables, without those that every process has."""
    return (Told(key, value, seen) for key, value in pairs if key not in ("PATH", "PWD", "HOSTNAME", "MAIL", "HOST"))
