"""What PostgreSQL said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from migrate.model.databases import DatabaseClient, DatabaseServer, DatabaseUser
from migrate.model.facts import Database
from migrate.probes.answers.answer import SERVER_SAYS, Answer, plain, plain_words
from migrate.probes.masks import hidden
from migrate.probes.sections import Parts, number

_TEMPLATES = frozenset(("template0", "template1"))


def postgresql(parts: Parts) -> list[Answer]:
    found: list[Answer] = []
    for line in parts.lines("postgresql"):
        fields = line.split("|")
        if fields[0] == "server" and len(fields) >= 4:
            found.append(Answer(_cluster(fields)))
        elif found:
            _line(found[-1], fields)
    return found


def _cluster(fields: Sequence[str]) -> DatabaseServer:
    directory, host = plain_words(fields[1:3])
    port = number(fields[3])
    socket = f"{host}/.s.PGSQL.{fields[3]}" if host.startswith("/") else None
    pid = number(fields[4]) if len(fields) > 4 else None
    ports = () if port is None else (port,)
    return DatabaseServer(
        "postgresql", pid=pid, ports=ports, socket=socket, directory=directory or None, seen=SERVER_SAYS
    )


def _line(answer: Answer, fields: list[str]) -> None:
    match fields:
        case ["version", name]:
            answer.server = replace(answer.server, version=plain(name), answered=True)
        case ["database", *rest] if len(rest) == 6 and rest[5] == "t":
            _database(answer, rest)
        case ["extension", database, name, *version]:
            _extension(answer, plain(database), plain(name), plain(version[0]) if version else None)
        case ["role", name, superuser, login, _]:
            role = DatabaseUser(plain(name) or "", superuser=superuser == "t", login=login == "t")
            if not role.name.startswith("pg_"):
                answer.users[role.name, None] = role
        case ["member", name, of]:
            answer.user(plain(name) or "", None, lambda one: replace(one, member_of=(*one.member_of, plain(of) or "")))
        case ["password", name, there]:
            answer.user(plain(name) or "", None, lambda one: replace(one, password=there == "t"))
        case _:
            _more(answer, fields)


def _more(answer: Answer, fields: list[str]) -> None:
    server = answer.server
    match fields:
        case ["setting", name, value, unit]:
            shown = hidden(plain(value) or "")
            said = f"{shown} x {unit}" if unit and unit[:1].isdigit() else f"{shown}{unit}"
            answer.server = replace(server, settings=(*server.settings, (name, said)))
        case ["tablespace", name, path]:
            place = (plain(name) or "", plain(path) or "")
            answer.server = replace(server, places=(*server.places, place))
        case ["standby", there]:
            answer.server = replace(server, role="replica" if there == "t" else server.role)
        case ["replica", address, name, _]:
            replicas = (*server.replicas, f"{plain(address)} ({plain(name)})")
            answer.server = replace(server, replicas=replicas, role=server.role or "primary")
        case ["slot", name, kind]:
            slot = (f"replication slot {plain(name)}", kind)
            answer.server = replace(server, settings=(*server.settings, slot))
        case ["client", user, database, address, count]:
            client = DatabaseClient(
                plain(address) or None, plain(user), plain(database), connections=number(count) or 1, seen=SERVER_SAYS
            )
            answer.server = replace(server, clients=(*server.clients, client))
        case ["hba", _, kind, databases, users, address, mask, method]:
            words = (kind, *plain_words((databases, users, address, mask)), method)
            answer.server = replace(server, access=(*server.access, " ".join(word for word in words if word)))
        case _:
            pass


def _database(answer: Answer, fields: list[str]) -> None:
    name, owner, encoding, collation, size, _ = fields
    if (plain(name) or "") in _TEMPLATES:
        return
    port = answer.server.ports[0] if answer.server.ports else None
    answer.databases.append(
        Database(
            "postgresql", plain(name) or "", port, answer.server.socket, answer.server.directory,
            answer.server.version, plain(owner), encoding, plain(collation), number(size),
        )
    )  # fmt: skip


def _extension(answer: Answer, database: str | None, name: str | None, version: str | None) -> None:
    if name:
        versions = ((name, version),) if version else ()
        answer.database(
            database,
            lambda one: replace(one, extensions=(*one.extensions, name), versions=(*one.versions, *versions)),
        )
