"""The questions to a MariaDB or MySQL server whose answers are compared on both sides.

Names come as hexadecimal, so that no name can be mistaken for anything else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from migrate.quoting import shell
from migrate.stores import Item

# ruff: noqa: S608 - nothing of a host gets into these texts
SETTINGS = "SET SESSION sql_mode = '', time_zone = '+00:00', lock_wait_timeout = 60;"
BEGIN = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;\nSTART TRANSACTION WITH CONSISTENT SNAPSHOT;"


_COLUMNS = re.compile(r"\((`[^()]*`)\)")


def _name(*columns: str) -> str:
    """SQL for a quoted name."""
    parts = ["CONCAT('`', REPLACE(" + column + ", '`', '``'), '`')" for column in columns]
    return ", '.', ".join(parts)


_OWN = "('information_schema', 'performance_schema', 'mysql', 'sys')"
# Accounts that every server makes itself; root@localhost is how its own machine's root gets in.
_MADE = """User NOT IN ('mariadb.sys', 'mysql.sys', 'mysql.session', 'mysql.infoschema', 'PUBLIC')
  AND NOT (User IN ('root', 'mysql') AND Host = 'localhost')"""

SERVER = f"""
SELECT 'version', HEX(VERSION());
SELECT 'database', HEX(s.SCHEMA_NAME), COALESCE(SUM(t.DATA_LENGTH + t.INDEX_LENGTH), 0),
  COALESCE(SUM(t.TABLE_TYPE = 'BASE TABLE' AND t.ENGINE NOT IN ('InnoDB', 'TokuDB', 'ROCKSDB')), 0),
  COALESCE(SUM(t.TABLE_TYPE = 'SYSTEM VERSIONED'), 0)
  FROM information_schema.SCHEMATA s LEFT JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = s.SCHEMA_NAME
  WHERE s.SCHEMA_NAME NOT IN {_OWN} GROUP BY s.SCHEMA_NAME ORDER BY s.SCHEMA_NAME;
SELECT 'zones', COUNT(*) FROM mysql.time_zone;
SELECT 'end';
"""


def _definitions(kind: str, table: str, schema: str, name: str, text: str) -> str:
    return f"""
SELECT CONCAT('SELECT ''{kind}'', ''', HEX({name}), ''', 1, ''', MD5(COALESCE({text}, '')), ''';')
  FROM information_schema.{table} WHERE {schema} = CONVERT(@wanted USING utf8) ORDER BY {name};"""


# A table's row is followed by that of CHECKSUM TABLE, which does not depend on the order of rows.
DIGEST = (
    f"""
SELECT CONCAT('SELECT ''table'', ''', HEX(TABLE_NAME), ''', COUNT(*) FROM ', {_name("TABLE_SCHEMA", "TABLE_NAME")},
  '; CHECKSUM TABLE ', {_name("TABLE_SCHEMA", "TABLE_NAME")}, ' EXTENDED;')
  FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = CONVERT(@wanted USING utf8) AND TABLE_TYPE = 'BASE TABLE' AND ENGINE IS NOT NULL
  ORDER BY TABLE_NAME;"""
    + _definitions("view", "VIEWS", "TABLE_SCHEMA", "TABLE_NAME", "VIEW_DEFINITION")
    + _definitions("routine", "ROUTINES", "ROUTINE_SCHEMA", "ROUTINE_NAME", "ROUTINE_DEFINITION")
    + _definitions("trigger", "TRIGGERS", "TRIGGER_SCHEMA", "TRIGGER_NAME", "ACTION_STATEMENT")
    + _definitions("event", "EVENTS", "EVENT_SCHEMA", "EVENT_NAME", "EVENT_DEFINITION")
)
_ACCOUNT = "QUOTE(User), '@', QUOTE(Host)"
_PEOPLE = f"FROM mysql.user WHERE {_MADE} AND Host <> '' ORDER BY User, Host;"
ACCOUNTS = f"""
SELECT CONCAT('SELECT ''account'', ''', HEX(CONCAT(User, '@', Host)), ''';SHOW GRANTS FOR ', {_ACCOUNT}, ';') {_PEOPLE}
"""
CREATE = f"SELECT CONCAT('SHOW CREATE USER ', {_ACCOUNT}, ';') {_PEOPLE}"
ROLES = "SELECT CONCAT('CREATE ROLE IF NOT EXISTS ', QUOTE(User), ';') FROM mysql.user WHERE is_role = 'Y';"
GRANTS = f"""
SELECT CONCAT('SHOW GRANTS FOR ', QUOTE(User), IF(Host = '', '', CONCAT('@', QUOTE(Host))), ';')
  FROM mysql.user WHERE {_MADE} ORDER BY Host <> '', User, Host;
"""
# Its password goes on to be one of two ways in (MariaDB since 10.4); elsewhere root comes through the socket alone.
ROOT = """
SELECT CONCAT('ALTER USER root@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING ',
  QUOTE(JSON_VALUE(Priv, '$.authentication_string')), ';')
  FROM mysql.global_priv
  WHERE User = 'root' AND Host = 'localhost' AND JSON_VALUE(Priv, '$.authentication_string') LIKE '*%';
"""


def variables() -> str:
    """The questions as variables of the shell program."""
    texts = {
        "SETTINGS": SETTINGS,
        "BEGIN": BEGIN,
        "SERVER": SERVER,
        "DIGEST": DIGEST,
        "ACCOUNTS": ACCOUNTS,
        "CREATE": CREATE,
        "ROLES": ROLES,
        "GRANTS": GRANTS,
        "ROOT": ROOT,
    }
    return "\n".join(f"{name}_SQL={shell(text.strip())}" for name, text in texts.items())


def rows(data: bytes) -> list[list[str]]:
    """The fields of each line. :raises ValueError: the answer has no end."""
    lines = [line.split("\t") for line in data.decode("utf-8", "surrogateescape").split("\n") if line]
    if not lines or lines[-1] != ["end"]:
        raise ValueError("the server's answer has no end")
    return lines[:-1]


def text(field: str) -> str:
    """A name from its hexadecimal form."""
    return bytes.fromhex(field).decode("utf-8", "surrogateescape")


def items(data: bytes) -> tuple[Item, ...]:
    """Tables, views, routines, triggers and events. :raises ValueError: the answer is not understood."""
    return tuple(_items(iter(rows(data))))


def _items(lines: Iterator[list[str]]) -> Iterator[Item]:
    for line in lines:
        match line:
            case ["table", name, count]:
                checksum = next(lines, ["", ""])[-1]
                yield Item("table", text(name), int(count), None if checksum in ("", "NULL") else checksum)
            case [kind, name, count, checksum]:
                yield Item(kind, text(name), int(count), checksum)
            case _:
                raise ValueError(f"a line of {len(line)} fields")


def accounts(data: bytes) -> tuple[Item, ...]:
    """Each account with the number of its grants, and what they say. :raises ValueError: it is not understood."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in rows(data):
        if line[0] == "account" and len(line) == 2:
            current = found.setdefault(text(line[1]), [])
        else:
            current.append("\t".join(line))
    return tuple(Item("account", name, len(lines), _sum(lines)) for name, lines in found.items())


def _sum(lines: list[str]) -> str:
    plain = sorted(_COLUMNS.sub(_in_order, line) for line in lines)
    return hashlib.sha256("\n".join(plain).encode("utf-8", "surrogateescape")).hexdigest()


def _in_order(match: re.Match[str]) -> str:
    """Columns of a grant come in any order."""
    return f"({', '.join(sorted(match.group(1).split(', ')))})"
