"""The ports that schemes and products listen on where nothing else is said."""

from __future__ import annotations

import re

_PORTS = {
    80: "http ws",
    443: "https wss",
    21: "ftp",
    22: "ssh sftp",
    25: "smtp",
    465: "smtps",
    587: "submission",
    110: "pop3",
    143: "imap",
    993: "imaps",
    995: "pop3s",
    389: "ldap",
    636: "ldaps",
    1099: "rmi",
    1433: "sqlserver mssql sqlsrv microsoft:sqlserver jtds:sqlserver",
    1521: "oracle oracle:thin oracle:oci",
    1883: "mqtt",
    2181: "zookeeper zk",
    3050: "firebirdsql firebird",
    3306: "mysql mariadb mysqli mysql2 mysqlx",
    4222: "nats",
    5432: "postgresql postgres pgsql pg postgis",
    5672: "amqp rabbitmq",
    5671: "amqps",
    6379: "redis rediss valkey",
    7001: "t3",
    8009: "ajp",
    9042: "cassandra",
    9092: "kafka",
    9200: "elasticsearch",
    11211: "memcache memcached",
    11300: "beanstalk beanstalkd",
    27017: "mongodb mongo",
    50000: "db2",
    61613: "stomp",
    61616: "activemq",
}
DATABASE = "database"
"""The scheme of a database whose product the setting does not name."""
PORTS = {name: port for port, names in _PORTS.items() for name in names.split()}

# A product named near a host without a port.
_PRODUCTS = re.compile(
    r"(?i)(?P<postgresql>postgres|pgsql|psycopg|\bpg(?=[_-]|host|\b))|(?P<mysql>mysql|mariadb|innodb)"
    r"|(?P<redis>redis|valkey)"
    r"|(?P<mongodb>mongo)|(?P<memcached>memcache)|(?P<ldap>\bldap|openldap)|(?P<smtp>smtp|\bmail(?:er|_?host"
    r"|_?server)?\b)"
    r"|(?P<amqp>rabbit|amqp)|(?P<elasticsearch>elastic)|(?P<oracle>\boracle)|(?P<sqlserver>sqlserver|mssql|sqlsrv)"
)


def default_port(scheme: str) -> int | None:
    """The port of ``postgresql``, ``jdbc:mysql``, ``postgresql+psycopg2``, …"""
    name = scheme.lower().removeprefix("jdbc:")
    return PORTS.get(name) or PORTS.get(re.split(r"[+:]", name)[0])


def product(text: str) -> str | None:
    """The one product that ``text`` names, or None where it names none or several."""
    found = products(text)
    return found.pop() if len(found) == 1 else None


def products(text: str) -> set[str]:
    """Every product that ``text`` names."""
    return {match.lastgroup for match in _PRODUCTS.finditer(text) if match.lastgroup}


def mysql(scheme: str | None) -> bool:
    """Whether it is MySQL's own client library, for which ``localhost`` means the Unix socket (JDBC's does not)."""
    return scheme is not None and not scheme.startswith("jdbc:") and default_port(scheme) == PORTS["mysql"]
