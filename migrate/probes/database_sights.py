"""How servers of databases, directories, caches and queues look from outside, whether they answered or not.

Applications say what runs, sockets who is connected, settings who means to connect, files how large it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from posixpath import basename, dirname

from migrate.model.applications import Application, Applications
from migrate.model.databases import DatabaseClient, DatabaseServer, EmbeddedDatabase
from migrate.model.facts import Files, Network, Process, Processes, Socket, Sockets, System
from migrate.model.inventory import Gap, Snapshot
from migrate.probes.directories import suffixes
from migrate.probes.sections import SUDOERS

_ROLES = frozenset(("database", "cache", "queue", "directory"))
_ELSEWHERE = frozenset("sssd nslcd nscd winbind freeradius kerberos redis-sentinel".split())
_FAMILIES = {"mysql": "mariadb", "valkey": "redis", "keydb": "redis", "postgres": "postgresql"}
_ASK = {
    "mongodb": """mongosh --quiet --eval 'db.adminCommand({listDatabases: 1})'""",
    "rabbitmq": "rabbitmqctl list_vhosts; rabbitmqctl list_users; rabbitmqctl list_queues --vhost NAME",
    "couchdb": "curl http://127.0.0.1:5984/_all_dbs",
    "influxdb": "influx -execute 'SHOW DATABASES'",
    "elasticsearch": "curl http://127.0.0.1:9200/_cat/indices",
    "opensearch": "curl http://127.0.0.1:9200/_cat/indices",
    "cassandra": "cqlsh -e 'DESCRIBE KEYSPACES'",
    "clickhouse": "clickhouse-client -q 'SHOW DATABASES'",
    "firebird": "the databases.conf or aliases.conf of the server",
    "mssql": "sqlcmd -Q 'SELECT name FROM sys.databases'",
    "neo4j": "cypher-shell 'SHOW DATABASES'",
}
_PASSWORDS = {
    "redis": re.compile(r"^\s*(?:requirepass|user\s+\S+.*\s>)\s*\S", re.MULTILINE),
    "mongodb": re.compile(r"^\s*(?:authorization\s*:\s*[\"']?enabled|auth\s*=\s*true)", re.MULTILINE),
}
_SQLITE = re.compile(r"[^/]+\.(?:sqlite|sqlite3|s3db|db3)(?:-wal|-shm|-journal)?|[^/]+\.db-(?:wal|shm|journal)")
_OTHERS = (
    ("h2", re.compile(r"(.+\.(?:mv|h2)\.db)")),
    ("hsqldb", re.compile(r"(?!.*/dbex?\.lck)(.+)\.(?:script|lobs|lck)")),  # that lock is Derby's
    ("derby", re.compile(r"(.+)/(?:seg0/c[0-9a-f]+\.dat|log/log\d+\.dat|dbex?\.lck)")),
    ("firebird", re.compile(r"(?i)(.+\.(?:fdb|gdb))")),
)
_NAMED = re.compile(
    r"(?:jdbc:)?(sqlite|h2|hsqldb|derby):(?:file:|directory:|///?)?(/[^\s\"'<>;?,)&]+)"
    r"|[\"'=:\s](/[^\s\"'<>;?,)&=]+\.(?:sqlite3?|s3db|db3))(?![\w.-])"
)
_SETTINGS = re.compile(r"/etc/|\.(?:conf|cfg|cnf|ini|properties|xml|ya?ml|json|env|toml|py|php|rb|pl|js)$|/\.env[^/]*$")
_LIBRARIES = re.compile(r"/(?:node_modules|(?:site|dist)-packages|gems|vendor|tests?)/")


def servers(snapshot: Snapshot, told: tuple[DatabaseServer, ...]) -> tuple[tuple[DatabaseServer, ...], tuple[Gap, ...]]:
    """The servers that run, each once: what it said itself, completed by what it looks like."""
    rest = list(told)
    found: list[DatabaseServer] = []
    for one in snapshot.inventory.get(Applications).applications:
        if not one.pids:
            continue
        mine = next((each for each in rest if _same(each, one)), None)
        if mine is not None:
            rest.remove(mine)
        if mine is not None or (one.role in _ROLES and one.kind not in _ELSEWHERE):
            found.append(_joined(snapshot, one, mine or DatabaseServer(one.kind, seen=one.seen)))
    found += rest
    found = [replace(one, clients=(*one.clients, *_clients(snapshot, one))) for one in found]
    asked = snapshot.inventory.get(System).privileged
    return tuple(found), (*_gaps(found), *(() if asked else _unasked(found)))


def family(engine: str) -> str:
    return _FAMILIES.get(engine, engine)


def _same(server: DatabaseServer, one: Application) -> bool:
    if server.pid is not None:
        return server.pid in one.pids
    if server.directory and server.directory in one.data:
        return True
    return family(server.engine) == family(one.kind) and bool(set(server.ports) & set(one.ports))


def _joined(snapshot: Snapshot, one: Application, server: DatabaseServer) -> DatabaseServer:
    directory = server.directory or (one.data[0] if one.data else None)
    texts = [snapshot.text(path) or "" for path in one.configuration]
    pattern = _PASSWORDS.get(family(server.engine))
    asks = pattern is not None and any(map(pattern.search, texts))
    known = {name.replace("-", "_") for name, _ in server.settings}
    joined = replace(
        server,
        version=server.version or one.version,
        pid=server.pid or min(one.pids),
        unit=one.unit,
        user=one.user,
        ports=one.ports or server.ports,
        addresses=_addresses(snapshot, one.pids),
        directory=directory,
        size=server.size if server.size is not None else _size(snapshot, directory),
        configuration=server.configuration or one.configuration,
        settings=(*server.settings, *(pair for pair in one.settings if pair[0].replace("-", "_") not in known)),
        password=True if asks else server.password,
    )
    return suffixes(snapshot, joined) if one.kind == "openldap" else joined


def _addresses(snapshot: Snapshot, pids: Iterable[int]) -> tuple[str, ...]:
    mine = set(pids)
    found = (
        one.address for one in snapshot.inventory.get(Sockets).sockets if one.state == "listen" and mine & set(one.pids)
    )
    return tuple(sorted({address for address in found if address}))


def _size(snapshot: Snapshot, directory: str | None) -> int | None:
    """The bytes of unmanaged trees at or below a data directory."""
    if not directory:
        return None
    trees = [
        tree
        for tree in snapshot.inventory.get(Files).unmanaged
        if tree.root.path == directory or tree.root.path.startswith(directory + "/")
    ]
    whole = trees and all(tree.complete for tree in trees)
    return sum(tree.size for tree in trees) if whole else None


def _gaps(found: Iterable[DatabaseServer]) -> Iterator[Gap]:
    for one in found:
        if not one.answered and one.engine in _ASK:
            where = f" at {one.directory}" if one.directory else ""
            what = "users and queues" if one.databases else "databases and users"
            remedy = f"run on the host: {_ASK[one.engine]}"
            yield Gap(f"{what} of {one.engine}{where}", "its own tool was not run", remedy)


def _unasked(found: Iterable[DatabaseServer]) -> Iterator[Gap]:
    """Others' processes do not show their programs to everybody, so that the probe did not see these servers."""
    for one in found:
        if not one.answered and family(one.engine) in ("mariadb", "postgresql", "redis"):
            where = f" at {one.directory}" if one.directory else ""
            yield Gap(f"databases of {one.engine}{where}", "only root can ask it as its own user", SUDOERS)


