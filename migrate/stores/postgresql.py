"""PostgreSQL, by its own tools: each database as of one snapshot, in which its rows are added up, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from migrate.errors import MigrateError
from migrate.model.verdict import Check
from migrate.process import Completed
from migrate.quoting import shell, slug, terminal
from migrate.stores import Group, Item, Place, Saved, SavedFile, Source, Store
from migrate.stores import postgresql_sql as questions
from migrate.stores.application import Container
from migrate.stores.comparing import compared
from migrate.stores.remote import fetch, keeping, unpacked
from migrate.stores.stamps import Watch

_SNAPSHOTS = 90500  # pg_dump knows --snapshot since 9.5
_CREATE_CARRIES_ALL = 110000  # and since 11, --create carries grants and settings of the database itself
_OURS = ("postgres", "template0", "template1")

_CLUSTER = r"""
globals() { packed as_owner 'exec "$BIN/pg_dumpall" --globals-only --no-tablespaces --no-password -l template1'; }
main() {
    locate
    PGDATABASE=template1
    export PGDATABASE
    framed 0 cluster cluster && framed 1 globals globals && finished 2
}
"""

# The first process of the pipe holds the input of psql open, and thereby the transaction whose snapshot it exported,
# until the last one has ended; no file or FIFO is made for it.
_DATABASE = r"""
hold() {
    printf '%s\n' "$BEGIN_SQL" "$SETTINGS_SQL" "\\echo holder $(exec sh -c 'echo $PPID')"
    [ -z "$EXPORT" ] || printf '%s\n' "SELECT 'snapshot ' || pg_catalog.pg_export_snapshot();"
    printf '%s\n' '\echo held'
    while kill -0 $$; do sleep 1; done
}
dump() {
    DUMP="exec \"\$BIN/pg_dump\" --no-password --no-tablespaces --lock-wait-timeout=60000 $OPTIONS"
    [ -z "$SNAPSHOT" ] || DUMP="$DUMP --snapshot='$SNAPSHOT'"
    packed as_owner "$DUMP"
}
work() {
    trap '' PIPE
    HOLDER= SNAPSHOT= held_=
    while read -r word_ value_; do
        case $word_ in
            holder) HOLDER=$value_ ;;
            snapshot) SNAPSHOT=$value_ ;;
            held) held_=1; break ;;
        esac
    done
    case $SNAPSHOT in *[!0-9A-Za-z-]*) fail "odd name of a snapshot" ;; esac
    [ -z "$held_" ] || {
        framed 0 digest digest && framed 1 sequences sequences && framed 2 dump dump &&
            framed 3 later sequences && finished 4
    } </dev/null
    [ -z "$HOLDER" ] || kill "$HOLDER"
}
main() {
    locate
    export PGDATABASE
    hold 2>/dev/null | sql | work
}
"""

_READY = r"""
export PGDATABASE
n=0
until (locate) >/dev/null 2>&1 && locate && echo 'SELECT 1;' | sql >/dev/null 2>&1; do
    n=$((n + 1))
    [ "$n" -lt 120 ] || { locate; echo 'SELECT 1;' | sql; exit 9; }
    sleep 1
