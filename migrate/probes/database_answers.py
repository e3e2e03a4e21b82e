"""What the servers said to the questions of databases.sh, as facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from migrate.model.databases import DatabaseClient, DatabaseServer, DatabaseUser
from migrate.model.facts import Database
from migrate.probes.masks import hidden
from migrate.probes.sections import Parts, number, text

_OWN = frozenset(("information_schema", "performance_schema", "mysql", "sys"))
_TEMPLATES = frozenset(("template0", "template1"))
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")
_ENCODED = re.compile(r"@([0-9a-f]{4})")
_SERVER_SAYS = "the server"


@dataclass
class _Answer:
    """One server's answer, line by line."""

    server: DatabaseServer
    databases: list[Database] = field(default_factory=list)
    users: dict[tuple[str, str | None], DatabaseUser] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def user(self, name: str, host: str | None, **more: object) -> None:
        known = self.users.get((name, host))
        if known is not None:
            self.users[name, host] = replace(known, **more)  # type: ignore[arg-type]

    def change(self, name: str, **more: object) -> None:
        self.databases = [
            replace(one, **more) if one.name == name else one  # type: ignore[arg-type]
            for one in self.databases
        ]

    def add(self, **more: tuple[object, ...]) -> None:
        """To the server's lists."""
        joined = {key: (*getattr(self.server, key), *value) for key, value in more.items()}
        self.server = replace(self.server, **joined)  # type: ignore[arg-type]

    def whole(self) -> tuple[DatabaseServer, tuple[Database, ...]]:
        names = tuple(one.name for one in self.databases)
        sizes = [one.size for one in self.databases if one.size is not None]
        size = sum(sizes) if sizes else None
        server = replace(self.server, users=tuple(self.users.values()), databases=names)
        return replace(server, size=server.size or size), tuple(self.databases)


def answers(parts: Parts) -> list[tuple[DatabaseServer, tuple[Database, ...]]]:
    """Each server with its databases."""
    found = [*_postgresql(parts), *_mysql(parts), *_redis(parts)]
    return [one.whole() for one in found] + list(_rabbitmq(parts))


def plain(word: str) -> str | None:
    return text(bytes.fromhex(word)) if _HEX.fullmatch(word) else None


def _words(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain(word) or "" for word in words)


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _postgresql(parts: Parts) -> list[_Answer]:
    found: list[_Answer] = []
    for line in parts.lines("postgresql"):
        fields = line.split("|")
        if fields[0] == "server" and len(fields) >= 4:
            found.append(_Answer(_cluster(fields)))
        elif found:
            _postgresql_line(found[-1], fields)
    return found


def _cluster(fields: Sequence[str]) -> DatabaseServer:
    directory, host = _words(fields[1:3])
    port = number(fields[3])
    socket = f"{host}/.s.PGSQL.{fields[3]}" if host.startswith("/") else None
    pid = number(fields[4]) if len(fields) > 4 else None
    ports = () if port is None else (port,)
    return DatabaseServer(
        "postgresql", pid=pid, ports=ports, socket=socket, directory=directory or None, seen=_SERVER_SAYS
    )


def _postgresql_line(answer: _Answer, fields: list[str]) -> None:
    match fields:
        case ["version", name]:
            answer.server = replace(answer.server, version=plain(name), answered=True)
        case ["database", *rest] if len(rest) == 6 and rest[5] == "t":
            _postgresql_database(answer, rest)
        case ["extension", database, name, *version]:
            _extension(answer, plain(database), plain(name), plain(version[0]) if version else None)
        case ["role", name, superuser, login, _]:
            role = DatabaseUser(plain(name) or "", superuser=superuser == "t", login=login == "t")
            if not role.name.startswith("pg_"):
                answer.users[role.name, None] = role
        case ["member", name, of]:
            known = answer.users.get((plain(name) or "", None))
            if known:
                answer.user(known.name, None, member_of=(*known.member_of, plain(of) or ""))
        case ["password", name, there]:
            answer.user(plain(name) or "", None, password=there == "t")
        case _:
            _postgresql_more(answer, fields)


def _postgresql_more(answer: _Answer, fields: list[str]) -> None:
    match fields:
        case ["setting", name, value, unit]:
            shown = hidden(plain(value) or "")
            answer.add(settings=((name, f"{shown} x {unit}" if unit and unit[:1].isdigit() else f"{shown}{unit}"),))
        case ["tablespace", name, path]:
            answer.add(places=((plain(name) or "", plain(path) or ""),))
        case ["standby", there]:
            answer.server = replace(answer.server, role="replica" if there == "t" else answer.server.role)
        case ["replica", address, name, _]:
            answer.add(replicas=(f"{plain(address)} ({plain(name)})",))
            answer.server = replace(answer.server, role=answer.server.role or "primary")
        case ["slot", name, kind]:
            answer.add(settings=((f"replication slot {plain(name)}", kind),))
        case ["client", user, database, address, count]:
            client = DatabaseClient(
                plain(address) or None, plain(user), plain(database), connections=number(count) or 1, seen=_SERVER_SAYS
            )
            answer.add(clients=(client,))
        case ["hba", _, kind, databases, users, address, mask, method]:
            words = (kind, *_words((databases, users, address, mask)), method)
            answer.add(access=(" ".join(word for word in words if word),))
        case _:
            pass


