"""The trees of an OpenLDAP server, from slapd.conf or from the files that ``cn=config`` is kept in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from migrate.model.databases import DatabaseServer, DatabaseUser
from migrate.model.inventory import Snapshot
from migrate.syntax.repositories import masked

_LDIF = re.compile(r"/(?:.*/)?slapd\.d/.*\.ldif")
_CONF = re.compile(r"/(?:.*/)?slapd\.conf")
_PAIR = re.compile(r"(?:olc)?(\w+):? +(?:\{\d+\})?(.+)")


def suffixes(snapshot: Snapshot, server: DatabaseServer) -> DatabaseServer:
    """The server with its suffixes, their directories, its administrators, what it loads, and whom it copies."""
    pairs = [pair for path in sorted(snapshot.texts) for pair in _settings(snapshot, path)]
    values = {name: tuple(dict.fromkeys(value for key, value in pairs if key == name)) for name, _ in pairs}
    names = tuple(_unquoted(value) for value in values.get("suffix", ()) if "cn=config" not in value)
    copies = [match[1] for value in values.get("syncrepl", ()) if (match := re.search(r"provider=(\S+)", value))]
    return replace(
        server,
        databases=names,
        users=tuple(DatabaseUser(_unquoted(name), superuser=True) for name in values.get("rootdn", ())),
        extensions=(*values.get("moduleload", ()), *values.get("overlay", ())),
        places=tuple(("directory", path) for path in _unique(values, "dbdirectory", "directory")),
        primary=masked(_unquoted(copies[0])) if copies else server.primary,
        role="replica" if copies else server.role,
        access=values.get("access", ()),
    )


def _unique(values: Mapping[str, tuple[str, ...]], *names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_unquoted(value) for name in names for value in values.get(name, ())))


def _settings(snapshot: Snapshot, path: str) -> Iterator[tuple[str, str]]:
    if not (_LDIF.fullmatch(path) or _CONF.fullmatch(path)):
        return
    text = re.sub(r"\n[ \t]+", " " if path.endswith(".conf") else "", snapshot.text(path) or "")
    for line in text.splitlines():
        match = None if line.startswith("#") else _PAIR.fullmatch(line.strip())
        if match and "passw" not in match[1].lower() and match[1].lower() != "rootpw":
            yield match[1].lower(), _hidden(match[2].strip())


def _hidden(value: str) -> str:
    return re.sub(r"(credentials=)(\"[^\"]*\"|\S+)", r"\1***", value)


def _unquoted(value: str) -> str:
    return value.strip("\"'")
