"""MariaDB and MySQL, by their own tools: a consistent dump of each database, added up before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from migrate.errors import MigrateError
from migrate.model.facts import Databases
from migrate.model.inventory import Snapshot
from migrate.model.verdict import Check
from migrate.process import Completed
from migrate.quoting import shell, slug, terminal
from migrate.stores import Group, Item, Place, Saved, SavedFile, Source, Store
from migrate.stores import mariadb_sql as questions
from migrate.stores.application import Container
from migrate.stores.comparing import compared
from migrate.stores.remote import fetch, keeping, unpacked
from migrate.stores.stamps import Watch

_SERVER = r"""
main() { locate; framed 0 server server && finished 1; }
"""
_ACCOUNTS = r"""
packed_users() { packed users; }
main() { locate; framed 0 accounts accounts && framed 1 users packed_users && finished 2; }
"""
_DATABASE = r"""
packed_dump() { packed dump; }
main() { locate; framed 0 digest digest && framed 1 dump packed_dump && framed 2 later digest && finished 3; }
"""
_READY = r"""
have() { command -v "$1" >/dev/null 2>&1; }
fail() { printf '%s\n' "$1" >&2; exit 9; }
n=0
until (locate) >/dev/null 2>&1; do
    n=$((n + 1))
    [ "$n" -lt 120 ] || break
    sleep 1
done
locate
"""
# The system's root gets in through the socket afterwards, whatever password it had: MySQL's is empty until then.
_ROOT = r"""
case $(printf '%s\n' 'SELECT VERSION();' | client) in
    *MariaDB*) ;;
    *)
        printf '%s\n' "INSTALL PLUGIN auth_socket SONAME 'auth_socket.so';" | client 2>/dev/null
        printf '%s\n' "ALTER USER root@localhost IDENTIFIED WITH auth_socket;" | client ;;
