"""The databases of PostgreSQL, MariaDB and MySQL servers: read-only questions by the servers' own tools over their Unix
sockets, as the user that the server runs as."""

from __future__ import annotations

import re
from dataclasses import replace

from migrate.model.facts import Database, Databases
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import SUDOERS, Parts, number, split, text

# Every process of a PostgreSQL server has the data directory as its working directory, and the server says in
# postmaster.pid where it listens. Names come as hexadecimal.
SHELL = r"""
unset PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE PGOPTIONS PGDATABASE PGHOSTADDR PGCLIENTENCODING
PGCONNECT_TIMEOUT=5
PGAPPNAME=migrate
HOME=/
export PGCONNECT_TIMEOUT PGAPPNAME HOME
cd /
as() {
    who_=$1 name_=$2
    shift 2
    if [ "$EFFECTIVE" = "$who_" ]; then sh -c "$1"
    elif ! root; then return 1
    elif have setpriv && setpriv --reuid "$who_" --clear-groups true; then
        setpriv --reuid "$who_" --clear-groups sh -c "$1"
    elif have runuser; then runuser -s /bin/sh -c "$1" "$name_"
    else su -s /bin/sh -c "$1" "$name_"
    fi </dev/null
}
hexed() { printf %s "encode(decode(replace($1::text, E'\\\\', E'\\\\\\\\'), 'escape'), 'hex')"; }
postgresql() {
    if ! [ -r "$1/postmaster.pid" ]; then
        gap "databases of PostgreSQL in $1" root
        part postgresql
        return
    fi
    { read -r pid; read -r line; read -r line; read -r PGPORT; read -r PGHOST; read -r listen; } <"$1/postmaster.pid"
    case $PGHOST in /*) ;; *) PGHOST=localhost ;; esac
    PSQL=$(readlink "/proc/$pid/exe")
    PSQL=${PSQL%/*}/psql
    if ! [ -x "$PSQL" ] && ! PSQL=$(command -v psql); then
        gap "databases of PostgreSQL in $1" 'psql is not installed'
        part postgresql
        return
    fi
    PGDATABASE=template1
    DATABASES_SQL="SELECT 'database', $(hexed datname), $(hexed rolname), pg_encoding_to_char(encoding),
$(hexed datcollate), CASE WHEN has_database_privilege(d.oid, 'CONNECT') THEN pg_database_size(d.oid) END, datallowconn
FROM pg_database d LEFT JOIN pg_roles r ON r.oid = d.datdba ORDER BY datname"
    EXTENSIONS_SQL="SELECT 'extension', $(hexed 'current_database()'), $(hexed extname)
FROM pg_extension ORDER BY extname"
    NAMES_SQL='SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate'
    VERSION_SQL="SELECT 'version', $(hexed "current_setting('server_version')")"
    export PGPORT PGHOST PSQL PGDATABASE DATABASES_SQL EXTENSIONS_SQL VERSION_SQL NAMES_SQL
    owner=$(stat -c %u "$1") && name=$(stat -c %U "$1")
    printf '\nserver|%s|%s|%s\n' "$(printf %s "$1" | od -An -v -tx1 | tr -d ' \n')" \
        "$(printf %s "$PGHOST" | od -An -v -tx1 | tr -d ' \n')" "$PGPORT"
    if as "$owner" "$name" '"$PSQL" -XAtqw -c "$VERSION_SQL" && "$PSQL" -XAtqw -c "$DATABASES_SQL"'; then
        as "$owner" "$name" '"$PSQL" -XAtqw -c "$NAMES_SQL" |
            while IFS= read -r PGDATABASE; do "$PSQL" -XAtqw -c "$EXTENSIONS_SQL"; done'
    else
        gap "databases of PostgreSQL in $1" 'the server does not let its own user in without a password'
        part postgresql
    fi
}
part postgresql
set +f
ls -l /proc/[0-9]*/exe | sed 's# (deleted)$##' |
    sed -n -e 's#.* /proc/\([0-9]*\)/exe -> .*/postgres$#\1#p' -e 's#.* /proc/\([0-9]*\)/exe -> .*/postmaster$#\1#p' |
    while read -r pid; do readlink "/proc/$pid/cwd"; done | sort -u |
    while IFS= read -r directory; do postgresql "$directory"; done
part mysql
ls -l /proc/[0-9]*/exe | sed 's# (deleted)$##' |
    sed -n -e 's#.* -> .*/\(mysqld\)$#\1#p' -e 's#.* -> .*/\(mariadbd\)$#\1#p' | sort -u |
    while read -r server; do
        CLIENT=$(command -v mariadb || command -v mysql) || {
            gap "databases of $server" 'no client is installed'
            break
        }
        QUESTION="SELECT 'server', HEX(@@datadir), HEX(@@socket), @@port, HEX(VERSION());
SELECT 'database', HEX(SCHEMA_NAME), HEX(DEFAULT_CHARACTER_SET_NAME), HEX(DEFAULT_COLLATION_NAME)
FROM information_schema.SCHEMATA ORDER BY SCHEMA_NAME"
        "$CLIENT" --no-defaults -N -B -e "$QUESTION" </dev/null ||
            "$CLIENT" --defaults-file=/etc/mysql/debian.cnf -N -B -e "$QUESTION" </dev/null ||
            { gap "databases of $server" 'it lets neither us nor its maintenance account in'; part mysql; }
    done
part end
"""

