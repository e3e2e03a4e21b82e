"""What MariaDB or MySQL said, and the sizes of their directories."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from migrate.model.databases import DatabaseClient, DatabaseServer, DatabaseUser
from migrate.model.facts import Database
from migrate.probes.answers.answer import HEX, SERVER_SAYS, Answer, plain, plain_words
from migrate.probes.sections import Parts, number

_OWN = frozenset(("information_schema", "performance_schema", "mysql", "sys"))
_ENCODED = re.compile(r"@([0-9a-f]{4})")


def mysql(parts: Parts) -> list[Answer]:
    found: list[Answer] = []
    for fields in parts.table("mysql"):
        if fields[0] == "server" and len(fields) == 5 and number(fields[3]) is not None:
            found.append(Answer(_mysqld(fields)))
        elif found:
            _line(found[-1], fields)
    sizes = _sizes(parts)
    for answer in found:
        _sized(answer, sizes.get(answer.server.directory or "", {}))
    return found


def _mysqld(fields: Sequence[str]) -> DatabaseServer:
    directory, socket = plain_words(fields[1:3])
    version = plain(fields[4]) or ""
    engine = "mariadb" if "mariadb" in version.lower() else "mysql"
    port = number(fields[3])
    ports = (port,) if port else ()
    place = directory.rstrip("/") or None
    return DatabaseServer(engine, version, True, ports=ports, socket=socket or None, directory=place, seen=SERVER_SAYS)


def _line(answer: Answer, fields: list[str]) -> None:
    server = answer.server
    match fields:
        case ["database", name, encoding, collation]:
            known = plain(name)
            if known is not None and known not in _OWN and encoding != "HEX(DEFAULT_CHARACTER_SET_NAME)":
                port = server.ports[0] if server.ports else None
                answer.databases.append(
                    Database(
                        server.engine, known, port, server.socket, server.directory, server.version, None,
                        plain(encoding), plain(collation),
                    )
                )  # fmt: skip
        case ["user", name, host, superuser] if HEX.fullmatch(name) and superuser in ("Y", "N"):
            who, place = plain_words((name, host))
            answer.users[who, place] = DatabaseUser(who, place, superuser=superuser == "Y", password=False)
        case ["plugin", name, host, plugin]:
            _change(answer, name, host, lambda one: replace(one, plugin=plugin))
        case ["password", name, host]:
            _change(answer, name, host, lambda one: replace(one, password=True))
        case ["role", name, host]:
            _change(answer, name, host, lambda one: replace(one, login=False, password=None))
        case ["grant", name, host, database]:
            # In a grant these are wildcards unless a backslash stands before them.
            on = re.sub(r"\\([_%])", r"\1", plain(database) or "")
            _change(answer, name, host, lambda one: replace(one, databases=(*one.databases, on)))
        case _:
            _more(answer, fields)


def _change(answer: Answer, name: str, host: str, changed: Callable[[DatabaseUser], DatabaseUser]) -> None:
    answer.user(plain(name) or "", plain(host) or "", changed)


def _more(answer: Answer, fields: list[str]) -> None:
    server = answer.server
    match fields:
        case ["tables", name, engine, count] if number(count) is not None:
            table = (engine, number(count) or 0)
            answer.database(plain(name), lambda one: replace(one, tables=(*one.tables, table)))
        case ["routines", name, count] if number(count) is not None:
            answer.database(plain(name), lambda one: replace(one, routines=number(count)))
        case ["events", name, count] if number(count) is not None:
            answer.database(plain(name), lambda one: replace(one, events=number(count)))
        case ["library", name, kind] if name != "PLUGIN_NAME":
            answer.server = replace(server, extensions=(*server.extensions, f"{name} ({kind.lower()})"))
        case ["client", user, host, database, "replica", _]:
            replicas = (*server.replicas, plain(host) or "")
            answer.server = replace(server, replicas=replicas, role=server.role or "primary")
        case ["client", user, host, database, "client", count]:
            where, into = plain(host), plain(database)
            client = DatabaseClient(
                None if where in ("", "localhost") else where, plain(user), into or None,
                connections=number(count) or 1, seen=SERVER_SAYS,
            )  # fmt: skip
            answer.server = replace(server, clients=(*server.clients, client))
        case [line] if line.strip().startswith(("Master_Host:", "Source_Host:")):
            primary = line.partition(":")[2].strip()
            answer.server = replace(server, role="replica", primary=primary or None)
        case [name, value] if value and re.fullmatch(r"[a-z_]+", name):
            answer.server = replace(server, settings=(*server.settings, (name, value)))
        case _:
            pass


def _sizes(parts: Parts) -> dict[str, dict[str, int]]:
    """By data directory: bytes by database, and those beside them under ""."""
    found: dict[str, dict[str, int]] = {}
    current: dict[str, int] = {}
    for row in parts.table("sizes"):
        match row:
            case ["directory", path]:
                current = found.setdefault(path.rstrip("/"), {})
            case ["size", name, size] if (count := number(size)) is not None:
                current[_ENCODED.sub(lambda match: chr(int(match[1], 16)), name)] = count
            case _:
                continue
    return found


def _sized(answer: Answer, sizes: dict[str, int]) -> None:
    answer.databases = [replace(one, size=sizes.get(one.name)) for one in answer.databases]
    if sizes:
        answer.server = replace(answer.server, size=sum(sizes.values()))