# --- who connects -----------------------------------------------------------------------------------------------------


def _clients(snapshot: Snapshot, server: DatabaseServer) -> list[DatabaseClient]:
    return [*_connected(snapshot, server), *_configured(snapshot, server)]


def _connected(snapshot: Snapshot, server: DatabaseServer) -> list[DatabaseClient]:
    """By established connections to its ports; of those that come from this host, the process."""
    sockets = snapshot.inventory.get(Sockets).sockets
    processes = {one.pid: one for one in snapshot.inventory.get(Processes).processes}
    ends = {(one.address, one.port): one for one in sockets if one.state == "established"}
    counts: Counter[tuple[str | None, str | None, str | None]] = Counter()
    for one in sockets:
        if one.state != "established" or one.port not in server.ports or not _is_ours(one, server, processes):
            continue
        peer = ends.get((one.peer_address, one.peer_port))
        process = next((processes[pid] for pid in (peer.pids if peer else ()) if pid in processes), None)
        name = process.name if process else None
        counts[one.peer_address, name, process.unit if process else None] += one.count
    return [
        DatabaseClient(address, process=name, unit=unit, connections=count, seen="sockets")
        for (address, name, unit), count in sorted(counts.items(), key=str)
    ]


def _is_ours(one: Socket, server: DatabaseServer, processes: dict[int, Process]) -> bool:
    """Whether the near end is the server's: its process, or, where nobody could see that, its port."""
    mine = [processes[pid] for pid in one.pids if pid in processes]
    return not mine or any(server.pid in (process.pid, process.ppid) for process in mine)