done
"""

_PRELUDE = """
have() { command -v "$1" >/dev/null 2>&1; }
fail() { printf '%s\\n' "$1" >&2; exit 9; }
"""
_ERROR = re.compile(r"(?:ERROR|FATAL|PANIC):\s+(\w{5}):\s+(.*)")
_KNOWN_ROLE = re.compile(r'role ".*" already exists\Z')


@dataclass(frozen=True, slots=True)
class _Database:
    name: str
    size: int
    connectable: bool
    template: bool


@dataclass(frozen=True, slots=True)
class _Cluster:
    version: str
    number: int
    databases: tuple[_Database, ...]
    roles: tuple[Item, ...]
    tablespaces: tuple[str, ...]


def dump(source: Source) -> Saved:
    """Roles of the server, then each database that can be connected to."""
    watch = Watch()
    cluster, globals_file, size = _globals(source)
    groups, kept, notes = [Group("roles", "server", cluster.roles, globals_file.name)], [globals_file], _notes(cluster)
    for number, database in enumerate(_wanted(cluster)):
        name = f"{source.volume.name}.{number}-{slug(database.name)}.sql.gz"
        group, file, unpacked_size = _database(source, cluster, database, name)
        groups.append(group)
        kept.append(file)
        size += unpacked_size
    how = f"pg_dump of PostgreSQL {cluster.version}; " + (
        "each database, its counts and its checksums as of one snapshot"
        if cluster.number >= _SNAPSHOTS
        else "too old to share a snapshot: rows may have changed between count and dump"
    )
    volume = source.volume
    return Saved(
        volume.name,
        volume.path,
        volume.method,
        how,
        watch.began,
        watch.seconds,
        tuple(kept),
        tuple(groups),
        notes,
        size,
    )


def _program(data: str, hint: str, body: str, **values: str) -> str:
    """The shell program with what it asks; ``hint`` is where the server's tools are, if it can't be seen."""
    lines = [f"DATA={shell(data)}", f"HINT={shell(hint)}", "SNAPSHOT=", questions.variables()]
    text = Path(__file__).with_name("postgresql.sh").read_text("utf-8")
    return "\n".join((text, *lines, *(f"{name}={shell(value)}" for name, value in values.items()), body))


def _hint(command: tuple[str, ...]) -> str:
    return command[0].rpartition("/")[0] if command else ""


def _globals(source: Source) -> tuple[_Cluster, SavedFile, int]:
    path = source.folder / f"{source.volume.name}.globals.sql.gz"
    body = _program(source.volume.path, _hint(source.workload.command), _CLUSTER)
    with keeping(path, lambda _: None) as keeper:
        what = "the roles of PostgreSQL"
        said = fetch(source.connection, ("cluster", "globals"), body, what, {"globals": keeper.write})
        return _parse(said["cluster"].data, source.connection.label), keeper.finish(), keeper.unpacked


def _parse(data: bytes, label: str) -> _Cluster:
    version, number, databases, roles, tablespaces = "", 0, [], [], []
    try:
        for row in questions.rows(data):
            match row:
                case ["version", name, digits]:
                    version, number = questions.text(name), int(digits)
                case ["database", name, _, _, _, size, connectable, template]:
                    databases.append(_Database(questions.text(name), int(size), connectable == "t", template == "t"))
                case ["role", name, *flags]:
                    roles.append(Item("role", questions.text(name), 1, "".join(flags)))
                case ["tablespace", name]:
                    tablespaces.append(questions.text(name))
    except ValueError as error:
        raise MigrateError(f"{label}: PostgreSQL's answer is not understood: {error}") from error
    return _Cluster(version, number, tuple(databases), tuple(roles), tuple(tablespaces))


def _wanted(cluster: _Cluster) -> Iterator[_Database]:
    return (each for each in cluster.databases if each.connectable and each.name not in ("template0", "template1"))


def _notes(cluster: _Cluster) -> tuple[str, ...]:
    notes = [
        f"database {terminal(each.name)} takes no connections and was left out"
        for each in cluster.databases
        if not each.connectable and each.name != "template0"
    ]
    if cluster.tablespaces:
        names = terminal(", ".join(cluster.tablespaces))
        notes.append(f"what lay in the tablespaces {names} goes to the default one")
    if cluster.number < _CREATE_CARRIES_ALL:
        notes.append(
            "grants and settings of databases themselves (not of what is in them) are not in dumps of this version"
        )
    notes.append("template1 is the new server's own")
    return tuple(notes)


def _database(source: Source, cluster: _Cluster, database: _Database, name: str) -> tuple[Group, SavedFile, int]:
    shared = cluster.number >= _SNAPSHOTS
    values = {
        "PGDATABASE": database.name,
        "EXPORT": "1" if shared else "",
        "OPTIONS": "" if database.name in _OURS else "--create",
    }
    body = _program(source.volume.path, _hint(source.workload.command), _DATABASE, **values)
    what = f"{source.workload.name}: database {terminal(database.name)}"

    with keeping(source.folder / name, lambda done: source.progress(what, done, database.size)) as keeper:
        names = ("digest", "sequences", "dump", "later")
        said = fetch(source.connection, names, body, what, {"dump": keeper.write})
        file, size = keeper.finish(), keeper.unpacked
    try:
        tables = questions.items(said["digest"].data)
        ahead, later = questions.items(said["sequences"].data), questions.items(said["later"].data)
    except ValueError as error:
        raise MigrateError(f"{what}: the server's answer is not understood: {error}") from error
    if not shared:
        tables = tuple(Item(each.kind, each.name, each.count) for each in tables)
    return Group(database.name, "database", (*tables, *_spans(ahead, later)), name), file, size


def _spans(ahead: tuple[Item, ...], later: tuple[Item, ...]) -> Iterator[Item]:
    """Sequences move on outside of every snapshot: what they were before and after the dump."""
    ends = {each.name: each.count for each in later}
    return (Item(each.kind, each.name, each.count, upto=ends.get(each.name, each.count)) for each in ahead)


def load(place: Place) -> None:
    """Into a server whose cluster was just made."""
    container = place.application.container(place.workload.name)
    for group in place.saved.groups:
        if group.kind == "server":
            _load_roles(place, container, group.file)
        else:
            _load_database(place, container, group)


def _inside(place: Place, database: str, command: str) -> str:
    """A program for the container, that waits until the server answers."""
    body = _program(place.volume.path, _hint(place.workload.command), _READY + command, PGDATABASE=database)
    return _PRELUDE + body


def _load_roles(place: Place, container: Container, file: str) -> None:
    command = """as_owner '"$BIN/psql" -XAtqw -v VERBOSITY=verbose' >/dev/null"""
    script = _inside(place, "postgres", command)
    source = chain((b"SET lc_messages = 'C';\n",), unpacked(place.folder / file))
    done = place.application.execute(container, str(place.volume.uid), script, source)
    said = done.err.decode("utf-8", "replace")
    wrong = [
        f"{code}: {text}" for code, text in _ERROR.findall(said) if not (code == "42710" and _KNOWN_ROLE.match(text))
    ]
    if wrong or not done.ok:
        reason = terminal(" / ".join(wrong[:3]) or _why(done))
        raise MigrateError(f"{place.workload.name}: the roles could not be loaded: {reason}")


def _load_database(place: Place, container: Container, group: Group) -> None:
    script = _inside(place, "postgres", "sql >/dev/null")
    what = f"{place.workload.name}: database {terminal(group.name)}"

    def counted() -> Iterator[bytes]:
        done = 0
        for data in unpacked(place.folder / group.file):
            done += len(data)
            place.progress(what, done, None)
            yield data

    done = place.application.execute(container, str(place.volume.uid), script, counted())
    if not done.ok:
        raise MigrateError(f"{what} could not be loaded: {terminal(_why(done))}", _advice(done.complaint))


def _why(done: Completed) -> str:
    return done.complaint or f"it ended with status {done.status}; docker compose logs may tell why"


def _advice(complaint: str) -> str | None:
    if "invalid locale name" in complaint or "locale" in complaint:
        return "the image lacks a locale of this database: add a step that makes it to the workload in plan.yaml"
    if "extension" in complaint:
        return "the image lacks an extension of this database: add its package to the workload in plan.yaml"
    return None


def compare(place: Place) -> tuple[Check, ...]:
    """One check for the roles and one for each database."""
    container = place.application.container(place.workload.name)
    return tuple(_compare(place, container, group) for group in place.saved.groups)


def _compare(place: Place, container: Container, group: Group) -> Check:
    if group.kind == "server":
        script = _inside(place, "template1", "cluster")
    else:
        script = _inside(place, group.name, "digest && sequences")
    done = place.application.execute(container, str(place.volume.uid), script)
    if not done.ok:
        return compared(place, group, None, terminal(_why(done)))
    try:
        if group.kind == "server":
            return compared(place, group, _parse(done.out, place.workload.name).roles)
        tables, _, sequences = done.out.partition(b"\nend\n")
        found = (*questions.items(tables + b"\nend\n"), *questions.items(sequences))
    except (ValueError, MigrateError) as error:
        return compared(place, group, None, f"the server's answer is not understood: {error}")
    return compared(place, group, found)


STORE = Store("dump:postgresql", dump, load, compare, running=True)