def _postgresql_database(answer: _Answer, fields: list[str]) -> None:
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


def _extension(answer: _Answer, database: str | None, name: str | None, version: str | None) -> None:
    for one in answer.databases:
        if one.name == database and name:
            versions = (*one.versions, (name, version)) if version else one.versions
            answer.change(one.name, extensions=(*one.extensions, name), versions=versions)


# --- MariaDB and MySQL ------------------------------------------------------------------------------------------------


def _mysql(parts: Parts) -> list[_Answer]:
    found: list[_Answer] = []
    for fields in parts.table("mysql"):
        if fields[0] == "server" and len(fields) == 5 and number(fields[3]) is not None:
            found.append(_Answer(_mysqld(fields)))
        elif found:
            _mysql_line(found[-1], fields)
    sizes = _sizes(parts)
    for answer in found:
        _sized(answer, sizes.get(answer.server.directory or "", {}))
    return found


def _mysqld(fields: Sequence[str]) -> DatabaseServer:
    directory, socket = _words(fields[1:3])
    version = plain(fields[4]) or ""
    engine = "mariadb" if "mariadb" in version.lower() else "mysql"
    port = number(fields[3])
    ports = (port,) if port else ()
    place = directory.rstrip("/") or None
    return DatabaseServer(engine, version, True, ports=ports, socket=socket or None, directory=place, seen=_SERVER_SAYS)


def _mysql_line(answer: _Answer, fields: list[str]) -> None:
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
        case ["user", name, host, superuser] if _HEX.fullmatch(name) and superuser in ("Y", "N"):
            who, place = _words((name, host))
            answer.users[who, place] = DatabaseUser(who, place, superuser=superuser == "Y", password=False)
        case ["plugin", name, host, plugin]:
            answer.user(*_words((name, host)), plugin=plugin)
        case ["password", name, host]:
            answer.user(*_words((name, host)), password=True)
        case ["role", name, host]:
            answer.user(*_words((name, host)), login=False, password=None)
        case ["grant", name, host, database]:
            _granted(answer, *_words((name, host, database)))
        case _:
            _mysql_more(answer, fields)


def _granted(answer: _Answer, name: str, host: str, database: str) -> None:
    known = answer.users.get((name, host))
    if known:
        # In a grant these are wildcards unless a backslash stands before them.
        answer.user(name, host, databases=(*known.databases, re.sub(r"\\([_%])", r"\1", database)))


def _mysql_more(answer: _Answer, fields: list[str]) -> None:
    match fields:
        case ["tables", name, engine, count] if number(count) is not None:
            for one in answer.databases:
                if one.name == plain(name):
                    answer.change(one.name, tables=(*one.tables, (engine, number(count) or 0)))
        case [("routines" | "events") as what, name, count] if number(count) is not None:
            answer.change(plain(name) or "", **{what: number(count)})
        case ["library", name, kind] if name != "PLUGIN_NAME":
            answer.add(extensions=(f"{name} ({kind.lower()})",))
        case ["client", user, host, database, "replica", _]:
            answer.add(replicas=(plain(host) or "",))
            answer.server = replace(answer.server, role=answer.server.role or "primary")
        case ["client", user, host, database, "client", count]:
            where, into = plain(host), plain(database)
            client = DatabaseClient(
                None if where in ("", "localhost") else where, plain(user), into or None,
                connections=number(count) or 1, seen=_SERVER_SAYS,
            )  # fmt: skip
            answer.add(clients=(client,))
        case [line] if line.strip().startswith(("Master_Host:", "Source_Host:")):
            primary = line.partition(":")[2].strip()
            answer.server = replace(answer.server, role="replica", primary=primary or None)
        case [name, value] if value and re.fullmatch(r"[a-z_]+", name):
            answer.add(settings=((name, value),))
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


def _sized(answer: _Answer, sizes: dict[str, int]) -> None:
    answer.databases = [replace(one, size=sizes.get(one.name)) for one in answer.databases]
    if sizes:
        answer.server = replace(answer.server, size=sum(sizes.values()))


# --- Redis ------------------------------------------------------------------------------------------------------------