esac
"""


@dataclass(frozen=True, slots=True)
class _Database:
    name: str
    size: int
    loose: int  # tables of engines that know no transactions
    versioned: int


@dataclass(frozen=True, slots=True)
class _Server:
    version: str
    databases: tuple[_Database, ...]
    zones: bool


def dump(source: Source) -> Saved:
    """Each database, then the accounts with their grants, in the order in which they are loaded."""
    watch = Watch()
    server = _server(source)
    groups: list[Group] = []
    kept: list[SavedFile] = []
    size = 0
    for number, database in enumerate(server.databases):
        name = f"{source.volume.name}.{number}-{slug(database.name)}.sql.gz"
        group, file, unpacked_size = _database(source, database, name)
        groups.append(group)
        kept.append(file)
        size += unpacked_size
    group, file, unpacked_size = _accounts(source, server)
    volume = source.volume
    how = (
        f"a dump of {server.version} in one transaction for each database; its tables were added up before and after it"
    )
    return Saved(
        volume.name,
        volume.path,
        volume.method,
        how,
        watch.began,
        watch.seconds,
        (*kept, file),
        (*groups, group),
        _notes(server, groups),
        size + unpacked_size,
    )


def _program(data: str, hint: str, body: str, **values: str) -> str:
    """The shell program with what it asks; ``hint`` is the socket that was seen."""
    lines = [f"DATA={shell(data)}", f"HINT={shell(hint)}", "SCHEMA= NAME= ZONES=", questions.variables()]
    text = Path(__file__).with_name("mariadb.sh").read_text("utf-8")
    return "\n".join((text, *lines, *(f"{name}={shell(value)}" for name, value in values.items()), body))


def _hint(snapshot: Snapshot | None, path: str) -> str:
    found = snapshot.inventory.get(Databases).databases if snapshot else ()
    return next((one.socket for one in found if one.socket and one.directory == path), "")


def _server(source: Source) -> _Server:
    body = _program(source.volume.path, _hint(source.snapshot, source.volume.path), _SERVER)
    said = fetch(source.connection, ("server",), body, "the list of databases")
    version, databases, zones = "", [], False
    try:
        for row in questions.rows(said["server"].data):
            match row:
                case ["version", name]:
                    version = questions.text(name)
                case ["database", name, size, loose, versioned]:
                    databases.append(_Database(questions.text(name), int(size), int(loose), int(versioned)))
                case ["zones", count]:
                    zones = int(count) > 0
    except ValueError as error:
        raise MigrateError(f"{source.connection.label}: the server's answer is not understood: {error}") from error
    return _Server(version, tuple(databases), zones)


def _notes(server: _Server, groups: list[Group]) -> tuple[str, ...]:
    notes = [
        f"database {terminal(each.name)}: {each.loose} of its tables know no transactions (MyISAM and the like) "
        "and were read one after the other"
        for each in server.databases
        if each.loose
    ]
    notes.extend(
        f"database {terminal(each.name)}: the history of {each.versioned} versioned tables stays behind"
        for each in server.databases
        if each.versioned
    )
    for group in groups:
        moved = [item.name for item in group.items if item.kind == "table" and item.checksum is None]
        if moved:
            names = terminal(", ".join(moved[:5])) + (" and more" if len(moved) > 5 else "")
            notes.append(f"database {terminal(group.name)}: written while it was dumped: {names}")
    notes.append("root@localhost logs in as the system's root, through the socket")
    return tuple(notes)


def _accounts(source: Source, server: _Server) -> tuple[Group, SavedFile, int]:
    path = source.folder / f"{source.volume.name}.accounts.sql.gz"
    zones = "1" if server.zones else ""
    body = _program(source.volume.path, _hint(source.snapshot, source.volume.path), _ACCOUNTS, ZONES=zones)
    with keeping(path, lambda _: None) as keeper:
        what = f"the accounts of {source.workload.name}"
        said = fetch(source.connection, ("accounts", "users"), body, what, {"users": keeper.write})
        file, size = keeper.finish(), keeper.unpacked
    try:
        found = questions.accounts(said["accounts"].data)
    except ValueError as error:
        raise MigrateError(f"{what}: the server's answer is not understood: {error}") from error
    return Group("accounts", "server", found, path.name), file, size


def _database(source: Source, database: _Database, name: str) -> tuple[Group, SavedFile, int]:
    values = {"SCHEMA": _hex(database.name), "NAME": database.name}
    body = _program(source.volume.path, _hint(source.snapshot, source.volume.path), _DATABASE, **values)
    what = f"{source.workload.name}: database {terminal(database.name)}"
    with keeping(source.folder / name, lambda done: source.progress(what, done, database.size)) as keeper:
        said = fetch(source.connection, ("digest", "dump", "later"), body, what, {"dump": keeper.write})
        file, size = keeper.finish(), keeper.unpacked
    try:
        before, later = questions.items(said["digest"].data), questions.items(said["later"].data)
    except ValueError as error:
        raise MigrateError(f"{what}: the server's answer is not understood: {error}") from error
    return Group(database.name, "database", _settled(before, later), name), file, size


def _hex(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").hex()


def _settled(before: tuple[Item, ...], later: tuple[Item, ...]) -> tuple[Item, ...]:
    """What was the same before and after the dump was so in it; of anything else the content is not known."""
    after = {(item.kind, item.name): item for item in later}
    return tuple(item if after.get((item.kind, item.name)) == item else replace(item, checksum=None) for item in before)


def load(place: Place) -> None:
    """Into a server whose data directory was just made."""
    container = place.application.container(place.workload.name)
    for group in place.saved.groups:
        what = f"{place.workload.name}: {group.kind} {terminal(group.name)}"
        head = (b"SET SESSION sql_mode = '';\n",) if group.kind == "server" else ()
        done = _run(place, container, "client >/dev/null", chain(head, _counted(place, group, what)))
        if not done.ok:
            raise MigrateError(f"{what} could not be loaded: {terminal(_why(done))}")
    done = _run(place, container, _ROOT)
    if not done.ok:
        raise MigrateError(f"{place.workload.name}: root@localhost could not be set up: {terminal(_why(done))}")


def _counted(place: Place, group: Group, what: str) -> Iterator[bytes]:
    done = 0
    for data in unpacked(place.folder / group.file):
        done += len(data)
        place.progress(what, done, None)
        yield data


def _run(
    place: Place, container: Container, command: str, source: Iterator[bytes] | None = None, **values: str
) -> Completed:
    """Run in the container as root, when the server answers: who is let in through the socket."""
    script = _program(place.volume.path, "", _READY + command, **values)
    return place.application.execute(container, "0:0", script, source)


def _why(done: Completed) -> str:
    return done.complaint or f"it ended with status {done.status}; docker compose logs may tell why"


def compare(place: Place) -> tuple[Check, ...]:
    """One check for each database, and one for the accounts."""
    container = place.application.container(place.workload.name)
    return tuple(_compare(place, container, group) for group in place.saved.groups)


def _compare(place: Place, container: Container, group: Group) -> Check:
    if group.kind == "server":
        done = _run(place, container, "accounts")
    else:
        done = _run(place, container, "digest", SCHEMA=_hex(group.name))
    if not done.ok:
        return compared(place, group, None, terminal(_why(done)))
    try:
        found = questions.accounts(done.out) if group.kind == "server" else questions.items(done.out)
    except ValueError as error:
        return compared(place, group, None, f"the server's answer is not understood: {error}")
    return compared(place, group, found)


STORE = Store("dump:mariadb", dump, load, compare, running=True)