_OWN = frozenset(("information_schema", "performance_schema", "mysql", "sys"))
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")


def parse(data: bytes) -> Parsed:
    parts = split(data)
    found = (*_postgresql(parts), *_mysql(parts))
    return Parsed(Databases(found), tuple(_remedied(gap) for gap in parts.gaps))


def _postgresql(parts: Parts) -> tuple[Database, ...]:
    found: list[Database] = []
    server, version = Database("postgresql", ""), None
    for line in parts.lines("postgresql"):
        match line.split("|"):
            case ["server", directory, host, port]:
                server, version = Database("postgresql", "", number(port), _socket(host, port), _plain(directory)), None
            case ["version", name]:
                version = _plain(name)
            case ["database", name, owner, encoding, collation, size, "t"] if _plain(name) not in (
                "template0",
                "template1",
            ):
                found.append(
                    replace(
                        server, name=_plain(name) or "", version=version, owner=_plain(owner), encoding=encoding,
                        collation=_plain(collation), size=number(size),
                    )
                )  # fmt: skip
            case ["extension", database, name]:
                found = [_extended(each, server.directory, _plain(database), _plain(name)) for each in found]
            case _:
                continue
    return tuple(found)


def _extended(database: Database, directory: str | None, name: str | None, extension: str | None) -> Database:
    if (database.directory, database.name) != (directory, name) or extension is None:
        return database
    return replace(database, extensions=(*database.extensions, extension))


def _socket(host: str, port: str) -> str | None:
    directory = _plain(host)
    return f"{directory}/.s.PGSQL.{port}" if directory and directory.startswith("/") else None


def _mysql(parts: Parts) -> tuple[Database, ...]:
    found: list[Database] = []
    server = Database("mysql", "")
    for fields in parts.table("mysql"):
        match fields:
            case ["server", directory, socket, port, version]:
                name = _plain(version) or ""
                engine = "mariadb" if "mariadb" in name.lower() else "mysql"
                path = (_plain(directory) or "").rstrip("/") or None
                server = Database(engine, "", number(port), _plain(socket), path, name)
            case ["database", name, encoding, collation]:
                plain = _plain(name)
                if plain is not None and plain not in _OWN:
                    found.append(replace(server, name=plain, encoding=_plain(encoding), collation=_plain(collation)))
            case _:
                continue
    return tuple(found)


def _plain(word: str) -> str | None:
    return text(bytes.fromhex(word)) if _HEX.fullmatch(word) else None


def _remedied(gap: Gap) -> Gap:
    return (
        gap
        if gap.remedy
        else replace(gap, remedy=SUDOERS if "root" in gap.why else "plan.yaml may name another method")
    )


PROBE = Probe(Databases, SHELL, parse, budget=30)