def _configured(snapshot: Snapshot, server: DatabaseServer) -> list[DatabaseClient]:
    """Applications that are told to use it, by the addresses in their settings."""
    found = []
    here = {"localhost", "127.0.0.1", "::1", "[::1]", *snapshot.inventory.get(Network).addresses}
    for one in snapshot.inventory.get(Applications).applications:
        for resource in one.resources:
            kind, host, port, database = _target(resource.url or "")
            if host not in here or not (port in server.ports or (port is None and kind == family(server.engine))):
                continue
            found.append(
                DatabaseClient(host, resource.user, database, one.name, one.unit, seen=resource.seen or one.seen)
            )
    return list(dict.fromkeys(found))


_TARGET = re.compile(
    r"(?:jdbc:)?(?:([a-z0-9]+)(?:\+\w+)?:(?://)?)?(?:[^@/\s]*@)?(\[[0-9a-fA-F:]+\]|[\w.-]+)(?::(\d{1,5}))?(?:/([\w.$-]+))?.*",
    re.DOTALL,
)


def _target(url: str) -> tuple[str, str, int | None, str | None]:
    """Kind, host, port and database of an address like ``jdbc:mysql://127.0.0.1:3306/shop?x``."""
    match = _TARGET.fullmatch(url)
    if not match:
        return "", "", None, None
    return family(match[1] or ""), match[2], int(match[3]) if match[3] else None, match[4]


# --- databases in files -----------------------------------------------------------------------------------------------


def embedded(snapshot: Snapshot) -> tuple[EmbeddedDatabase, ...]:
    """By the files that processes have open, and by the settings that name one."""
    users: dict[tuple[str, str], list[str]] = {}
    for process in snapshot.inventory.get(Processes).processes:
        for opened in process.open_files:
            if known := _engine(opened.path):
                users.setdefault(known, []).append(process.unit or process.name)
    settings: dict[tuple[str, str], list[str]] = {}
    for path in snapshot.texts:
        for key, seen in _named_in(snapshot, path):
            settings.setdefault(key, []).append(seen)
    return tuple(
        EmbeddedDatabase(
            engine,
            path,
            _file_size(snapshot, path),
            tuple(dict.fromkeys(users.get((engine, path), ()))),
            tuple(dict.fromkeys(settings.get((engine, path), ()))),
        )
        for engine, path in sorted({*users, *settings})
    )


def _engine(path: str) -> tuple[str, str] | None:
    if _SQLITE.fullmatch(basename(path)):
        return "sqlite", re.sub(r"-(?:wal|shm|journal)$", "", path)
    for engine, pattern in _OTHERS:
        if match := pattern.fullmatch(path):
            return engine, match[1]
    return None


def _named_in(snapshot: Snapshot, path: str) -> Iterator[tuple[tuple[str, str], str]]:
    data = snapshot.texts[path]
    if len(data) > 256 << 10 or not _SETTINGS.search(path) or _LIBRARIES.search(path) or b"/" not in data:
        return
    text = data.decode("utf-8", "surrogateescape")
    for match in _NAMED.finditer(text):
        name = re.sub(r"/{2,}", "/", match[2] or match[3])
        if "$" in name or "{" in name or "*" in name or dirname(name) == "/":
            continue
        line = text.count("\n", 0, match.start() + 1) + 1
        engine = match[1] or "sqlite"
        full = f"{name}.mv.db" if engine == "h2" and not name.endswith(".db") else name
        yield (engine, full), f"{path}:{line}"


def _file_size(snapshot: Snapshot, path: str) -> int | None:
    trees = snapshot.inventory.get(Files).unmanaged
    return next((tree.size or tree.root.size for tree in trees if tree.root.path == path), None)