def _redis(parts: Parts) -> list[_Answer]:
    found: list[_Answer] = []
    lines: list[str] = []
    for line in [*parts.lines("redis"), "server\t\t"]:
        if line.startswith("server\t"):
            if found:
                _redis_answer(found[-1], lines)
            lines = []
            pid, _, at = line.removeprefix("server\t").partition("\t")
            found.append(_Answer(_redis_server(number(pid), at)))
        else:
            lines.append(line)
    return found[:-1]


def _redis_server(pid: int | None, at: str) -> DatabaseServer:
    if at.startswith("unixsocket:"):
        return DatabaseServer("redis", pid=pid, socket=at.removeprefix("unixsocket:"), seen=_SERVER_SAYS)
    port = number(at.rpartition(":")[2])
    return DatabaseServer("redis", pid=pid, ports=(port,) if port else (), seen=_SERVER_SAYS)


def _redis_answer(answer: _Answer, lines: list[str]) -> None:
    info = dict(line.split(":", 1) for line in lines if re.match(r"[a-z_0-9]+:", line))
    if not info:
        # Only a password keeps a running server from answering its own client; the gap says which it was.
        return
    settings, users = _redis_lists(lines)
    directory = settings.pop("dir", None)
    version = info.get("valkey_version") or info.get("redis_version")
    role = {"master": "primary", "slave": "replica"}.get(info.get("role", ""))
    replicas = tuple(match[1] for key, value in info.items() if re.fullmatch(r"slave\d+", key)
                     for match in [re.search(r"ip=([^,]+)", value)] if match)  # fmt: skip
    primary = f"{info['master_host']}:{info.get('master_port', '')}" if info.get("master_host") else None
    persistence = _persistence(settings, info)
    answer.server = replace(
        answer.server,
        engine="valkey" if "valkey_version" in info else "redis",
        version=version,
        answered=True,
        directory=directory,
        configuration=(info["config_file"],) if info.get("config_file") else (),
        role="standalone" if role == "primary" and not replicas else role,
        primary=primary,
        replicas=replicas,
        persistence=persistence,
        password=False,
        settings=tuple(sorted(settings.items())),
        extensions=tuple(line.partition("name=")[2].partition(",")[0] for line in lines if line.startswith("module:")),
    )
    answer.users |= {(name, None): DatabaseUser(name) for name in users}
    answer.databases = list(_redis_databases(answer.server, info))


def _redis_lists(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Settings, as pairs of lines between ``@config`` and ``@users``, and users between that and ``@end``."""
    marks = [lines.index(mark) if mark in lines else len(lines) for mark in ("@config", "@users", "@end")]
    pairs = lines[marks[0] + 1 : marks[1]]
    users = [line for line in lines[marks[1] + 1 : marks[2]] if line and not line.startswith("ERR")]
    if any(line.startswith(("ERR", "NOPERM")) for line in pairs):
        return {}, users
    return dict(zip(pairs[::2], pairs[1::2], strict=False)), users


def _persistence(settings: dict[str, str], info: dict[str, str]) -> str | None:
    journal = settings.get("appendonly") == "yes" or info.get("aof_enabled") == "1"
    if "save" not in settings and not journal:
        return None
    kinds = [*(["append-only file"] if journal else []), *(["snapshots"] if settings.get("save") else [])]
    return " and ".join(kinds) or "none"


def _redis_databases(server: DatabaseServer, info: dict[str, str]) -> Iterator[Database]:
    port = server.ports[0] if server.ports else None
    for key, value in info.items():
        match = re.match(r"keys=(\d+)", value)
        if re.fullmatch(r"db\d+", key) and match:
            yield Database(
                server.engine, key, port, server.socket, server.directory, server.version, keys=int(match[1])
            )


# --- RabbitMQ ---------------------------------------------------------------------------------------------------------


def _rabbitmq(parts: Parts) -> Iterator[tuple[DatabaseServer, tuple[Database, ...]]]:
    files = parts.files("rabbitmq")
    hosts = {path.rpartition("/")[0]: "".join(lines) for path, lines in files.items() if path.endswith("/.vhost")}
    nodes = dict.fromkeys(place.partition("/msg_stores/")[0] for place in hosts)
    for node in nodes:
        names = sorted(name for place, name in hosts.items() if place.startswith(node + "/"))
        queues = sorted(_queues(files, node))
        yield (
            DatabaseServer(
                "rabbitmq", directory=node, databases=tuple(names), places=tuple(queues), seen="its files",
            ),
            (),
        )  # fmt: skip


def _queues(files: dict[str, list[str]], node: str) -> Iterable[tuple[str, str]]:
    """Classic queues, as ("queue NAME", virtual host)."""
    for path, lines in files.items():
        if path.startswith(node + "/") and path.endswith("/.queue_name"):
            said = dict(line.split(": ", 1) for line in lines if ": " in line)
            if "QUEUE" in said:
                yield f"queue {said['QUEUE']}", said.get("VHOST", "")
